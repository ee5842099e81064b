"""Form widgets for what people type here; they ask for the right keyboard on a phone."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class MoneyInput(forms.TextInput):
    """An amount in złoty as people write it, “1 234,56”, with “zł” shown after the box."""

    affix = _("zł")

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(
            {"inputmode": "decimal", "autocomplete": "off", "class": "input--money", **(attrs or {})}
        )


class DigitsInput(forms.TextInput):
    """Digits only, not a number: PESEL, NIP, postal code, a code from an e-mail or an application."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(
            {"inputmode": "numeric", "spellcheck": "false", "class": "input--digits", **(attrs or {})}
        )


class DayInput(forms.DateInput):
    """A day, by the browser's own date field (its value travels as ISO 8601)."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs={"class": "input--day", **(attrs or {})}, format="%Y-%m-%d")


class FileInput(forms.FileInput):
    """A file to send; `accept` is a list such as ".csv,.xlsx"."""

    def __init__(self, attrs: dict[str, Any] | None = None, *, accept: str = "") -> None:
        super().__init__({**({"accept": accept} if accept else {}), **(attrs or {})})
