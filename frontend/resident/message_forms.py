"""A message about a due, from either side."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from kernel.fields import new_public_id
from services.correspondence.actions import LONGEST


class DueMessageForm(forms.Form):
    """One message to the office. `key` makes two clicks one message."""

    body = forms.CharField(
        label=_("Twoja wiadomość"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "true"}),
        help_text=_("Napisz, o co chodzi. Nie podawaj haseł ani kodów: urząd nigdy o nie nie pyta."),
        error_messages={"required": _("Wpisz treść wiadomości.")},
    )
    key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"key": new_public_id(), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)

    def clean_key(self) -> UUID:
        """A form without its number is a message of its own."""
        given: UUID | None = self.cleaned_data["key"]
        return given or new_public_id()
