"""The form of reminders."""

from django import forms
from django.utils.translation import gettext_lazy as _


class WishForm(forms.Form):
    """When to remind; nothing chosen means never. `text_version` is that of the consent that the page shows."""

    text_version = forms.IntegerField(widget=forms.HiddenInput)
    a_week_before = forms.BooleanField(label=_("7 dni przed terminem"), required=False)
    on_the_day = forms.BooleanField(label=_("W dniu terminu"), required=False)
