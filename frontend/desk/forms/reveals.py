"""The reason for which somebody has to see a field of personal data."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from frontend.desk import wording
from frontend.desk.forms.base import DeskForm
from services.safeguards.domain import MAX_REASON


class RevealForm(DeskForm):
    """One of the usual reasons, and more in one's own words."""

    reason = forms.ChoiceField(
        label=_("Dlaczego musisz to zobaczyć?"),
        choices=wording.choices(wording.REVEAL_REASONS),
        widget=forms.RadioSelect,
        error_messages={"required": _("Wybierz powód.")},
    )
    note = forms.CharField(
        label=_("Opis"),
        required=False,
        max_length=MAX_REASON,
        help_text=_("Na przykład znak sprawy. Przy innym powodzie jest obowiązkowy."),
    )
