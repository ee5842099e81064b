"""Requests to act in somebody's name that wait for a clerk (D13)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from frontend.components.widgets import DayInput
from frontend.desk import wording_residents as words
from frontend.desk.listing.choices import between
from frontend.desk.listing.form import ListForm
from frontend.desk.listing.queue import Column, Item, Queue
from frontend.guards import Request
from kernel.identifiers import is_valid_pesel, masked_pesel
from services.accounts import queries_representation as queries
from services.users.domain import Verb
from tenants.configuration.queries import liability_types


class RepresentationsForm(ListForm):
    """Requests by what they rest on, how far they go, and when they came."""

    title = forms.ChoiceField(
        label=_("Podstawa"), required=False, choices=[("", _("Każda")), *words.TITLES.items()]
    )
    level = forms.ChoiceField(
        label=_("Zakres"), required=False, choices=[("", _("Każdy")), *words.LEVELS.items()]
    )
    since = forms.DateField(label=_("Złożone od"), required=False, widget=DayInput)
    until = forms.DateField(label=_("Złożone do"), required=False, widget=DayInput)

    def narrow(self, rows: Any) -> Any:
        """The requests that fit."""
        values = self.values
        for name in ("title", "level"):
            if values.get(name):
                rows = rows.filter(**{name: values[name]})
        since: date | None = values.get("since")
        return between(rows, "asked_at", since, values.get("until"))


def shown_request(row: Any) -> dict[str, Any]:
    """One request in words, its identifier masked where it is a person's."""
    names = {kind.code: kind.name for kind in liability_types()} if row.types is not None else {}
    return {
        "row": row,
        "resident": row.resident,
        "full_name": f"{row.resident.first_name} {row.resident.last_name}",
        "identifier": masked_pesel(row.identifier) if is_valid_pesel(row.identifier) else row.identifier,
        "level": words.LEVELS[row.level],
        "title": words.TITLES[row.title],
        "types": None if row.types is None else [names.get(code, code) for code in row.types],
        "document": getattr(row, "document", None),
        "state": words.REPRESENTATION_STATES[row.state],
        "is_waiting": row.state == "waiting",
    }


def shown(request: Request, rows: Sequence[Any]) -> list[Item]:
    """The requests in words."""
    return [shown_request(row) for row in rows]


REPRESENTATIONS = Queue(
    code="representations",
    view="representations",
    title=_("Reprezentowanie"),
    verbs=(Verb.VERIFY_REGISTRATION,),
    form=RepresentationsForm,
    rows=lambda request: queries.waiting_requests(),
    shown=shown,
    label=lambda item: f"{item['row'].name} – {item['full_name']}",
    usual=_("najstarszy wniosek najpierw"),
    columns=(
        Column("name", _("Kogo"), lambda item: item["row"].name),
        Column("who", _("Kto"), lambda item: item["full_name"]),
        Column("title", _("Podstawa"), lambda item: item["title"], order=("title", "asked_at")),
        Column("level", _("Zakres"), lambda item: item["level"], order=("level", "asked_at")),
        Column("document", _("Dokument"), lambda item: _("jest") if item["document"] else _("brak")),
        Column("asked", _("Złożony"), lambda item: item["row"].asked_at, order=("asked_at",)),
    ),
)
