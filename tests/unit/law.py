"""The law written down a second time, in the slowest and plainest way: a day at a time, straight from law.md.

Tests hold the engine against it. It shares no code and no data file with the product.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cache

BASE_RATES = """
2008-06-26 15; 2008-11-27 14.5; 2008-12-24 13; 2009-01-28 11.5; 2009-02-26 11; 2009-03-26 10.5; 2009-06-25 10;
2010-11-09 12; 2011-01-20 12.5; 2011-04-06 13; 2011-05-12 13.5; 2011-06-09 14; 2012-05-10 14.5; 2012-11-08 14;
2012-12-06 13.5; 2013-01-10 13; 2013-02-07 12.5; 2013-03-07 11.5; 2013-05-09 11; 2013-06-06 10.5;
2013-07-04 10.00; 2014-10-09 8.00; 2016-01-01 8.00; 2022-02-09 8.50; 2022-03-09 10.00; 2022-04-07 12.00;
2022-05-06 13.50; 2022-06-09 15.00; 2022-07-08 16.00; 2022-09-08 16.50; 2023-09-07 15.00; 2023-10-05 14.50;
2025-05-08 13.50; 2025-07-03 13.00; 2025-09-04 12.50; 2025-10-09 12.00; 2025-11-06 11.50; 2025-12-04 11.00;
2026-03-05 10.50
"""
REDUCED_RATES = """
2013-07-04 7.50; 2014-10-09 6.00; 2016-01-01 4.00; 2022-02-09 4.25; 2022-03-09 5.00; 2022-04-07 6.00;
2022-05-06 6.75; 2022-06-09 7.50; 2022-07-08 8.00; 2022-09-08 8.25; 2023-09-07 7.50; 2023-10-05 7.25;
2025-05-08 6.75; 2025-07-03 6.50; 2025-09-04 6.25; 2025-10-09 6.00; 2025-11-06 5.75; 2025-12-04 5.50;
2026-03-05 5.25
"""
LOMBARD_RATES = """
2013-07-04 4.00; 2014-10-09 3.00; 2022-02-09 3.25; 2022-03-09 4.00; 2022-04-07 5.00; 2022-05-06 5.75;
2022-06-09 6.50; 2022-07-08 7.00; 2022-09-08 7.25; 2023-09-07 6.50; 2023-10-05 6.25; 2025-05-08 5.75;
2025-07-03 5.50; 2025-09-04 5.25; 2025-10-09 5.00; 2025-11-06 4.75; 2025-12-04 4.50; 2026-03-05 4.25
"""
CIVIL_RATES = """
2008-12-15 13.00; 2014-12-23 8.00; 2016-01-01 7.00; 2020-03-18 6.50; 2020-04-09 6.00; 2020-05-29 5.60;
2021-10-07 6.00; 2021-11-04 6.75; 2021-12-09 7.25; 2022-01-05 7.75; 2022-02-09 8.25; 2022-03-09 9.00;
2022-04-07 10.00; 2022-05-06 10.75; 2022-06-09 11.50; 2022-07-08 12.00; 2022-09-08 12.25; 2023-09-07 11.50;
2023-10-05 11.25; 2025-05-08 10.75; 2025-07-03 10.50; 2025-09-04 10.25; 2025-10-09 10.00; 2025-11-06 9.75;
2025-12-04 9.50; 2026-03-05 9.25
"""
COMMERCIAL_RATES = """
2016-01-01 9.50; 2020-01-01 11.50; 2020-07-01 10.10; 2022-01-01 11.75; 2022-07-01 16.00; 2023-01-01 16.75;
2024-01-01 15.75; 2025-07-01 15.25; 2026-01-01 14.00; 2026-07-01 13.75
"""


@cache
def rows(table: str) -> list[tuple[date, Fraction]]:
    """Percent a year, by the day it starts."""
    pairs = (entry.split() for entry in table.replace("\n", " ").split(";"))
    return [(date.fromisoformat(day), Fraction(Decimal(percent))) for day, percent in pairs]


def percent_on(table: str, day: date) -> Fraction:
    """The last row that started on `day` or before."""
    return max((start, percent) for start, percent in rows(table) if start <= day)[1]


def rate_on(regime: str, day: date, *, reduced: bool = False, contract: Fraction | None = None) -> Fraction:
    """Percent a year on one day."""
    if regime == "tax":
        base = percent_on(BASE_RATES, day)
        if not reduced:
            return base
        if day >= date(2016, 1, 1):
            return base / 2
        hundredths = base * 75  # 75 % of it, in hundredths of a percent
        return Fraction(-(-hundredths.numerator // hundredths.denominator), 100)
    if regime == "civil":
        return percent_on(CIVIL_RATES, day)
    if regime == "commercial":
        return percent_on(COMMERCIAL_RATES, day)
    if regime == "commercial_healthcare":  # reference + 8 and not + 10, which for all others came in 2020
        return percent_on(COMMERCIAL_RATES, day) - (2 if day >= date(2020, 1, 1) else 0)
    return min(contract, 2 * percent_on(CIVIL_RATES, day))


def easter(year: int) -> date:
    """Gauss's rule for the Gregorian calendar, 1900-2199."""
    m, n = (24, 5) if year < 2100 else (24, 6)
    a, b, c = year % 19, year % 4, year % 7
    d = (19 * a + m) % 30
    e = (2 * b + 4 * c + 6 * d + n) % 7
    if d == 29 and e == 6:
        return date(year, 4, 19)
    if d == 28 and e == 6 and (11 * m + 11) % 30 < 19:
        return date(year, 4, 18)
    return date(year, 3, 22) + timedelta(days=d + e)


