"""Recognising a person at the counter, and what can be done for that person there."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from frontend.components.widgets import DigitsInput
from frontend.desk import wording
from frontend.desk.forms.base import DeskForm
from services.counter.domain import LONGEST_REQUEST, Shown


class RecogniseForm(DeskForm):
    """Who stands there and by which document; sent by POST so that the number stays in no log."""

    identifier = forms.CharField(
        label=_("Numer PESEL, NIP albo numer płatnika"),
        max_length=40,
        widget=DigitsInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Wpisz numer z dokumentu albo z pisma urzędu.")},
    )
    shown = forms.ChoiceField(
        label=_("Dokument, który pokazała ta osoba"),
        choices=[("", _("Wybierz dokument")), *wording.DOCUMENTS_SHOWN.items()],
        error_messages={"required": _("Wybierz dokument. Bez sprawdzenia tożsamości nie pokazuj danych.")},
    )
    is_same = forms.BooleanField(
        label=_("Sprawdziłem, że to dokument tej osoby"),
        error_messages={"required": _("Potwierdź, że dokument należy do osoby przy okienku.")},
    )

    @property
    def document(self) -> Shown:
        """The document as the action takes it."""
        return Shown(self.cleaned_data["shown"])


class RequestForm(DeskForm):
    """What the person asks for."""

    text = forms.CharField(
        label=_("O co prosi ta osoba"),
        max_length=LONGEST_REQUEST,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Zapisz własnymi słowami i przeczytaj tej osobie. Znajdzie to na potwierdzeniu."),
        error_messages={"required": _("Zapisz, o co prosi ta osoba.")},
    )


class ContactForm(DeskForm):
    """Address and telephone of the person's account."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    address = forms.CharField(
        label=_("Adres zamieszkania"),
        max_length=240,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Podaj adres: ulica, numer, kod i miejscowość.")},
    )
    phone = forms.CharField(
        label=_("Telefon"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "tel"}),
    )
