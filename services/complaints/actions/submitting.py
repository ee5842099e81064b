"""What the resident does: complain, send what is missing, take the complaint back (eKasa § 11 ust. 1-3, 6)."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from kernel.actors import Actor
from kernel.audit.recording import record
from kernel.dates import warsaw_day
from kernel.documents import Document
from kernel.errors import Conflict, InvalidInput, NotFound
from kernel.stored import values_of
from services.accounts.access import require
from services.accounts.models import Resident
from services.accounts.queries import resident_of
from services.complaints.actions.steps import advance, is_again, locked, tell, text_of
from services.complaints.domain.clock import answer_due_on
from services.complaints.domain.states import CLOSED, Event, Kind, State
from services.complaints.models import Complaint, ComplaintDocument, ComplaintStep
from services.complaints.queries import completion_deadline
from services.complaints.queries_own import due_of, own_payment
from services.liabilities.models import Liability
from services.payments.models import Payment
from services.users.domain import Verb
from tenants.configuration.models import LiabilityType

MOST_OPEN: Final = 20
"""Complaints of one person that may be open at the same time: more are no complaints but a flood."""
MOST_DOCUMENTS: Final = 5
"""Documents in one sending."""
LONGEST_SUBJECT: Final = 120
_LETTERS: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Without 0, O, 1 and I: the number is read out on the telephone."""


@dataclass(frozen=True)
class Grievance:
    """What somebody complains about. A transaction needs its payment and who paid; anything else may name a due or a kind
    of dues, by public ids, and is the whole office's where it names neither. `key` is the form's own number."""

    kind: Kind
    subject: str
    description: str
    key: UUID
    payment_id: UUID | None = None
    liability_id: UUID | None = None
    liability_type_id: UUID | None = None
    paid_by_name: str = ""
    paid_by_contact: str = ""


@transaction.atomic(durable=True)
def submit_complaint(told: Grievance, documents: Sequence[Document] = (), *, actor: Actor) -> Complaint:
    """Złożenie reklamacji: the clock begins, the resident gets the number and the day. The same form twice is one complaint.

    Raises InvalidInput("complaint.text_missing"), ("complaint.text_long"), ("complaint.payment"), ("complaint.paid_by"),
    ("complaint.documents") and as `kernel.stored.values_of` does, NotFound for what is not the resident's,
    Conflict("complaint.too_many"), and ("complaint.key_taken") for the number of somebody else's form.
    """
    actor = require(actor, Verb.OWN_ACCOUNT)
    resident = resident_of(actor)
    known = Complaint.objects.filter(key=told.key, resident=resident).first()
    if known is not None:
        return known
    if Complaint.objects.filter(resident=resident).exclude(state__in=CLOSED).count() >= MOST_OPEN:
        raise Conflict("complaint.too_many", most=MOST_OPEN)
    kept = _kept(documents)
    row = _row(told, resident)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        known = Complaint.objects.filter(key=told.key, resident=resident).first()
        if known is None:  # somebody else's number, or by chance a reference that is given already
            raise Conflict("complaint.key_taken") from None
        return known
    _keep(row, None, kept)
    record("complaint.submitted", row, actor=actor, due_on=row.due_on)
    tell(row, "complaint_received")
    return row


@transaction.atomic(durable=True)
def supplement_complaint(
    *,
    complaint_id: UUID,
    text: str,
    documents: Sequence[Document] = (),
    version: int,
    actor: Actor,
) -> Complaint:
    """Uzupełnienie: what was missing is here, and the clock goes on (§ 11 ust. 6). A second sending is the same.

    Raises NotFound("complaint.unknown") for a foreign one, Conflict("complaint.too_late") after the five working days,
    Conflict("complaint.no_such_step") when nothing is asked for, Conflict("complaint.stale"), and as `submit_complaint`.
    """
    actor = require(actor, Verb.OWN_ACCOUNT)
    row = _own(complaint_id, actor)
    text = text_of(text)
    if is_again(row, Event.DATA_GIVEN, text, version, actor):
        return row
    deadline = completion_deadline(row)
    if deadline is not None and warsaw_day(timezone.now()) > deadline:
        raise Conflict("complaint.too_late")
    kept = _kept(documents)
    step = advance(row, Event.DATA_GIVEN, actor=actor, text=text)
    _keep(row, step, kept)
    record("complaint.supplemented", row, actor=actor, due_on=row.due_on)
    tell(row, "complaint_supplemented")
    return row


