"""camt.053 (ISO 20022), versions 02 to 13, found by local names. One entry is in memory at a time.

Entities and document types are refused before anything of them is expanded; nothing is ever fetched.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import BinaryIO

from lxml import etree

from integrations.finance.errors import FileRefused
from integrations.finance.fields import (
    AmountForm,
    DayForm,
    amount_gr,
    day,
    own_account,
    refuse_other_currency,
)
from integrations.finance.lines import refuse_other_kinds, size_of
from integrations.finance.statements.camt_entries import entries_of, first, local_name, told
from integrations.finance.statements.events import Closed, Events, Opened
from integrations.finance.statements.profiles import CamtProfile

_NAMESPACE = re.compile(r"urn:iso:std:iso:20022:tech:xsd:camt\.053\.001\.(0[2-9]|1[0-3])")
_PROLOG = 64 * 1024
_OPENING, _CLOSING, _INTERIM = ("OPBD", "PRCD"), ("CLBD",), "ITBD"


@dataclass
class _Reading:
    """What of the statement is known so far."""

    line: int
    account_nrb: str = ""
    number: str = ""
    names: dict[str, str] = field(default_factory=dict)
    balances: list[tuple[str, int, date]] = field(default_factory=list)
    is_open: bool = False


def events(file: BinaryIO, profile: CamtProfile) -> Events:
    """Statements of a camt.053 file. Raises FileRefused with the line."""
    size_of(file)
    refuse_other_kinds(file)
    _refuse_document_type(file)
    try:
        yield from _walk(file, profile)
    except etree.XMLSyntaxError as error:
        raise FileRefused("xml", line=error.lineno or 0) from None


def _refuse_document_type(file: BinaryIO) -> None:
    prolog = file.read(_PROLOG)
    file.seek(0)
    if b"\x00" in prolog:
        raise FileRefused("binary", line=1)
    at = prolog.find(b"<!DOCTYPE")
    if at >= 0:
        raise FileRefused("xml_document_type", line=prolog.count(b"\n", 0, at) + 1)
    if not prolog.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<"):
        raise FileRefused("not_camt", line=1, found=prolog[:20].decode("ascii", "replace"))


def _walk(file: BinaryIO, profile: CamtProfile) -> Events:
    reading: _Reading | None = None
    path: list[str] = []
    walker = etree.iterparse(
        file,
        events=("start", "end"),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    for event, element in walker:
        name = local_name(element)
        if event == "start":
            if not path:
                _check_root(element)
            path.append(name)
            if path[1:] == ["BkToCstmrStmt", "Stmt"]:
                reading = _Reading(_line(element))
            continue
        if reading and path[2:3] == ["Stmt"] and len(path) <= 4:
            if len(path) == 4:
                yield from _read_child(reading, name, element, profile)
                _forget(element)
            else:
                yield from _close(reading, _line(element))
                reading = None
                _forget(element)
        path.pop()


def _check_root(element: etree._Element) -> None:
    info = element.getroottree().docinfo
    if info.internalDTD is not None or info.doctype:
        raise FileRefused("xml_document_type", line=1)
    name = etree.QName(element)
    if name.localname != "Document" or not _NAMESPACE.fullmatch(name.namespace or ""):
        raise FileRefused("not_camt", line=_line(element), found=name.namespace or name.localname)


def _read_child(reading: _Reading, name: str, element: etree._Element, profile: CamtProfile) -> Events:
    line = _line(element)
    if name in ("Id", "ElctrncSeqNb", "LglSeqNb"):
        reading.names[name] = told(element).strip()
    elif name == "Acct":
        reading.account_nrb = own_account(
            first(element, "Id", "IBAN") or first(element, "Id", "Othr", "Id"), line
        )
        if currency := first(element, "Ccy"):
            refuse_other_currency(currency, line)
    elif name == "Bal":
        if reading.is_open:
            raise FileRefused("order", line=line, found="Bal", expected="Ntry")
        reading.balances.append(_balance(element, line))
    elif name == "Ntry":
        if not reading.is_open:
            yield _opened(reading)
        yield from entries_of(element, line, reading.account_nrb, profile.virtual_prefixes)


def _balance(element: etree._Element, line: int) -> tuple[str, int, date]:
    kind = first(element, "Tp", "CdOrPrtry", "Cd")
    amount = next((child for child in element if local_name(child) == "Amt"), None)
    if amount is None:
        raise FileRefused("missing", line=line, field="Amt")
    refuse_other_currency(amount.get("Ccy", ""), line)
    balance_gr = amount_gr(told(amount).strip(), AmountForm.POINT, line)
    mark = first(element, "CdtDbtInd")
    if mark not in ("CRDT", "DBIT"):
        raise FileRefused("field", line=line, field="CdtDbtInd", found=mark)
    on = first(element, "Dt", "Dt") or first(element, "Dt", "DtTm")[:10]
    return kind, balance_gr if mark == "CRDT" else -balance_gr, day(on, DayForm.ISO, line)


def _opened(reading: _Reading) -> Opened:
    if not reading.account_nrb:
        raise FileRefused("missing", line=reading.line, field="Acct")
    kind, opening_gr, opened_on = _pick(reading, (*_OPENING, _INTERIM))
    reading.is_open = True
    # The numbers of the sequence stay when a file is made anew; an Id may hold the time when it was made.
    reading.number = next(
        (reading.names[name] for name in ("ElctrncSeqNb", "LglSeqNb", "Id") if reading.names.get(name)), ""
    )[:80]
    return Opened(
        reading.line, reading.account_nrb, reading.number, opening_gr, opened_on, continues=kind == _INTERIM
    )


def _close(reading: _Reading, line: int) -> Iterator[Opened | Closed]:
    if not reading.is_open:
        yield _opened(reading)
    _, closing_gr, closed_on = _pick(reading, (*_CLOSING, _INTERIM), from_end=True)
    yield Closed(line, closing_gr, closed_on)


def _pick(reading: _Reading, kinds: tuple[str, ...], *, from_end: bool = False) -> tuple[str, int, date]:
    balances = reading.balances[::-1] if from_end else reading.balances
    for kind in kinds:
        found = [balance for balance in balances if balance[0] == kind]
        if len(found) > 1 and kind != _INTERIM:
            raise FileRefused("balance_twice", line=reading.line, found=kind)
        if found:
            return found[0]
    raise FileRefused("missing", line=reading.line, field=f"Bal {kinds[0]}")


def _line(element: etree._Element) -> int:
    return int(element.sourceline or 0)


def _forget(element: etree._Element) -> None:
    """Free what was read: the element and whatever stands before it."""
    element.clear()
    parent = element.getparent()
    if parent is not None:
        while element.getprevious() is not None:
            del parent[0]
