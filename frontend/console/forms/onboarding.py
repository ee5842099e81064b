"""The form of a new gmina. It checks everything that the setting up needs, because nobody can mend it afterwards."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.core.validators import RegexValidator
from django.forms import BoundField
from django.utils.functional import lazy
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from frontend.choices import offer
from frontend.components.widgets import DayInput, DigitsInput
from frontend.messages import sentence, show_on
from kernel.errors import InvalidInput
from tenants.directory.addresses import normal_domain
from tenants.directory.domain import check_label, check_teryt
from tenants.directory.placement import clusters

KINDS = (
    ("rural", _("gmina wiejska")),
    ("urban_rural", _("gmina miejsko-wiejska")),
    ("urban", _("gmina miejska")),
    ("city_county", _("miasto na prawach powiatu")),
)
IDENTITY = ("name", "kind", "teryt", "label")
ADDRESS = ("own_domain",)
PLACE = ("cluster",)
OFFICE = ("portal_name", "office_name", "address", "postal_address", "email", "phone", "sender_email")
PRIVACY = ("controller_name", "controller_address", "dpo_email", "discrepancy_email")
ACT = ("act_kind", "act_number", "act_issuer", "act_on", "effective_on", "act_annex", "bip_url")
ADMINISTRATOR = {
    "admin_name": "full_name",
    "admin_email": "email",
    "authorisation_number": "authorisation_number",
    "authorised_on": "authorised_on",
    "authorisation_issuer": "issuer",
}
ADMINISTRATOR_HINT = _("Osoba z urzędu, która dokończy ustawienia. Bez upoważnienia nie dostanie dostępu.")


def _text(label: Any, missing: Any, length: int, hint: Any = "", initial: Any = None) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=hint,
        max_length=length,
        initial=initial,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": missing},
    )


def _mail(label: Any, missing: Any, hint: Any = "") -> forms.EmailField:
    return forms.EmailField(
        label=label,
        help_text=hint,
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={
            "required": missing,
            "invalid": _("Podaj adres e-mail w postaci nazwa@domena.pl."),
        },
    )


def _day(label: Any, missing: Any, hint: Any = "") -> forms.DateField:
    return forms.DateField(
        label=label,
        help_text=hint,
        widget=DayInput(),
        error_messages={"required": missing, "invalid": _("Podaj datę, która istnieje.")},
    )


def _label_hint() -> str:
    return _now(
        "Pierwszy człon adresu: małe litery bez polskich znaków, cyfry i łączniki. Portal będzie pod adresem "
        "<człon>.%(domain)s."
    ) % {"domain": settings.SKARBNIK_DOMAIN}


@dataclass(frozen=True)
class Section:
    """Fields that a page shows together."""

    legend: Any
    fields: list[BoundField]
    hint: Any = ""


class NewTenantForm(forms.Form):
    """Nowa gmina: what identifies it, its office, the act that introduces its regulation, its first administrator."""

    name = _text(_("Nazwa gminy"), _("Podaj nazwę gminy."), 120, _("Na przykład „Gmina Borki”."))
    kind = forms.ChoiceField(
        label=_("Rodzaj gminy"),
        help_text=_("Od rodzaju zależą wydziały i rodzaje należności, od których urząd zaczyna."),
        choices=KINDS,
        error_messages={"required": _("Wybierz rodzaj gminy.")},
    )
    teryt = forms.CharField(
        label=_("Kod TERYT"),
        help_text=_("7 cyfr z rejestru GUS; ostatnia oznacza rodzaj gminy. Nie można go później zmienić."),
        max_length=7,
        widget=DigitsInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Podaj kod TERYT gminy, 7 cyfr.")},
    )
    label = _text(_("Adres portalu"), _("Podaj pierwszy człon adresu portalu."), 63, lazy(_label_hint, str)())
    own_domain = forms.CharField(
        label=_("Własna domena"),
        help_text=_(
            "Jeśli gmina ma adres dla portalu, na przykład naleznosci.gmina.pl. Zadziała, gdy gmina ją potwierdzi."
        ),
        max_length=253,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "inputmode": "url"}),
    )
    cluster = forms.ChoiceField(
        label=_("Klaster bazy danych"),
        help_text=_("Gdzie będą dane gminy. Można je potem przenieść."),
        required=False,
    )

    portal_name = _text(
        _("Nazwa portalu"),
        _("Podaj nazwę portalu."),
        80,
        _("Mieszkańcy widzą ją u góry każdej strony."),
        initial=_("Portal należności"),
    )
    office_name = _text(_("Nazwa urzędu"), _("Podaj nazwę urzędu."), 160)
    address = _text(_("Ulica i numer"), _("Podaj ulicę i numer siedziby urzędu."), 160)
    postal_address = _text(
        _("Kod i miejscowość"), _("Podaj kod pocztowy i miejscowość."), 80, _("Na przykład „21-345 Borki”.")
    )
    email = _mail(_("E-mail urzędu"), _("Podaj adres e-mail urzędu."))
    phone = forms.CharField(
        label=_("Telefon urzędu"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
    )
    sender_email = forms.EmailField(
        label=_("Adres nadawcy listów"),
        required=False,
        max_length=254,
        help_text=_(
            "Puste: listy wysyła adres platformy. Własny adres wymaga wpisu w rekordzie SPF domeny gminy; urząd może go"
            " dodać później w ustawieniach."
        ),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    controller_name = _text(
        _("Administrator danych osobowych"),
        _("Podaj, kto jest administratorem danych."),
        200,
        _("Na przykład „Wójt Gminy Borki”."),
    )
    controller_address = _text(_("Adres administratora danych"), _("Podaj adres administratora danych."), 240)
    dpo_email = _mail(_("E-mail inspektora ochrony danych"), _("Podaj adres inspektora ochrony danych."))
    discrepancy_email = _mail(
        _("E-mail do zgłaszania niezgodności"),
        _("Podaj adres, na który mieszkańcy zgłaszają niezgodności."),
    )

    act_kind = _text(_("Rodzaj aktu"), _("Podaj rodzaj aktu."), 60, _("Na przykład „zarządzenie”."))
    act_number = _text(_("Numer aktu"), _("Podaj numer aktu."), 40)
    act_issuer = _text(_("Kto wydał akt"), _("Podaj organ, który wydał akt."), 120)
    act_on = _day(_("Data aktu"), _("Podaj datę aktu."))
    effective_on = _day(
        _("Regulamin obowiązuje od"),
        _("Podaj dzień, od którego regulamin obowiązuje."),
        _("Najpóźniej od dziś: portal otworzy się od razu i bez regulaminu nie może działać."),
    )
    act_annex = forms.CharField(
        label=_("Załącznik"),
        help_text=_("Jeśli regulamin jest załącznikiem do aktu, na przykład „Załącznik nr 1”."),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    bip_url = forms.URLField(
        label=_("Adres aktu w BIP"),
        max_length=200,
        required=False,
        assume_scheme="https",
        widget=forms.URLInput(attrs={"autocomplete": "off"}),
        error_messages={"invalid": _("Podaj pełny adres strony, który zaczyna się od https://.")},
    )

    admin_name = _text(
        _("Imię i nazwisko"), _("Podaj imię i nazwisko pierwszego administratora lokalnego."), 120
    )
    admin_email = _mail(
        _("Służbowy adres e-mail"),
        _("Podaj adres, na który wyślemy zaproszenie."),
        _("Na ten adres pójdzie link do ustawienia hasła. Sprawdź go dwa razy."),
    )
    authorisation_number = _text(_("Numer upoważnienia"), _("Podaj numer upoważnienia."), 60)
    authorised_on = _day(_("Data upoważnienia"), _("Podaj datę upoważnienia."))
    authorisation_issuer = _text(
        _("Kto wydał upoważnienie"),
        _("Podaj, kto wydał upoważnienie."),
        120,
        _("Na przykład „Wójt Gminy Borki”."),
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        accepting = [one for one in clusters() if one.accepts_new]
        if len(accepting) == 1:
            del self.fields["cluster"]
        else:
            offer(
                self,
                "cluster",
                [
                    ("", _now("Tam, gdzie jest najmniej gmin")),
                    *((one.name, f"{one.name} ({one.gminas})") for one in accepting),
                ],
            )
        self.fields["postal_address"].validators.append(
            RegexValidator(
                r"^[0-9]{2}-[0-9]{3} \S", _("Podaj kod i miejscowość, na przykład „21-345 Borki”.")
            )
        )
        self.fields["phone"].validators.append(
            RegexValidator(
                r"^[+0-9 ]{6,40}$", _("Podaj numer telefonu cyframi, na przykład „+48 83 000 00 00”.")
            )
        )

    def clean_label(self) -> str:
        """Host names know no capital letters."""
        return str(self.cleaned_data["label"]).lower()

    def clean_own_domain(self) -> str:
        """A host name as the directory keeps it, or ""."""
        text = self.cleaned_data["own_domain"]
        if not text:
            return ""
        try:
            return normal_domain(text)
        except InvalidInput as error:
            raise forms.ValidationError(sentence(error)) from error

    def clean(self) -> dict[str, Any]:
        """Check code and address by the rules of the directory, and the days against each other."""
        cleaned = super().clean() or self.cleaned_data
        self._ask(check_label, "label")
        self._ask(check_teryt, "teryt", "kind")
        self._refuse_future("act_on", _("Data aktu nie może być z przyszłości."))
        self._refuse_future("authorised_on", _("Upoważnienie musi być wydane najpóźniej dziś."))
        self._refuse_future("effective_on", _("Regulamin musi obowiązywać najpóźniej od dziś."))
        act_on, effective_on = cleaned.get("act_on"), cleaned.get("effective_on")
        if act_on and effective_on and effective_on < act_on:
            self.add_error("effective_on", _("Regulamin nie może obowiązywać przed datą aktu. Popraw daty."))
        return cleaned

    def _ask(self, check: Any, *names: str) -> None:
        values = [self.cleaned_data.get(name) for name in names]
        if all(values):
            try:
                check(*values)
            except InvalidInput as error:
                show_on(self, error)

    def _refuse_future(self, name: str, sentence: Any) -> None:
        day = self.cleaned_data.get(name)
        if day and day > self.today:
            self.add_error(name, sentence)

    def sections(self) -> list[Section]:
        """The fields in the order and under the headings of the page."""
        groups = (
            (_("Gmina"), IDENTITY + ADDRESS + PLACE, ""),
            (_("Urząd i portal"), OFFICE, ""),
            (_("Dane osobowe i zgłoszenia"), PRIVACY, ""),
            (_("Akt, który wprowadza regulamin"), ACT, ""),
            (_("Pierwszy administrator lokalny"), ADMINISTRATOR, ADMINISTRATOR_HINT),
        )
        return [
            Section(legend, [self[name] for name in names if name in self.fields], hint)
            for legend, names, hint in groups
        ]

    def registration(self) -> dict[str, Any]:
        """What the directory records."""
        named = {name: self.cleaned_data[name] for name in IDENTITY}
        return {**named, "cluster": self.cleaned_data.get("cluster", "")}

    def setup(self) -> dict[str, Any]:
        """What is kept, encrypted, for the job that sets the gmina up; `tenants.directory.setup` reads it."""
        cleaned = {name: _plain(value) for name, value in self.cleaned_data.items()}
        return {
            "kind": cleaned["kind"],
            "office": {"gmina_name": cleaned["name"], **{name: cleaned[name] for name in OFFICE + PRIVACY}},
            "act": {name: cleaned[name] for name in ACT},
            "administrator": {key: cleaned[name] for name, key in ADMINISTRATOR.items()},
        }


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
