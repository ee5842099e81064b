"""The form of a letter's words."""

from django import forms
from django.utils.translation import gettext_lazy as _

from frontend.desk.forms.base import DeskForm
from services.notices.texts import MOST_BODY, MOST_SUBJECT


class LetterTextForm(DeskForm):
    """Subject and body; what may stand in them is decided by the action."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    subject = forms.CharField(label=_("Temat"), max_length=MOST_SUBJECT, strip=True)
    body = forms.CharField(
        label=_("Treść"),
        help_text=_("Zmienne w nawiasach { } zamienimy na dane z listu. Pusty wiersz zaczyna nowy akapit."),
        max_length=MOST_BODY,
        widget=forms.Textarea(attrs={"rows": 14}),
    )
