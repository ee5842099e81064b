"""Agreeing to a change that needs two persons, refusing it, taking it back."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from frontend.desk.forms.base import DeskForm
from services.safeguards.domain import MAX_REASON, MIN_REASON


class ChangeApprovalForm(DeskForm):
    """The second person says what she or he has compared it with."""

    compared = forms.BooleanField(
        label=_("Zmiana zgadza się z dokumentem (umową, pismem banku albo panelem operatora)"),
        error_messages={"required": _("Najpierw porównaj zmianę z dokumentem i zaznacz to pole.")},
    )


class ChangeClosingForm(DeskForm):
    """Why the change does not go through."""

    reason = forms.CharField(
        label=_("Powód"),
        min_length=MIN_REASON,
        max_length=MAX_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Przeczytają go obie osoby i kontrola."),
        error_messages={"required": _("Napisz powód, co najmniej kilka słów.")},
    )
