"""An answer of the office to a resident."""

from django import forms
from django.utils.translation import gettext_lazy as _

from frontend.desk.forms.base import DeskForm
from services.correspondence.actions import LONGEST


class AnswerForm(DeskForm):
    """The words, and how many messages stood on the page while they were written."""

    body = forms.CharField(
        label=_("Odpowiedź"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "true"}),
        help_text=_("Mieszkaniec przeczyta ją po zalogowaniu. E-mail powie mu tylko, że jest odpowiedź."),
    )
    seen = forms.IntegerField(widget=forms.HiddenInput)
