"""A draft of the regulation: its text and the data of the act that introduces it; and its publishing."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from frontend.components.widgets import DayInput
from frontend.desk.forms.base import DeskForm
from frontend.messages import SENTENCES, sentence
from kernel.errors import InvalidInput, SkarbnikError
from tenants.configuration.domain_regulation import MAX_CHARACTERS


class RegulationForm(DeskForm):
    """Paste the text as it stands in the act; headings, lists and contents are found in it."""

    SECTIONS = (
        (_("Akt"), "act_annex act_kind act_number act_issuer act_on effective_on bip_url"),
        (_("Treść"), "title text"),
    )

    title = forms.CharField(
        label=_("Tytuł"), required=False, max_length=300, help_text=_("Puste pole: tytuł odczytamy z treści.")
    )
    act_annex = forms.CharField(
        label=_("Załącznik"), required=False, max_length=40, help_text=_("Na przykład: Załącznik nr 1.")
    )
    act_kind = forms.CharField(
        label=_("Rodzaj aktu"), max_length=60, help_text=_("Na przykład: zarządzenie.")
    )
    act_number = forms.CharField(label=_("Numer aktu"), max_length=40)
    act_issuer = forms.CharField(
        label=_("Kto wydał"), max_length=120, help_text=_("Na przykład: Wójt Gminy Borki.")
    )
    act_on = forms.DateField(label=_("Dzień wydania"), widget=DayInput)
    effective_on = forms.DateField(
        label=_("Obowiązuje od"),
        widget=DayInput,
        help_text=_("Dzień ogłoszenia w BIP albo późniejszy. Od tego dnia mieszkańcy akceptują tę wersję."),
    )
    bip_url = forms.URLField(label=_("Adres ogłoszenia w BIP"), required=False, assume_scheme="https")
    text = forms.CharField(
        label=_("Treść regulaminu"),
        max_length=MAX_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 24, "spellcheck": "true"}),
        help_text=_("Wklej całą treść jako zwykły tekst, razem z tytułem i podpisem."),
    )

    shown = forms.CharField(required=False, widget=forms.HiddenInput)

    @property
    def act(self) -> dict[str, Any]:
        """Data of the act, without the text."""
        return {name: value for name, value in self.cleaned_data.items() if name not in ("text", "shown")}

    def refuse(self, error: SkarbnikError) -> None:
        """A text that cannot be read has a reason of its own."""
        reason = str(error.params.get("reason", ""))
        if error.code == "regulation.text" and reason in SENTENCES:
            self.refusal = error.code
            self.add_error("text", sentence(InvalidInput(reason)))
            return
        super().refuse(error)


class PublishForm(DeskForm):
    """Publishing: who does it confirms what the review found. `codes` are the findings that must be confirmed."""

    knows = forms.BooleanField(
        label=_("Znam te uwagi i publikuję regulamin mimo nich."),
        error_messages={"required": _("Zaznacz, że znasz uwagi, albo popraw projekt.")},
    )
    shown = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, codes: frozenset[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["shown"] = " ".join(sorted(codes))
        if not codes:
            del self.fields["knows"]

    @property
    def confirmed(self) -> frozenset[str]:
        """Codes of the findings that stood on the page when the box was ticked."""
        return (
            frozenset(self.cleaned_data["shown"].split()) if self.cleaned_data.get("knows") else frozenset()
        )
