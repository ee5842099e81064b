"""Acts in the life of a gmina: each with its reason and a deliberate yes."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from frontend.components.widgets import DayInput, DigitsInput, MoneyInput
from kernel.errors import InvalidInput
from kernel.money import parse_gr


def reason_field(label: Any, hint: Any, missing: Any) -> forms.CharField:
    """A sentence for the history."""
    return forms.CharField(
        label=label,
        help_text=hint,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": missing},
    )


class SuspensionForm(forms.Form):
    """The reason, which residents read instead of the portal, and a deliberate yes."""

    reason = reason_field(
        _("Powód zawieszenia"),
        _("Mieszkańcy zobaczą to zdanie zamiast portalu. Bez danych osobowych."),
        _("Napisz, dlaczego portal będzie nieczynny. Mieszkańcy to przeczytają."),
    )
    is_sure = forms.BooleanField(
        label=_(
            "Wiem, że mieszkańcy stracą dostęp, a urząd będzie mógł tylko czytać, dopóki nie wznowię portalu."
        ),
        error_messages={"required": _("Potwierdź, że chcesz zamknąć portal.")},
    )


class ResumptionForm(forms.Form):
    """Why the portal opens again."""

    reason = reason_field(
        _("Dlaczego wznawiasz"), _("Zostanie w historii gminy."), _("Napisz, dlaczego portal znów działa.")
    )


class GoLiveForm(forms.Form):
    """The second click; where the list has gaps, also the reason to go without them."""

    is_sure = forms.BooleanField(
        label=_("Wiem, że od teraz portal działa bez limitów i dla wszystkich mieszkańców."),
        error_messages={"required": _("Potwierdź, że chcesz uruchomić portal.")},
    )
    override_reason = reason_field(
        _("Powód uruchomienia mimo braków"),
        _("Zostanie w dzienniku razem z listą braków. Bez danych osobowych."),
        _("Napisz, dlaczego portal rusza mimo braków na liście."),
    )

    def __init__(self, *args: Any, has_gaps: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not has_gaps:
            del self.fields["override_reason"]


class LimitsForm(forms.Form):
    """How far a trial goes."""

    residents = forms.IntegerField(
        label=_("Najwięcej mieszkańców"), min_value=1, max_value=100_000, widget=DigitsInput
    )
    payments = forms.IntegerField(
        label=_("Najwięcej wpłat"), min_value=1, max_value=100_000, widget=DigitsInput
    )
    sum_gr = forms.CharField(label=_("Najwyższa suma wpłat"), max_length=16, widget=MoneyInput)

    def clean_sum_gr(self) -> int:
        """Złoty as people write them -> grosze. Raises ValidationError."""
        try:
            amount = parse_gr(self.cleaned_data["sum_gr"])
        except InvalidInput as error:
            raise forms.ValidationError(_("Podaj kwotę w złotych, na przykład 1000,00.")) from error
        if amount <= 0:
            raise forms.ValidationError(_("Podaj kwotę większą od zera."))
        return amount


class LeavingForm(forms.Form):
    """The beginning of an offboarding."""

    reason = reason_field(
        _("Powód odejścia"),
        _("Mieszkańcy zobaczą to zdanie zamiast portalu. Bez danych osobowych."),
        _("Napisz, dlaczego gmina odchodzi. Mieszkańcy to przeczytają."),
    )
    leaves_on = forms.DateField(
        label=_("Ostatni dzień umowy"),
        help_text=_("Wcześniej danych nie usuniemy."),
        widget=DayInput,
        error_messages={
            "required": _("Podaj ostatni dzień umowy."),
            "invalid": _("Podaj datę, która istnieje."),
        },
    )
    is_sure = forms.BooleanField(
        label=_("Wiem, że portal zamknie się dla mieszkańców od razu, a urząd będzie mógł tylko czytać."),
        error_messages={"required": _("Potwierdź, że gmina odchodzi.")},
    )


class HandOverForm(forms.Form):
    """Which file the office has opened, and how it got it."""

    sha256 = forms.RegexField(
        r"^\s*[0-9a-fA-F]{64}\s*$",
        label=_("Skrót SHA-256 pliku"),
        help_text=_("64 znaki. Urząd odczytuje go z pliku, który otworzył: to dowód, że ma swoje dane."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={
            "required": _("Podaj skrót, który odczytał urząd."),
            "invalid": _("Skrót ma 64 znaki: cyfry i litery od a do f."),
        },
    )
    note = forms.CharField(
        label=_("Jak przekazano eksport"),
        help_text=_(
            "Na przykład: link do pobrania i skrót pliku wysłane przez e-Doręczenia 12.03.2027. Bez nazwisk."
        ),
        max_length=300,
        error_messages={"required": _("Napisz, jak gmina dostała swoje dane.")},
    )


class CallOffForm(forms.Form):
    """Why the gmina stays."""

    reason = reason_field(
        _("Dlaczego gmina zostaje"), _("Zostanie w historii gminy."), _("Napisz, dlaczego gmina zostaje.")
    )
