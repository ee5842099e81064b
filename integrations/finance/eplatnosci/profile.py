"""The columns of the settlement file, as data. Its layout is not published (payments.md 9), so an office can correct it here
when the file that it gets says otherwise; `DEFAULT` holds the names of the fields that are known to be in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from integrations.finance.fields import AmountForm, DayForm
from integrations.finance.lines import Encoding
from integrations.finance.statements.profile_fields import ProfileFields

REQUIRED = ("external_id", "due_id", "amount", "paid_on")
OPTIONAL = ("settled_on", "account", "transfer_id", "payer_name", "title", "currency", "status")


@dataclass(frozen=True, slots=True)
class SettlementProfile:
    """Names of columns by our fields, and how amounts and days are written.

    `settled_words` are the states that mean money for the office; lines of `other_words` are left out; any other state
    refuses the file.
    """

    encoding: Encoding
    delimiter: str
    columns: Mapping[str, str]
    amount: AmountForm
    day: DayForm
    settled_words: tuple[str, ...] = ()
    other_words: tuple[str, ...] = ()


DEFAULT: Mapping[str, Any] = {
    "encoding": "utf-8",
    "delimiter": ";",
    "columns": {
        "external_id": "identyfikator_platnosci",
        "due_id": "identyfikator_zobowiazania",
        "amount": "kwota",
        "currency": "waluta",
        "paid_on": "data_platnosci",
        "settled_on": "data_rozliczenia",
        "account": "numer_rachunku",
        "transfer_id": "identyfikator_przelewu",
        "title": "tytul",
        "status": "status",
    },
    "amount": "comma",
    "day": "YYYY-MM-DD",
    "settled_words": ["ROZLICZONA"],
    "other_words": ["ODRZUCONA", "ANULOWANA"],
}


def settlement_profile_of(settings: Mapping[str, Any] = DEFAULT) -> SettlementProfile:
    """The profile that settings describe. Raises InvalidInput("bank_profile.…") with `field`: missing, unknown, wrong."""
    fields = ProfileFields(settings)
    told = fields.nested("columns")
    columns = {name: told.text(name, r"\S(.{0,78}\S)?") for name in REQUIRED}
    columns |= {name: told.text(name, r"\S(.{0,78}\S)?") for name in OPTIONAL if told.has(name)}
    told.refuse_unread()
    profile = SettlementProfile(
        encoding=Encoding(fields.choice("encoding", tuple(Encoding))),
        delimiter=fields.choice("delimiter", (";", ",", "\t", "|")),
        columns=columns,
        amount=AmountForm(fields.choice("amount", tuple(AmountForm))),
        day=DayForm(fields.choice("day", tuple(DayForm))),
        settled_words=fields.texts("settled_words", r".{1,40}"),
        other_words=fields.texts("other_words", r".{1,40}"),
    )
    fields.refuse_unread()
    if ("status" in columns) != bool(profile.settled_words):
        raise fields.wrong("settled_words")
    if set(profile.settled_words) & set(profile.other_words):
        raise fields.wrong("other_words")
    return profile
