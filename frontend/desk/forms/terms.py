"""Versions of the terms of paying in the portal, where the law leaves them to the office."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from frontend.components.widgets import DayInput
from frontend.desk import wording
from frontend.desk.forms.base import DeskForm
from tenants.configuration.domain_terms import LONGEST_SETTLEMENT


class PaymentTermsForm(DeskForm):
    """What paying in the portal is in law from a day on; each question says what holds without an answer."""

    SECTIONS = (
        (_("Od kiedy"), "effective_on note"),
        (_("Czym płaci się podatki i opłaty publiczne"), "pay_by_link blik resolution_number resolution_on"),
        (_("Należności cywilne"), "civil_interest_to settlement_days"),
        (_("Egzekucja"), "enforced"),
    )

    effective_on = forms.DateField(label=_("Obowiązuje od"), widget=DayInput)
    pay_by_link = forms.ChoiceField(
        label=_("Szybki przelew z banku wybranego z listy to"),
        choices=wording.choices(wording.INSTRUMENT_READINGS, "transfer"),
        widget=forms.RadioSelect,
        help_text=_("Od tego zależy, który dzień jest dniem zapłaty podatku (Ordynacja podatkowa)."),
    )
    blik = forms.ChoiceField(
        label=_("BLIK to"),
        choices=wording.choices(wording.INSTRUMENT_READINGS, "other"),
        widget=forms.RadioSelect,
        help_text=_("Ordynacja nie mówi o BLIK-u. Zapytaj radcę prawnego urzędu."),
    )
    resolution_number = forms.CharField(
        label=_("Numer uchwały rady o innych instrumentach płatniczych (art. 61a § 1)"),
        required=False,
        max_length=60,
        help_text=_(
            "Bez uchwały portal nie proponuje do podatków i opłat publicznych kart, portfeli i wszystkiego, co wyżej jest "
            "innym instrumentem. Należności cywilnych to nie dotyczy. Domyślnie: uchwały nie ma."
        ),
    )
    resolution_on = forms.DateField(label=_("Data uchwały"), widget=DayInput, required=False)
    civil_interest_to = forms.ChoiceField(
        label=_("Odsetki przy płaceniu liczy się (art. 454 § 1 KC)"),
        choices=wording.choices(wording.CIVIL_INTEREST_DAYS, "today"),
        widget=forms.RadioSelect,
        help_text=_(
            "Dniem zapłaty czynszu jest dzień uznania rachunku urzędu, o ile umowa nie mówi inaczej. Płatnik zobaczy przed "
            "zapłatą, do którego dnia liczymy."
        ),
    )
    settlement_days = forms.IntegerField(
        label=_("Po ilu dniach roboczych pieniądze są na rachunku urzędu"),
        min_value=0,
        max_value=LONGEST_SETTLEMENT,
        help_text=_("Według umowy z operatorem płatności. Domyślnie 1."),
    )
    enforced = forms.ChoiceField(
        label=_("Należność w egzekucji administracyjnej portal ma"),
        choices=wording.choices(wording.ENFORCED_READINGS, "block"),
        widget=forms.RadioSelect,
        help_text=_(
            "Online nie płaci się jej nigdy: podział wpłaty robi organ egzekucyjny (art. 115 ustawy o postępowaniu "
            "egzekucyjnym w administracji). Od wpłaty do urzędu należy się opłata egzekucyjna (art. 64)."
        ),
    )
    note = forms.CharField(
        label=_("Podstawa"),
        max_length=200,
        help_text=_("Akt albo decyzja, z której to wynika, na przykład zarządzenie nr 12/2026."),
    )

    def clean(self) -> dict[str, Any]:
        """A resolution has a number and a day."""
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors and bool(cleaned["resolution_number"]) != bool(cleaned["resolution_on"]):
            missing = "resolution_on" if cleaned["resolution_number"] else "resolution_number"
            self.add_error(missing, _now("Podaj i numer, i datę uchwały, albo żadnego z nich."))
        return cleaned

    @property
    def terms(self) -> dict[str, Any]:
        """The answers without the day and the act."""
        return {
            name: value for name, value in self.cleaned_data.items() if name not in ("effective_on", "note")
        }
