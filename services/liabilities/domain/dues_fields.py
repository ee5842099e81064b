"""Reading single fields of a neutral row. What is wrong with a field becomes a `Fault`, never an exception.

Values of a CSV file are texts; those of a JSON body may also be numbers, truth values and lists. A field that is
absent, null or blank is the same in all of them.
"""

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from kernel.dates import FIRST_YEAR, LAST_YEAR
from kernel.errors import InvalidInput
from kernel.money import parse_gr

EXCERPT_LENGTH = 40
MAX_AMOUNT_GR = 99_999_999_999
"""999 999 999,99 zł: no due of a gmina comes near it, and sums of a whole file stay far inside a bigint."""

_SPACES = re.compile(r"\s+")
_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_ISO_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_POLISH_DAY = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})")
_FLAGS: Mapping[str, bool] = {
    **dict.fromkeys(("1", "tak", "t", "true"), True),
    **dict.fromkeys(("0", "nie", "n", "false"), False),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one line (or, as a warning, only worth knowing). `line` counts from 1; `excerpt` is short."""

    line: int
    external_id: str
    field: str
    code: str
    excerpt: str = ""


@dataclass(frozen=True, slots=True)
class RawRow:
    """One row as it came, with the number of its first line (or its place in the list, from 1)."""

    line: int
    values: Mapping[str, Any]
    fault: Fault | None = None


def excerpt_of(value: object) -> str:
    """The beginning of a value in one line, for a report."""
    text = _FORBIDDEN.sub(" ", str(value))
    return text if len(text) <= EXCERPT_LENGTH else f"{text[: EXCERPT_LENGTH - 1]}…"


def hidden(value: object) -> str:
    """A personal number for a report: only its last four characters."""
    text = excerpt_of(value)
    return "*" * max(len(text) - 4, 0) + text[-4:]


@dataclass
class Cells:
    """The fields of one row. Each reader notes a fault and returns an empty value when the field is not right."""

    line: int
    external_id: str
    values: Mapping[str, Any]
    faults: list[Fault] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)

    def fail(self, name: str, code: str, excerpt: str = "") -> None:
        """Note that the row cannot be taken."""
        self.faults.append(Fault(self.line, self.external_id, name, code, excerpt))

    def warn(self, name: str, code: str, excerpt: str = "") -> None:
        """Note something worth knowing; the row is taken."""
        self.warnings.append(Fault(self.line, self.external_id, name, code, excerpt))

    def refuse_unknown(self, allowed: Collection[str]) -> None:
        """Note every field that the format does not know: a misspelt one must not be dropped in silence."""
        for name in self.values:
            if name not in allowed and not self.is_blank(name):
                self.fail(excerpt_of(name), "dues.unknown_field")

    def is_blank(self, name: str) -> bool:
        """Whether the field says nothing."""
        value = self.values.get(name)
        return value is None or (isinstance(value, str) and not value.strip())

    def missing(self, name: str, required: bool) -> bool:
        """Whether the field is blank; a required one is a fault then."""
        if not self.is_blank(name):
            return False
        if required:
            self.fail(name, "dues.missing")
        return True

    def text(self, name: str, limit: int, *, required: bool = False) -> str:
        """One line of text; runs of white space (line breaks of a quoted cell too) become one space."""
        if self.missing(name, required):
            return ""
        value = self.values[name]
        if not isinstance(value, str):
            self.fail(name, "dues.not_text", excerpt_of(value))
            return ""
        plain = unicodedata.normalize("NFC", _SPACES.sub(" ", value).strip())
        if _FORBIDDEN.search(plain):
            self.fail(name, "dues.characters", excerpt_of(plain))
        elif len(plain) > limit:
            self.fail(name, "dues.too_long", excerpt_of(plain))
        else:
            return plain
        return ""

    def choice(self, name: str, allowed: Sequence[str], default: str = "") -> str:
        """One of the allowed words."""
        if self.missing(name, required=not default):
            return default
        value = self.values[name]
        if isinstance(value, str) and value.strip().lower() in allowed:
            return value.strip().lower()
        self.fail(name, "dues.choice", excerpt_of(value))
        return default

    def amount(self, name: str) -> int:
        """An amount in złote as text ("123.45", "123,45") or as the object that the API shows, in grosze; not below zero.
        A JSON number is refused: it would be a binary fraction."""
        if self.missing(name, required=True):
            return 0
        value = self.values[name]
        if isinstance(value, Mapping) and set(value) == {"amount", "currency"} and value["currency"] == "PLN":
            value = value["amount"]
        if not isinstance(value, str):
            self.fail(name, "dues.amount_not_text", excerpt_of(value))
            return 0
        try:
            amount_gr = parse_gr(value)
        except InvalidInput:
            self.fail(name, "dues.amount", excerpt_of(value))
            return 0
        if not 0 <= amount_gr <= MAX_AMOUNT_GR:
            self.fail(
                name, "dues.amount_negative" if amount_gr < 0 else "dues.amount_too_big", excerpt_of(value)
            )
        return amount_gr

    def whole(self, name: str, lowest: int, highest: int, *, required: bool = False) -> int | None:
        """A whole number between two bounds."""
        if self.missing(name, required):
            return None
        value = self.values[name]
        text = str(value).strip()
        if (
            isinstance(value, bool)
            or not re.fullmatch(r"[0-9]{1,6}", text)
            or not lowest <= int(text) <= highest
        ):
            self.fail(name, "dues.number", excerpt_of(value))
            return None
        return int(text)

    def flag(self, name: str) -> bool:
        """Yes or no; blank is no."""
        if self.missing(name, required=False):
            return False
        value = self.values[name]
        found = value if isinstance(value, bool) else _FLAGS.get(str(value).strip().lower())
        if found is None:
            self.fail(name, "dues.flag", excerpt_of(value))
        return bool(found)

    def day(self, name: str, *, required: bool = False) -> date | None:
        """A real day: "2026-03-15" or "15.03.2026"."""
        if self.missing(name, required):
            return None
        day = read_day(self.values[name])
        if day is None:
            self.fail(name, "dues.day", excerpt_of(self.values[name]))
        return day

    def several(self, name: str) -> list[Any]:
        """The elements of a list, or of a text that separates them by `;` or `|`."""
        if self.missing(name, required=False):
            return []
        value = self.values[name]
        if isinstance(value, str):
            return [part.strip() for part in re.split(r"[;|]", value) if part.strip()]
        if isinstance(value, list):
            return value
        self.fail(name, "dues.not_list", excerpt_of(value))
        return []


def read_day(value: object) -> date | None:
    """The day that a text means, or None when there is no such day or it lies outside our calendar."""
    text = value.strip() if isinstance(value, str) else ""
    if found := _ISO_DAY.fullmatch(text):
        year, month, day = map(int, found.groups())
    elif found := _POLISH_DAY.fullmatch(text):
        day, month, year = map(int, found.groups())
    else:
        return None
    try:
        return date(year, month, day) if FIRST_YEAR <= year <= LAST_YEAR else None
    except ValueError:
        return None
