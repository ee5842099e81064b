"""The dues of the demo as the gmina's finance system would send them: neutral rows (docs/exchange.md), 2024 to 2026.

Due dates follow the law (law.md 7): land taxes in four instalments unless they do not exceed 100 zł a year, vehicle tax in
two, usufruct and conversion on 31 March, leases by contract, road lanes two weeks after the decision.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import cycle
from random import Random

from kernel.money import to_decimal_text

YEARS = (2024, 2025, 2026)
DUES = 1_500
ONCE_UP_TO_GR = 10_000
"""Art. 6 ust. 11a u.p.o.l.: a land tax up to 100 zł a year is due once, with the first instalment."""
GROWTH = {2024: 100, 2025: 103, 2026: 106}
"""Yearly amounts in per cent of the first year's."""


@dataclass(frozen=True)
class Schedule:
    """When the instalments of a year fall due (month, day), and between which yearly amounts (zł) it moves.

    `is_monthly_title` names the month instead of the instalment.
    """

    days: tuple[tuple[int, int], ...]
    from_zl: int
    to_zl: int
    document: str
    is_monthly_title: bool = False


LAND = ((3, 15), (5, 15), (9, 15), (11, 15))
MONTHS = tuple((month, 10) for month in range(1, 13))
QUARTERS = ((1, 15), (4, 15), (7, 15), (10, 15))

SCHEDULES = {
    "property": Schedule(LAND, 160, 1_900, "FN.3120.{n}.{year}"),
    "small property": Schedule(LAND, 24, 90, "FN.3120.{n}.{year}"),
    "joint": Schedule(LAND, 180, 3_200, "FN.3121.{n}.{year}"),
    "farm": Schedule(LAND, 120, 2_400, "FN.3122.{n}.{year}"),
    "small farm": Schedule(LAND, 15, 90, "FN.3122.{n}.{year}"),
    "forest": Schedule(LAND, 12, 90, "FN.3123.{n}.{year}"),
    "vehicle": Schedule(((2, 15), (9, 15)), 900, 3_400, "DT-1/{n}/{year}"),
    "waste": Schedule(((3, 15), (6, 15), (9, 15), (12, 15)), 260, 1_400, "FN.3134.{n}.2023"),
    "usufruct": Schedule(((3, 31),), 120, 1_800, "GN.6843.{n}.2009"),
    "conversion": Schedule(((3, 31),), 90, 900, "GN.6826.{n}.2019"),
    "lease": Schedule(QUARTERS, 240, 2_900, "UD/{n}/2022"),
    "monthly lease": Schedule(MONTHS, 1_800, 9_600, "UD/{n}/2023", is_monthly_title=True),
    "road": Schedule(((6, 21),), 60, 900, "WIM.7230.{n}.{year}"),
}

MIX: tuple[tuple[str, str], ...] = (
    ("property_tax", "property"), ("property_tax", "small property"), ("agricultural_tax", "small farm"),
    ("joint_assessment", "joint"), ("forest_tax", "forest"), ("waste_fee", "waste"), ("conversion_fee", "conversion"),
    ("perpetual_usufruct", "usufruct"), ("property_tax", "property"), ("property_tax", "small property"),
    ("vehicle_tax", "vehicle"), ("road_lane", "road"), ("agricultural_tax", "farm"), ("forest_tax", "forest"),
    ("lease", "lease"), ("conversion_fee", "conversion"),
)  # fmt: skip
"""What residents have in turn; types that the gmina does not have are passed over."""


@dataclass(frozen=True)
class TypeOf:
    """What the plan must know of one of the gmina's liability types."""

    code: str
    name: str
    is_in_full_zloty: bool


@dataclass(frozen=True)
class Payer:
    """A payer of the finance system; `identifier` is a PESEL or NIP number."""

    external_id: str
    kind: str
    name: str
    identifier: str
    address: str


