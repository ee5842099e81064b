"""Forms of the public pages. They read and shape what was typed; the rules are in the services' actions."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from frontend.components.widgets import DigitsInput, FileInput
from frontend.entry.forms import TwicePassword
from frontend.pages.appearance import SIZES
from services.accounts.actions import Application
from services.accounts.proofs import ProvenIdentity
from services.accounts.queries_rights import ShownConsent


class RegistrationData(forms.Form):
    """Dane z formularza rejestracji (S50, D27): required items are marked and asked for on the server."""

    first_name = forms.CharField(
        label=_("Imię"),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "given-name"}),
        error_messages={"required": _("Podaj swoje imię.")},
    )
    last_name = forms.CharField(
        label=_("Nazwisko"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "family-name"}),
        error_messages={"required": _("Podaj swoje nazwisko.")},
    )
    pesel = forms.CharField(
        label=_("Numer PESEL"),
        help_text=_("11 cyfr. Po nim urząd odnajdzie Twoje należności."),
        max_length=20,
        widget=DigitsInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Podaj swój numer PESEL.")},
    )
    address = forms.CharField(
        label=_("Adres zamieszkania"),
        help_text=_("Ulica i numer, kod pocztowy, miejscowość."),
        max_length=240,
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
        error_messages={"required": _("Podaj swój adres zamieszkania.")},
    )
    email = forms.EmailField(
        label=_("Adres e-mail"),
        help_text=_("Wyślemy na niego link do potwierdzenia. Tym adresem będziesz się logować."),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": _("Podaj swój adres e-mail."),
            "invalid": _("Podaj adres e-mail w postaci nazwa@domena.pl."),
        },
    )
    phone = forms.CharField(
        label=_("Telefon"),
        help_text=_("Urząd zadzwoni tylko wtedy, gdy coś w formularzu będzie niejasne."),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )
    accepts_regulation = forms.BooleanField(
        label=_("Znam regulamin i go akceptuję."),
        error_messages={"required": _("Bez akceptacji regulaminu nie można założyć konta.")},
    )
    regulation_id = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *arguments: Any, consent: ShownConsent | None = None, **named: Any) -> None:
        super().__init__(*arguments, **named)
        if consent is not None:
            self.fields["consents"] = forms.BooleanField(
                label=consent.text,
                error_messages={
                    "required": _("Bez zgody na przetwarzanie danych urząd nie założy Ci konta.")
                },
            )
            self.fields["consent_version"] = forms.IntegerField(
                widget=forms.HiddenInput, initial=consent.text_version
            )

    def clean_pesel(self) -> str:
        """People write the number in groups."""
        return "".join(character for character in self.cleaned_data["pesel"] if character not in " -\u00a0")

    def application(self) -> Application:
        """What the action takes; the password is empty where the form asks for none."""
        names = ("first_name", "last_name", "pesel", "email", "address", "phone", "regulation_id")
        values = {name: self.cleaned_data[name] for name in names}
        return Application(
            **values, password=self.cleaned_data.get("password", ""), consent_version=self.consent_version
        )

    @property
    def consent_version(self) -> int:
        """Which text of the consent was ticked; 0 where none is asked for."""
        return self.cleaned_data.get("consent_version", 0) if self.cleaned_data.get("consents") else 0

    def ask_for(self, regulation_id: object) -> None:
        """Show this version for acceptance; a tick that belonged to an earlier one is taken away."""
        if self.is_bound and self.data.get("regulation_id") != str(regulation_id):
            self.data = {name: value for name, value in self.data.items() if name != "accepts_regulation"}
            self.data["regulation_id"] = str(regulation_id)


class RegistrationForm(RegistrationData, TwicePassword):
    """Formularz rejestracji bez podpisu: the office looks at it, and the person signs in with this password."""

    field_order = (
        "first_name",
        "last_name",
        "pesel",
        "address",
        "email",
        "phone",
        "password",
        "password_again",
        "accepts_regulation",
        "regulation_id",
    )


class SignedRegistrationForm(RegistrationData):
    """Formularz rejestracji do podpisu: what the signature is to cover. A password is set after the address is confirmed."""

    email = forms.EmailField(
        label=_("Adres e-mail"),
        help_text=_("Wyślemy na niego link do potwierdzenia i wiadomości o koncie."),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": _("Podaj swój adres e-mail."),
            "invalid": _("Podaj adres e-mail w postaci nazwa@domena.pl."),
        },
    )


class SignedFileForm(forms.Form):
    """A file that the person has signed on her or his own computer."""

    file = forms.FileField(
        label=_("Podpisany plik"),
        help_text=_("Plik PDF albo XML z podpisem, najwyżej 5 MB."),
        allow_empty_file=True,
        widget=FileInput(accept=".pdf,.xml,.xades,application/pdf,application/xml"),
        error_messages={"required": _("Wybierz podpisany plik."), "missing": _("Wybierz podpisany plik.")},
    )


class ProvenRegistrationForm(RegistrationForm):
    """The registration of somebody whose identity is proven: names and PESEL come from the proof, no password is needed."""

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    pesel = None  # type: ignore[assignment]
    password = None  # type: ignore[assignment]
    password_again = None  # type: ignore[assignment]

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["email"].help_text = _("Wyślemy na niego link do potwierdzenia i wiadomości z portalu.")

    def application_of(self, proof: ProvenIdentity) -> Application:
        """What `register` takes, with the proven data."""
        given = {name: self.cleaned_data[name] for name in ("address", "email", "phone", "regulation_id")}
        return Application(
            first_name=proof.first_name,
            last_name=proof.last_name,
            pesel=proof.pesel,
            password="",
            consent_version=self.consent_version,
            **given,
        )


class AppearanceForm(forms.Form):
    """How large the text is to be."""

    size = forms.ChoiceField(
        label=_("Tekst"),
        widget=forms.RadioSelect,
        choices=[(value, label) for value, (label, _class) in SIZES.items()],
        error_messages={"required": _("Zaznacz wielkość tekstu.")},
    )


class AddressForm(forms.Form):
    """An e-mail address to which a letter is to go."""

    email = forms.EmailField(
        label=_("Adres e-mail"),
        help_text=_("Ten, który jest w Twoim koncie."),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": _("Podaj adres e-mail."),
            "invalid": _("Podaj adres e-mail w postaci nazwa@domena.pl."),
        },
    )
