"""What a campaign does, decided by its seed alone: who pays what and how, which faults come, what is killed when."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from random import Random

from tests.campaign.faults import Order, orders

GMINAS = ("borki", "dabrowa-gornicza")
MOST_DUES = 3


class Behaviour(StrEnum):
    """What a payer does after having confirmed the amounts."""

    PAY = "pay"
    PAY_AND_LEAVE = "pay_and_leave"
    """Pays and never comes back to the portal."""
    DOUBLE_CLICK = "double_click"
    TWO_BROWSERS = "two_browsers"
    """Orders the same dues in two browsers at one moment, and pays whatever begins."""
    REFUSED = "refused"
    REFUSED_THEN_PAY = "refused_then_pay"
    ABANDON = "abandon"
    NEVER_OPEN = "never_open"
    """Never opens the operator's page."""
    PAY_TWICE = "pay_twice"
    OTHER_AMOUNT = "other_amount"
    LATE = "late"
    """Pays after the link has died, where the operator still takes the money."""
    LATE_AND_AGAIN = "late_and_again"
    """Orders and pays the dues anew after the link has died, and then by the first link, too."""


WEIGHTS: Mapping[Behaviour, int] = {
    Behaviour.PAY: 38,
    Behaviour.PAY_AND_LEAVE: 14,
    Behaviour.DOUBLE_CLICK: 6,
    Behaviour.TWO_BROWSERS: 6,
    Behaviour.REFUSED: 5,
    Behaviour.REFUSED_THEN_PAY: 5,
    Behaviour.ABANDON: 5,
    Behaviour.NEVER_OPEN: 3,
    Behaviour.PAY_TWICE: 6,
    Behaviour.OTHER_AMOUNT: 4,
    Behaviour.LATE: 4,
    Behaviour.LATE_AND_AGAIN: 4,
}


@dataclass(frozen=True)
class Visit:
    """One payer's attempt. `bank` is the place of the chosen one in the list, as a share; `principals` are grosze of
    the dues that only this visit pays; `surplus_gr` is what OTHER_AMOUNT pays above the order, below zero too little.
    """

    number: int
    gmina: str
    operator: str
    resident: int
    behaviour: Behaviour
    principals: tuple[int, ...]
    bank: float
    pause: float
    surplus_gr: int
    faults: tuple[Order, ...]

    def due_id(self, place: int) -> str:
        """The finance system's number of the visit's due."""
        return f"KAMPANIA-{self.number}-{place}"

    def anew(self) -> "Visit":
        """The same payer with the same dues, paying without ado."""
        return replace(self, behaviour=Behaviour.PAY_AND_LEAVE, faults=(), pause=0.0)


@dataclass(frozen=True)
class Kill:
    """SIGKILL of `target` (web, worker or database) `after` seconds after the visit `visit` began; it stays away for
    `away` seconds."""

    visit: int
    after: float
    target: str
    away: float

    def __str__(self) -> str:
        return f"{self.target} {self.after:.2f} s after visit {self.visit} begins, away for {self.away:.1f} s"


@dataclass(frozen=True)
class Plan:
    """A whole campaign."""

    seed: int
    residents: int
    visits: tuple[Visit, ...]
    kills: tuple[Kill, ...]


def make_plan(*, seed: int, payments: int, kills: int, operators: Sequence[str]) -> Plan:
    """The same arguments give the same plan."""
    chance = Random(seed)
    residents = max(3, min(30, payments // 10))
    visits = tuple(_visit(chance, number, operators, residents) for number in range(payments))
    return Plan(seed, residents, visits, tuple(_kills(chance, payments, kills)))


def _visit(chance: Random, number: int, operators: Sequence[str], residents: int) -> Visit:
    [behaviour] = chance.choices(list(WEIGHTS), WEIGHTS.values())
    operator = operators[number % len(operators)]
    return Visit(
        number=number,
        gmina=chance.choice(GMINAS),
        operator=operator,
        resident=chance.randrange(residents),
        behaviour=behaviour,
        principals=tuple(chance.randrange(20, 900) * 100 for _ in range(_how_many(chance))),
        bank=chance.random(),
        pause=chance.random() * 0.4,
        surplus_gr=chance.choice((-10_00, -1, 1, 10_00)),
        faults=orders(chance, operator),
    )


def _how_many(chance: Random) -> int:
    return chance.choices(range(1, MOST_DUES + 1), (6, 2, 1))[0]


def _kills(chance: Random, payments: int, count: int) -> Collection[Kill]:
    targets = ["web", "worker", "database"] * (count // 3 + 1)
    chance.shuffle(targets)
    moments = sorted(chance.randrange(payments // 10, max(payments * 19 // 20, 1)) for _ in range(count))
    return [
        Kill(moment, chance.random() * 1.5, target, 0.2 + chance.random() * 2)
        for moment, target in zip(moments, targets, strict=False)
    ]
