"""Registrations that wait for this person's step, by their legal deadline (D32)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from frontend.desk import wording
from frontend.desk.listing.form import ListForm
from frontend.desk.listing.queue import BulkAct, Column, Item, Queue, version_in
from frontend.desk.roles import verbs_of
from frontend.desk.steps import STEPS
from frontend.guards import Request
from kernel.actors import Actor
from services.accounts import actions, queries
from services.accounts.domain import ResidentState
from services.users.domain import Verb

SOON = 2
"""Working days left from which a registration counts as urgent."""


class RegistrationsForm(ListForm):
    """Registrations by what is left of their time and by their state."""

    deadline = forms.ChoiceField(
        label=_("Termin"),
        required=False,
        choices=[
            ("", _("Każdy")),
            ("over", _("termin minął")),
            ("soon", _("dziś albo w ciągu 2 dni roboczych")),
        ],
    )
    state = forms.ChoiceField(
        label=_("Stan"),
        required=False,
        choices=[
            ("", _("Każdy")),
            *((state.value, wording.REGISTRATION_STATES[state.value]) for state in STEPS),
        ],
    )
    email = forms.ChoiceField(
        label=_("Adres e-mail"),
        required=False,
        choices=[("", _("Każdy")), ("yes", _("potwierdzony")), ("no", _("niepotwierdzony"))],
    )

    def narrow(self, rows: Any) -> Any:
        """The registrations that fit."""
        values = self.values
        if values.get("deadline") == "over":
            rows = [row for row in rows if row.is_overdue]
        elif values.get("deadline") == "soon":
            rows = [row for row in rows if not row.is_overdue and row.days_left <= SOON]
        if values.get("state"):
            rows = [row for row in rows if row.state.value == values["state"]]
        if values.get("email"):
            rows = [row for row in rows if row.is_email_confirmed == (values["email"] == "yes")]
        return rows


def by_deadline(row: queries.Registration) -> tuple[Any, ...]:
    """The nearest deadline first, of the same day the oldest."""
    return row.deadline_on, row.submitted_at


def own(request: Request) -> list[queries.Registration]:
    """What waits for a step that the person may do."""
    verbs = verbs_of(request)
    states = tuple(state for state, verb in STEPS.items() if verb in verbs)
    return sorted(queries.registrations(states), key=by_deadline)


def shown(request: Request, rows: Sequence[queries.Registration]) -> list[Item]:
    """Registrations with their state in words."""
    return [
        {
            "row": row,
            "state": wording.word(wording.REGISTRATION_STATES, row.state.value),
            "kind": wording.REGISTRATION_KINDS[row.state.value],
            "version": row.version,
        }
        for row in rows
    ]


def _authorise(row_id: UUID, stamp: str, values: Mapping[str, Any], actor: Actor) -> object:
    return actions.authorise_registration(registration_id=row_id, version=version_in(stamp), actor=actor)


REGISTRATIONS = Queue(
    code="registrations",
    view="registrations",
    title=_("Rejestracje"),
    verbs=tuple(STEPS.values()),
    form=RegistrationsForm,
    rows=own,
    among=lambda request, row_ids: queries.registrations_among([UUID(one) for one in row_ids]),
    shown=shown,
    label=lambda item: str(item["row"].full_name),
    usual=_("najbliższy termin najpierw"),
    columns=(
        Column(
            "name", _("Osoba"), lambda item: item["row"].full_name, key=lambda row: row.full_name.casefold()
        ),
        Column("pesel", _("PESEL"), lambda item: item["row"].masked_pesel),
        Column(
            "submitted",
            _("Złożona"),
            lambda item: item["row"].submitted_at,
            key=lambda row: row.submitted_at,
        ),
        Column("deadline", _("Termin"), lambda item: item["row"].deadline_on, key=by_deadline),
        Column(
            "email",
            _("E-mail"),
            lambda item: _("potwierdzony") if item["row"].is_email_confirmed else _("niepotwierdzony"),
        ),
        Column("state", _("Stan"), lambda item: item["state"]),
        Column("overdue", _("Po terminie"), lambda item: item["row"].is_overdue, only_in_file=True),
    ),
    acts=(
        BulkAct(
            name="authorise",
            label=_("Autoryzuj zaznaczone"),
            title=_("Autoryzować te konta?"),
            lead=_(
                "Urzędnik sprawdził już te osoby. Po autoryzacji każda dostanie e-mail i zobaczy swoje należności."
            ),
            done=_("konto aktywne"),
            verb=Verb.AUTHORISE_REGISTRATION,
            carry_out=_authorise,
            stamp=lambda item: str(item["version"]),
            fits=lambda item: item["row"].state == ResidentState.VERIFIED,
        ),
    ),
)
