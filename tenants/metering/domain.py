"""What a month of use costs, and the days and months of Warsaw, as pure functions. Amounts are grosze."""

from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final

from kernel.dates import WARSAW, warsaw_day
from kernel.money import divide_half_up

MEBIBYTE: Final = 1024 * 1024
FULL_BP: Final = 10_000


class Charge(StrEnum):
    """What a price list can charge for, in the order of a statement's lines."""

    MONTH = "month"
    PAYMENTS = "payments"
    MESSAGES = "messages"
    API_REQUESTS = "api_requests"
    RESIDENTS = "residents"
    STORAGE = "storage"


@dataclass(frozen=True, slots=True)
class Usage:
    """Zużycie jednego dnia; names are those of `UsageDay`, `payments_gr` is what residents paid the office, in grosze."""

    payments: int
    payments_gr: int
    messages: int
    residents: int
    storage_bytes: int


@dataclass(frozen=True, slots=True)
class DayUsed:
    """One day of a month with the API's calls; what a statement is made of."""

    day: date
    payments: int
    messages: int
    api_requests: int
    residents: int
    storage_bytes: int


@dataclass(frozen=True, slots=True)
class Price:
    """`price_gr` for each `per` units of `charge` above the `included` ones; for Charge.MONTH the whole month's fee."""

    charge: Charge
    price_gr: int
    per: int = 1
    included: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a statement; `amount_gr` is rounded once, half up."""

    charge: Charge
    quantity: int
    included: int
    price_gr: int
    per: int
    amount_gr: int


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums of a statement in grosze; `vat_gr` is counted of the net sum (art. 106e ust. 7 ustawy o VAT)."""

    net_gr: int
    vat_gr: int

    @property
    def gross_gr(self) -> int:
        """Net and VAT."""
        return self.net_gr + self.vat_gr


def day_bounds(day: date) -> tuple[datetime, datetime]:
    """First instant of a day in Warsaw and of the next one: 23 or 25 hours when the clock changes."""
    return (
        datetime.combine(day, time(), WARSAW),
        datetime.combine(day + timedelta(days=1), time(), WARSAW),
    )


def end_of_day(instant: datetime) -> datetime:
    """The next midnight of Warsaw."""
    return day_bounds(warsaw_day(instant))[1]


def month_of(day: date) -> date:
    """First day of the day's month."""
    return day.replace(day=1)


def next_month(month: date) -> date:
    """First day of the month after."""
    return month_of(month.replace(day=28) + timedelta(days=7))


def days_between(first: date, end: date) -> Iterator[date]:
    """Days from `first` until before `end`."""
    return (first + timedelta(days=number) for number in range((end - first).days))


def charged_days(month: date, live_on: date, left_on: date | None = None) -> list[date]:
    """Days of a month for which a gmina is charged: since it went live, for trials are free, to its contract's last day.

    A suspended gmina is charged too: its data are kept and its payments arrive.
    """
    end = next_month(month)
    if left_on is not None:
        end = min(end, left_on + timedelta(days=1))
    return list(days_between(max(month, live_on), end))


def statement_lines(
    month: date,
    live_on: date,
    days: Sequence[DayUsed],
    prices: Sequence[Price],
    left_on: date | None = None,
) -> list[Line]:
    """Lines of a gmina's month, in the order of Charge.

    The monthly fee is for the `charged_days`; payments, messages and API calls are sums; residents are the most of any day;
    storage is the average of the measured days in mebibytes, rounded up. A line is rounded once, half up.
    """
    by_charge = {price.charge: price for price in prices}
    quantities = {
        Charge.MONTH: len(charged_days(month, live_on, left_on)),
        Charge.PAYMENTS: sum(day.payments for day in days),
        Charge.MESSAGES: sum(day.messages for day in days),
        Charge.API_REQUESTS: sum(day.api_requests for day in days),
        Charge.RESIDENTS: max((day.residents for day in days), default=0),
        Charge.STORAGE: _average_mebibytes([day.storage_bytes for day in days]),
    }
    lines = []
    for charge in Charge:
        price = by_charge.get(charge)
        if price is None:
            continue
        per = monthrange(month.year, month.month)[1] if charge is Charge.MONTH else price.per
        billable = max(0, quantities[charge] - price.included)
        amount_gr = divide_half_up(billable * price.price_gr, per)
        lines.append(Line(charge, quantities[charge], price.included, price.price_gr, per, amount_gr))
    return lines


def totals(lines: Sequence[Line], vat_bp: int | None) -> Totals:
    """Sums of the lines; `vat_bp` is the rate in basis points, None where no VAT is charged."""
    net_gr = sum(line.amount_gr for line in lines)
    return Totals(net_gr, divide_half_up(net_gr * vat_bp, FULL_BP) if vat_bp is not None else 0)


def _average_mebibytes(sizes: Sequence[int]) -> int:
    return -(-sum(sizes) // (len(sizes) * MEBIBYTE)) if sizes else 0
