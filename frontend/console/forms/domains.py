"""An address of the gmina's own."""

from django import forms
from django.utils.translation import gettext_lazy as _


class ClaimForm(forms.Form):
    """The host name that the gmina wants to be found under."""

    domain = forms.CharField(
        label=_("Własna domena"),
        help_text=_("Na przykład naleznosci.gmina.pl, bez https://."),
        max_length=253,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "inputmode": "url"}),
        error_messages={"required": _("Podaj domenę gminy.")},
    )
