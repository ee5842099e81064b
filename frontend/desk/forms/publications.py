"""A piece of news, a bulletin or a question with its answer; and why one is withdrawn."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from frontend.components.widgets import DayInput
from frontend.desk.forms.base import DeskForm, SettingForm
from services.publishing.domain import LONGEST_REASON, LONGEST_TEXT, Kind


class PublicationForm(SettingForm):
    """The text with a few marks, and when it is seen."""

    SECTIONS = (
        (_("Co"), "kind title body"),
        (_("Kiedy i gdzie widać"), "visible_from visible_to is_important"),
        (_("Tylko przy pytaniu"), "topic position"),
    )

    kind = forms.ChoiceField(
        label=_("Rodzaj"),
        choices=[
            (Kind.NEWS.value, _("aktualność: co nowego w portalu albo w urzędzie")),
            (
                Kind.BULLETIN.value,
                _("komunikat: o czym mieszkaniec musi wiedzieć, na przykład przerwa w płatnościach"),
            ),
            (Kind.QUESTION.value, _("pytanie i odpowiedź: częste pytanie mieszkańców")),
        ],
        widget=forms.RadioSelect,
    )
    title = forms.CharField(
        label=_("Tytuł"), max_length=200, help_text=_("Przy pytaniu: samo pytanie, słowami mieszkańca.")
    )
    body = forms.CharField(
        label=_("Treść"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 14, "spellcheck": "true"}),
        help_text=_(
            "Pusta linia zaczyna akapit. Możesz użyć: ## śródtytuł, - punkt listy, 1. punkt z numerem, **pogrubienie**, "
            "[tekst linku](https://adres). Inne znaki zostaną takie, jak je wpiszesz."
        ),
    )
    visible_from = forms.DateField(label=_("Widoczne od"), widget=DayInput)
    visible_to = forms.DateField(
        label=_("Widoczne do"),
        widget=DayInput,
        required=False,
        help_text=_("Ostatni dzień. Puste pole: aż do wycofania."),
    )
    is_important = forms.BooleanField(
        label=_("Ważne: pokaż od razu na początku i przed logowaniem"),
        required=False,
        help_text=_("Tylko przy komunikacie. Naraz widać najwyżej trzy ważne komunikaty."),
    )
    topic = forms.CharField(
        label=_("Dział"),
        max_length=80,
        required=False,
        help_text=_("Na przykład: Płatności. Pytania jednego działu stoją razem."),
    )
    position = forms.IntegerField(
        label=_("Kolejność"),
        min_value=1,
        max_value=999,
        initial=100,
        help_text=_("Mniejsza liczba stoi wyżej."),
    )


class WithdrawPublicationForm(DeskForm):
    """Why nobody should see it any more."""

    reason = forms.CharField(
        label=_("Powód wycofania"),
        max_length=LONGEST_REASON,
        help_text=_("Widzą go tylko pracownicy urzędu."),
    )
