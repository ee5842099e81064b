"""The office's consent to support access, and who in the office lends the account."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from frontend.choices import offer
from frontend.desk.forms.base import DeskForm
from services.safeguards.domain import CONSENT_HOURS, MAX_REASON, MIN_REASON

HOURS = {4: _("4 godziny"), 24: _("doba"), 72: _("3 doby")}


class ConsentForm(DeskForm):
    """Under whose account support may look, what for and how long the consent lasts."""

    account = forms.ChoiceField(
        label=_("Na czyim koncie"),
        help_text=_(
            "Wsparcie zobaczy te same strony, co ta osoba. Konta administratora nie można udostępnić."
        ),
    )
    purpose = forms.CharField(
        label=_("W czym wsparcie ma pomóc"),
        min_length=MIN_REASON,
        max_length=MAX_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Nie wpisuj nazwisk ani numerów mieszkańców: operator przeczyta ten tekst."),
    )
    hours = forms.TypedChoiceField(
        label=_("Jak długo zgoda jest ważna"),
        coerce=int,
        choices=[(hours, HOURS[hours]) for hours in CONSENT_HOURS],
        initial=CONSENT_HOURS[0],
        widget=forms.RadioSelect,
        help_text=_("W tym czasie operator może wejść kilka razy, za każdym razem najwyżej na godzinę."),
    )

    def __init__(self, accounts: Iterable[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "account", [("", _("Wybierz")), *accounts])
