"""A proposed change in words: each field before and after, side by side, without anything that opens an account.

Bank accounts of the office stand in full, because the second person has to compare every digit and residents read them
anyway. Identifiers at the operator are shown by their last characters, keys not at all.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from frontend.desk import wording
from frontend.desk.forms.operators import PROFILES
from frontend.desk.forms.rules import LiabilityTypeForm, percent_text
from frontend.guards import Request
from integrations.payments import registry
from kernel.errors import InvalidInput
from kernel.identifiers import format_nrb
from services.safeguards.queries import Changed, changed_fields
from tenants.configuration.queries import departments

SHOWN_OF_ID = 4
HIDDEN = "••••"


def told_of_second_person(request: Request, row: Any) -> HttpResponse:
    """To the page of the proposal, with a word on what happens now."""
    messages.success(
        request, _("Zmiana czeka na zgodę drugiej osoby. Do tego czasu obowiązują poprzednie dane.")
    )
    return redirect("desk:change", row.public_id)


def rows_of(row: Any) -> list[dict[str, str]]:
    """Label, old and new value of every field that the change touches."""
    labels = _labels(row)
    return [
        {"label": labels.get(one.name, one.name), "before": _before(one), "after": _after(one)}
        for one in changed_fields(row)
    ]


def _before(one: Changed) -> str:
    return _("nie pokazujemy") if one.is_secret else _words(one.name, one.before)


def _after(one: Changed) -> str:
    return _("nowy, nie pokazujemy") if one.is_secret else _words(one.name, one.after)


def _words(name: str, value: Any) -> str:
    if value in (None, ""):
        return _("puste")
    if isinstance(value, bool):
        return _("tak") if value else _("nie")
    if name == "account_nrb":
        return _account(value)
    if name.startswith("merchant_"):
        return HIDDEN + str(value)[-SHOWN_OF_ID:]
    if name == "profile":
        return str(PROFILES.get(value, value))
    if name == "department":
        return next((one.name for one in departments() if str(one.public_id) == value), _("nieznany"))
    if name == "environment":
        return wording.word(wording.SIGNING_ENVIRONMENTS, value)
    if name == "contract_rate_bp":
        return f"{percent_text(value)}%"
    choices = dict(getattr(LiabilityTypeForm.base_fields.get(name), "choices", ()))
    return str(choices.get(value, value))


def _account(value: str) -> str:
    try:
        return format_nrb(value)
    except InvalidInput:
        return value


def _labels(row: Any) -> dict[str, str]:
    labels = {name: str(field.label) for name, field in LiabilityTypeForm.base_fields.items()}
    if row.kind == "liability_type":
        return labels
    if row.kind == "signing_access":
        return {name: str(words) for name, words in wording.SIGNING_LABELS.items()}
    entry = registry.entry(row.content["values"]["operator"])
    return {
        "account_nrb": labels["account_nrb"],
        **{name: str(words) for name, words in wording.CHANGE_LABELS.items()},
        **{f"merchant_{field.name}": _(field.label) for field in entry.merchant_fields},
        **{f"secret_{field.name}": _(field.label) for field in entry.secret_fields},
    }
