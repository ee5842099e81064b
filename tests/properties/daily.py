"""Interest counted one day after another by the rates of `tests/unit/law.py`, quickly enough for 100,000 histories."""

from collections.abc import Iterable, Sequence
from datetime import date
from fractions import Fraction
from functools import cache

from tests.unit import law

FIRST_ON, LAST_ON = date(2014, 1, 1), date(2035, 12, 31)


@cache
def _basis_points(regime: str, reduced: bool) -> list[int]:
    """Rate of every single day since FIRST_ON; commercial ones begin in 2016."""
    rates = []
    for ordinal in range(FIRST_ON.toordinal(), LAST_ON.toordinal() + 1):
        day = date.fromordinal(ordinal)
        if regime.startswith("commercial") and day.year < 2016:
            rates.append(0)
        else:
            rates.append(int(law.rate_on(regime, day, reduced=reduced) * 100))
    return rates


def interest(
    principal_gr: int,
    due_on: date,
    paid_on: date,
    regime: str,
    *,
    reduced: bool = False,
    contract_rate_bp: int | None = None,
    pauses: Iterable[tuple[date, date]] = (),
    paid_before: Iterable[tuple[date, int]] = (),
) -> tuple[int, Fraction]:
    """(days of delay without pauses, exact interest in grosze).

    `paid_before` is principal by the day on which it was paid: it bore interest until then, for itself.
    """
    days = _days(due_on, paid_on, regime, pauses)
    exact = principal_gr * _rates(days, regime, reduced, contract_rate_bp)
    for earlier_on, part_gr in paid_before:
        part_days = [number for number in days if number <= earlier_on.toordinal() - FIRST_ON.toordinal()]
        exact += part_gr * _rates(part_days, regime, reduced, contract_rate_bp)
    return len(days), Fraction(exact, 10_000 * 365)


def _days(due_on: date, paid_on: date, regime: str, pauses: Iterable[tuple[date, date]]) -> Sequence[int]:
    start = law.moved(due_on, regime).toordinal() + 1 - FIRST_ON.toordinal()
    numbers: Sequence[int] = range(start, paid_on.toordinal() + 1 - FIRST_ON.toordinal())
    for from_on, to_on in pauses:
        first, last = from_on.toordinal() - FIRST_ON.toordinal(), to_on.toordinal() - FIRST_ON.toordinal()
        numbers = [number for number in numbers if not first <= number <= last]
    return numbers


def _rates(days: Sequence[int], regime: str, reduced: bool, contract_rate_bp: int | None) -> int:
    """Basis points of all the days together."""
    if regime == "none":
        return 0
    if regime == "contract":
        civil = _basis_points("civil", False)
        return sum(min(contract_rate_bp or 0, 2 * civil[number]) for number in days)
    daily = _basis_points(regime, reduced)
    return sum(daily[number] for number in days)
