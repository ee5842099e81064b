"""A file of payments for the finance system."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from frontend.components.widgets import DayInput
from frontend.desk.forms.base import DeskForm
from integrations.finance.exchange.reading import Shape


class PaymentsFileForm(DeskForm):
    """Since when, and in which form."""

    since = forms.DateField(
        label=_("Wpłacone od dnia"),
        required=False,
        widget=DayInput,
        help_text=_("Bez dnia plik jest pełny: obejmuje wszystkie wpłaty, którymi się zajmujesz."),
    )
    shape = forms.ChoiceField(
        label=_("Postać pliku"),
        choices=[(Shape.CSV, "CSV"), (Shape.XLSX, "XLSX"), (Shape.JSON, "JSON")],
        initial=Shape.CSV,
    )
