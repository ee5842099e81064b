"""The record of a booked payment, for those who may see it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils import timezone

from kernel.actors import Actor
from kernel.errors import NotFound
from services.accounts.access import liability_types_of, types_handled
from services.accounts.queries import acts_for, resident_of
from services.ledger.models import Entry, EntryCode
from services.ledger.queries import entries_of
from services.payments.domain.record import Record, from_plain
from services.payments.models import AllocationRecord, Payment
from services.payments.queries import desk_payment_for, payment_for


@dataclass(frozen=True)
class BookedRecord:
    """A payment, its last booking and the record of it; `reversed_on` when the office has taken that booking back."""

    payment: Payment
    entry: Entry
    record: Record
    reversed_on: date | None


def record_of(payment: Payment) -> BookedRecord | None:
    """The record of the payment's last booking; None before there is one.

    For code that has already passed the door to the payment. Who sees a payment need not see its record: by law the money
    may have gone to dues of other departments, and to dues that the one who ordered it does not know of.
    """
    entries = entries_of(payment.public_id)
    booked = [entry for entry in entries if entry.code == EntryCode.PAYMENT]
    row = AllocationRecord.objects.filter(entry__in=booked).order_by("entry").last()
    if row is None:
        return None
    entry = next(entry for entry in booked if entry.pk == row.entry_id)
    return BookedRecord(payment, entry, from_plain(Record, row.content), _reversed_on(entry, entries))


def is_handled(actor: Actor, found: BookedRecord) -> bool:
    """Whether the clerk handles every due that the payer chose and every one that the money went to."""
    handled = set(types_handled(actor).values_list("pk", flat=True))
    return {*liability_types_of(found.payment), *liability_types_of(found.entry)} <= handled


def desk_record_for(actor: Actor, payment_id: UUID) -> BookedRecord:
    """The record for a clerk who handles all that is in it. Raises NotFound("payment.unknown") for a payment that the clerk
    does not see and NotFound("allocation_record.unknown") otherwise."""
    found = record_of(desk_payment_for(actor, payment_id))
    if found is None or not is_handled(actor, found):
        raise NotFound("allocation_record.unknown")
    return found


def own_record_for(actor: Actor, payment_id: UUID) -> BookedRecord:
    """The record of a payment that the resident ordered, while the resident is the payer or acts for the payer: it tells of
    other dues of that payer. Raises NotFound as `desk_record_for`."""
    payment = payment_for(actor, payment_id)
    found = record_of(payment) if acts_for_payer(actor, payment) else None
    if found is None:
        raise NotFound("allocation_record.unknown")
    return found


def acts_for_payer(actor: Actor, payment: Payment) -> bool:
    """Whether the resident is the payer of the payment or acts for the payer today."""
    payers = acts_for(resident_of(actor), timezone.localdate())
    return payment.payer_id in {payer.pk for payer in payers}


def _reversed_on(entry: Entry, entries: Collection[Entry]) -> date | None:
    reversals = (one for one in entries if one.code == EntryCode.REVERSAL)
    return next((one.effective_on for one in reversals if one.reference == entry.public_id), None)
