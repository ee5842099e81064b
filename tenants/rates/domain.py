"""Rates and amounts set by law, as dated tables: each row counts from its day until the next row (law.md 1.5,
2, 5).

Pure values. The database holds the rows and a person edits them; `seeds/rates.json` holds the history they
start from.
"""

import json
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cache, cached_property, lru_cache
from importlib.resources import files
from itertools import pairwise

from kernel.errors import InvalidInput

PERCENT = 100
CAP_MULTIPLE = 2
"""Contractual interest for delay is at most twice the statutory one (art. 481 § 2¹ KC)."""


@dataclass(frozen=True, slots=True)
class RateRow:
    """Yearly rate in basis points (1250 = 12.50 %) from a day, with the act that set it."""

    valid_from: date
    rate_bp: int
    act: str


@dataclass(frozen=True, slots=True)
class RateSpan:
    """Consecutive days with one rate, both ends inclusive; several acts when the same rate was announced
    again.
    """

    from_on: date
    to_on: date
    rate_bp: int
    acts: tuple[str, ...]

    @property
    def days(self) -> int:
        """Number of days of the span."""
        return (self.to_on - self.from_on).days + 1


@dataclass(frozen=True, eq=False)
class RateTable:
    """A rate that changes by date. The last row goes on until somebody adds the next one.

    InvalidInput("rates.empty"), ("rates.not_ascending") or ("rates.negative") for rows that make no table.
    """

    rows: tuple[RateRow, ...]
    _starts: tuple[int, ...] = field(init=False, repr=False)
    _weights: tuple[int, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        _check_dates([row.valid_from for row in self.rows])
        if any(row.rate_bp < 0 for row in self.rows):
            raise InvalidInput("rates.negative")
        weights = [0]
        for row, following in pairwise(self.rows):
            weights.append(weights[-1] + row.rate_bp * (following.valid_from - row.valid_from).days)
        object.__setattr__(self, "_starts", tuple(row.valid_from.toordinal() for row in self.rows))
        object.__setattr__(self, "_weights", tuple(weights))

    @property
    def first_on(self) -> date:
        """First day that has a rate."""
        return self.rows[0].valid_from

    def row_on(self, day: date) -> RateRow:
        """Row in force on `day`. InvalidInput("rates.unknown_day") before the first one."""
        return self.rows[self._index(day.toordinal(), day)]

    def weight(self, from_on: date, to_on: date) -> int:
        """Sum of the rates (basis points) of all days from `from_on` to `to_on` inclusive.

        Interest is linear in it, so it costs two look-ups however long the delay is.
        """
        return self._weight_before(to_on.toordinal() + 1, to_on) - self._weight_before(
            from_on.toordinal(), from_on
        )

    def spans(self, from_on: date, to_on: date) -> tuple[RateSpan, ...]:
        """The days from `from_on` to `to_on` inclusive, split where the rate really changes."""
        spans: list[RateSpan] = []
        for index in range(self._index(from_on.toordinal(), from_on), len(self.rows)):
            row = self.rows[index]
            if row.valid_from > to_on:
                break
            last = index + 1 == len(self.rows)
            ends_on = to_on if last else min(to_on, date.fromordinal(self._starts[index + 1] - 1))
            if spans and spans[-1].rate_bp == row.rate_bp:
                before = spans.pop()
                spans.append(RateSpan(before.from_on, ends_on, row.rate_bp, (*before.acts, row.act)))
            else:
                spans.append(RateSpan(max(from_on, row.valid_from), ends_on, row.rate_bp, (row.act,)))
        return tuple(spans)

    def _index(self, ordinal: int, day: date) -> int:
        index = bisect_right(self._starts, ordinal) - 1
        if index < 0:
            raise InvalidInput("rates.unknown_day", day=day, first_on=self.first_on)
        return index

    def _weight_before(self, ordinal: int, day: date) -> int:
        index = self._index(ordinal, day)
        return self._weights[index] + self.rows[index].rate_bp * (ordinal - self._starts[index])


@dataclass(frozen=True, slots=True)
class AmountRow:
    """Statutory amount in grosze from a day, with its act."""

    valid_from: date
    amount_gr: int
    act: str


@dataclass(frozen=True, eq=False)
class AmountTable:
    """A statutory amount that changes by date."""

    rows: tuple[AmountRow, ...]

    def __post_init__(self) -> None:
        _check_dates([row.valid_from for row in self.rows])
        if any(row.amount_gr < 0 for row in self.rows):
            raise InvalidInput("rates.negative")

    def row_on(self, day: date) -> AmountRow:
        """Row in force on `day`. InvalidInput("rates.unknown_day") before the first one."""
        index = bisect_right(self.rows, day, key=lambda row: row.valid_from) - 1
        if index < 0:
            raise InvalidInput("rates.unknown_day", day=day, first_on=self.rows[0].valid_from)
        return self.rows[index]


@dataclass(frozen=True, slots=True)
class Reduction:
    """Part of the base tax rate for a payer who corrects himself: dated, in percent, rounded up to 0.01."""

    valid_from: date
    percent: int
    act: str


REDUCTIONS = (
    Reduction(date.min, 75, "art. 56 § 1a Ordynacji podatkowej (do 31.12.2015)"),
    Reduction(date(2016, 1, 1), 50, "art. 56a Ordynacji podatkowej"),
)
"""Law.md 1.6: 50 %; before 2016 75 %, rounded up to 0.01 (10.875 -> 10.88). Halves are exact, so one rule
rounds both.
"""


HEALTHCARE_FROM = date(2020, 1, 1)
HEALTHCARE_CUT_BP = 200
HEALTHCARE_ACT = "art. 4 pkt 3 lit. a ustawy z 8 marca 2013 r. (publiczny podmiot leczniczy)"
"""Law.md 2.3: a public healthcare entity owes reference + 8 while others owe + 10. Until 2020 everybody owed + 8."""


@dataclass(frozen=True, eq=False)
class Rates:
    """All that the law sets and a calculation needs. `known_on` is the last day for which a person confirmed
    the tables.

    `minimum_interest` is the threshold of art. 54 § 1 pkt 5 O.p., `reminder_costs` go by the day the reminder
    was sent, `third_party_limit` is the tax that a stranger may pay for somebody (art. 62b § 1 pkt 3).
    """

    tax: RateTable
    civil: RateTable
    commercial: RateTable
    minimum_interest: AmountTable
    reminder_costs: AmountTable
    third_party_limit: AmountTable
    known_on: date

    @cached_property
    def tax_reduced(self) -> RateTable:
        """Reduced rate of interest on tax arrears (art. 56a O.p.), derived from the base rate."""
        starts = {row.valid_from for row in self.tax.rows}
        starts |= {cut.valid_from for cut in REDUCTIONS if cut.valid_from > self.tax.first_on}
        return RateTable(tuple(self._reduced_row(day) for day in sorted(starts)))

    @cached_property
    def commercial_healthcare(self) -> RateTable:
        """Commercial rate of a debtor that is a public healthcare entity, derived from the rate of all others."""
        return RateTable(tuple(_healthcare_row(row) for row in self.commercial.rows))

    def contract(self, rate_bp: int) -> RateTable:
        """A contract's own rate for delay, each day at most twice the statutory rate of that day."""
        return _capped(self.civil, rate_bp)

    def _reduced_row(self, day: date) -> RateRow:
        base = self.tax.row_on(day)
        cut = max((cut for cut in REDUCTIONS if cut.valid_from <= day), key=lambda cut: cut.valid_from)
        return RateRow(day, -(-base.rate_bp * cut.percent // PERCENT), f"{base.act}; {cut.act}")


def _healthcare_row(row: RateRow) -> RateRow:
    if row.valid_from < HEALTHCARE_FROM:
        return row
    return RateRow(row.valid_from, max(0, row.rate_bp - HEALTHCARE_CUT_BP), f"{row.act}; {HEALTHCARE_ACT}")


RateTuple = tuple[str, date, int, str]
"""(kind, valid from, basis points or grosze, act): one row of the database or of the seed."""


def build_rates(
    interest_rates: Iterable[RateTuple], dated_amounts: Iterable[RateTuple], *, known_on: date
) -> Rates:
    """Tables from loose rows in any order; kinds: tax, civil, commercial; minimum_interest, reminder_cost,
    third_party_limit.

    A kind without rows is refused: InvalidInput("rates.empty").
    """
    rates: dict[str, list[RateRow]] = {}
    for kind, valid_from, rate_bp, act in sorted(interest_rates):
        rates.setdefault(kind, []).append(RateRow(valid_from, rate_bp, act))
    amounts: dict[str, list[AmountRow]] = {}
    for kind, valid_from, amount_gr, act in sorted(dated_amounts):
        amounts.setdefault(kind, []).append(AmountRow(valid_from, amount_gr, act))
    return Rates(
        tax=RateTable(tuple(rates.get("tax", ()))),
        civil=RateTable(tuple(rates.get("civil", ()))),
        commercial=RateTable(tuple(rates.get("commercial", ()))),
        minimum_interest=AmountTable(tuple(amounts.get("minimum_interest", ()))),
        reminder_costs=AmountTable(tuple(amounts.get("reminder_cost", ()))),
        third_party_limit=AmountTable(tuple(amounts.get("third_party_limit", ()))),
        known_on=known_on,
    )


@dataclass(frozen=True, slots=True)
class Seed:
    """The shipped history as loose rows, ready for the database."""

    interest_rates: tuple[RateTuple, ...]
    dated_amounts: tuple[RateTuple, ...]
    known_on: date


@cache
def read_seed() -> Seed:
    """Rows of `seeds/rates.json`: law.md 1.5, 2.1-2.3 and 5 with their acts."""
    content = json.loads(files("tenants.rates").joinpath("seeds/rates.json").read_text(encoding="utf-8"))
    return Seed(
        interest_rates=_rows(content["interest_rates"], "rate_bp"),
        dated_amounts=_rows(content["dated_amounts"], "amount_gr"),
        known_on=date.fromisoformat(content["known_on"]),
    )


@cache
def load_seed() -> Rates:
    """Tables of the shipped history, for calculations without a database."""
    seed = read_seed()
    return build_rates(seed.interest_rates, seed.dated_amounts, known_on=seed.known_on)


def _rows(kinds: dict[str, list[dict[str, str | int]]], value: str) -> tuple[RateTuple, ...]:
    return tuple(
        (kind, date.fromisoformat(str(row["valid_from"])), int(row[value]), str(row["act"]))
        for kind, rows in kinds.items()
        for row in rows
    )


def _check_dates(dates: list[date]) -> None:
    if not dates:
        raise InvalidInput("rates.empty")
    for earlier, later in pairwise(dates):
        if earlier >= later:
            raise InvalidInput("rates.not_ascending", day=later)


@lru_cache(maxsize=256)
def _capped(civil: RateTable, rate_bp: int) -> RateTable:
    rows = []
    for row in civil.rows:
        cap_bp = row.rate_bp * CAP_MULTIPLE
        act = f"art. 481 § 2¹ KC; {row.act}" if cap_bp < rate_bp else "umowa"
        rows.append(RateRow(row.valid_from, min(rate_bp, cap_bp), act))
    return RateTable(tuple(rows))
