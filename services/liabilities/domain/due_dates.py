"""When a due is really due: the date moves over free days, by the law it follows (law.md 1.8, 7)."""

from datetime import date, timedelta
from functools import lru_cache

from kernel.dates import is_free_day, next_working_day
from services.liabilities.domain.regimes import InterestRegime

CIVIL_SATURDAYS_FROM = date(2017, 1, 1)
"""Art. 115 KC names Saturdays since this day; before it only free days moved a civil date."""

_SATURDAY = 5
_ONE_DAY = timedelta(days=1)
_PUBLIC = frozenset({InterestRegime.TAX, InterestRegime.NONE})


@lru_cache(maxsize=4096)  # the dues of a gmina fall on few days
def effective_due_on(due_on: date, regime: InterestRegime = InterestRegime.TAX) -> date:
    """Last day to pay without delay.

    Public dues: the next day that is neither a Saturday nor free (Ordynacja podatkowa art. 12 § 5). Civil
    dues: the same since 2017, before it a Saturday stayed (art. 115 KC). Only the due date moves, never the
    day of payment.
    """
    if regime in _PUBLIC:
        return next_working_day(due_on)
    day = due_on
    while is_free_day(day) or (day.weekday() == _SATURDAY and day >= CIVIL_SATURDAYS_FROM):
        day += _ONE_DAY
    return day
