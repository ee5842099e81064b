"""Taking back an entry of the ledger."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from frontend.desk.forms.base import DeskForm


class CorrectionForm(DeskForm):
    """The reason, which stays on the entry for good, and a deliberate yes."""

    reason = forms.CharField(
        label=_("Powód poprawki"),
        help_text=_(
            "Zostanie w księdze na zawsze i zobaczy go kontrola, a przy płatnościach i nadpłatach także płatnik. "
            "Bez danych osobowych."
        ),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Napisz, dlaczego ten zapis jest błędny.")},
    )
    is_sure = forms.BooleanField(
        label=_("Salda zmienią się tak, jak pokazano wyżej."),
        error_messages={"required": _("Potwierdź, że salda mają się zmienić.")},
    )
