"""Proposing a refund, agreeing to it, refusing it, and settling money that does not agree with its order."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from frontend.desk.forms.base import DeskForm
from frontend.desk.forms.rules import MoneyField

MAX_REASON = 1000


def _reason(help_text: Any, required: Any) -> forms.CharField:
    return forms.CharField(
        label=_("Powód"),
        help_text=help_text,
        max_length=MAX_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": required},
    )


class ShownForm(DeskForm):
    """A form that carries the amounts which the page shows, so that a yes to other ones is refused."""

    def stand_on(self, **shown_gr: int) -> None:
        """Let the next yes be to what the page shows now."""
        data = self.data.copy()  # type: ignore[attr-defined]
        for name, amount_gr in shown_gr.items():
            data[name] = str(amount_gr)
        self.data = data


class ProposalForm(ShownForm):
    """How much goes back and why. The number makes a second press the same press; `available_gr` is what was shown."""

    refund_id = forms.UUIDField(widget=forms.HiddenInput)
    available_gr = forms.IntegerField(widget=forms.HiddenInput)
    amount = MoneyField(
        label=_("Kwota zwrotu"), error_messages={"required": _("Podaj kwotę zwrotu, na przykład 123,45.")}
    )
    reason = _reason(
        _("Zobaczy go osoba, która zatwierdza zwrot, i kontrola. Płatnik go nie zobaczy."),
        _("Napisz, dlaczego pieniądze mają wrócić."),
    )
    is_sure = forms.BooleanField(
        label=_("Wpłata czeka z księgowaniem, aż ktoś inny zatwierdzi albo odrzuci ten zwrot."),
        error_messages={"required": _("Potwierdź, że wpłata ma poczekać z księgowaniem.")},
    )


class ApprovalForm(ShownForm):
    """A deliberate yes to the amounts that the page shows."""

    amount_gr = forms.IntegerField(widget=forms.HiddenInput)
    available_gr = forms.IntegerField(widget=forms.HiddenInput)
    is_sure = forms.BooleanField(
        label=_("Ta kwota ma wrócić na konto, z którego zapłacono. Zwrotu nie da się cofnąć."),
        error_messages={"required": _("Potwierdź, że ta kwota ma wrócić.")},
    )


class ClosingForm(DeskForm):
    """Why a proposal is withdrawn or refused."""

    reason = _reason(_("Zobaczą go osoby z urzędu i kontrola."), _("Napisz, dlaczego zwrotu nie będzie."))


class AcceptanceForm(ShownForm):
    """A deliberate yes to the amount that came; `amount_gr` is what the page shows."""

    amount_gr = forms.IntegerField(widget=forms.HiddenInput)
    reason = _reason(
        _("Co wyjaśniono z operatorem albo płatnikiem. Zobaczą go osoby z urzędu i kontrola."),
        _("Napisz, dlaczego tę kwotę można przyjąć."),
    )
    is_sure = forms.BooleanField(
        label=_("Księgowanie rozliczy to, co wpłynęło, a nie to, co zlecono."),
        error_messages={"required": _("Potwierdź, że rozliczone będzie to, co wpłynęło.")},
    )


class DismissalForm(DeskForm):
    """Why the payment counts as not paid."""

    reason = _reason(
        _("Skąd wiadomo, że pieniędzy nie ma. Zobaczą go osoby z urzędu i kontrola."),
        _("Napisz, skąd wiadomo, że pieniądze nie wpłynęły."),
    )
