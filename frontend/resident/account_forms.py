"""Forms of „Twoje konto”: own data, the e-mail address, representing somebody."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from frontend.choices import offer
from frontend.components.widgets import DayInput, DigitsInput, FileInput
from frontend.documents import ACCEPTED, read
from kernel.documents import Document
from services.accounts.actions import OwnData, Represented
from services.accounts.domain.representation import Level, Scope, Title

LEVELS: Mapping[str, str | Promise] = {
    "see": _("Tylko wgląd: zobaczę należności, ale nie zapłacę"),
    "pay": _("Przedstawiciel podstawowy: zobaczę należności i będę je płacić"),
    "full": _("Przedstawiciel rozszerzony: będę też składać wnioski, na przykład o zwrot nadpłaty"),
}
TITLES: Mapping[str, str | Promise] = {
    "statutory": _("Z prawa: to moja firma, zasiadam w zarządzie, jestem rodzicem albo opiekunem"),
    "attorney": _("Na podstawie pełnomocnictwa"),
}
WHOLE, CHOSEN = "whole", "chosen"


class VersionedForm(forms.Form):
    """A form about the account that carries the version that the person was shown (S35)."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class NameForm(VersionedForm):
    """Names and address."""

    first_name = forms.CharField(
        label=_("Imię"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "given-name"})
    )
    last_name = forms.CharField(
        label=_("Nazwisko"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "family-name"})
    )
    address = forms.CharField(
        label=_("Adres zamieszkania"),
        help_text=_("Ulica i numer, kod pocztowy, miejscowość."),
        max_length=240,
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
    )

    def wanted(self) -> OwnData:
        """What the action takes."""
        return OwnData(**{name: self.cleaned_data[name] for name in ("first_name", "last_name", "address")})


class PhoneForm(VersionedForm):
    """The telephone number; empty takes it away."""

    phone = forms.CharField(
        label=_("Telefon"),
        help_text=_("Puste pole usunie numer z konta."),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )

    def wanted(self) -> OwnData:
        """What the action takes."""
        return OwnData(phone=self.cleaned_data["phone"])


class EmailForm(forms.Form):
    """A new address, which holds once its mailbox has answered."""

    email = forms.EmailField(
        label=_("Nowy adres e-mail"),
        help_text=_("Wyślemy na niego link. Do potwierdzenia działa dotychczasowy adres."),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": _("Podaj nowy adres e-mail."),
            "invalid": _("Podaj adres e-mail w postaci nazwa@domena.pl."),
        },
    )


class RepresentationForm(forms.Form):
    """Whom somebody wants to represent, how far and until when."""

    name = forms.CharField(
        label=_("Nazwa firmy albo imię i nazwisko osoby"),
        max_length=160,
        error_messages={"required": _("Podaj nazwę firmy albo imię i nazwisko osoby.")},
    )
    identifier = forms.CharField(
        label=_("NIP firmy albo PESEL osoby"),
        max_length=20,
        widget=DigitsInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Podaj NIP (10 cyfr) albo PESEL (11 cyfr).")},
    )
    title = forms.ChoiceField(
        label=_("Dlaczego możesz działać w tym imieniu?"),
        choices=list(TITLES.items()),
        widget=forms.RadioSelect,
        error_messages={"required": _("Zaznacz, dlaczego możesz działać w tym imieniu.")},
    )
    level = forms.ChoiceField(
        label=_("Co chcesz robić?"),
        choices=list(LEVELS.items()),
        widget=forms.RadioSelect,
        error_messages={"required": _("Zaznacz, co chcesz robić.")},
    )
    extent = forms.ChoiceField(
        label=_("O które należności chodzi?"),
        choices=[(WHOLE, _("O wszystkie")), (CHOSEN, _("Tylko o wybrane rodzaje"))],
        widget=forms.RadioSelect,
        initial=WHOLE,
        error_messages={"required": _("Zaznacz, o które należności chodzi.")},
    )
    types = forms.MultipleChoiceField(
        label=_("Wybrane rodzaje należności"),
        help_text=_("Zaznacz tylko wtedy, gdy nie chodzi o wszystkie."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    valid_from = forms.DateField(
        label=_("Od kiedy"),
        widget=DayInput,
        error_messages={"required": _("Podaj dzień."), "invalid": _("Podaj dzień w postaci 31.12.2026.")},
    )
    valid_to = forms.DateField(
        label=_("Do kiedy"),
        help_text=_("Ostatni dzień. Puste pole: bez daty końcowej."),
        required=False,
        widget=DayInput,
        error_messages={"invalid": _("Podaj dzień w postaci 31.12.2026.")},
    )
    document = forms.FileField(
        label=_("Dokument"),
        help_text=_(
            "Skan albo zdjęcie pełnomocnictwa lub odpisu z rejestru: PDF, JPG lub PNG, najwyżej 5 MB. "
            "Do pełnomocnictwa jest konieczny."
        ),
        required=False,
        widget=FileInput(accept=ACCEPTED),
        error_messages={"empty": _("Ten plik jest pusty. Dodaj dokument jeszcze raz.")},
    )
    note = forms.CharField(
        label=_("Uwagi dla urzędu"),
        max_length=600,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, types: Iterable[Any], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "types", [(one.code, one.name) for one in types])

    def asked(self) -> Represented:
        """What the action takes."""
        values = self.cleaned_data
        scope = Scope(
            level=Level(values["level"]),
            valid_from=values["valid_from"],
            valid_to=values["valid_to"],
            types=frozenset(values["types"]) if values["extent"] == CHOSEN else None,
        )
        return Represented(
            values["name"], values["identifier"], Title(values["title"]), scope, note=values["note"]
        )

    def handed_in(self) -> Document | None:
        """The file, if there is one."""
        found = self.cleaned_data["document"]
        return read(found) if found else None
