"""Two rules over the same payments: what was booked, what another rule would have done, and what that sums to.

Each payment is compared for itself, as things stood when it was booked: what one of them would have left otherwise does
not carry over to the next.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.payments.domain.allocation import ShareKind
from services.payments.domain.spending import Spent

Key = tuple[str, ShareKind]
"""What a share pays: the public id of a due or of a reminder's costs, and what of it."""


@dataclass(frozen=True)
class Outcome:
    """Where a payment went, in grosze; the shares and `overpaid_gr` sum to the payment."""

    shares: Mapping[Key, int]
    overpaid_gr: int

    @property
    def total_gr(self) -> int:
        """What was given out."""
        return sum(self.shares.values()) + self.overpaid_gr

    @classmethod
    def of(cls, spent: Spent) -> "Outcome":
        """The shares of an allocation, several of one thing taken together."""
        shares: dict[Key, int] = defaultdict(int)
        for share in spent.shares:
            shares[share.id, share.kind] += share.amount_gr
        return cls(dict(shares), spent.left_gr)


@dataclass(frozen=True)
class Target:
    """What a share is about, without anything that names a person. Reminder costs have neither type nor day."""

    type_name: str
    due_on: date | None


@dataclass(frozen=True)
class Line:
    """One share as it was booked and as the proposed rule would have made it, in grosze."""

    target: Target
    kind: ShareKind
    booked_gr: int
    proposed_gr: int

    @property
    def change_gr(self) -> int:
        """Above zero: the proposed rule gives it more."""
        return self.proposed_gr - self.booked_gr


@dataclass(frozen=True)
class Difference:
    """A payment that the proposed rule would have divided otherwise, with all its shares. Amounts in grosze."""

    payment_id: UUID
    reference: str
    payer: int
    booked_at: datetime
    paid_on: date
    amount_gr: int
    lines: tuple[Line, ...]
    booked_overpaid_gr: int
    proposed_overpaid_gr: int

    @property
    def has_overpaid(self) -> bool:
        """Whether anything of it is an overpayment, by either rule."""
        return bool(self.booked_overpaid_gr or self.proposed_overpaid_gr)

    @property
    def owed_gr(self) -> int:
        """By how much the balance after the payment would be higher (below zero: lower)."""
        return -sum(line.change_gr for line in self.lines if line.kind is not ShareKind.INTEREST)

    @property
    def overpaid_gr(self) -> int:
        """By how much the overpayment would be higher (below zero: lower)."""
        return self.proposed_overpaid_gr - self.booked_overpaid_gr


_ORDER = {kind: place for place, kind in enumerate(ShareKind)}


def lines(booked: Outcome, proposed: Outcome, targets: Mapping[str, Target]) -> tuple[Line, ...]:
    """All shares of both outcomes side by side: reminder costs first, then the dues by their dates."""
    found = [
        Line(targets[key[0]], key[1], booked.shares.get(key, 0), proposed.shares.get(key, 0))
        for key in sorted({*booked.shares, *proposed.shares})
    ]
    return tuple(
        sorted(
            found,
            key=lambda line: (line.target.due_on or date.min, line.target.type_name, _ORDER[line.kind]),
        )
    )


@dataclass(frozen=True)
class TypeMoves:
    """What would move within the dues of one type, summed over the payments, in grosze.

    `gained_gr` and `lost_gr` are what they would get from elsewhere or give away: dues of other types, reminder costs,
    overpayments.
    """

    name: str
    payments: int
    to_principal_gr: int
    to_interest_gr: int
    gained_gr: int
    lost_gr: int


@dataclass(frozen=True)
class Owing:
    """How many payers would owe more (or less) after these payments, and how much in all, in grosze."""

    payers: int
    amount_gr: int


@dataclass(frozen=True)
class Totals:
    """Sums over the differing payments."""

    types: tuple[TypeMoves, ...]
    owing_more: Owing
    owing_less: Owing
    overpaid_more: Owing
    overpaid_less: Owing


def totals(differences: Iterable[Difference]) -> Totals:
    """Sum what would move by type of due, and what each payer would owe or have overpaid otherwise."""
    moved: dict[str, list[TypeMoves]] = defaultdict(list)
    owed: dict[int, int] = defaultdict(int)
    overpaid: dict[int, int] = defaultdict(int)
    for difference in differences:
        for one in _moves(difference):
            moved[one.name].append(one)
        owed[difference.payer] += difference.owed_gr
        overpaid[difference.payer] += difference.overpaid_gr
    return Totals(
        types=tuple(_sum(name, found) for name, found in sorted(moved.items())),
        owing_more=_owing(owed.values(), 1),
        owing_less=_owing(owed.values(), -1),
        overpaid_more=_owing(overpaid.values(), 1),
        overpaid_less=_owing(overpaid.values(), -1),
    )


def _moves(difference: Difference) -> Iterable[TypeMoves]:
    """What moves in one payment between principal and interest of each type; the rest comes from or goes elsewhere."""
    changes: dict[str, dict[ShareKind, int]] = defaultdict(lambda: defaultdict(int))
    for line in difference.lines:
        if line.kind is not ShareKind.REMINDER_COSTS:
            changes[line.target.type_name][line.kind] += line.change_gr
    for name, by_kind in changes.items():
        principal_gr, interest_gr = by_kind[ShareKind.PRINCIPAL], by_kind[ShareKind.INTEREST]
        if principal_gr or interest_gr:
            yield TypeMoves(
                name=name,
                payments=1,
                to_principal_gr=max(0, min(principal_gr, -interest_gr)),
                to_interest_gr=max(0, min(interest_gr, -principal_gr)),
                gained_gr=max(0, principal_gr + interest_gr),
                lost_gr=max(0, -principal_gr - interest_gr),
            )


def _sum(name: str, moves: Iterable[TypeMoves]) -> TypeMoves:
    found = list(moves)
    return TypeMoves(
        name,
        payments=sum(one.payments for one in found),
        to_principal_gr=sum(one.to_principal_gr for one in found),
        to_interest_gr=sum(one.to_interest_gr for one in found),
        gained_gr=sum(one.gained_gr for one in found),
        lost_gr=sum(one.lost_gr for one in found),
    )


def _owing(amounts: Iterable[int], sign: int) -> Owing:
    found = [sign * amount_gr for amount_gr in amounts if sign * amount_gr > 0]
    return Owing(len(found), sum(found))
