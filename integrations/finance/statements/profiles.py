"""How one account's bank writes its files, as data: a gmina's settings hold it, `profile_of` reads it strictly."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from integrations.finance.fields import AmountForm, DayForm
from integrations.finance.lines import Encoding
from integrations.finance.statements.profile_fields import ProfileFields

SUBFIELD_SIGNS = ("~", "<", "?", "^")
Place: TypeAlias = int | str | tuple[int, int]
"""A cell: its number from 1, the name of its column, or for fixed widths its first and last character from 1."""


@dataclass(frozen=True, slots=True)
class Mt940Profile:
    """MT940. The subfields of field 86 are given by their two digits; of several accounts the first that is there counts."""

    code: str
    name: str
    encoding: Encoding
    sign: str
    one_per_line: bool = False
    """A subfield begins only at the beginning of a line, so the sign may stand in a title."""
    title: tuple[str, ...] = ("20", "21", "22", "23", "24", "25", "26")
    payer_name: tuple[str, ...] = ("32", "33")
    payer_account: tuple[str, ...] = ("31",)
    virtual_account: tuple[str, ...] = ()
    reference: tuple[str, ...] = ()
    reference_length: int = 0
    """When not 0, the bank's reference is that many last characters of field 61."""


@dataclass(frozen=True, slots=True)
class ElixirProfile:
    """Elixir-O used as a report. `virtual_prefixes` are the digits after the check digits of accounts of mass payments."""

    code: str
    name: str
    encoding: Encoding
    quoted: bool = False
    reference_sign: str = ""
    """What stands on both sides of the reference, `$$$` for instance."""
    virtual_prefixes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CamtProfile:
    """camt.053; the file itself says how it is encoded. `virtual_prefixes` as in ElixirProfile."""

    code: str
    name: str
    virtual_prefixes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Records:
    """How lines of different kinds are told apart: by the text of one cell. Lines of no kind are a fault."""

    at: Place
    entry: tuple[str, ...]
    header: tuple[str, ...] = ()
    trailer: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TableProfile:
    """A result file of mass payments (or any table): CSV when `delimiter` is given, else columns of fixed width.

    `columns` names the fields of an entry that `tables.COLUMNS` lists; `header_places` and `trailer_places` those of the
    first and the last line that speak of the whole file (`tables.HEADER_PLACES`, `TRAILER_PLACES`).
    """

    code: str
    name: str
    encoding: Encoding
    columns: Mapping[str, tuple[Place, ...]]
    amount: AmountForm
    day: DayForm
    delimiter: str = ""
    quote: str = ""
    has_names: bool = False
    skip_lines: int = 0
    width: int = 0
    """Characters of a line of fixed width; 0 when lines may be shorter."""
    records: Records | None = None
    header_places: Mapping[str, Place] | None = None
    trailer_places: Mapping[str, Place] | None = None
    debit_words: tuple[str, ...] = ()
    credit_words: tuple[str, ...] = ()
    virtual_prefixes: tuple[str, ...] = ()


Profile: TypeAlias = Mt940Profile | ElixirProfile | CamtProfile | TableProfile


def profile_of(settings: Mapping[str, Any]) -> Profile:
    """The profile that settings (or a file profile.json) describe.

    Raises InvalidInput("bank_profile.…") with `field`: missing, unknown, wrong. Nothing is taken by default that decides how
    letters or amounts are read.
    """
    fields = ProfileFields(settings)
    kind = fields.choice("format", ("mt940", "elixir", "camt053", "table"))
    code, name = fields.text("code", r"[a-z0-9_]{1,40}"), fields.text("name", r".{1,80}")
    profile: Profile
    if kind == "mt940":
        profile = Mt940Profile(
            code, name, Encoding(fields.choice("encoding", tuple(Encoding))), **_mt940(fields)
        )
    elif kind == "elixir":
        profile = ElixirProfile(
            code,
            name,
            Encoding(fields.choice("encoding", tuple(Encoding))),
            quoted=fields.flag("quoted"),
            reference_sign=fields.text("reference_sign", r"\S{0,5}", default=""),
            virtual_prefixes=fields.texts("virtual_prefixes", r"[0-9]{8,20}"),
        )
    elif kind == "camt053":
        profile = CamtProfile(code, name, fields.texts("virtual_prefixes", r"[0-9]{8,20}"))
    else:
        profile = _table(code, name, fields)
    fields.refuse_unread()
    return profile


