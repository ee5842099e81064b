"""The operator's reason for looking at a gmina's desk."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from frontend.choices import offer
from services.safeguards.domain import MAX_REASON, MIN_REASON


class EntryForm(forms.Form):
    """On which consent, and why now."""

    consent = forms.ChoiceField(label=_("Zgoda gminy"), widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Powód wejścia"),
        min_length=MIN_REASON,
        max_length=MAX_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Na przykład numer zgłoszenia. Przeczyta go administrator lokalny i kontrola."),
    )

    def __init__(
        self, offers: Iterable[tuple[str, str]], *args: Any, secrecy: str = "", **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "consent", offers)
        if secrecy:
            self.fields["agrees"] = forms.BooleanField(
                label=secrecy,
                error_messages={"required": _("Bez oświadczenia o poufności nie wejdziesz do panelu gminy.")},
            )
