"""Whether a database cluster takes new gminas."""

from django import forms
from django.utils.translation import gettext_lazy as _


class ClusterForm(forms.Form):
    """What a person decides about a cluster; where it is stands in the settings."""

    accepts_new = forms.BooleanField(
        label=_("Przyjmuje nowe gminy"),
        help_text=_("Gminy, które już tu są, zostają niezależnie od tego."),
        required=False,
    )
    note = forms.CharField(
        label=_("Uwaga"),
        help_text=_("Dla operatorów platformy, na przykład „mało miejsca na dysku”."),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
