"""A client of the API: what it is called, what it may do, until when."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from frontend.components.widgets import DayInput
from frontend.desk import wording
from frontend.desk.forms.base import DeskForm


class ApiClientForm(DeskForm):
    """A new client; its token is shown once, after saving."""

    name = forms.CharField(
        label=_("Nazwa"),
        max_length=80,
        help_text=_("System, który będzie się łączył, na przykład: system finansowy FK."),
    )
    scopes = forms.MultipleChoiceField(
        label=_("Co może robić"),
        choices=wording.choices(wording.SCOPES),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Daj tylko to, czego system potrzebuje."),
    )
    expires_on = forms.DateField(
        label=_("Ważny do"), required=False, widget=DayInput, help_text=_("Puste pole: do unieważnienia.")
    )
