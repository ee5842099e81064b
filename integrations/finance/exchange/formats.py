"""What the formats of the exchange hold: one table that readers, writers and the JSON Schema share."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from integrations.finance.exchange.values import Due, Payment, Posting, ReminderCost, Value

FORMAT_VERSION = 1
ID_LENGTH = 80


class Kind(StrEnum):
    """What a column holds."""

    TEXT = "text"
    CHOICE = "choice"
    AMOUNT = "amount"
    DAY = "day"
    INSTANT = "instant"
    WHOLE = "whole"
    FLAG = "flag"
    NRB = "nrb"
    LIST = "list"
    PERIODS = "periods"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its limits are of the length of a text, of a number, or of an amount in grosze."""

    name: str
    kind: Kind
    required: bool = False
    most: int = ID_LENGTH
    least: int = 0
    choices: tuple[str, ...] = ()

    @property
    def attribute(self) -> str:
        """The attribute of the value: amounts are in grosze there."""
        return f"{self.name}_gr" if self.kind == Kind.AMOUNT else self.name


@dataclass(frozen=True, slots=True)
class Record:
    """One kind of row. `sum_of` is the column that the control sum adds up."""

    name: str
    value: type[Value]
    columns: tuple[Column, ...]
    sum_of: str


@dataclass(frozen=True, slots=True)
class Format:
    """One format. Files of the first version of dues may lack the record `file` and the control sums."""

    name: str
    records: Mapping[str, Record]
    needs_head: bool = True

    @property
    def default(self) -> Record:
        """The record of a row that does not say what it is."""
        return next(iter(self.records.values()))

    def record_of(self, value: Value) -> Record:
        """The record that holds a value."""
        return next(record for record in self.records.values() if record.value is type(value))


_MOST_GR = 99_999_999_999


def _text(name: str, most: int = ID_LENGTH, *, required: bool = False) -> Column:
    return Column(name, Kind.TEXT, required, most)


def _amount(name: str, *, required: bool = True, least: int = 0) -> Column:
    return Column(name, Kind.AMOUNT, required, _MOST_GR, least)


def _id(name: str = "external_id") -> Column:
    return _text(name, required=True)


_DUE = Record(
    "due",
    Due,
    (
        _id(),
        _id("payer_external_id"),
        Column("payer_kind", Kind.CHOICE, required=True, choices=("person", "company")),
        _text("payer_name", 200, required=True),
        _text("payer_identifier", 20),
        _text("payer_address", 300),
        _text("liability_type", required=True),
        _text("title", 160, required=True),
        _text("document_number"),
        Column("year", Kind.WHOLE, required=True, least=1990, most=2100),
        Column("instalment", Kind.WHOLE, least=1, most=366),
        Column("due_on", Kind.DAY, required=True),
        _amount("principal"),
        Column("account_nrb", Kind.NRB),
        Column("co_owners", Kind.LIST, most=200),
        Column("interest_pauses", Kind.PERIODS, most=20),
        Column("reduced_rate", Kind.FLAG),
        Column("enforced", Kind.FLAG),
        _text("enforcement_office", 160),
        _text("writ_number", 60),
    ),
    "principal",
)
_REMINDER_COST = Record(
    "reminder_cost",
    ReminderCost,
    (
        _id(),
        _id("payer_external_id"),
        Column("liabilities", Kind.LIST, required=True, most=200),
        _text("number", 60),
        _amount("amount", least=1),
        Column("sent_on", Kind.DAY, required=True),
        Column("delivered_on", Kind.DAY),
    ),
    "amount",
)
_POSTING = Record(
    "posting",
    Posting,
    (
        _id(),
        _id("due_external_id"),
        _amount("amount", least=-_MOST_GR),
        Column("posted_on", Kind.DAY, required=True),
        _text("reference", 32),
    ),
    "amount",
)
_PAYMENT = Record(
    "payment",
    Payment,
    (
        _id(),
        _text("reference", 32, required=True),
        _id("due_external_id"),
        _amount("amount", least=1),
        _amount("principal"),
        _amount("interest"),
        _amount("reminder_costs"),
        Column("payer_debited_at", Kind.INSTANT, required=True),
        _text("operator", 40, required=True),
        _text("operator_transaction_id"),
        _text("method", 40, required=True),
        _amount("fee", required=False),
        Column("account_nrb", Kind.NRB),
    ),
    "amount",
)

DUES = Format("dues", {"due": _DUE, "reminder_cost": _REMINDER_COST}, needs_head=False)
POSTINGS = Format("postings", {"posting": _POSTING})
PAYMENTS = Format("payments", {"payment": _PAYMENT})
FORMATS: Mapping[str, Format] = {one.name: one for one in (DUES, POSTINGS, PAYMENTS)}

FILE, CONTROL = "file", "control"
FILE_COLUMNS = ("format", "format_version", "mode", "as_of")
CONTROL_COLUMNS = ("control_of", "control_count", "control_sum")
MODES = ("full", "incremental")


def column_names(form: Format) -> tuple[str, ...]:
    """All columns of a table in the order of writing; the first one says what a row is."""
    names = dict.fromkeys(column.name for record in form.records.values() for column in record.columns)
    return ("record", *names, *FILE_COLUMNS, *CONTROL_COLUMNS)
