"""The office, its portal and its departments."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from frontend.components.widgets import FileInput
from frontend.desk import wording
from frontend.desk.crest import CrestError, checked_svg
from frontend.desk.forms.base import DeskForm, SettingForm


class ColourInput(forms.TextInput):
    """The browser's own colour picker; its value travels as #rrggbb."""

    input_type = "color"


class OfficeForm(SettingForm):
    """Everything that residents read about the office, and who lets them in."""

    SECTIONS = (
        (_("Portal"), "portal_name brand_colour portal_url"),
        (_("Urząd"), "gmina_name office_name address postal_address email phone payments_email sender_email"),
        (_("Rejestracja"), "registration_policy"),
        (
            _("Dane osobowe i zgłoszenia"),
            "controller_name controller_address dpo_email discrepancy_email legal_basis asks_consent",
        ),
    )

    portal_name = forms.CharField(label=_("Nazwa portalu"), max_length=80)
    brand_colour = forms.RegexField(
        label=_("Kolor portalu"),
        regex=r"^#[0-9a-fA-F]{6}$",
        widget=ColourInput,
        help_text=_("Tło nagłówka. Kolor napisu na nim dobieramy tak, żeby zawsze był czytelny."),
        error_messages={"invalid": _("Podaj kolor w postaci #rrggbb, na przykład #1d4f91.")},
    )
    gmina_name = forms.CharField(label=_("Nazwa gminy"), max_length=120)
    office_name = forms.CharField(label=_("Nazwa urzędu"), max_length=160)
    address = forms.CharField(label=_("Ulica i numer"), max_length=160)
    postal_address = forms.CharField(label=_("Kod i miejscowość"), max_length=80)
    email = forms.EmailField(label=_("E-mail urzędu"))
    phone = forms.CharField(label=_("Telefon"), max_length=40, required=False)
    payments_email = forms.EmailField(
        label=_("E-mail do spraw płatności"),
        required=False,
        help_text=_(
            "Tu przyjdzie wiadomość, gdy coś się nie zgadza z operatorem. Puste: przyjdzie na e-mail urzędu."
        ),
    )
    sender_email = forms.EmailField(
        label=_("Adres nadawcy listów z portalu"),
        required=False,
        help_text=_(
            "Z tego adresu mieszkańcy dostaną listy. Zanim go wpiszesz, poproś informatyka, aby w rekordzie SPF domeny"
            " dopisał serwer poczty platformy, inaczej listy trafią do spamu. Puste: listy wysyła adres platformy."
            " Odpowiedzi zawsze przychodzą na e-mail urzędu."
        ),
    )
    portal_url = forms.URLField(
        label=_("Publiczny adres portalu"),
        required=False,
        assume_scheme="https",
        help_text=_("Adres z regulaminu, jeśli gmina ma własny, na przykład https://ekasa.gmina.pl."),
    )
    registration_policy = forms.ChoiceField(
        label=_("Kto dopuszcza mieszkańca do jego danych"),
        choices=wording.choices(wording.REGISTRATION_POLICIES),
        widget=forms.RadioSelect,
        help_text=_("Zmiana obejmie też rejestracje, które już czekają."),
    )
    controller_name = forms.CharField(label=_("Administrator danych"), max_length=200)
    controller_address = forms.CharField(label=_("Adres administratora danych"), max_length=240)
    dpo_email = forms.EmailField(label=_("E-mail inspektora ochrony danych"))
    discrepancy_email = forms.EmailField(label=_("E-mail do zgłaszania niezgodności"))
    legal_basis = forms.CharField(
        label=_("Podstawa prawna przetwarzania danych"), widget=forms.Textarea(attrs={"rows": 4})
    )

    asks_consent = forms.BooleanField(
        label=_("Rejestracja wymaga zgody na przetwarzanie danych"),
        required=False,
        help_text=_(
            "Tylko gdy każe tak regulamin gminy. Kto wycofa zgodę, traci konto. Portal działa na podstawie prawa, więc"
            " zwykle zgody nie trzeba."
        ),
    )

    def clean_brand_colour(self) -> str:
        """Pickers differ in letter case; we keep small letters."""
        return str(self.cleaned_data["brand_colour"]).lower()


class CrestForm(SettingForm):
    """A new crest, or none."""

    crest = forms.FileField(
        label=_("Plik z herbem (SVG)"),
        required=False,
        widget=FileInput(accept=".svg,image/svg+xml"),
        help_text=_("Najwyżej 200 kB. Pokazujemy go w nagłówku obok nazwy portalu."),
    )
    remove = forms.BooleanField(label=_("Usuń herb i pokazuj znak portalu"), required=False)

    def clean(self) -> dict[str, Any]:
        """Read the file as a safe drawing."""
        cleaned: dict[str, Any] = super().clean() or {}
        uploaded = cleaned.get("crest")
        if not uploaded and not cleaned.get("remove") and not self.errors:
            self.add_error("crest", _now("Wybierz plik albo zaznacz, że herb ma zniknąć."))
        if uploaded:
            try:
                cleaned["crest_svg"] = checked_svg(uploaded.read())
            except CrestError as error:
                self.add_error("crest", str(error))
        return cleaned


class DepartmentForm(DeskForm):
    """A department of the office."""

    code = forms.CharField(
        label=_("Kod"), max_length=30, help_text=_("Krótki, na przykład FN. Potem się nie zmienia.")
    )
    name = forms.CharField(label=_("Nazwa"), max_length=120)
