"""Liability types and allocation rule versions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from frontend.choices import offer
from frontend.components.widgets import DayInput, MoneyInput
from frontend.desk import wording
from frontend.desk.forms.base import DeskForm, SettingForm
from frontend.messages import sentence
from kernel.errors import InvalidInput
from kernel.identifiers import normalise_nrb
from kernel.money import parse_gr

PERCENT = r"^\d{1,3}([.,]\d{1,2})?$"


class PercentInput(forms.TextInput):
    """A percentage as people write it, with “%” shown after the box."""

    affix = "%"

    def __init__(self) -> None:
        super().__init__({"inputmode": "decimal", "autocomplete": "off", "class": "input--money"})


class MoneyField(forms.CharField):
    """An amount as people write it; its value is grosze, None when left empty."""

    widget = MoneyInput

    def clean(self, value: Any) -> int | None:
        """Grosze of what was typed."""
        text = super().clean(value)
        if not text:
            return None
        try:
            amount_gr = parse_gr(text)
        except InvalidInput as error:
            raise forms.ValidationError(sentence(error)) from error
        if amount_gr < 0:
            raise forms.ValidationError(_now("Kwota nie może być mniejsza od zera."))
        return amount_gr


class PercentField(forms.RegexField):
    """A percentage with at most two decimals; its value is basis points, None when left empty."""

    widget = PercentInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(PERCENT, **kwargs)
        self.error_messages["invalid"] = _now("Podaj procent, na przykład 1,2.")

    def clean(self, value: Any) -> int | None:
        """Basis points of what was typed."""
        text = super().clean(value)
        if not text:
            return None
        whole, _point, decimals = text.replace(",", ".").partition(".")
        return int(whole) * 100 + int((decimals or "0").ljust(2, "0"))


def percent_text(basis_points: int) -> str:
    """Basis points as people write a percentage: 120 is “1,20”."""
    return f"{basis_points // 100},{basis_points % 100:02d}"


class LiabilityTypeForm(SettingForm):
    """What a due of this type is and which law it follows."""

    SECTIONS = (
        (_("Co to za należność"), "name code department regulation_reference"),
        (
            _("Prawo"),
            "interest_regime contract_rate_bp allocation_regime payment_day_rule principal_rounding reminder_costs_apply",
        ),
        (_("Płacenie"), "account_nrb is_payable_online position is_active"),
    )

    name = forms.CharField(label=_("Nazwa"), max_length=120)
    code = forms.RegexField(
        label=_("Kod"),
        regex=r"^[a-z][a-z0-9_]{1,29}$",
        help_text=_("Używa go import i API, na przykład property_tax. Małe litery, cyfry i podkreślenia."),
        error_messages={
            "invalid": _("Kod zaczyna się od litery i ma tylko małe litery a–z, cyfry i podkreślenia.")
        },
    )
    department = forms.ChoiceField(label=_("Wydział"))
    account_nrb = forms.CharField(
        label=_("Rachunek bankowy (NRB)"),
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        help_text=_("26 cyfr. Na ten rachunek idą wpłaty. Bez niego nie da się płacić online."),
    )
    interest_regime = forms.ChoiceField(label=_("Odsetki"), choices=wording.choices(wording.INTEREST_REGIMES))
    contract_rate_bp = PercentField(
        label=_("Stopa umowna w skali roku"), required=False, help_text=_("Tylko przy odsetkach umownych.")
    )
    allocation_regime = forms.ChoiceField(
        label=_("Zaliczanie wpłat według"),
        choices=wording.choices(wording.ALLOCATION_REGIMES),
        help_text=_("Zasady różnych ustaw nie mogą spotkać się w jednej wpłacie."),
    )
    payment_day_rule = forms.ChoiceField(
        label=_("Dzień zapłaty to"), choices=wording.choices(wording.PAYMENT_DAY_RULES)
    )
    principal_rounding = forms.ChoiceField(
        label=_("Zaokrąglanie należności"), choices=wording.choices(wording.PRINCIPAL_ROUNDINGS)
    )
    reminder_costs_apply = forms.BooleanField(label=_("Dolicza się koszty upomnienia"), required=False)
    is_payable_online = forms.BooleanField(label=_("Można płacić online"), required=False)
    regulation_reference = forms.CharField(
        label=_("Miejsce w regulaminie"),
        required=False,
        max_length=60,
        help_text=_("Na przykład § 8 ust. 1 pkt 1."),
    )
    position = forms.IntegerField(label=_("Kolejność na liście"), min_value=0, max_value=999)
    is_active = forms.BooleanField(label=_("Używany"), required=False)

    def __init__(self, departments: Iterable[Any], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.departments = {str(row.public_id): row for row in departments}
        offer(
            self,
            "department",
            [
                ("", _now("Wybierz")),
                *((key, row.name) for key, row in self.departments.items()),
            ],
        )

    def clean_account_nrb(self) -> str:
        """Digits only; people type the number in groups."""
        return normalise_nrb(self.cleaned_data["account_nrb"])

    def clean_department(self) -> Any:
        """The department itself."""
        return self.departments[self.cleaned_data["department"]]

    def clean(self) -> dict[str, Any]:
        """A contractual rate goes with contractual interest, and only with it."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("interest_regime") == "contract":
            if cleaned.get("contract_rate_bp") is None and "contract_rate_bp" not in self.errors:
                self.add_error("contract_rate_bp", _now("Podaj stopę z umowy."))
        else:
            cleaned["contract_rate_bp"] = None
        return cleaned

    def in_words(self, name: str, value: Any) -> str:
        """Departments by name, rates as percentages, all else as usual."""
        if name == "department":
            return str(value)
        if name == "contract_rate_bp" and value is not None:
            return f"{percent_text(value)}%"
        return super().in_words(name, value)


