"""Paying a part of a due: the bounds of the amount, how it falls on principal and interest, and what is left afterwards.

The division is the engine's own, for the day of the order; booking does it again for the legal day of payment.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from kernel.errors import InvalidInput
from kernel.money import format_gr
from services.liabilities.domain.interest import Settled
from services.liabilities.statements import Due
from services.payments.booking import claims_of
from services.payments.domain.allocation import AllocationRegime, Claim, allocate, divide_part
from tenants.configuration.queries import allocation_rule
from tenants.metering import flags
from tenants.rates.queries import rate_table

LEAST_PART_GR = 100
"""The smallest part, 1,00 zł; a due that is smaller is paid whole."""


@dataclass(frozen=True)
class ChosenDue:
    """A due in a basket and what is paid of it, in grosze: all of it, or the part that the payer named. `left_gr` is what is
    owed afterwards on the same day."""

    due: Due
    principal_gr: int
    interest_gr: int
    left_gr: int = 0

    @property
    def total_gr(self) -> int:
        """What the office gets for it."""
        return self.principal_gr + self.interest_gr

    @property
    def is_part(self) -> bool:
        """Whether less than the whole due is paid."""
        return self.total_gr < owed_gr(self.due)


def owed_gr(due: Due) -> int:
    """Principal and interest of a due in grosze: the most that can be paid of it. Reminder costs are paid beside it."""
    return due.principal_gr + due.interest_gr


def check_part(due: Due, amount_gr: int) -> int:
    """The amount, if it may be paid of the due.

    Raises InvalidInput("payment.part_too_large") above what is owed and InvalidInput("payment.part_too_small") below
    1,00 zł, unless that is the whole due, and InvalidInput("payment.part_switched_off") where the gmina takes no parts.
    """
    whole_gr = owed_gr(due)
    least_gr = min(LEAST_PART_GR, whole_gr)
    if amount_gr > whole_gr:
        raise InvalidInput("payment.part_too_large", owed=format_gr(whole_gr))
    if amount_gr < least_gr:
        raise InvalidInput("payment.part_too_small", least=format_gr(least_gr))
    if amount_gr < whole_gr and not flags.PART_PAYMENTS.is_on():
        raise InvalidInput("payment.part_switched_off")
    return amount_gr


def share_of_one_gr(due: Due) -> int:
    """One co-owner's even share of what is owed, up to the grosz, so that the shares of all close the due.

    An offer and no limit: each of them owes the whole (art. 3 ust. 4 u.p.o.l.).
    """
    return -(-owed_gr(due) // due.co_owners)


def choose(
    dues: Sequence[Due], amounts: Mapping[UUID, int], on: date, *, whole: Sequence[Due]
) -> list[ChosenDue]:
    """What is paid of each due on `on`: all of it, or the amount in grosze given for its public id.

    A part of a public due falls on principal and interest in their ratio (art. 55 § 2 O.p.), of a civil one by the gmina's
    rule (art. 451 § 1 KC). `whole` are all dues of the payer. Raises as `check_part`.
    """
    chosen = {
        due.public_id: _chosen(due, check_part(due, amounts.get(due.public_id, owed_gr(due))), on)
        for due in dues
    }
    paid = {
        due_id: Settled(on, one.principal_gr, one.interest_gr)
        for due_id, one in chosen.items()
        if one.is_part
    }
    left = left_after(whole, paid, on)
    return [replace(one, left_gr=left.get(due_id, 0)) for due_id, one in chosen.items()]


def _chosen(due: Due, amount_gr: int, on: date) -> ChosenDue:
    if amount_gr == owed_gr(due):
        return ChosenDue(due, due.principal_gr, due.interest_gr)
    (claim,) = claims_of([due])
    regime = AllocationRegime(due.regime)
    return ChosenDue(
        due, *divide_part(amount_gr, claim, due.interest, regime=regime, rule=allocation_rule(on))
    )


def left_after(whole: Sequence[Due], paid: Mapping[UUID, Settled], on: date) -> dict[UUID, int]:
    """What is still owed on `on` of the dues of which so much is paid (by public id).

    The interest of a tax is counted anew on the principal that remains, from the original due date (law.md 3.3), so it may
    fall below the threshold and be nothing; that of a civil due is what it was, less what is paid. `whole` are all dues of
    the payer; those in enforcement have no answer here.
    """
    if not paid:
        return {}
    regimes = {str(due.public_id): AllocationRegime(due.regime) for due in whole}
    claims = [
        after_payment(claim, regimes[claim.id], paid[UUID(claim.id)]) if UUID(claim.id) in paid else claim
        for claim in claims_of([due for due in whole if not due.is_enforced])
    ]
    rule, rates = allocation_rule(on), rate_table()
    left: dict[UUID, int] = {}
    for regime in AllocationRegime:
        own = [claim for claim in claims if regimes[claim.id] is regime]
        interests = allocate(0, on, own, regime=regime, rule=rule, rates=rates).interests
        left |= {UUID(one.id): one.principal_gr + interests[one.id].total_gr for one in own}
    return {due_id: left[due_id] for due_id in paid if due_id in left}


def after_payment(claim: Claim, regime: AllocationRegime, paid: Settled) -> Claim:
    """The claim when so much of it is paid. Only a civil one remembers it: of a tax no unpaid interest is kept."""
    left_gr = max(0, claim.principal_gr - paid.principal_gr)
    settled = (*claim.settled, paid) if regime is AllocationRegime.CIVIL else claim.settled
    return replace(claim, principal_gr=left_gr, settled=settled)
