"""Liabilities of the types that the clerk handles."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from frontend.components.widgets import DayInput
from frontend.desk.listing.choices import type_choices
from frontend.desk.listing.form import ListForm
from frontend.desk.listing.queue import Column, Item, Queue
from services.accounts.access import types_handled
from services.liabilities import queries
from services.users.domain import Verb


class LiabilitiesForm(ListForm):
    """Liabilities by type, due date and enforcement. A payer is searched for by POST (T-31)."""

    type = forms.ChoiceField(label=_("Rodzaj należności"), required=False)
    since = forms.DateField(label=_("Termin od"), required=False, widget=DayInput)
    until = forms.DateField(label=_("Termin do"), required=False, widget=DayInput)
    enforced = forms.ChoiceField(
        label=_("Egzekucja"),
        required=False,
        choices=[("", _("Wszystkie")), ("yes", _("w egzekucji")), ("no", _("poza egzekucją"))],
    )

    def prepare(self) -> None:
        """Types of the clerk."""
        self.fields["type"].choices = type_choices(types_handled(self.request.actor))  # type: ignore[attr-defined]

    @property
    def type_id(self) -> UUID | None:
        """The chosen type."""
        chosen = self.values.get("type")
        return UUID(chosen) if chosen else None

    def narrow(self, rows: Any) -> Any:
        """The liabilities that fit."""
        values = self.values
        if values.get("type"):
            rows = rows.filter(liability_type__public_id=values["type"])
        if values.get("since"):
            rows = rows.filter(due_on__gte=values["since"])
        if values.get("until"):
            rows = rows.filter(due_on__lte=values["until"])
        if values.get("enforced"):
            rows = rows.filter(is_enforced=values["enforced"] == "yes")
        return rows


def _debtors(item: Item) -> str:
    return ", ".join(payer.name for payer in item["row"].debtors.all())


LIABILITIES = Queue(
    code="liabilities",
    view="liabilities",
    title=_("Należności"),
    verbs=(Verb.VIEW_LIABILITIES,),
    form=LiabilitiesForm,
    rows=lambda request: queries.liabilities_for(request.actor),
    label=lambda item: str(item["row"].external_id),
    usual=_("najpóźniejszy termin najpierw"),
    columns=(
        Column("number", _("Identyfikator"), lambda item: item["row"].external_id, order=("external_id",)),
        Column("title", _("Należność"), lambda item: item["row"].title),
        Column("payer", _("Płatnik"), _debtors),
        Column(
            "document", _("Dokument"), lambda item: item["row"].document_number, order=("document_number",)
        ),
        Column("due", _("Termin"), lambda item: item["row"].due_on, order=("due_on", "external_id")),
        Column(
            "principal",
            _("Przypis"),
            lambda item: item["row"].principal_gr,
            order=("principal_gr",),
            unit="gr",
        ),
        Column("type", _("Rodzaj"), lambda item: item["row"].liability_type.name, only_in_file=True),
        Column("enforced", _("W egzekucji"), lambda item: item["row"].is_enforced, only_in_file=True),
    ),
)
