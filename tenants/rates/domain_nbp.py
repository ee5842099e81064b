"""Rates that follow from the NBP's: reading its published file and deriving what law ties to it. Pure.

The file gives the reference rate (`ref`) and the lombard rate (`lom`) with the days from which they count: as a table
of today (`stopy_procentowe.xml`) or with the whole history (`stopy_procentowe_archiwum.xml`).
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from xml.parsers import expat

from kernel.errors import InvalidInput
from tenants.rates.domain import Rates, RateTable

MOST_BYTES = 1024 * 1024
DERIVED_FROM = date(2016, 1, 1)
"""Before this day interest for delay was set by regulations and cannot be derived."""

TAX_MINIMUM_BP = 800
COMMERCIAL_RAISED_ON = date(2020, 1, 1)
"""From this day 10 points instead of 8 for debtors other than public healthcare (Act of 19.07.2019)."""
LONGEST_UNCONFIRMED = 35
"""Days: the Council of the NBP meets every month."""

_PERCENT = re.compile(r"(\d{1,3})(?:[,.](\d{1,2})0*)?")

Point = tuple[date, int]
"""(from this day, basis points)"""


@dataclass(frozen=True)
class NbpRates:
    """Lombard and reference rate of the NBP, each by its first day, ascending."""

    reference: tuple[Point, ...]
    lombard: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Derived:
    """One row that law makes of a rate of the NBP."""

    kind: str
    valid_from: date
    rate_bp: int
    act: str


@dataclass(frozen=True, slots=True)
class Proposed:
    """A derived row beside the present table. `verdict`: "new" (to be added), "same", or "differs" (a person must look: the
    table says `present_bp` on that day)."""

    row: Derived
    present_bp: int | None
    verdict: str


def read_file(content: bytes) -> NbpRates:
    """The two rates from the NBP's XML. No document type, no entities, at most 1 MB.

    InvalidInput("rates.nbp_too_large"), ("rates.nbp_unsafe"), ("rates.nbp_unreadable") or, without the two rates,
    ("rates.nbp_empty").
    """
    if len(content) > MOST_BYTES:
        raise InvalidInput("rates.nbp_too_large", field="file")
    reader = _Reader()
    try:
        reader.parser.Parse(content, True)
    except (expat.ExpatError, ValueError) as error:
        raise InvalidInput("rates.nbp_unreadable", field="file") from error
    found = {name: tuple(sorted(points.items())) for name, points in reader.points.items()}
    if not (found["ref"] and found["lom"]):
        raise InvalidInput("rates.nbp_empty", field="file")
    return NbpRates(reference=found["ref"], lombard=found["lom"])


@dataclass
class _Reader:
    """Collects positions while expat reads; the day stands on the position or on an element around it."""

    points: dict[str, dict[date, int]] = field(default_factory=lambda: {"ref": {}, "lom": {}})
    days: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.parser = expat.ParserCreate()
        self.parser.StartDoctypeDeclHandler = _refuse
        self.parser.EntityDeclHandler = _refuse
        self.parser.ExternalEntityRefHandler = _refuse
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self.days.append(attributes.get("obowiazuje_od") or (self.days[-1] if self.days else ""))
        points = self.points.get(attributes.get("id", ""))
        if points is None or "oprocentowanie" not in attributes:
            return
        day, rate_bp = date.fromisoformat(self.days[-1]), _basis_points(attributes["oprocentowanie"])
        if points.setdefault(day, rate_bp) != rate_bp:
            raise ValueError(f"two rates from {day}")

    def _end(self, name: str) -> None:
        self.days.pop()


def _refuse(*arguments: object) -> int:
    raise InvalidInput("rates.nbp_unsafe", field="file")


def _basis_points(text: str) -> int:
    """ "5,75" -> 575. Raises ValueError for anything but a percentage of at most two places."""
    match = _PERCENT.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"not a percentage: {text!r}")
    return int(match[1]) * 100 + int((match[2] or "").ljust(2, "0"))


def derive(nbp: NbpRates, until: date) -> tuple[Derived, ...]:
    """What law makes of the NBP's rates from 2016 (or from the file's first day, if later) until a day.

    Tax: twice the lombard rate and 2 points, at least 8 % (art. 56 § 1 and 56c O.p.). Civil: reference rate and 5.5 points
    (art. 481 § 2 KC). Commercial: reference rate of 1 January and 1 July and 10 points (8 points until the end of 2019),
    for that half-year (art. 4 pkt 3 lit. b of the Act of 8.03.2013).
    """
    tax = _follow("tax", nbp.lombard, until, lambda bp: max(TAX_MINIMUM_BP, 2 * bp + 200), _tax_act)
    civil = _follow("civil", nbp.reference, until, lambda bp: bp + 550, _civil_act)
    commercial = []
    for day in _half_years(max(DERIVED_FROM, nbp.reference[0][0]), until):
        reference_bp = _on(nbp.reference, day)
        margin_bp = 1000 if day >= COMMERCIAL_RAISED_ON else 800
        commercial.append(Derived("commercial", day, reference_bp + margin_bp, _commercial_act(reference_bp)))
    return (*tax, *civil, *commercial)


def propose(nbp: NbpRates, rates: Rates, until: date) -> tuple[Proposed, ...]:
    """Every derived row beside the present tables. New is only what comes after the last row of its table."""
    tables = {"tax": rates.tax, "civil": rates.civil, "commercial": rates.commercial}
    return tuple(_beside(row, tables[row.kind]) for row in derive(nbp, until))


def _beside(row: Derived, table: RateTable) -> Proposed:
    last = table.rows[-1]
    if row.valid_from > last.valid_from:
        is_needed = row.kind == "commercial" or row.rate_bp != last.rate_bp
        return Proposed(row, last.rate_bp, "new" if is_needed else "same")
    present_bp = table.row_on(row.valid_from).rate_bp if row.valid_from >= table.first_on else None
    return Proposed(row, present_bp, "same" if present_bp == row.rate_bp else "differs")


def missing(rates: Rates, today: date) -> tuple[str, ...]:
    """What the tables should already know on `today` and do not: "commercial" (no row for this half-year; each needs its
    own), "unconfirmed" (nobody has looked for more than LONGEST_UNCONFIRMED days)."""
    found = []
    if rates.commercial.rows[-1].valid_from < half_year(today):
        found.append("commercial")
    if (today - rates.known_on).days > LONGEST_UNCONFIRMED:
        found.append("unconfirmed")
    return tuple(found)


def half_year(day: date) -> date:
    """1 January or 1 July on or before a day."""
    return date(day.year, 1 if day.month < 7 else 7, 1)


def _follow(
    kind: str, points: Iterable[Point], until: date, rate: Callable[[int], int], act: Callable[[int], str]
) -> list[Derived]:
    rows: list[Derived] = []
    for day, nbp_bp in points:
        if day > until:
            break
        row = Derived(kind, max(day, DERIVED_FROM), rate(nbp_bp), act(nbp_bp))
        if rows and rows[-1].valid_from == row.valid_from:  # a change before 2016: only the last one counts
            rows.pop()
        if not rows or rows[-1].rate_bp != row.rate_bp:
            rows.append(row)
    return rows


def _half_years(first: date, until: date) -> Iterable[date]:
    days = (date(year, month, 1) for year in range(first.year, until.year + 1) for month in (1, 7))
    return (day for day in days if first <= day <= until)


def _on(points: tuple[Point, ...], day: date) -> int:
    return points[bisect_right(points, day, key=lambda point: point[0]) - 1][1]


def _percent(rate_bp: int) -> str:
    return f"{rate_bp // 100},{rate_bp % 100:02d} %"


def _tax_act(lombard_bp: int) -> str:
    return f"art. 56 § 1 i art. 56c Ordynacji podatkowej; stopa lombardowa NBP {_percent(lombard_bp)}"


def _civil_act(reference_bp: int) -> str:
    return f"art. 481 § 2 KC; stopa referencyjna NBP {_percent(reference_bp)}"


def _commercial_act(reference_bp: int) -> str:
    return f"ustawa z 8.03.2013, art. 4 pkt 3 lit. b; stopa referencyjna NBP {_percent(reference_bp)}"
