"""Switching a flag and changing a quota of one gmina, with the reason."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from frontend.choices import offer
from frontend.limits import amount_text
from tenants.metering.domain import MEBIBYTE
from tenants.metering.flags import Flag
from tenants.metering.quotas import Quota, Unit

DEFAULT, ON, OFF = "default", "on", "off"
MOST = 10**12


def _reason() -> forms.CharField:
    return forms.CharField(
        label=_("Powód zmiany"),
        help_text=_("Zostanie w historii gminy. Bez danych osobowych."),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Napisz, dlaczego to zmieniasz.")},
    )


class FlagForm(forms.Form):
    """On, off, or what every gmina has."""

    state = forms.ChoiceField(label=_("Stan w tej gminie"), widget=forms.RadioSelect)
    reason = _reason()

    def __init__(self, *args: Any, flag: Flag, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        default = _now("włączony") if flag.default else _now("wyłączony")
        offer(
            self,
            "state",
            [
                (ON, _now("Włączony")),
                (OFF, _now("Wyłączony")),
                (DEFAULT, _now("Jak wszędzie: %(state)s") % {"state": default}),
            ],
        )

    @property
    def is_on(self) -> bool | None:
        """What was chosen; None is the default."""
        chosen = self.cleaned_data["state"]
        return None if chosen == DEFAULT else bool(chosen == ON)


class QuotaForm(forms.Form):
    """A number, or nothing for what every gmina has. Sizes are typed in megabytes."""

    most = forms.IntegerField(
        label=_("Limit"),
        required=False,
        min_value=0,
        max_value=MOST,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"invalid": _("Podaj liczbę całkowitą, na przykład 500, albo zostaw puste pole.")},
    )
    reason = _reason()

    def __init__(self, *args: Any, quota: Quota, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.unit = MEBIBYTE if quota.unit is Unit.BYTES else 1
        if quota.unit is Unit.BYTES:
            self.fields["most"].label = _now("Limit w MB")
        hint = _now("Puste pole: jak wszędzie, czyli %(default)s.")
        self.fields["most"].help_text = hint % {"default": amount_text(quota, quota.default)}

    @property
    def limit(self) -> int | None:
        """The limit in the quota's own unit; None is the default."""
        typed = self.cleaned_data["most"]
        return None if typed is None else typed * self.unit
