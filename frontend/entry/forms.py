"""Forms of signing in and of the account's safety. They read what was typed; the rules are in the services."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from frontend.components.widgets import DigitsInput
from frontend.entry.surfaces import RESIDENT, Surface
from services.users.factors import RESET_REASONS
from services.users.passkeys import NAME_LENGTH

SHOWING = {"data-show": _("Pokaż hasło"), "data-hide": _("Ukryj hasło")}
PASSWORD_RULES = _(
    "Co najmniej 12 znaków. Dobre hasło to na przykład cztery zwykłe słowa, które łatwo zapamiętasz. "
    "Możesz je wkleić z menedżera haseł."
)
REASONS = dict(
    zip(
        RESET_REASONS,
        (
            _("Telefon albo klucz zginął"),
            _("Telefon jest nowy, a starego już nie ma"),
            _("Ktoś obcy mógł mieć dostęp do konta"),
        ),
        strict=True,
    )
)


def password_input(autocomplete: str, **attrs: Any) -> forms.PasswordInput:
    """A password field; with JavaScript it gets a button that shows what is typed."""
    return forms.PasswordInput(attrs={"autocomplete": autocomplete, **SHOWING, **attrs})


class SignInForm(forms.Form):
    """E-mail address and password."""

    email = forms.EmailField(
        label=_("Adres e-mail"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
        error_messages={
            "required": _("Podaj adres e-mail, który jest w Twoim koncie."),
            "invalid": _("Podaj adres e-mail w postaci nazwa@domena.pl."),
        },
    )
    password = forms.CharField(
        label=_("Hasło"),
        strip=False,
        max_length=200,
        widget=password_input("current-password"),
        error_messages={"required": _("Podaj hasło.")},
    )

    def __init__(self, *args: Any, surface: Surface, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = str(surface.email_label)
        if surface is not RESIDENT:  # where other ways in stand above the form, the page is read from its top
            self.fields["email"].widget.attrs["autofocus"] = True


class CodeForm(forms.Form):
    """Six digits of the authenticator app; people write them in two groups."""

    code = forms.CharField(
        label=_("Kod z aplikacji"),
        help_text=_("6 cyfr. Zmienia się co pół minuty i działa tylko raz."),
        max_length=12,
        widget=DigitsInput(attrs={"autocomplete": "one-time-code", "autofocus": True}),
        error_messages={"required": _("Przepisz 6 cyfr z aplikacji.")},
    )

    def clean_code(self) -> str:
        """Only the digits."""
        return re.sub(r"\s", "", self.cleaned_data["code"])


class RecoveryForm(forms.Form):
    """One of the codes on paper."""

    code = forms.CharField(
        label=_("Kod zapasowy"),
        help_text=_("12 znaków, na przykład abcd-efgh-jkmn. Każdy kod działa jeden raz."),
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        ),
        error_messages={"required": _("Przepisz kod z kartki.")},
    )


class PasskeyForm(forms.Form):
    """What the browser brings from the device, as JSON, and the name of a new key."""

    answer = forms.JSONField(
        widget=forms.HiddenInput,
        error_messages={
            "required": _(
                "Przeglądarka nie przekazała odpowiedzi klucza. Spróbuj jeszcze raz albo wybierz inny sposób."
            ),
            "invalid": _(
                "Przeglądarka nie przekazała odpowiedzi klucza. Spróbuj jeszcze raz albo wybierz inny sposób."
            ),
        },
    )

    def clean_answer(self) -> dict[str, Any]:
        """An object; anything else is no answer of a device."""
        answer = self.cleaned_data["answer"]
        if not isinstance(answer, dict):
            raise forms.ValidationError(_("Klucz odpowiedział niezrozumiale. Spróbuj jeszcze raz."))
        return answer


class NewPasskeyForm(PasskeyForm):
    """A new key with the name by which its holder will know it."""

    name = forms.CharField(
        label=_("Nazwa klucza"),
        help_text=_("Po niej poznasz, który to klucz, na przykład: telefon, komputer w pracy."),
        max_length=NAME_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Nazwij klucz, żeby go potem rozpoznać.")},
    )


class PasswordAgainForm(forms.Form):
    """The password once more, before a sensitive change."""

    password = forms.CharField(
        label=_("Hasło"),
        strip=False,
        max_length=200,
        widget=password_input("current-password", autofocus=True),
        error_messages={"required": _("Podaj hasło.")},
    )


class TwicePassword(forms.Form):
    """A new password, typed or pasted twice. It is never written back into the page (S108)."""

    password = forms.CharField(
        label=_("Hasło"),
        help_text=PASSWORD_RULES,
        strip=False,
        max_length=200,
        widget=password_input("new-password"),
        error_messages={"required": _("Wymyśl hasło do swojego konta.")},
    )
    password_again = forms.CharField(
        label=_("Powtórz hasło"),
        strip=False,
        max_length=200,
        widget=password_input("new-password"),
        error_messages={"required": _("Wpisz to samo hasło jeszcze raz.")},
    )

    def clean(self) -> dict[str, Any]:
        """Both must be the same."""
        cleaned = super().clean() or self.cleaned_data
        password, again = cleaned.get("password"), cleaned.get("password_again")
        if password and again and password != again:
            self.add_error("password_again", _("Hasła różnią się od siebie. Wpisz w oba pola to samo."))
        return cleaned


class ChangePasswordForm(TwicePassword):
    """The present password, then the new one."""

    current = forms.CharField(
        label=_("Dotychczasowe hasło"),
        strip=False,
        max_length=200,
        widget=password_input("current-password"),
        error_messages={"required": _("Podaj hasło, którym się teraz logujesz.")},
    )
    field_order = ("current", "password", "password_again")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].label = _("Nowe hasło")
        self.fields["password_again"].label = _("Powtórz nowe hasło")


class ResetForm(forms.Form):
    """Why somebody's second factor is taken away."""

    reason = forms.ChoiceField(
        label=_("Powód"),
        choices=list(REASONS.items()),
        widget=forms.RadioSelect,
        error_messages={"required": _("Wybierz powód.")},
    )
