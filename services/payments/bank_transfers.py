"""What an ordinary transfer would pay: money that came to the office's account past the portal, divided by law."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from kernel.errors import Conflict, InvalidInput
from services.accounts.models import Payer
from services.ledger.models import Entry
from services.liabilities.models import Liability
from services.liabilities.queries import dues_of, statement
from services.payments.booking import Split, Ticked, claims_of, parts, split_public
from services.payments.domain.allocation import AllocationRegime
from services.payments.domain.payment_day import (
    PaymentDay,
    PaymentDayRule,
    PaymentDays,
    instrument_of,
    payment_day,
)
from services.payments.domain.record import Chosen
from services.payments.domain.spending import CivilPart, fit, spend_civil
from services.payments.recording import PaidOtherwise, record_transfer
from tenants.configuration.queries import allocation_rule, payment_terms
from tenants.rates.queries import rate_table

TRADITIONAL = "traditional"
"""Group of methods of a transfer that somebody made at a bank."""


@dataclass(frozen=True)
class BankTransfer:
    """A transfer of `amount_gr` grosze for dues of one payer and one law.

    `reference` is the number of what told of it; `paid_on` the day of the debit (or authorisation) as far as it is known,
    `credited_on` that on which the office's account got it.
    """

    reference: UUID
    payer: Payer
    dues: Sequence[Liability] = field(repr=False)
    amount_gr: int
    paid_on: date
    credited_on: date
    method_group: str = TRADITIONAL

    @property
    def regime(self) -> AllocationRegime:
        """The law by which it is divided."""
        return AllocationRegime(self.in_order[0].liability_type.allocation_regime)

    @property
    def in_order(self) -> list[Liability]:
        """The dues, the earliest date first."""
        return sorted(self.dues, key=lambda due: (due.due_on, due.external_id))

    def day(self, rule: PaymentDayRule) -> PaymentDay:
        """The day that counts in law."""
        days = PaymentDays(
            ordered_on=self.paid_on,
            debited_on=self.paid_on,
            authorised_on=self.paid_on,
            credited_on=self.credited_on,
        )
        return payment_day(rule, instrument_of(self.method_group), days, payment_terms(self.paid_on))


def check_transfer(transfer: BankTransfer) -> None:
    """Raises InvalidInput("bank_transfer.amount"), ("bank_transfer.day"), ("bank_transfer.no_dues") or
    ("bank_transfer.mixed_laws"), and Conflict("bank_transfer.enforced") for a due whose enforcement has begun: that office
    divides the money (eKasa § 10 ust. 7)."""
    if transfer.amount_gr <= 0:
        raise InvalidInput("bank_transfer.amount")
    if transfer.paid_on > transfer.credited_on:
        raise InvalidInput("bank_transfer.day", field="paid_on")
    if not transfer.dues:
        raise InvalidInput("bank_transfer.no_dues", field="due")
    if len({due.liability_type.allocation_regime for due in transfer.dues}) > 1:
        raise InvalidInput("bank_transfer.mixed_laws", field="due")
    if any(due.is_enforced for due in transfer.dues):
        raise Conflict("bank_transfer.enforced", field="due")


def split_transfer(transfer: BankTransfer) -> Split:
    """Where the money goes, as with a payment ordered in the portal (`booking.split_payment`).

    Public dues: costs and earlier arrears may come first (art. 62 § 1, 55 § 2 O.p.). Civil dues: the named ones alone.
    """
    if transfer.regime is AllocationRegime.TAX:
        paid_on = transfer.day(PaymentDayRule.DEBIT).paid_on
        whole = statement(transfer.payer, paid_on)
        owed = {due.id: due.principal_gr + due.interest_gr for due in whole.dues}
        ticked = [
            Ticked(due.liability_type.code, str(due.public_id), owed.get(due.pk, 0))
            for due in transfer.in_order
        ]
        meant = parts(ticked, sum(cost.amount_gr for cost in whole.costs))
        return split_public(fit(meant, transfer.amount_gr), whole.dues, whole.costs, paid_on)
    return _split_civil(transfer)


def _split_civil(transfer: BankTransfer) -> Split:
    meant = []
    for due in transfer.in_order:
        paid_on = transfer.day(PaymentDayRule(due.liability_type.payment_day_rule)).paid_on
        found = dues_of(Liability.objects.filter(pk=due.pk), paid_on)
        owed_gr = sum(one.principal_gr + one.interest_gr for one in found)
        meant.append(CivilPart(owed_gr, paid_on, claims_of(found)[0] if found else None))
    spent = spend_civil(fit(meant, transfer.amount_gr), rule_on=allocation_rule, rates=rate_table())
    titles = {str(due.public_id): due.title for due in transfer.dues}
    last_day = max(part.paid_on for part in meant)
    return Split(last_day, spent.shares, spent.left_gr, spent.reasons, titles, spent.runs)


def record_split(transfer: BankTransfer, entry: Entry, split: Split) -> None:
    """Keep why the transfer was divided as its entry says, in the same transaction."""
    rules = [PaymentDayRule.DEBIT] * len(split.runs)
    if transfer.regime is AllocationRegime.CIVIL:
        rules = [PaymentDayRule(due.liability_type.payment_day_rule) for due in transfer.in_order]
    paid = PaidOtherwise(
        regime=transfer.regime,
        amount_gr=transfer.amount_gr,
        paid_on=transfer.paid_on,
        credited_on=transfer.credited_on,
        method_group=transfer.method_group,
        chosen=tuple(Chosen(due.title, due.principal_gr) for due in transfer.in_order),
        days=tuple(transfer.day(rule) for rule in rules),
    )
    record_transfer(paid, entry, split)
