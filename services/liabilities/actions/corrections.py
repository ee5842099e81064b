"""Corrections of the ledger: only as reversing entries, with a reason."""

from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from kernel.actors import Actor
from kernel.audit.recording import record
from kernel.errors import Conflict, InvalidInput, NotFound
from services.accounts.access import require
from services.accounts.models import Payer
from services.ledger import actions as ledger
from services.ledger.models import Entry
from services.liabilities.models import Liability
from services.liabilities.queries_corrections import correction_for, subjects_of
from services.users.domain import Verb

LONGEST_REASON = 300


@transaction.atomic(durable=True)
def reverse_entry(*, entry_id: UUID, reason: str, corrected_on: date, actor: Actor) -> Entry:
    """Storno: take back a booked payment or receipt by an entry with the opposite signs, dated `corrected_on`.

    The dues that it had paid are owed again; what was booked stays readable. Raises NotFound for an entry that the clerk
    does not handle wholly, InvalidInput("correction.reason") without a reason of at most 300 characters, and Conflict
    when it was taken back already ("correction.done"), is none of money ("correction.not_reversible") or has left an
    overpayment that is spent ("correction.overpayment_used").
    """
    actor = require(actor, Verb.CORRECT_LEDGER)
    reason = reason.strip()
    if not reason or len(reason) > LONGEST_REASON:
        raise InvalidInput("correction.reason", field="reason", longest=LONGEST_REASON)
    entry = Entry.objects.filter(public_id=entry_id).first()
    if entry is None:
        raise NotFound("correction.unknown")
    _lock(entry)
    correction = correction_for(actor, entry_id)
    if correction.obstacle:
        raise Conflict(correction.obstacle)
    reversal = ledger.reverse(entry=entry, reason=reason, effective_on=corrected_on, actor=actor)
    record("ledger.reversed", entry, actor=actor, amount_gr=correction.amount_gr)
    return reversal


def _lock(entry: Entry) -> None:
    """Payers first, then the dues, as bookings, receipts and imports do."""
    subjects = subjects_of(entry)
    payers = Payer.objects.filter(
        Q(liabilities__public_id__in=subjects)
        | Q(reminder_costs__public_id__in=subjects)
        | Q(overpayments__public_id__in=subjects)
    ).values_list("pk", flat=True)
    list(Payer.objects.select_for_update().filter(pk__in=set(payers)).order_by("pk").values_list("pk"))
    dues = Liability.objects.select_for_update(no_key=True).filter(public_id__in=subjects)
    list(dues.order_by("pk").values_list("pk"))
