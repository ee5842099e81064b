"""What an import would do: each good row compared with what is known. A dry run ends here, nothing is written.

Rows are refused in an order that leaves no gap: a payer who is described only by a refused row is not made, so rows
that name such a payer as co-owner are refused as well.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from services.accounts.models import Payer
from services.accounts.queries import person_index
from services.liabilities.actions.import_loading import (
    KnownDue,
    Types,
    dues_by_id,
    payers_by_id,
    represented,
)
from services.liabilities.domain.dues_fields import Fault, excerpt_of, hidden
from services.liabilities.domain.dues_payers import PayerRow
from services.liabilities.domain.dues_rows import DueRow
from services.liabilities.models import Liability

CREATED, CHANGED, UNCHANGED = "created", "changed", "unchanged"


@dataclass
class DuePlan:
    """One due: `liability` carries the new values, `before_gr` what was assessed before (0 for a new one)."""

    row: DueRow
    liability: Liability
    before_gr: int
    is_new: bool
    fields_changed: bool
    debtors_changed: bool
    pauses_changed: bool
    payers_changed: bool = False

    @property
    def is_changed(self) -> bool:
        """Whether the due itself is to be written."""
        return self.is_new or self.fields_changed or self.debtors_changed or self.pauses_changed

    @property
    def result(self) -> str:
        """What becomes of the row, for the report."""
        if self.is_new:
            return CREATED
        return CHANGED if self.is_changed or self.payers_changed else UNCHANGED


@dataclass
class PayerPlans:
    """Payers that the rows name: all of them by id, and which are to be written."""

    by_id: dict[str, Payer] = field(default_factory=dict)
    new: list[Payer] = field(default_factory=list)
    changed: list[Payer] = field(default_factory=list)

    @property
    def touched(self) -> set[str]:
        """External ids of payers that are new or changed."""
        return {payer.external_id for payer in (*self.new, *self.changed)}


@dataclass
class DuesPlan:
    """All dues and payers of an import."""

    dues: list[DuePlan]
    payers: PayerPlans
    faults: list[Fault]


def plan_dues(rows: Iterable[DueRow], types: Types) -> DuesPlan:
    """Compare rows with what is known; rows that contradict it become faults."""
    faults: list[Fault] = []
    rows = list(rows)
    known_dues = dues_by_id([row.external_id for row in rows])
    known_payers = payers_by_id(
        {pid for row in rows for pid in (*row.debtor_ids, *(p.external_id for p in row.payers))}
    )
    rows = _same_type(rows, known_dues, types, faults)
    rows = _same_person(rows, known_payers, faults)
    rows, stated = _without_contradictions(rows, faults)
    rows, stated = _with_known_co_owners(rows, stated, known_payers, faults)
    payers = _plan_payers(stated, known_payers)
    touched = payers.touched
    dues = [_plan_due(row, known_dues.get(row.external_id), types, touched) for row in rows]
    return DuesPlan(dues, payers, faults)


def fault_of(row: DueRow, name: str, code: str, excerpt: str = "") -> Fault:
    """A fault of a row that was right in itself."""
    return Fault(row.line, row.external_id, name, code, excerpt)


def _same_type(
    rows: Iterable[DueRow], known: Mapping[str, KnownDue], types: Types, faults: list[Fault]
) -> list[DueRow]:
    """A due keeps its type: the type decides account, law and who may see it."""
    kept = []
    for row in rows:
        due = known.get(row.external_id)
        if due and types.by_key[due.liability.liability_type_id].code != row.type_code:
            faults.append(fault_of(row, "liability_type", "dues.type_changed", row.type_code))
        else:
            kept.append(row)
    return kept


def _same_person(rows: Iterable[DueRow], known: Mapping[str, Payer], faults: list[Fault]) -> list[DueRow]:
    """A payer's number that a resident is matched to must not be given to somebody else: she or he would see the dues."""
    watched = represented([payer.pk for payer in known.values()])
    kept = []
    for row in rows:
        found = next(
            (p for p in row.payers if _is_another_person(p, known.get(p.external_id), watched)), None
        )
        if found:
            name = "payer_identifier" if found is row.payers[0] else "co_owners.identifier"
            faults.append(fault_of(row, name, "dues.payer_identifier_changed", hidden(found.identifier)))
        else:
            kept.append(row)
    return kept


def _is_another_person(stated: PayerRow, known: Payer | None, watched: set[int]) -> bool:
    if known is None or known.pk not in watched:
        return False
    is_renumbered = bool(stated.identifier and known.identifier and stated.identifier != known.identifier)
    return is_renumbered or stated.kind != known.kind