class AllocationRuleForm(DeskForm):
    """How payments are credited from a day on, where the law leaves it to the office."""

    effective_on = forms.DateField(label=_("Obowiązuje od"), widget=DayInput)
    ratio_base = forms.ChoiceField(
        label=_("Podział wpłaty częściowej (art. 55 § 2 Ordynacji)"),
        choices=wording.choices(wording.RATIO_BASES, "rounded"),
        widget=forms.RadioSelect,
        help_text=_("Jaką kwotę odsetek bierze się do proporcji między zaległością a odsetkami."),
    )
    threshold = forms.ChoiceField(
        label=_("Próg, poniżej którego odsetek się nie nalicza (art. 54 § 1 pkt 5)"),
        choices=wording.choices(wording.THRESHOLDS, "rounded"),
        widget=forms.RadioSelect,
        help_text=_("Jaką kwotę odsetek porównuje się z progiem."),
    )
    threshold_scope = forms.ChoiceField(
        label=_("Co porównuje się z progiem i zaokrągla (art. 54 § 1 pkt 5 i art. 63 § 1)"),
        choices=wording.choices(wording.THRESHOLD_SCOPES, "instalment"),
        widget=forms.RadioSelect,
        help_text=_(
            "Razem: odsetki od zaległych rat jednej decyzji (rodzaj, numer i rok) sumuje się, zaokrągla raz i dzieli między "
            "raty proporcjonalnie. Należność bez numeru dokumentu liczy się osobno. Zapytaj, jak liczy system finansowy."
        ),
    )
    civil_interest_first = forms.BooleanField(
        label=_("W należnościach cywilnych wpłata idzie najpierw na odsetki (art. 451 § 1 KC)"),
        required=False,
        help_text=_("Domyślnie tak: to prawo wierzyciela. Bez zaznaczenia najpierw spłaca się należność."),
    )
    note = forms.CharField(
        label=_("Podstawa"),
        max_length=200,
        help_text=_("Akt albo decyzja, z której to wynika, na przykład zarządzenie nr 12/2026."),
    )
