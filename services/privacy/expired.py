"""What is past its time on a day, class by class. People whose data must rest (art. 18 RODO) keep everything meanwhile."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from typing import Any, Final

from django.db.models import CharField, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Cast, Coalesce, Length
from django.utils import timezone

from kernel.crypto import EMPTY_SIZE
from services.accounts.domain import CLOSED_STATES, ResidentState
from services.accounts.models import Resident
from services.accounts.queries_rights import restricted_ids
from services.banking.models import StatementLine
from services.complaints.models import Complaint, DiscrepancyReport
from services.correspondence.models import DueThread
from services.identity.models import ProvenPerson
from services.liabilities.models import ImportFinding, ImportRun
from services.moderation.models import ModeratedText
from services.notices.models import Message, MessageState
from services.payments.models import Payment
from services.privacy.actions.erasing import letter_refs
from services.privacy.domain.requests import State
from services.privacy.domain.retention import DataClass, closed_before, kept_since
from services.privacy.models import Breach, DataRequest, Disclosure, Visit
from services.privacy.queries import months_of
from services.safeguards.models import Reveal
from services.signing.models import SigningAttempt

STATEMENT_TEXTS: Final = ("payer_name", "payer_account", "title", "virtual_account", "end_to_end", "note")
"""All that a line of a bank statement says of persons, besides `payer_account_index`."""


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _since(data_class: DataClass, today: date) -> datetime:
    return _midnight(kept_since(today, months_of(data_class)))


def _resting() -> "QuerySet[Resident]":
    return Resident.objects.filter(pk__in=restricted_ids(timezone.now()))


def _messages(today: date) -> "QuerySet[Message]":
    rows = Message.objects.filter(created_at__lt=_since(DataClass.MESSAGES, today))
    resting = letter_refs(_resting())
    if resting:
        rows = rows.exclude(related_ref__in=resting)
    return rows.exclude(state=MessageState.WAITING).order_by("pk")


def _rejected(today: date) -> "QuerySet[Resident]":
    states = (ResidentState.REJECTED, ResidentState.DUPLICATE)
    return _named(
        Resident.objects.filter(state__in=states, submitted_at__lt=_since(DataClass.REJECTED, today))
    )


def _closed(today: date) -> "QuerySet[Resident]":
    """Closed accounts whose last payment is as old too: the papers of a payment keep its payer's name."""
    before = _midnight(closed_before(today, months_of(DataClass.CLOSED)))
    late = Payment.objects.filter(created_at__gte=before).values("resident_id")
    closed = Resident.objects.filter(state=ResidentState.DEACTIVATED, closed_at__lt=before)
    return _named(closed.exclude(pk__in=late))


def _named(rows: "QuerySet[Resident]") -> "QuerySet[Resident]":
    """Those that still have a name and need not rest."""
    return (
        rows.exclude(pk__in=restricted_ids(timezone.now()))
        .annotate(size=Length("last_name"))
        .filter(size__gt=EMPTY_SIZE)
        .select_related("user")
        .order_by("pk")
    )


def _over(data_class: DataClass, today: date) -> "QuerySet[Resident]":
    """Accounts that were closed, or registrations that came to nothing, before the time of the class."""
    return (
        Resident.objects.filter(state__in=CLOSED_STATES)
        .annotate(ended_at=Coalesce("closed_at", "submitted_at"))
        .filter(ended_at__lt=_since(data_class, today))
        .exclude(pk__in=restricted_ids(timezone.now()))
    )


def _signatures(today: date) -> "QuerySet[SigningAttempt]":
    """Forms of accounts that are over; those that led to no account go by themselves (`services.signing.tasks`)."""
    over = _over(DataClass.SIGNATURES, today).values("public_id")
    return SigningAttempt.objects.filter(registration_id__in=over).order_by("pk")


def _proofs(today: date) -> "QuerySet[ProvenPerson]":
    ref = Cast(OuterRef("public_id"), CharField())
    over = _over(DataClass.PROOFS, today).filter(proof_ref=ref)
    anybody = Resident.objects.filter(proof_ref=ref)
    old = Q(used_at__lt=_since(DataClass.PROOFS, today)) & ~Exists(anybody)
    rows = ProvenPerson.objects.filter(used_at__isnull=False)
    return rows.filter(Q(Exists(over)) | old).order_by("pk")


