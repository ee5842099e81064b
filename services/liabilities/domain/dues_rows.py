"""Neutral rows, format version 1 (docs/exchange.md): dues, their payers, and costs of reminders.

A row is read whole: all its faults are found at once, and only a row without any becomes a value. What needs the
database (does the payer exist, is the type the same as before) is asked later.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Any

from kernel.identifiers import is_valid_nrb, normalise_nrb
from services.liabilities.domain.dues_fields import Cells, Fault, RawRow, excerpt_of, read_day
from services.liabilities.domain.dues_payers import ID_LENGTH, PayerRow, read_co_owners, read_payer

FORMAT_VERSION = 1
DUE, REMINDER_COST = "due", "reminder_cost"
TITLE_LENGTH, NUMBER_LENGTH = 160, 80
MOST_PAUSES, MOST_LISTED = 20, 200
FULL_ZLOTY = 100

REQUIRED: Mapping[str, tuple[str, ...]] = {
    DUE: (
        "external_id", "payer_external_id", "payer_kind", "payer_name", "liability_type", "title", "year", "due_on",
        "principal",
    ),
    REMINDER_COST: ("external_id", "payer_external_id", "liabilities", "amount", "sent_on"),
}  # fmt: skip
OPTIONAL: Mapping[str, tuple[str, ...]] = {
    DUE: (
        "payer_identifier", "payer_address", "document_number", "instalment", "account_nrb", "co_owners",
        "interest_pauses", "reduced_rate", "enforced", "enforcement_office", "writ_number",
    ),
    REMINDER_COST: ("number", "delivered_on"),
}  # fmt: skip
COMMON = ("record", "format_version")
FIELDS: Mapping[str, frozenset[str]] = {
    record: frozenset((*REQUIRED[record], *OPTIONAL[record], *COMMON)) for record in (DUE, REMINDER_COST)
}


@dataclass(frozen=True, slots=True)
class TypeRule:
    """What an import must know of a liability type. `is_handled` is false for a clerk of another department."""

    code: str
    is_active: bool
    in_full_zloty: bool
    has_reminder_costs: bool
    is_handled: bool = True


@dataclass(frozen=True, slots=True)
class DueRow:
    """One due. `co_owner_ids` are all further debtors; `payers` are those that the row describes."""

    line: int
    external_id: str
    payers: tuple[PayerRow, ...]
    co_owner_ids: tuple[str, ...]
    type_code: str
    title: str
    document_number: str
    year: int
    instalment: int | None
    due_on: date
    principal_gr: int
    account_nrb: str
    pauses: tuple[tuple[date, date], ...]
    is_reduced_rate: bool
    is_enforced: bool
    enforcement_office: str
    writ_number: str

    @property
    def debtor_ids(self) -> tuple[str, ...]:
        """External ids of everybody who owes it, the payer first."""
        return (self.payers[0].external_id, *self.co_owner_ids)


@dataclass(frozen=True, slots=True)
class CostRow:
    """Costs of one reminder; owed once it is delivered."""

    line: int
    external_id: str
    payer_id: str
    liability_ids: tuple[str, ...]
    number: str
    amount_gr: int
    sent_on: date
    delivered_on: date | None


@dataclass
class Reading:
    """Rows that are right in themselves, and what was wrong with the others."""

    dues: list[DueRow] = field(default_factory=list)
    costs: list[CostRow] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)


def read_rows(rows: Iterable[RawRow], types: Mapping[str, TypeRule]) -> Reading:
    """Read all rows; each is judged by itself, and the second one with the same id is refused."""
    reading = Reading()
    seen: dict[tuple[str, str], int] = {}
    for row in rows:
        cells = Cells(row.line, _id_of(row.values), row.values)
        if row.fault:
            reading.faults.append(row.fault)
            continue
        record = cells.choice("record", (DUE, REMINDER_COST), default=DUE)
        value = (_read_cost if record == REMINDER_COST else _read_due)(cells, types)
        if not cells.faults and seen.setdefault((record, value.external_id), row.line) != row.line:
            cells.fail("external_id", "dues.twice", str(seen[record, value.external_id]))
        if cells.faults:
            reading.faults.extend(cells.faults)
            continue
        if isinstance(value, DueRow):
            reading.dues.append(value)
        else:
            reading.costs.append(value)
        reading.warnings.extend(cells.warnings)
    return reading


def _id_of(values: Mapping[str, Any]) -> str:
    value = values.get("external_id")
    return excerpt_of(value) if isinstance(value, str) else ""


def _read_due(cells: Cells, types: Mapping[str, TypeRule]) -> DueRow:
    """The due that the fields say; worthless when `cells` has noted a fault."""
    cells.refuse_unknown(FIELDS[DUE])
    payer = read_payer(cells)
    co_owner_ids, co_owners = read_co_owners(cells, payer.external_id)
    rule = _type(cells, types)
    principal_gr = cells.amount("principal")
    if rule and rule.in_full_zloty and principal_gr % FULL_ZLOTY:
        cells.fail("principal", "dues.not_full_zloty", excerpt_of(cells.values["principal"]))
    return DueRow(
        line=cells.line,
        external_id=cells.text("external_id", ID_LENGTH, required=True),
        payers=(payer, *co_owners),
        co_owner_ids=co_owner_ids,
        type_code=rule.code if rule else "",
        title=cells.text("title", TITLE_LENGTH, required=True),
        document_number=cells.text("document_number", NUMBER_LENGTH),
        year=cells.whole("year", 1990, 2100, required=True) or 0,
        instalment=cells.whole("instalment", 1, 366),
        due_on=cells.day("due_on", required=True) or date.min,
        principal_gr=principal_gr,
        account_nrb=_nrb(cells),
        pauses=_pauses(cells),
        is_reduced_rate=cells.flag("reduced_rate"),
        is_enforced=cells.flag("enforced"),
        enforcement_office=cells.text("enforcement_office", TITLE_LENGTH),
        writ_number=cells.text("writ_number", 60),
    )


def _read_cost(cells: Cells, types: Mapping[str, TypeRule]) -> CostRow:
    """The reminder's costs that the fields say; worthless when `cells` has noted a fault."""
    cells.refuse_unknown(FIELDS[REMINDER_COST])
    amount_gr = cells.amount("amount")
    if amount_gr == 0 and not cells.faults:
        cells.fail("amount", "dues.amount_zero")
    listed = _listed(cells)
    sent_on, delivered_on = cells.day("sent_on", required=True), cells.day("delivered_on")
    if sent_on and delivered_on and delivered_on < sent_on:
        cells.fail("delivered_on", "dues.delivered_before_sent", delivered_on.isoformat())
    return CostRow(
        line=cells.line,
        external_id=cells.text("external_id", ID_LENGTH, required=True),
        payer_id=cells.text("payer_external_id", ID_LENGTH, required=True),
        liability_ids=listed,
        number=cells.text("number", 60),
        amount_gr=amount_gr,
        sent_on=sent_on or date.min,
        delivered_on=delivered_on,
    )


