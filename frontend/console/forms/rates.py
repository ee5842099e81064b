"""Rows of the legal tables."""

from django import forms
from django.utils.translation import gettext_lazy as _

from frontend.components.widgets import DayInput, FileInput
from kernel.errors import InvalidInput
from kernel.money import parse_gr


class HundredthsField(forms.CharField):
    """“10,50” -> 1050: basis points of a percentage, or grosze of an amount."""

    def clean(self, value: str) -> int:
        """Raises ValidationError for what is no number with at most two places."""
        text = super().clean(value)
        try:
            return parse_gr(text)
        except InvalidInput as error:
            raise forms.ValidationError(
                _("Podaj liczbę z najwyżej dwoma miejscami, na przykład 10,50.")
            ) from error


class RowForm(forms.Form):
    """One row: from which day, how much, by which act."""

    valid_from = forms.DateField(label=_("Obowiązuje od"), widget=DayInput)
    value = HundredthsField(
        label=_("Wartość"),
        max_length=12,
        help_text=_("Stopa w procentach rocznie albo kwota w złotych, na przykład 10,50."),
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )
    act = forms.CharField(
        label=_("Akt prawny"), max_length=160, help_text=_("Na przykład: M.P. 2026 poz. 269.")
    )


class CorrectionForm(RowForm):
    """The right row in the place of the newest one, with the reason."""

    reason = forms.CharField(
        label=_("Powód poprawki"), max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )
    row_id = forms.IntegerField(widget=forms.HiddenInput)


class KnownForm(forms.Form):
    """Until which day somebody has checked the tables."""

    known_on = forms.DateField(
        label=_("Tabele są pełne do dnia"),
        widget=DayInput,
        help_text=_(
            "Sprawdź obwieszczenia w Monitorze Polskim i decyzje Rady Polityki Pieniężnej do tego dnia."
        ),
    )


class FileForm(forms.Form):
    """The NBP's file; without one it is fetched from the NBP's address."""

    file = forms.FileField(
        label=_("Plik XML ze stopami NBP"),
        required=False,
        widget=FileInput(accept=".xml,text/xml,application/xml"),
        help_text=_(
            "stopy_procentowe.xml albo stopy_procentowe_archiwum.xml. Bez pliku pobierzemy go ze strony NBP."
        ),
    )
