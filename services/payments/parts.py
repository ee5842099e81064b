"""Paying a part of a due: the bounds of the amount, how it falls on principal and interest, and what is left afterwards.

The division is the engine's own, for the day of the order; booking does it again for the legal day of payment.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from kernel.errors import InvalidInput
from kernel.money import format_gr
from services.liabilities.domain.interest import accrue
from services.liabilities.queries import Due
from services.payments.booking import claims_of
from services.payments.domain.allocation import AllocationRegime, Claim, ShareKind, allocate
from tenants.configuration.queries import allocation_rule
from tenants.rates.queries import rate_table

LEAST_PART_GR = 100
"""The smallest part, 1,00 zł; a due that is smaller is paid whole."""


@dataclass(frozen=True)
class ChosenDue:
    """A due in a basket and what is paid of it, in grosze: all of it, or the part that the payer named."""

    due: Due
    principal_gr: int
    interest_gr: int

    @property
    def total_gr(self) -> int:
        """What the office gets for it."""
        return self.principal_gr + self.interest_gr

    @property
    def is_part(self) -> bool:
        """Whether something of the due is left."""
        return self.total_gr < owed_gr(self.due)


def owed_gr(due: Due) -> int:
    """Principal and interest of a due in grosze: the most that can be paid of it. Reminder costs are paid beside it."""
    return due.principal_gr + due.interest_gr


def check_part(due: Due, amount_gr: int) -> int:
    """The amount, if it may be paid of the due.

    Raises InvalidInput("payment.part_too_large") above what is owed and InvalidInput("payment.part_too_small") below
    1,00 zł, unless that is the whole due.
    """
    whole_gr = owed_gr(due)
    if amount_gr > whole_gr:
        raise InvalidInput("payment.part_too_large", owed=format_gr(whole_gr))
    if amount_gr < min(LEAST_PART_GR, whole_gr):
        raise InvalidInput("payment.part_too_small", least=format_gr(min(LEAST_PART_GR, whole_gr)))
    return amount_gr


def share_of_one_gr(due: Due) -> int:
    """One co-owner's even share of what is owed, up to the grosz, so that the shares of all close the due.

    An offer and no limit: each of them owes the whole (art. 3 ust. 4 u.p.o.l.).
    """
    return -(-owed_gr(due) // due.co_owners)


def choose(dues: Sequence[Due], amounts: Mapping[UUID, int], on: date) -> list[ChosenDue]:
    """What is paid of each due on `on`: the whole, or the amount in grosze given for its public id.

    A part of a public due falls on principal and interest in their ratio (art. 55 § 2 O.p.), of a civil one by the gmina's
    rule (art. 451 § 1 KC). Raises as `check_part`.
    """
    parts = {
        due.public_id: amount_gr
        for due in dues
        if (amount_gr := check_part(due, amounts.get(due.public_id, owed_gr(due)))) < owed_gr(due)
    }
    claims = {claim.id: claim for claim in claims_of([due for due in dues if due.public_id in parts])}
    return [
        _part(due, claims[str(due.public_id)], parts[due.public_id], on)
        if due.public_id in parts
        else ChosenDue(due, due.principal_gr, due.interest_gr)
        for due in dues
    ]


def _part(due: Due, claim: Claim, amount_gr: int, on: date) -> ChosenDue:
    regime = AllocationRegime(due.regime)
    found = allocate(
        amount_gr,
        on,
        [claim],
        regime=regime,
        rule=allocation_rule(on),
        rates=rate_table(),
        indicated=claim.type if regime is AllocationRegime.TAX else claim.id,
    )
    principal_gr = sum(share.amount_gr for share in found.shares if share.kind is ShareKind.PRINCIPAL)
    return ChosenDue(due, principal_gr, amount_gr - principal_gr)


def left_after(paid: Iterable[tuple[Due, int]], on: date) -> dict[UUID, int]:
    """What is still owed on `on` of dues of which that much principal (grosze) is paid on the same day, by public id.

    Interest is counted anew on the principal that remains, from the original due date (law.md 3.3), so it may fall below the
    threshold and be nothing.
    """
    pairs = list(paid)
    claims = {claim.id: claim for claim in claims_of([due for due, _ in pairs])}
    return {
        due.public_id: _owed_gr(
            replace(claims[str(due.public_id)], principal_gr=max(0, due.principal_gr - principal_gr)),
            on,
        )
        for due, principal_gr in pairs
    }


def _owed_gr(claim: Claim, on: date) -> int:
    interest = accrue(
        claim.principal_gr,
        claim.due_on,
        on,
        regime=claim.interest,
        rates=rate_table(),
        rate=claim.rate,
        contract_rate_bp=claim.contract_rate_bp,
        pauses=claim.pauses,
        threshold=allocation_rule(on).threshold,
    )
    return claim.principal_gr + interest.total_gr
