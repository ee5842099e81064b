"""Narrowing the list of what does not agree, resolving one of it, and entering the operator's transfer."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from frontend.components.widgets import DayInput
from frontend.desk.forms.base import DeskForm
from frontend.desk.forms.payments import IdsField
from frontend.desk.forms.rules import MoneyField
from services.payments.actions import Payout

MAX_NOTE = 500
TITLE_LENGTH = 60


class ResolutionForm(DeskForm):
    """Why nothing more has to be done."""

    note = forms.CharField(
        label=_("Wyjaśnienie"),
        help_text=_("Co ustalono i z kim. Zobaczą je inni pracownicy i kontrola. Bez danych osobowych."),
        max_length=MAX_NOTE,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Napisz, co ustalono.")},
    )


class TransferForm(DeskForm):
    """The operator's transfer as it stands on the bank statement."""

    amount = MoneyField(
        label=_("Kwota przelewu"),
        help_text=_("Z wyciągu bankowego: ile operator przelał urzędowi tą wypłatą."),
        error_messages={"required": _("Podaj kwotę z wyciągu, na przykład 1 234,56.")},
    )
    bank_on = forms.DateField(
        label=_("Dzień uznania rachunku urzędu"),
        widget=DayInput,
        help_text=_("Z wyciągu bankowego: kiedy pieniądze przyszły na rachunek urzędu."),
    )


class PayoutForm(TransferForm):
    """A transfer of the operator with the payments that it is for."""

    title = forms.CharField(
        label=_("Tytuł przelewu"),
        max_length=TITLE_LENGTH,
        help_text=_("Z wyciągu bankowego, tak żeby dało się go odnaleźć. Jeden tytuł to jedna wypłata."),
        error_messages={"required": _("Wpisz tytuł przelewu z wyciągu.")},
    )
    kept = MoneyField(
        label=_("Prowizja potrącona z całej wypłaty"),
        required=False,
        help_text=_(
            "Tylko gdy operator potrącił ją urzędowi. Kosztu, który zapłacił mieszkaniec, tu nie wpisuj."
        ),
    )
    payment = IdsField(
        label=_("Płatności"),
        error_messages={"required": _("Zaznacz w tabeli płatności, za które jest ten przelew.")},
    )

    def payout(self, account_id: UUID, batch_id: UUID | None) -> Payout:
        """What the action takes."""
        values = self.cleaned_data
        return Payout(
            account_id=account_id,
            batch_id=batch_id,
            title=values["title"],
            amount_gr=values["amount"],
            kept_gr=values["kept"] or 0,
            bank_on=values["bank_on"],
            payment_ids=frozenset(values["payment"]),
        )