@cache
def feasts(year: int) -> set[date]:
    """Act of 18 January 1951 as law.md section 8 lists it."""
    fixed = {(1, 1), (5, 1), (5, 3), (8, 15), (11, 1), (11, 11), (12, 25), (12, 26)}
    fixed |= {(1, 6)} if year >= 2011 else set()
    fixed |= {(12, 24)} if year >= 2025 else set()
    fixed |= {(11, 12)} if year == 2018 else set()
    moving = {easter(year) + timedelta(days=n) for n in (0, 1, 49, 60)}
    return {date(year, month, day) for month, day in fixed} | moving


def moved(due_on: date, regime: str) -> date:
    """Art. 12 § 5 O.p. and art. 115 KC, which knows Saturdays since 2017."""
    while True:
        is_free = due_on.isoweekday() == 7 or due_on in feasts(due_on.year)
        saturday_counts = regime in ("tax", "none") or due_on.year >= 2017
        if not is_free and not (due_on.isoweekday() == 6 and saturday_counts):
            return due_on
        due_on += timedelta(days=1)


def counted_days(due_on: date, as_of: date, regime: str, pauses: Iterable[tuple[date, date]]) -> list[date]:
    """Every single day that bears interest."""
    paused = [(start, end) for start, end in pauses]
    day, days = moved(due_on, regime) + timedelta(days=1), []
    while day <= as_of:
        if not any(start <= day <= end for start, end in paused):
            days.append(day)
        day += timedelta(days=1)
    return days


def exact_interest(principal_gr: int, days: Iterable[date], regime: str, **which: object) -> Fraction:
    """Grosze, unrounded: one day after another."""
    if regime == "none":
        return Fraction(0)
    return sum((principal_gr * rate_on(regime, day, **which) / 100 / 365 for day in days), Fraction(0))


def half_up(value: Fraction) -> int:
    """0.5 goes up; values here are never negative."""
    return int(value + Fraction(1, 2))


def charged(exact: Fraction, as_of: date, regime: str, reading: str = "rounded") -> int:
    """What is owed of the exact interest, in grosze."""
    if regime != "tax":
        return half_up(exact)
    rounded = half_up(exact / 100) * 100
    minimum = 660 if as_of < date(2016, 1, 1) else 870
    return rounded if (rounded if reading == "rounded" else exact) > minimum else 0


def share_of_one(
    money: int, principal: int, interest: Fraction, owed: int, base: str = "rounded"
) -> tuple[int, int]:
    """Law.md 3.3: (to principal, to interest) of one arrear; `interest` exact, `owed` as rounded."""
    if money >= principal + owed:
        return principal, owed
    if owed == 0:
        return money, 0
    ratio = Fraction(owed) if base == "rounded" else interest
    to_principal = min(principal, half_up(Fraction(money * principal) / (principal + ratio)))
    return to_principal, money - to_principal


def allocated(case: dict) -> tuple[list[list], int]:
    """The `allocate` operation, claim by claim; `case` is its JSON line."""
    rule = {"ratio_base": "rounded", "threshold": "rounded", "civil_interest_first": True} | case.get(
        "rule", {}
    )
    paid_on, left, shares = date.fromisoformat(case["paid_on"]), case["amount_gr"], []
    public = case["regime"] == "tax"

    def is_late(claim: dict) -> bool:
        return paid_on > moved(date.fromisoformat(claim["due_on"]), case["regime"])

    queue = sorted(case["claims"], key=lambda claim: (claim["due_on"], claim["id"]))
    if public:
        costs = [cost for cost in case.get("reminder_costs", []) if cost["delivered_on"]]
        for cost in sorted(costs, key=lambda cost: (cost["delivered_on"], cost["id"])):
            if cost["delivered_on"] <= case["paid_on"]:
                shares.append([cost["id"], "reminder_costs", min(left, cost["amount_gr"])])
                left -= shares[-1][2]
        named = case.get("indicated")
        passes = [(late, own) for late in (True, False) for own in (True, False)]
        queue = [c for late, own in passes for c in queue if (is_late(c), c["type"] == named) == (late, own)]
    elif case.get("indicated") is not None:
        queue = [claim for claim in queue if claim["id"] == case["indicated"]]
    else:
        queue = [claim for claim in queue if is_late(claim)] + [
            claim for claim in queue if not is_late(claim)
        ]
    for claim in queue:
        days = counted_days(date.fromisoformat(claim["due_on"]), paid_on, case["regime"], [])
        exact = exact_interest(claim["principal_gr"], days, case["regime"])
        owed = charged(exact, paid_on, case["regime"], rule["threshold"])
        principal = claim["principal_gr"]
        if public:
            to_principal, to_interest = share_of_one(left, principal, exact, owed, rule["ratio_base"])
        elif rule["civil_interest_first"]:
            to_interest = min(left, owed)
            to_principal = min(left - to_interest, principal)
        else:
            to_principal = min(left, principal)
            to_interest = min(left - to_principal, owed)
        shares += [[claim["id"], "principal", to_principal], [claim["id"], "interest", to_interest]]
        left -= to_principal + to_interest
    return [share for share in shares if share[2]], left