@dataclass(frozen=True)
class PlannedDue:
    """One due and the payer who is named first."""

    external_id: str
    payer: Payer
    type: TypeOf
    title: str
    document_number: str
    year: int
    instalment: int | None
    due_on: date
    principal_gr: int
    co_owner_ids: tuple[str, ...] = ()
    writ_number: str = ""

    def row(self) -> dict[str, object]:
        """The neutral row of an import."""
        return {
            "record": "due",
            "external_id": self.external_id,
            "payer_external_id": self.payer.external_id,
            "payer_kind": self.payer.kind,
            "payer_name": self.payer.name,
            "payer_identifier": self.payer.identifier,
            "payer_address": self.payer.address,
            "co_owners": list(self.co_owner_ids),
            "liability_type": self.type.code,
            "title": self.title,
            "document_number": self.document_number,
            "year": self.year,
            "instalment": self.instalment,
            "due_on": self.due_on.isoformat(),
            "principal": to_decimal_text(self.principal_gr),
            "enforced": bool(self.writ_number),
            "enforcement_office": "Naczelnik Urzędu Skarbowego w Przykładowie" if self.writ_number else "",
            "writ_number": self.writ_number,
        }


@dataclass
class Planner:
    """Makes dues; the same `chance` gives the same ones."""

    types: dict[str, TypeOf]
    chance: Random
    dues: list[PlannedDue] = field(default_factory=list)
    documents: int = 100

    def add(self, payer: Payer, code: str, name: str, *, years: Sequence[int] = YEARS) -> list[PlannedDue]:
        """One case of a payer (a plot, a lorry, a contract) over the years; nothing when the gmina lacks the type."""
        kind = self.types.get(code)
        if kind is None:
            return []
        schedule = SCHEDULES[name]
        self.documents += 1
        base_gr = self.chance.randrange(schedule.from_zl * 100, schedule.to_zl * 100)
        made = [due for year in years for due in self._year(payer, kind, schedule, year, base_gr)]
        self.dues += made
        return made

    def _year(
        self, payer: Payer, kind: TypeOf, schedule: Schedule, year: int, base_gr: int
    ) -> Iterator[PlannedDue]:
        step = 100 if kind.is_in_full_zloty else 1
        amount_gr = base_gr * GROWTH[year] // 100 // step * step
        days = schedule.days[:1] if schedule.days == LAND and amount_gr <= ONCE_UP_TO_GR else schedule.days
        part_gr = amount_gr // len(days) // step * step
        for place, (month, day) in enumerate(days, start=1):
            is_several = len(days) > 1
            due_on = date(year, month, day)
            label = f", rata {place}" if is_several else ""
            yield PlannedDue(
                external_id=f"D-{self.documents}-{year}-{place}",
                payer=payer,
                type=kind,
                title=f"{kind.name} {due_on:%m/%Y}"
                if schedule.is_monthly_title
                else f"{kind.name} {year}{label}",
                document_number=schedule.document.format(n=self.documents, year=year),
                year=year,
                instalment=place if is_several else None,
                due_on=due_on,
                # What does not divide evenly goes into the first instalment.
                principal_gr=part_gr if place > 1 else amount_gr - part_gr * (len(days) - 1),
            )


def fill(planner: Planner, payers: Sequence[Payer]) -> None:
    """Give every payer one case, then further ones by chance, until there are exactly DUES dues."""
    mix = cycle([one for one in MIX if one[0] in planner.types])
    for payer in payers:
        planner.add(payer, *next(mix))
    while (missing := DUES - len(planner.dues)) > 0:
        payer = planner.chance.choice(payers)
        if missing >= len(LAND) * len(YEARS):
            planner.add(payer, *next(mix))
        else:  # at most one due a year
            planner.add(payer, "property_tax", "small property", years=YEARS[-min(missing, len(YEARS)) :])
    if missing:
        raise ValueError(f"{-missing} dues too many: fewer payers or a lighter mix are needed")


def overdue(dues: Collection[PlannedDue], on: date, days: int = 0) -> list[PlannedDue]:
    """Dues whose date was more than `days` days ago."""
    return [due for due in dues if due.due_on + timedelta(days=days) < on]
