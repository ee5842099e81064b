"""Accounts that a clerk has to look at: a file in doubt, data that the resident changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from frontend.desk import wording_residents as words
from frontend.desk.listing.form import ListForm
from frontend.desk.listing.queue import MOST_IN_COSTLY_FILE, Column, Item, Queue
from frontend.guards import Request
from kernel.identifiers import masked_pesel
from services.accounts import queries
from services.users.domain import Verb


def named(row: Any) -> dict[str, Any]:
    """A resident by name, with what may be seen of the number."""
    name = f"{row.first_name} {row.last_name}"
    return {"row": row, "full_name": name, "masked_pesel": masked_pesel(row.pesel)}


def shown_unmatched(request: Request, rows: Sequence[Any]) -> list[Item]:
    """With what has to be decided about the file."""
    return [{**named(row), "fit": words.FITS[queries.match_of(row).fit.value]} for row in rows]


def shown_changed(request: Request, rows: Sequence[Any]) -> list[Item]:
    """By name."""
    return [named(row) for row in rows]


_NAME = Column("name", _("Osoba"), lambda item: item["full_name"])
_PESEL = Column("pesel", _("PESEL"), lambda item: item["masked_pesel"])

UNMATCHED = Queue(
    code="unmatched",
    view="residents",
    title=_("Konta bez kartoteki"),
    verbs=(Verb.VERIFY_REGISTRATION, Verb.AUTHORISE_REGISTRATION),
    form=ListForm,
    rows=lambda request: queries.unmatched(),
    shown=shown_unmatched,
    label=lambda item: str(item["full_name"]),
    usual=_("najdawniej aktywne"),
    most_in_file=MOST_IN_COSTLY_FILE,
    columns=(
        _NAME,
        _PESEL,
        Column(
            "active", _("Konto aktywne od"), lambda item: item["row"].activated_at, order=("activated_at",)
        ),
        Column("fit", _("Co rozstrzygnąć"), lambda item: item["fit"]),
    ),
)

CHANGED_DATA = Queue(
    code="changed-data",
    view="changed_data",
    title=_("Zmienione dane"),
    verbs=(Verb.VERIFY_REGISTRATION, Verb.AUTHORISE_REGISTRATION),
    form=ListForm,
    rows=lambda request: queries.residents_with_unseen_changes(),
    shown=shown_changed,
    label=lambda item: str(item["full_name"]),
    usual=_("najdawniejsza zmiana najpierw"),
    columns=(
        _NAME,
        _PESEL,
        Column("changed", _("Pierwsza zmiana"), lambda item: item["row"].first, order=("first",)),
    ),
)
