"""Reporting a text to the moderator, and the moderator's decision."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from frontend.desk.forms.base import DeskForm
from services.moderation.domain import LONGEST_REASON, Ground


def _grounds() -> forms.ChoiceField:
    return forms.ChoiceField(
        label=_("Co jest nie tak z tą treścią"),
        choices=[(one.value, one.polish) for one in Ground],
        widget=forms.RadioSelect,
    )


class ReportForm(DeskForm):
    """Why the moderator should look at a text."""

    ground = _grounds()
    note = forms.CharField(
        label=_("Uwagi dla moderatora"),
        required=False,
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class HideForm(DeskForm):
    """The moderator hides a text; the reason is told to its author."""

    ground = _grounds()
    reason = forms.CharField(
        label=_("Powód"),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "Autor dostanie go e-mailem. Napisz rzeczowo, czego dotyczy, i nie powtarzaj ukrytych słów."
        ),
    )


class CaseForm(DeskForm):
    """Leaving a text as it is, or showing it again."""

    reason = forms.CharField(
        label=_("Powód"), max_length=LONGEST_REASON, widget=forms.Textarea(attrs={"rows": 3})
    )
