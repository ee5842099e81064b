"""Jobs over the fleet and the removal of a gmina that never came into being: each with a deliberate yes."""

from django import forms
from django.utils.translation import gettext_lazy as _


class PlanForm(forms.Form):
    """In which gminas; an empty list is all of them."""

    gminas = forms.CharField(
        label=_("Gminy"),
        help_text=_("Kody TERYT rozdzielone spacją albo nową linią. Puste pole: wszystkie gminy."),
        required=False,
        max_length=30_000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    is_sure = forms.BooleanField(
        label=_("Tak, zlecam te prace."), error_messages={"required": _("Potwierdź, że zlecasz te prace.")}
    )

    def clean_gminas(self) -> tuple[str, ...]:
        """The codes, each once."""
        return tuple(dict.fromkeys(self.cleaned_data["gminas"].replace(",", " ").split()))


class RemovalForm(forms.Form):
    """The gmina's name once more, so that nobody removes the wrong one."""

    name = forms.CharField(
        label=_("Nazwa gminy"),
        help_text=_("Przepisz ją dokładnie."),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Przepisz nazwę gminy, którą usuwasz.")},
    )
    is_sure = forms.BooleanField(
        label=_("Wiem, że zniknie wszystko, co założono: baza danych, adresy i wpis gminy."),
        error_messages={"required": _("Potwierdź, że chcesz usunąć gminę.")},
    )
