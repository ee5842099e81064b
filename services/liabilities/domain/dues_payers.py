"""What a neutral row says of payers: the one it names first, and co-owners."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kernel.identifiers import PeselFault, is_valid_nip, normalise_nip, normalise_pesel, pesel_fault
from services.liabilities.domain.dues_fields import Cells, excerpt_of, hidden

PAYER_KINDS = ("person", "company")
ID_LENGTH, NAME_LENGTH, ADDRESS_LENGTH = 80, 200, 300
MOST_CO_OWNERS = 50


@dataclass(frozen=True, slots=True)
class PayerRow:
    """What a row says of a payer; an empty identifier or address says nothing and leaves what is known."""

    external_id: str
    kind: str
    name: str
    identifier: str = ""
    address: str = ""


def read_payer(cells: Cells) -> PayerRow:
    kind = cells.choice("payer_kind", PAYER_KINDS)
    return PayerRow(
        external_id=cells.text("payer_external_id", ID_LENGTH, required=True),
        kind=kind,
        name=cells.text("payer_name", NAME_LENGTH, required=True),
        identifier=_identifier(cells, "payer_identifier", kind),
        address=cells.text("payer_address", ADDRESS_LENGTH),
    )


def _identifier(cells: Cells, name: str, kind: str) -> str:
    """PESEL of a person, NIP of a company. Old PESEL numbers with a wrong check digit exist: a warning (law.md 9)."""
    given = cells.text(name, 20)
    if not given:
        return ""
    if kind == "company":
        identifier = normalise_nip(given)
        if not is_valid_nip(identifier):
            cells.fail(name, "dues.nip", hidden(given))
        return identifier
    identifier = normalise_pesel(given)
    fault = pesel_fault(identifier)
    if fault == PeselFault.CHECK_DIGIT:
        cells.warn(name, "dues.pesel_check_digit", hidden(given))
    elif fault:
        cells.fail(name, "dues.pesel", hidden(given))
    return identifier


def read_co_owners(cells: Cells, payer_id: str) -> tuple[tuple[str, ...], tuple[PayerRow, ...]]:
    """Further debtors: objects (JSON) or the payers' ids (CSV), which must then be known otherwise."""
    ids: list[str] = []
    described: list[PayerRow] = []
    listed = cells.several("co_owners")
    if len(listed) > MOST_CO_OWNERS:
        cells.fail("co_owners", "dues.not_list", str(len(listed)))
        return (), ()
    for one in listed:
        if isinstance(one, Mapping):
            payer = _co_owner(cells, one)
            described.append(payer)
            ids.append(payer.external_id)
        else:
            ids.append(
                Cells(cells.line, cells.external_id, {"id": one}, cells.faults).text(
                    "id", ID_LENGTH, required=True
                )
            )
    if len({payer_id, *ids}) != len(ids) + 1:
        cells.fail("co_owners", "dues.co_owner_twice", excerpt_of(", ".join(ids)))
    return tuple(ids), tuple(described)


def _co_owner(cells: Cells, given: Mapping[str, Any]) -> PayerRow:
    inner = {f"co_owners.{name}": value for name, value in given.items()}
    own = Cells(cells.line, cells.external_id, inner, cells.faults, cells.warnings)
    own.refuse_unknown(
        [f"co_owners.{name}" for name in ("external_id", "kind", "name", "identifier", "address")]
    )
    kind = own.choice("co_owners.kind", PAYER_KINDS)
    return PayerRow(
        external_id=own.text("co_owners.external_id", ID_LENGTH, required=True),
        kind=kind,
        name=own.text("co_owners.name", NAME_LENGTH, required=True),
        identifier=_identifier(own, "co_owners.identifier", kind),
        address=own.text("co_owners.address", ADDRESS_LENGTH),
    )
