"""A message about a due, from either side."""

from django import forms
from django.utils.translation import gettext_lazy as _

from services.correspondence.actions import LONGEST


class DueMessageForm(forms.Form):
    """One message to the office."""

    body = forms.CharField(
        label=_("Twoja wiadomość"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "true"}),
        help_text=_("Napisz, o co chodzi. Nie podawaj haseł ani kodów: urząd nigdy o nie nie pyta."),
        error_messages={"required": _("Wpisz treść wiadomości.")},
    )
