"""The office's people: invitation, roles with their authorisation, what a clerk handles."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from frontend.choices import offer
from frontend.components.widgets import DayInput
from frontend.desk import wording
from frontend.desk.forms.base import DeskForm
from services.accounts.staff import Grants
from services.users.actions import Authorisation
from services.users.domain import Role

STAFF_ROLES = [(role.value, wording.ROLES[role.value]) for role in (Role.CLERK, Role.MODERATOR, Role.ADMIN)]


class AuthorisationForm(DeskForm):
    """The authorisation behind a role: without number, day, issuer and validity there is no role (S33)."""

    number = forms.CharField(label=_("Numer upoważnienia"), max_length=60)
    on = forms.DateField(label=_("Dzień wydania"), widget=DayInput)
    issuer = forms.CharField(
        label=_("Kto wydał"), max_length=120, help_text=_("Na przykład: Wójt Gminy Borki.")
    )
    valid_from = forms.DateField(label=_("Ważne od"), widget=DayInput)
    valid_to = forms.DateField(
        label=_("Ważne do"),
        required=False,
        widget=DayInput,
        help_text=_("Puste pole: do odwołania. Przy zastępstwie podaj jego ostatni dzień."),
    )

    @property
    def authorisation(self) -> Authorisation:
        """The authorisation as the action takes it."""
        names = ("number", "on", "issuer", "valid_from", "valid_to")
        return Authorisation(**{name: self.cleaned_data[name] for name in names})


class RoleForm(AuthorisationForm):
    """A role and the authorisation behind it."""

    role = forms.ChoiceField(label=_("Rola"), choices=STAFF_ROLES, widget=forms.RadioSelect)
    field_order: Iterable[str] | None = ("role",)

    def __init__(self, *args: Any, held: Iterable[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        taken = set(held)
        offer(self, "role", [choice for choice in STAFF_ROLES if choice[0] not in taken])

    @property
    def role_chosen(self) -> Role:
        """The role as the action takes it."""
        return Role(self.cleaned_data["role"])


class InviteForm(RoleForm):
    """A new person in the office, with the first role."""

    SECTIONS = (
        (_("Osoba"), "full_name email"),
        (_("Pierwsza rola"), "role"),
        (_("Upoważnienie"), "number on issuer valid_from valid_to"),
    )

    full_name = forms.CharField(
        label=_("Imię i nazwisko"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    email = forms.EmailField(
        label=_("Służbowy adres e-mail"),
        help_text=_("Wyślemy na niego link do ustawienia hasła. Link działa trzy dni."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    field_order = ("full_name", "email")


class GrantsForm(DeskForm):
    """What a clerk handles. `shown` keeps what the page showed, so that only the differences are applied."""

    departments = forms.MultipleChoiceField(
        label=_("Całe wydziały"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Także rodzaje należności, które dojdą do wydziału później."),
    )
    liability_types = forms.MultipleChoiceField(
        label=_("Pojedyncze rodzaje należności"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Ponad to, co daje wydział."),
    )
    shown = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, departments: Iterable[Any], types: Iterable[Any], grants: Grants, *args: Any, **kwargs: Any
    ) -> None:
        held = {"departments": _texts(grants.departments), "liability_types": _texts(grants.liability_types)}
        kwargs["initial"] = held | {"shown": json.dumps(held)}
        super().__init__(*args, **kwargs)
        offer(self, "departments", [(str(row.public_id), row.name) for row in departments])
        offer(
            self,
            "liability_types",
            [(str(row.public_id), f"{row.name} ({row.department.name})") for row in types],
        )

    def clean_shown(self) -> Grants:
        """What the page showed. A page that sends something else is asked to be opened again."""
        try:
            shown = json.loads(self.cleaned_data["shown"])
            return _grants(shown["departments"], shown["liability_types"])
        except (ValueError, KeyError, TypeError):
            raise forms.ValidationError(_now("Otwórz tę stronę jeszcze raz.")) from None

    @property
    def wanted(self) -> Grants:
        """What was chosen."""
        return _grants(self.cleaned_data["departments"], self.cleaned_data["liability_types"])


def _texts(ids: Iterable[UUID]) -> list[str]:
    return sorted(str(public_id) for public_id in ids)


def _grants(departments: Iterable[str], types: Iterable[str]) -> Grants:
    return Grants(frozenset(map(UUID, departments)), frozenset(map(UUID, types)))


def starting(today: date) -> dict[str, date]:
    """Days that a fresh authorisation most often has."""
    return {"on": today, "valid_from": today}
