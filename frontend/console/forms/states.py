"""Suspending a portal."""

from django import forms
from django.utils.translation import gettext_lazy as _


class SuspensionForm(forms.Form):
    """The reason, which residents read instead of the portal, and a deliberate yes."""

    reason = forms.CharField(
        label=_("Powód zawieszenia"),
        help_text=_("Mieszkańcy zobaczą to zdanie zamiast portalu. Bez danych osobowych."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={
            "required": _("Napisz, dlaczego portal będzie nieczynny. Mieszkańcy to przeczytają.")
        },
    )
    is_sure = forms.BooleanField(
        label=_("Wiem, że mieszkańcy i urząd stracą dostęp do portalu, dopóki go nie wznowię."),
        error_messages={"required": _("Potwierdź, że chcesz zamknąć portal.")},
    )