@transaction.atomic(durable=True)
def withdraw_complaint(*, complaint_id: UUID, actor: Actor) -> Complaint:
    """Wycofanie reklamacji, while the office has not answered. A second call is the same.

    Raises NotFound("complaint.unknown") for a foreign one, Conflict("complaint.no_such_step") when it is closed.
    """
    actor = require(actor, Verb.OWN_ACCOUNT)
    row = _own(complaint_id, actor)
    if row.state == State.WITHDRAWN:
        return row
    advance(row, Event.WITHDRAWN, actor=actor)
    record("complaint.withdrawn", row, actor=actor)
    return row


def withdraw_open(resident: Resident, *, actor: Actor) -> None:
    """Close what waits when the person's account goes: no address is left for an answer. Inside the caller's transaction."""
    rows = Complaint.objects.select_for_update().filter(resident=resident).exclude(state__in=CLOSED)
    for row in rows:
        advance(row, Event.WITHDRAWN, actor=actor)
        record("complaint.withdrawn", row, actor=actor)


def _own(complaint_id: UUID, actor: Actor) -> Complaint:
    row = locked(complaint_id)
    if row.resident_id != resident_of(actor).pk:
        raise NotFound("complaint.unknown")
    return row


def _row(told: Grievance, resident: Resident) -> Complaint:
    now = timezone.now()
    today = warsaw_day(now)
    row = Complaint(
        reference=f"R-{''.join(secrets.choice(_LETTERS) for _ in range(8))}",
        resident=resident,
        kind=told.kind,
        subject=text_of(told.subject, "subject")[:LONGEST_SUBJECT],
        description=text_of(told.description, "description"),
        submitted_at=now,
        due_on=answer_due_on(today, ()),
        key=told.key,
    )
    if told.kind == Kind.TRANSACTION:
        if told.payment_id is None:
            raise InvalidInput("complaint.payment", field="payment")
        if not told.paid_by_name.strip() or not told.paid_by_contact.strip():
            missing = "paid_by_contact" if told.paid_by_name.strip() else "paid_by_name"
            raise InvalidInput("complaint.paid_by", field=missing)
        row.payment = own_payment(resident, told.payment_id)
        row.paid_by_name = told.paid_by_name.strip()
        row.paid_by_contact = told.paid_by_contact.strip()
        row.liability_type = _type_of(row.payment)
    elif told.liability_id is not None:
        row.liability = due_of(resident, told.liability_id, today)
        row.liability_type = row.liability.liability_type
    elif told.liability_type_id is not None:
        row.liability_type = _named_type(told.liability_type_id)
    return row


def _type_of(payment: Payment) -> LiabilityType | None:
    """The kind of dues for which most of the payment was: its department passes the complaint on."""
    items = payment.items.select_related("liability__liability_type", "reminder_cost")
    largest = max(items, key=lambda item: item.total_gr, default=None)
    if largest is None:
        return None
    dues = [largest.liability] if largest.liability else _dues_of(largest.reminder_cost)
    return dues[0].liability_type if dues else None


def _dues_of(cost: object) -> list[Liability]:
    rows = Liability.objects.filter(reminder_costs=cost).select_related("liability_type")  # type: ignore[misc]
    return list(rows.order_by("pk")[:1])


def _named_type(liability_type_id: UUID) -> LiabilityType:
    row = LiabilityType.objects.filter(public_id=liability_type_id, is_active=True).first()
    if row is None:
        raise NotFound("liability_type.unknown", field="about")
    return row


def _kept(documents: Sequence[Document]) -> list[dict[str, object]]:
    if len(documents) > MOST_DOCUMENTS:
        raise InvalidInput("complaint.documents", field="document", most=MOST_DOCUMENTS)
    return [values_of(one) for one in documents]


def _keep(row: Complaint, step: ComplaintStep | None, kept: Sequence[dict[str, object]]) -> None:
    for values in kept:
        ComplaintDocument.objects.create(complaint=row, step=step, **values)