def _without_contradictions(
    rows: Iterable[DueRow], faults: list[Fault]
) -> tuple[list[DueRow], dict[str, PayerRow]]:
    """Rows of one file must say the same of a payer; the first one counts, and what it leaves out may be added."""
    stated: dict[str, PayerRow] = {}
    kept = []
    for row in rows:
        merged = {p.external_id: merged_statement(stated.get(p.external_id), p) for p in row.payers}
        wrong = next((payer_id for payer_id, payer in merged.items() if payer is None), None)
        if wrong is not None:
            faults.append(fault_of(row, "payer_external_id", "dues.payer_contradiction", excerpt_of(wrong)))
            continue
        stated.update({payer_id: payer for payer_id, payer in merged.items() if payer})
        kept.append(row)
    return kept, stated


def merged_statement(first: PayerRow | None, second: PayerRow) -> PayerRow | None:
    """What two rows say of a payer together; None when they contradict each other."""
    if first is None or first == second:
        return second
    if (first.kind, first.name) != (second.kind, second.name):
        return None
    for a, b in ((first.identifier, second.identifier), (first.address, second.address)):
        if a and b and a != b:
            return None
    return replace(
        first, identifier=first.identifier or second.identifier, address=first.address or second.address
    )


def _with_known_co_owners(
    rows: list[DueRow], stated: dict[str, PayerRow], known: Mapping[str, Payer], faults: list[Fault]
) -> tuple[list[DueRow], dict[str, PayerRow]]:
    """Refuse rows whose co-owner nobody describes, until no refusal takes away another row's co-owner."""
    while True:
        kept = [row for row in rows if all(pid in stated or pid in known for pid in row.co_owner_ids)]
        if len(kept) == len(rows):
            return rows, stated
        for row in rows:
            missing = [pid for pid in row.co_owner_ids if pid not in stated and pid not in known]
            if missing:
                faults.append(
                    fault_of(row, "co_owners", "dues.co_owner_unknown", excerpt_of(", ".join(missing)))
                )
        rows, stated = _without_contradictions(kept, faults)


def _plan_payers(stated: Mapping[str, PayerRow], known: Mapping[str, Payer]) -> PayerPlans:
    plans = PayerPlans(by_id=dict(known))
    for payer_id, row in stated.items():
        payer = known.get(payer_id)
        if payer is None:
            payer = Payer(external_id=payer_id, kind=row.kind, name=row.name, address=row.address)
            payer.identifier = row.identifier
            plans.by_id[payer_id] = payer
            plans.new.append(payer)
        elif _change_payer(payer, row):
            plans.changed.append(payer)
        else:
            continue
        payer.identifier_index = person_index(payer.identifier) if payer.identifier else None
    return plans


def _change_payer(payer: Payer, row: PayerRow) -> bool:
    """Give the payer what the row says; False when that is what it is already."""
    after = (row.kind, row.name, row.identifier or payer.identifier, row.address or payer.address)
    if after == (payer.kind, payer.name, payer.identifier, payer.address):
        return False
    payer.kind, payer.name, payer.identifier, payer.address = after
    return True


def _fields(row: DueRow) -> dict[str, Any]:
    return {
        "title": row.title,
        "document_number": row.document_number,
        "year": row.year,
        "instalment": row.instalment,
        "principal_gr": row.principal_gr,
        "due_on": row.due_on,
        "account_nrb": row.account_nrb,
        "is_reduced_rate": row.is_reduced_rate,
        "is_enforced": row.is_enforced,
        "enforcement_office": row.enforcement_office,
        "writ_number": row.writ_number,
    }


def _plan_due(row: DueRow, known: KnownDue | None, types: Types, touched: set[str]) -> DuePlan:
    fields = _fields(row)
    payers_changed = any(payer.external_id in touched for payer in row.payers)
    if known is None:
        liability = Liability(
            external_id=row.external_id, liability_type=types.by_code[row.type_code], **fields
        )
        return DuePlan(row, liability, 0, True, True, True, bool(row.pauses), payers_changed)
    liability = known.liability
    plan = DuePlan(
        row=row,
        liability=liability,
        before_gr=liability.principal_gr,
        is_new=False,
        fields_changed=any(getattr(liability, name) != value for name, value in fields.items()),
        debtors_changed=known.debtor_ids != frozenset(row.debtor_ids),
        pauses_changed=known.pauses != row.pauses,
        payers_changed=payers_changed,
    )
    if plan.is_changed:
        for name, value in fields.items():
            setattr(liability, name, value)
        liability.version += 1
    return plan