def _mt940(fields: ProfileFields) -> dict[str, Any]:
    subfields = ("title", "payer_name", "payer_account", "virtual_account", "reference")
    return {
        "sign": fields.choice("sign", SUBFIELD_SIGNS),
        "one_per_line": fields.flag("one_per_line"),
        "reference_length": fields.number("reference_length", 0, 40, default=0),
        **{name: fields.texts(name, r"[0-9]{2}") for name in subfields if fields.has(name)},
    }


def _table(code: str, name: str, fields: ProfileFields) -> TableProfile:
    delimiter = fields.choice("delimiter", (";", ",", "|", "\t", ""), default="")
    is_csv, has_names = bool(delimiter), fields.flag("has_names")
    if has_names and not is_csv:
        raise fields.wrong("has_names")
    records = None
    if fields.has("records"):
        told = fields.nested("records")
        records = Records(
            at=told.place("at", is_csv=is_csv, has_names=has_names),
            entry=told.texts("entry", r".{1,20}", required=True),
            header=told.texts("header", r".{1,20}"),
            trailer=told.texts("trailer", r".{1,20}"),
        )
        told.refuse_unread()
    profile = TableProfile(
        code,
        name,
        Encoding(fields.choice("encoding", tuple(Encoding))),
        columns=_columns(fields.nested("columns"), is_csv=is_csv, has_names=has_names),
        amount=AmountForm(fields.choice("amount", tuple(AmountForm))),
        day=DayForm(fields.choice("day", tuple(DayForm))),
        delimiter=delimiter,
        quote=fields.choice("quote", ('"', "'", ""), default=""),
        has_names=has_names,
        skip_lines=fields.number("skip_lines", 0, 100, default=0),
        width=fields.number("width", 0, 4000, default=0),
        records=records,
        header_places=_places(fields, "header_places", HEADER_PLACES, is_csv=is_csv),
        trailer_places=_places(fields, "trailer_places", TRAILER_PLACES, is_csv=is_csv),
        debit_words=fields.texts("debit_words", r".{1,20}"),
        credit_words=fields.texts("credit_words", r".{1,20}"),
        virtual_prefixes=fields.texts("virtual_prefixes", r"[0-9]{8,20}"),
    )
    if ("direction" in profile.columns) != bool(profile.credit_words):
        raise fields.wrong("credit_words")
    for places, kinds, field in (
        (profile.header_places, records and records.header, "header_places"),
        (profile.trailer_places, records and records.trailer, "trailer_places"),
    ):
        if places and not kinds:
            raise fields.wrong(field)
    return profile


COLUMNS = (
    "booked_on", "value_on", "amount", "direction", "currency", "account", "payer_name", "payer_account", "title",
    "reference", "end_to_end", "code", "virtual_account",
)  # fmt: skip
"""Fields of an entry that a column (or several, joined) may give; "booked_on" and "amount" are required."""
HEADER_PLACES = ("number", "account", "opening", "opened_on", "currency")
TRAILER_PLACES = ("entries", "sum", "closing", "closed_on")


def _columns(told: ProfileFields, *, is_csv: bool, has_names: bool) -> Mapping[str, tuple[Place, ...]]:
    columns = {
        name: told.places(name, is_csv=is_csv, has_names=has_names) for name in COLUMNS if told.has(name)
    }
    for name in ("booked_on", "amount"):
        if name not in columns:
            raise told.missing(name)
    told.refuse_unread()
    return columns


def _places(
    fields: ProfileFields, name: str, allowed: tuple[str, ...], *, is_csv: bool
) -> Mapping[str, Place] | None:
    if not fields.has(name):
        return None
    told = fields.nested(name)
    places = {one: told.place(one, is_csv=is_csv, has_names=False) for one in allowed if told.has(one)}
    told.refuse_unread()
    return places
