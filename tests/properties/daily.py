"""Interest counted one day after another by the rates of `tests/unit/law.py`, quickly enough for 100,000 histories."""

from collections.abc import Iterable
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
) -> tuple[int, Fraction]:
    """(days of delay without pauses, exact interest in grosze)."""
    start = law.moved(due_on, regime).toordinal() + 1 - FIRST_ON.toordinal()
    end = paid_on.toordinal() + 1 - FIRST_ON.toordinal()
    numbers: Iterable[int] = range(start, end)
    for from_on, to_on in pauses:
        first, last = from_on.toordinal() - FIRST_ON.toordinal(), to_on.toordinal() - FIRST_ON.toordinal()
        numbers = [number for number in numbers if not first <= number <= last]
    numbers = list(numbers)
    if regime == "none":
        return len(numbers), Fraction(0)
    if regime == "contract":
        civil = _basis_points("civil", False)
        rate_sum = sum(min(contract_rate_bp or 0, 2 * civil[number]) for number in numbers)
    else:
        daily = _basis_points(regime, reduced)
        rate_sum = sum(daily[number] for number in numbers)
    return len(numbers), Fraction(principal_gr * rate_sum, 10_000 * 365)