def _imports(today: date) -> "QuerySet[ImportRun]":
    rows = ImportRun.objects.filter(started_at__lt=_since(DataClass.IMPORTS, today))
    told = Q(size__gt=EMPTY_SIZE + len("{}")) | Exists(ImportFinding.objects.filter(run=OuterRef("pk")))
    return rows.annotate(size=Length("findings")).filter(told).order_by("pk")


def _complaints(today: date) -> "QuerySet[Complaint]":
    rows = Complaint.objects.filter(closed_at__lt=_since(DataClass.COMPLAINTS, today), is_erased=False)
    return rows.exclude(resident__in=restricted_ids(timezone.now())).order_by("pk")


def _reports(today: date) -> "QuerySet[DiscrepancyReport]":
    rows = DiscrepancyReport.objects.filter(answered_at__lt=_since(DataClass.REPORTS, today), is_erased=False)
    return rows.exclude(resident__in=restricted_ids(timezone.now())).order_by("pk")


def _statements(today: date) -> "QuerySet[StatementLine]":
    before = closed_before(today, months_of(DataClass.STATEMENTS))
    sizes = {f"size_of_{name}": Length(name) for name in STATEMENT_TEXTS}
    named = Q(payer_account_index__isnull=False)
    for size in sizes:
        named |= Q(**{f"{size}__gt": EMPTY_SIZE})
    rows = StatementLine.objects.filter(booked_on__lt=before).annotate(**sizes)
    return rows.filter(named).order_by("pk")


def _requests(today: date) -> "QuerySet[DataRequest]":
    rows = DataRequest.objects.filter(decided_at__lt=_since(DataClass.REQUESTS, today), is_erased=False)
    return rows.exclude(state=State.WAITING).exclude(resident__in=restricted_ids(timezone.now()))


def _disclosures(today: date) -> "QuerySet[Disclosure]":
    rows = Disclosure.objects.filter(disclosed_on__lt=kept_since(today, months_of(DataClass.DISCLOSURES)))
    return rows.filter(Q(resident__isnull=True) | ~Q(resident__in=restricted_ids(timezone.now())))


def _reveals(today: date) -> "QuerySet[Reveal]":
    rows = Reveal.objects.filter(revealed_at__lt=_since(DataClass.REVEALS, today))
    return (
        rows.annotate(size=Length("note"))
        .filter(size__gt=EMPTY_SIZE)
        .exclude(subject_ref__in=_resting().values("public_id"))
        .order_by("pk")
    )


def _breaches(today: date) -> "QuerySet[Breach]":
    return Breach.objects.filter(closed_at__lt=_since(DataClass.BREACHES, today), is_erased=False)


def _visits(today: date) -> "QuerySet[Visit]":
    return Visit.objects.filter(day__lt=kept_since(today, months_of(DataClass.VISITS))).order_by("pk")


def _threads(today: date) -> "QuerySet[DueThread]":
    rows = DueThread.objects.filter(last_at__lt=_since(DataClass.THREADS, today))
    return rows.exclude(resident__in=restricted_ids(timezone.now())).order_by("pk")


def _moderated(today: date) -> "QuerySet[ModeratedText]":
    """Cases that still hold the words that were hidden, or a clerk's note about them."""
    rows = ModeratedText.objects.filter(decided_at__lt=_since(DataClass.MODERATED, today))
    rows = rows.annotate(kept=Length("original"), noted=Length("note"))
    return rows.filter(Q(kept__gt=EMPTY_SIZE) | Q(noted__gt=EMPTY_SIZE)).order_by("pk")


EXPIRED: Final[Mapping[DataClass, Callable[[date], "QuerySet[Any]"]]] = {
    DataClass.MESSAGES: _messages,
    DataClass.REJECTED: _rejected,
    DataClass.CLOSED: _closed,
    DataClass.SIGNATURES: _signatures,
    DataClass.PROOFS: _proofs,
    DataClass.IMPORTS: _imports,
    DataClass.COMPLAINTS: _complaints,
    DataClass.REPORTS: _reports,
    DataClass.STATEMENTS: _statements,
    DataClass.REQUESTS: _requests,
    DataClass.DISCLOSURES: _disclosures,
    DataClass.REVEALS: _reveals,
    DataClass.BREACHES: _breaches,
    DataClass.VISITS: _visits,
    DataClass.THREADS: _threads,
    DataClass.MODERATED: _moderated,
}
"""Rows of each class that the erasing job may take."""
