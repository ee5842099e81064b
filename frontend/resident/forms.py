"""Forms of the resident's pages."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from services.payments.methods import MethodChoice


class MethodForm(forms.Form):
    """The bank or other way to pay, from the operator's own list (D58)."""

    metoda = forms.ChoiceField(
        label=_("Wybierz swój bank albo inny sposób płatności"),
        error_messages={
            "required": _("Zaznacz bank albo inny sposób płatności."),
            "invalid_choice": _("Ten sposób jest teraz niedostępny. Wybierz inny."),
        },
    )

    def __init__(self, choices: Iterable[MethodChoice], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        usable = [(choice.id, choice.name) for choice in choices if choice.is_available]
        self.fields["metoda"].choices = usable  # type: ignore[attr-defined]


class PayerForm(forms.Form):
    """In whose name to act."""

    payer = forms.ChoiceField(label=_("Czyje należności chcesz widzieć i płacić?"), widget=forms.RadioSelect)

    def __init__(self, payers: Iterable[Any], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(payer.public_id), payer.name) for payer in payers]
        self.fields["payer"].choices = choices  # type: ignore[attr-defined]


class OrderForm(forms.Form):
    """What the page before paying sends besides the selection: the total that was shown, and its one-time key."""

    total_gr = forms.IntegerField(min_value=1)
    start_key = forms.UUIDField()
