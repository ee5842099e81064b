"""An announcement of the platform."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

AUDIENCES = (
    ("everybody", _("mieszkańcy i pracownicy urzędów")),
    ("residents", _("tylko mieszkańcy")),
    ("staff", _("tylko pracownicy urzędów")),
)


class MomentInput(forms.DateTimeInput):
    """A day and a time, by the browser's own field."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(attrs={"class": "input--moment"}, format="%Y-%m-%dT%H:%M")


def _moment(label: Any, missing: Any) -> forms.DateTimeField:
    return forms.DateTimeField(
        label=label,
        widget=MomentInput,
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
        error_messages={"required": missing, "invalid": _("Podaj dzień i godzinę, które istnieją.")},
    )


class AnnouncementForm(forms.Form):
    """What to say, to whom, where, from when until when."""

    text = forms.CharField(
        label=_("Treść"),
        help_text=_("Jedno lub dwa zdania. Podaj, co nie będzie działać i kiedy, na przykład: "
                    "„W sobotę 12 grudnia od 22:00 do 23:00 nie będzie można płacić”."),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Napisz treść komunikatu.")},
    )  # fmt: skip
    audience = forms.ChoiceField(
        label=_("Kto przeczyta"), choices=AUDIENCES, widget=forms.RadioSelect, initial="everybody"
    )
    shown_from = _moment(_("Pokazuj od"), _("Podaj, od kiedy pokazywać komunikat."))
    shown_to = _moment(_("Pokazuj do"), _("Podaj, do kiedy pokazywać komunikat."))
    gminas = forms.CharField(
        label=_("Gminy"),
        help_text=_("Kody TERYT rozdzielone spacją albo nową linią. Puste pole: wszystkie gminy."),
        required=False,
        max_length=30_000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def clean_gminas(self) -> tuple[str, ...]:
        """The codes, each once."""
        return tuple(dict.fromkeys(self.cleaned_data["gminas"].replace(",", " ").split()))