def _listed(cells: Cells) -> tuple[str, ...]:
    """External ids of the dues that a reminder lists, each once."""
    given = cells.several("liabilities")
    if not given and not any(fault.field == "liabilities" for fault in cells.faults):
        cells.fail("liabilities", "dues.missing")
    if len(given) > MOST_LISTED:
        cells.fail("liabilities", "dues.not_list", str(len(given)))
        return ()
    one_by_one = [Cells(cells.line, cells.external_id, {"liabilities": one}, cells.faults) for one in given]
    return tuple(dict.fromkeys(one.text("liabilities", ID_LENGTH, required=True) for one in one_by_one))


def _type(cells: Cells, types: Mapping[str, TypeRule]) -> TypeRule | None:
    code = cells.text("liability_type", 30, required=True)
    rule = types.get(code)
    if code and rule is None:
        cells.fail("liability_type", "dues.type_unknown", code)
    elif rule and not rule.is_handled:
        cells.fail("liability_type", "dues.type_foreign", code)
    elif rule and not rule.is_active:
        cells.fail("liability_type", "dues.type_inactive", code)
    return rule


def _nrb(cells: Cells) -> str:
    given = cells.text("account_nrb", 40)
    digits = normalise_nrb(given)
    if given and not is_valid_nrb(digits):
        cells.fail("account_nrb", "dues.nrb", excerpt_of(given))
    return digits


def _pauses(cells: Cells) -> tuple[tuple[date, date], ...]:
    """Periods without interest, both days inclusive: objects with from_on and to_on, or "2026-01-01/2026-02-28"."""
    periods = []
    listed = cells.several("interest_pauses")
    if len(listed) > MOST_PAUSES:
        cells.fail("interest_pauses", "dues.not_list", str(len(listed)))
        return ()
    for one in listed:
        if isinstance(one, Mapping) and set(one) == {"from_on", "to_on"}:
            ends = [one["from_on"], one["to_on"]]
        else:
            ends = one.split("/") if isinstance(one, str) else []
        days = [read_day(end) for end in ends]
        if len(days) != 2 or days[0] is None or days[1] is None or days[1] < days[0]:
            cells.fail("interest_pauses", "dues.pause", excerpt_of(one))
            return ()
        periods.append((days[0], days[1]))
    periods.sort()
    if any(after[0] <= before[1] for before, after in pairwise(periods)):
        cells.fail("interest_pauses", "dues.pauses_overlap")
    return tuple(periods)
