"""Signing in to the desk."""

from django import forms
from django.utils.translation import gettext_lazy as _

from frontend.desk.forms.base import DeskForm


class SignInForm(DeskForm):
    """E-mail address and password of an office account."""

    email = forms.EmailField(
        label=_("Służbowy adres e-mail"),
        widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True}),
    )
    password = forms.CharField(
        label=_("Hasło"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )
