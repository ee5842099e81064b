"""One `Ntry` of camt.053: the entries in it. A batch whose parts have amounts becomes one entry for each part."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from lxml import etree

from integrations.finance.errors import FileRefused
from integrations.finance.fields import (
    AmountForm,
    DayForm,
    amount_gr,
    day,
    one_line,
    other_account,
    refuse_other_currency,
    title_line,
)
from integrations.finance.statements.mt940_details import NO_DETAILS
from integrations.finance.statements.values import Entry
from integrations.finance.statements.virtual_accounts import is_virtual
from kernel.identifiers import is_valid_nrb
from kernel.money import format_gr

_MOST_PARTS = 20_000


def entries_of(
    element: etree._Element, line: int, account_nrb: str, virtual_prefixes: Sequence[str]
) -> Iterator[Entry]:
    """Booked entries of an `Ntry`; what is only announced (PDNG, INFO) is left out, for no balance holds it.

    Raises FileRefused: missing, field, amount, currency, day, nrb, account, batch_sum, too_many, text_too_long.
    """
    status = first(element, "Sts", "Cd") or first(element, "Sts")
    if status not in ("BOOK", "PDNG", "INFO", "FUTR"):
        raise FileRefused("field", line=line, field="Sts", found=status)
    if status != "BOOK":
        return
    amount_in_gr = _signed(element, line, required=True)
    assert amount_in_gr is not None
    booked_on = _day(element, "BookgDt", line)
    if booked_on is None:
        raise FileRefused("missing", line=line, field="BookgDt")
    whole = Entry(
        line=line,
        booked_on=booked_on,
        value_on=_day(element, "ValDt", line) or booked_on,
        amount_gr=amount_in_gr,
        reference=one_line(first(element, "AcctSvcrRef") or first(element, "NtryRef"), line, most=80),
        code=_code(element)[:40],
    )
    parts = [part for details in children(element, "NtryDtls") for part in children(details, "TxDtls")]
    if len(parts) > _MOST_PARTS:
        raise FileRefused("too_many", line=line, most=_MOST_PARTS)
    amounts = [_signed(part, line, of=whole.amount_gr) for part in parts]
    if len(parts) > 1 and None in amounts:
        yield whole  # nobody can tell the shares: a person looks at it
        return
    known = [one for one in amounts if one is not None]
    if known and sum(known) != whole.amount_gr:
        raise FileRefused(
            "batch_sum", line=line, expected=format_gr(whole.amount_gr), found=format_gr(sum(known))
        )
    if not parts:
        yield _with_details(whole, element, line, account_nrb, virtual_prefixes)
    for part, part_gr in zip(parts, amounts, strict=True):
        single = whole if part_gr is None else replace(whole, amount_gr=part_gr)
        yield _with_details(single, part, line, account_nrb, virtual_prefixes)


def children(element: etree._Element, name: str) -> list[etree._Element]:
    """Direct children of a local name."""
    return [child for child in element if local_name(child) == name]


def local_name(element: etree._Element) -> str:
    """The name without its namespace, by which all versions are read alike; no object is made for it."""
    return str(element.tag).rpartition("}")[2]


def first(element: etree._Element, *path: str) -> str:
    """Text at a path of local names, "" when there is none; of several equals the first one."""
    for name in path:
        found = next((child for child in element if local_name(child) == name), None)
        if found is None:
            return ""
        element = found
    return told(element).strip() if not len(element) else ""


def told(element: etree._Element) -> str:
    """The text of an element that holds nothing else."""
    return element.text or ""


def _signed(
    element: etree._Element, line: int, *, required: bool = False, of: int | None = None
) -> int | None:
    """Grosze with the sign of `CdtDbtInd` (also in a reversal, whose mark is its own); a part has that of the whole."""
    found = children(element, "Amt")
    if not found:
        found = [
            amount
            for details in children(element, "AmtDtls")
            for kind in children(details, "TxAmt")
            for amount in children(kind, "Amt")
        ]
    if not found:
        if required:
            raise FileRefused("missing", line=line, field="Amt")
        return None
    refuse_other_currency(found[0].get("Ccy", ""), line)
    absolute_gr = amount_gr(told(found[0]).strip(), AmountForm.POINT, line)
    mark = first(element, "CdtDbtInd")
    if not mark and of is not None:
        return absolute_gr if of >= 0 else -absolute_gr
    if mark not in ("CRDT", "DBIT"):
        raise FileRefused("field", line=line, field="CdtDbtInd", found=mark)
    return absolute_gr if mark == "CRDT" else -absolute_gr


def _day(element: etree._Element, name: str, line: int) -> date | None:
    text = first(element, name, "Dt") or first(element, name, "DtTm")[:10]
    return day(text, DayForm.ISO, line) if text else None


def _code(element: etree._Element) -> str:
    domain = [first(element, "BkTxCd", "Domn", "Cd"), first(element, "BkTxCd", "Domn", "Fmly", "Cd")]
    domain.append(first(element, "BkTxCd", "Domn", "Fmly", "SubFmlyCd"))
    return first(element, "BkTxCd", "Prtry", "Cd") or "-".join(part for part in domain if part)


def _with_details(
    entry: Entry, element: etree._Element, line: int, account_nrb: str, virtual_prefixes: Sequence[str]
) -> Entry:
    theirs, ours = ("Dbtr", "Cdtr") if entry.amount_gr >= 0 else ("Cdtr", "Dbtr")
    name = first(element, "RltdPties", theirs, "Nm") or first(element, "RltdPties", theirs, "Pty", "Nm")
    reference = first(element, "Refs", "AcctSvcrRef") or first(element, "Refs", "TxId")
    end_to_end = first(element, "Refs", "EndToEndId")
    credited = _account(element, ours, line)
    is_mass = (
        entry.amount_gr >= 0
        and credited != account_nrb
        and is_valid_nrb(credited)
        and is_virtual(credited, virtual_prefixes)
    )
    return replace(
        entry,
        payer_name=one_line(name, line),
        payer_account=_account(element, theirs, line),
        title=_title(element, line),
        reference=one_line(reference, line, most=80) or entry.reference,
        end_to_end="" if end_to_end in NO_DETAILS else one_line(end_to_end, line, most=80),
        virtual_account=credited if is_mass else "",
    )


def _account(element: etree._Element, whose: str, line: int) -> str:
    place = ("RltdPties", f"{whose}Acct", "Id")
    return other_account(first(element, *place, "IBAN") or first(element, *place, "Othr", "Id"), line)


def _title(element: etree._Element, line: int) -> tuple[str, ...]:
    lines: list[str] = []
    for remittance in children(element, "RmtInf"):
        lines += [told(one) for one in children(remittance, "Ustrd")]
        lines += [first(one, "CdtrRefInf", "Ref") for one in children(remittance, "Strd")]
    return tuple(title_line(text, line) for text in lines if text.strip())
