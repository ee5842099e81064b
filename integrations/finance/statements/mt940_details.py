"""Field 86 of MT940: a code of the operation and the bank's subfields, `~20`, `<20`, `?20` or `^20` by the profile."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from integrations.finance.errors import FileRefused
from integrations.finance.fields import one_line, other_account, title_line
from integrations.finance.statements.profiles import SUBFIELD_SIGNS, Mt940Profile
from integrations.finance.statements.values import Entry

NO_DETAILS = ("", "NONREF", "NOREF", "NOTPROVIDED")
_EMPTY_SIGN = "\u02d9"
"""Byte 0xFF of the code pages 1250 and 8859-2: PKO writes it where a subfield says nothing."""
_CODE = re.compile(r"\s*([0-9]{3})?")


def read_details(entry: Entry, lines: Sequence[str], line: int, profile: Mt940Profile) -> Entry:
    """The entry with what field 86 says of it. Raises FileRefused: layout, nrb, account, text_too_long."""
    subfields = _subfields(lines, line, profile)
    title = tuple(title_line(value, line) for value in _raw(subfields, profile.title))
    account = next(iter(_texts(subfields, profile.payer_account, line)), "")
    virtual = next(iter(_texts(subfields, profile.virtual_account, line)), "")
    reference = next(iter(_texts(subfields, profile.reference, line)), entry.reference)
    return replace(
        entry,
        payer_name=one_line("".join(_raw(subfields, profile.payer_name)), line),
        payer_account=other_account(account, line),
        title=title,
        reference=reference,
        virtual_account=other_account(virtual, line),
        code=subfields[""] or entry.code,
    )


def _subfields(lines: Sequence[str], line: int, profile: Mt940Profile) -> Mapping[str, str]:
    """Subfields by their two digits; "" is the code before the first one."""
    # One subfield may go on in the next line: the line break is the bank's, not the payer's.
    marked = re.compile(
        ("^" if profile.one_per_line else "") + re.escape(profile.sign) + "([0-9]{2})", re.MULTILINE
    )
    text = ("\n" if profile.one_per_line else "").join(lines)
    places = list(marked.finditer(text))
    if not places:
        others = [sign for sign in SUBFIELD_SIGNS if re.search(re.escape(sign) + "[0-9]{2}", text)]
        bare = _CODE.fullmatch(text.rstrip())
        if others or not bare:
            raise FileRefused("layout", line=line, declared=profile.sign, found=others[0] if others else text)
        return {"": bare[1] or ""}
    head = text[: places[0].start()]
    code = _CODE.match(head)
    assert code is not None
    subfields = {"": code[1] or ""}
    ends = [*(place.start() for place in places[1:]), len(text)]
    for place, end in zip(places, ends, strict=True):
        value = text[place.end() : end].replace("\n", "")
        # A subfield that comes twice goes on: that is how some banks carry a long name.
        subfields[place[1]] = subfields.get(place[1], "") + ("" if value.strip() == _EMPTY_SIGN else value)
    return subfields


def _raw(subfields: Mapping[str, str], codes: Sequence[str]) -> list[str]:
    return [subfields[code] for code in codes if subfields.get(code, "").strip()]


def _texts(subfields: Mapping[str, str], codes: Sequence[str], line: int) -> tuple[str, ...]:
    return tuple(one_line(value, line) for value in _raw(subfields, codes))
