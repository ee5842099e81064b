"""Choosing rows of a list, and naming the view of it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from frontend.desk.forms.base import DeskForm
from frontend.desk.forms.payments import IdsField
from services.worklists.domain import LONGEST_NAME

SEPARATOR = ":"


class StampsField(forms.MultipleChoiceField):
    """Public ids of rows, each with what the page before showed of it (“id:version”)."""

    widget = forms.MultipleHiddenInput

    def valid_value(self, value: str) -> bool:
        """Anything that begins with an id."""
        try:
            UUID(value.partition(SEPARATOR)[0])
        except ValueError:
            return False
        return True

    def clean(self, value: Any) -> dict[UUID, str]:
        """The stamps by the ids."""
        parts = (text.partition(SEPARATOR) for text in super().clean(value))
        return {UUID(row_id): stamp for row_id, _separator, stamp in parts}


class RowsForm(DeskForm):
    """Rows that were ticked; on the second step with what the page showed of each."""

    row = IdsField(required=False)
    stamp = StampsField(required=False)

    def clean(self) -> dict[str, Any]:
        """Nothing ticked is nothing to do."""
        values = super().clean() or {}
        if not values.get("row") and not values.get("stamp"):
            raise forms.ValidationError("empty")
        values["row"] = values.get("row") or list(values.get("stamp", {}))
        return values


class ViewForm(DeskForm):
    """What a view is called, who is offered it, and whether the list opens with it."""

    name = forms.CharField(
        label=_("Nazwa widoku"),
        max_length=LONGEST_NAME,
        help_text=_("Na przykład: Czynsze, najstarsze. Nie wpisuj danych osób."),
        error_messages={"required": _("Nazwij widok, żeby go potem rozpoznać.")},
    )
    is_default = forms.BooleanField(label=_("Otwieraj tę listę zawsze z tym widokiem"), required=False)
    is_shared = forms.BooleanField(
        label=_("Pokaż ten widok też innym pracownikom"),
        required=False,
        help_text=_("Każdy zobaczy w nim tylko to, co ma przydzielone."),
    )
