"""Corrections of the ledger: only as reversing entries, with a reason."""

from datetime import date
from uuid import UUID

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


def take_back(*, entry_id: UUID, reason: str, corrected_on: date, actor: Actor) -> tuple[Entry, bool]:
    """Storno: write the opposite of an entry, dated `corrected_on`, in the caller's transaction; and whether that is new.

    What it had paid is owed again; what was booked stays readable. The same reason by the same person again is the same
    call. Raises NotFound for an entry that the clerk does not handle wholly, InvalidInput("correction.reason") without a
    reason of at most 300 characters, and Conflict when somebody has taken it back ("correction.done"), or by the obstacles
    of `correction_for`.
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
    known = correction.reversal
    if known is not None and (known.reason, known.actor_ref) == (reason, actor.ref):
        return known, False
    if correction.obstacle:
        raise Conflict(correction.obstacle)
    reversal = ledger.reverse(entry=entry, reason=reason, effective_on=corrected_on, actor=actor)
    record("ledger.reversed", entry, actor=actor, amount_gr=correction.amount_gr)
    return reversal, True


def _lock(entry: Entry) -> None:
    """Payers first, then the dues, as bookings, receipts and imports do."""
    subjects = subjects_of(entry)
    payers = Payer.objects.filter(
        Q(liabilities__public_id__in=subjects)
        | Q(reminder_costs__public_id__in=subjects)
        | Q(overpayments__public_id__in=subjects)
    ).values_list("pk", flat=True)
    rows = Payer.objects.select_for_update(no_key=True).filter(pk__in=set(payers))
    list(rows.order_by("pk").values_list("pk"))
    dues = Liability.objects.select_for_update(no_key=True).filter(public_id__in=subjects)
    list(dues.order_by("pk").values_list("pk"))
