"""Which of the shared faults, and of each operator's own ones, come how often."""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from integrations.emulators.operators.faults import modes
from integrations.emulators.registry import EMULATORS

PLACES: Mapping[str, int] = {"notify": 12, "confirm": 5, "status": 5, "start": 4, "lists": 2, "token": 2}
"""Places that a payment passes, with their weights. Refunds, cancellations and payouts are no part of a campaign."""
PER_VISIT = (0, 0, 1, 1, 2)
NEVER_ANSWERED = 12.0
"""Seconds that are more than the portal waits for an answer."""
ONE_IN = 8
"""How rarely a slow answer is one that the portal does not wait for: each of them takes its time."""


@dataclass(frozen=True)
class Order:
    """A fault to order; `options` as the control API takes them."""

    place: str
    mode: str
    options: tuple[tuple[str, float], ...] = ()

    def __str__(self) -> str:
        return f"{self.place}.{self.mode}"


def orders(chance: Random, operator: str) -> tuple[Order, ...]:
    """The faults that come with one visit to this operator."""
    kind = EMULATORS[operator]
    table = modes(kind.places, kind.own_faults)
    places = [place for place in table if place in PLACES]
    found = []
    for _ in range(chance.choice(PER_VISIT)):
        [place] = chance.choices(places, [PLACES[place] for place in places])
        mode = chance.choice(table[place])
        found.append(Order(place, mode, _options(chance, mode)))
    return tuple(found)


def _options(chance: Random, mode: str) -> tuple[tuple[str, float], ...]:
    if mode in ("slow", "commit_then_slow"):
        is_endless = chance.randrange(ONE_IN) == 0
        return (("seconds", NEVER_ANSWERED if is_endless else 0.2 + chance.random()),)
    if mode == "delay":
        return (("seconds", float(chance.randrange(2, 600))),)
    if mode == "duplicate":
        return (("copies", chance.randrange(2, 12)),)
    return ()
