"""Accounts at payment operators: list, change, proof that the connection works."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_safe

from frontend.desk.acting import attempt, draw, sent
from frontend.desk.changed import told_of_second_person
from frontend.desk.forms.operators import PROFILES, OperatorAccountForm
from frontend.desk.history import changes as revisions_of
from frontend.desk.trail import trail
from frontend.guards import Request, guarded
from integrations.payments import registry
from integrations.payments.errors import OperatorError
from integrations.payments.fields import WrongSetting
from kernel.errors import NotFound
from services.payments.addresses import notify_address
from services.payments.queries import payments_under_way
from services.safeguards import changes
from services.safeguards.queries import is_proposal, open_change_of
from services.users.domain import Verb
from tenants.configuration import actions, queries
from tenants.configuration.rotation import ends_at

TROUBLES = {
    "operator.unavailable": gettext_lazy("Operator nie odpowiada. Spróbuj za kilka minut."),
    "operator.answer_lost": gettext_lazy("Operator nie odpowiedział do końca. Spróbuj za kilka minut."),
    "operator.refused": gettext_lazy(
        "Operator nie przyjął danych. Porównaj identyfikatory i klucze z jego panelem."
    ),
}


@guarded(Verb.CONFIGURE)
@require_safe
def operator_accounts(request: Request) -> HttpResponse:
    """All accounts, active ones first; bank accounts that take money but have no operator are named."""
    rows = list(queries.operator_accounts())
    under_way = payments_under_way()
    types = queries.liability_types(active_only=True).filter(is_payable_online=True).exclude(account_nrb="")
    context = {
        "rows": [
            {
                "row": row,
                "operator": _name(row.operator),
                "profile": PROFILES.get(row.profile, row.profile),
                "under_way": under_way.get(row.pk, 0),
            }
            for row in rows
        ],
        "unserved": [row for row in types if not _is_served(row.account_nrb)],
        "operators": registry.operators(),
        "crumbs": trail((_("Ustawienia"), "settings"), _("Operator płatności")),
    }
    return render(request, "desk/operator_accounts.html", context)


def _is_served(account_nrb: str) -> bool:
    try:
        queries.operator_account_for(account_nrb)
    except NotFound:
        return False
    return True


@sensitive_post_parameters()
@guarded(Verb.CONFIGURE)
def new_operator_account(request: Request, operator: str) -> HttpResponse:
    """A further account at one of the operators that we speak to."""
    entry = _entry(operator)
    form = OperatorAccountForm(
        entry, (), sent(request), initial={"version": 0, "is_active": True, "label": entry.name}
    )
    return _account(request, form, None)


@sensitive_post_parameters()
@guarded(Verb.CONFIGURE)
def operator_account(request: Request, account_id: UUID) -> HttpResponse:
    """Change one account; a secret left empty keeps its value."""
    row = queries.operator_account(account_id)
    initial = {
        name: getattr(row, name)
        for name in ("label", "profile", "account_nrb", "is_active", "api_url", "version")
    }
    initial |= {f"merchant_{name}": value for name, value in row.merchant_ids.items()}
    form = OperatorAccountForm(_entry(row.operator), set(row.secrets), sent(request), initial=initial)
    return _account(request, form, row)


@guarded(Verb.CONFIGURE)
def check_operator_account(request: Request, account_id: UUID) -> HttpResponse:
    """Prove with the operator that ids and secrets work. No transaction is open while we wait for the answer."""
    row = queries.operator_account(account_id)
    if request.method != "POST":
        return redirect("desk:operator_account", account_id)
    try:
        registry.operator(row.operator).check_access(queries.operator_config(row))
    except OperatorError as error:
        trouble = TROUBLES.get(error.code, TROUBLES["operator.refused"])
        messages.error(request, f"{trouble} ({error.code})")
    except WrongSetting as error:
        messages.error(request, f"{_label_of(row, error.name)}: {_(error.reason)}")
    except (ValueError, KeyError):
        messages.error(
            request, _("Konto jest niepełne: uzupełnij pola i zapisz je, potem sprawdź połączenie.")
        )
    else:
        messages.success(request, _("Połączenie działa: operator przyjął identyfikatory i klucze."))
    return redirect("desk:operator_account", account_id)


def _account(request: Request, form: OperatorAccountForm, row: Any) -> HttpResponse:
    differences = []
    if request.method == "POST" and form.is_valid():
        saved = attempt(
            form,
            lambda: changes.submit_operator_account(
                form.values,
                secrets=form.secrets,
                public_id=row.public_id if row else None,
                version=form.cleaned_data["version"],
                actor=request.actor,
                is_taking_over=form.cleaned_data["takes_over"],
            ),
        )
        if saved and is_proposal(saved):
            return told_of_second_person(request, saved)
        if saved:
            messages.success(request, _("Konto jest zapisane. Sprawdź teraz połączenie."))
            return redirect("desk:operator_account", saved.public_id)
        differences = form.stale_against(queries.operator_account(row.public_id)) if row else []
    heading = row.label if row else _("Nowe konto: %(operator)s") % {"operator": form.entry.name}
    context = {
        "form": form,
        "row": row,
        "heading": heading,
        "differences": differences,
        "rotated": _rotated(row) if row else [],
        "waiting_change": open_change_of(row.public_id) if row else None,
        "notify_url": notify_address(row.public_id) if row else "",
        "shares_address": bool(form.entry.told_apart_by),
        "under_way": payments_under_way().get(row.pk, 0) if row else 0,
        "tariff": queries.fee_tariff(timezone.localdate(), row) if row else None,
        "history": revisions_of("operator_account", str(row.public_id), _labels(form)) if row else [],
        "crumbs": trail(
            (_("Ustawienia"), "settings"), (_("Operator płatności"), "operator_accounts"), heading
        ),
    }
    return draw(request, "desk/operator_account.html", context, form)


@guarded(Verb.CONFIGURE)
def drop_previous_secret(request: Request, account_id: UUID, name: str) -> HttpResponse:
    """Ask first, then end the rotation of one secret: what is signed by its previous generation is refused from then on."""
    row = queries.operator_account(account_id)
    if name not in row.secrets:
        raise Http404
    if request.method == "POST":
        actions.drop_previous_secret(public_id=account_id, name=name, actor=request.actor)
        messages.success(request, _("Poprzedni klucz jest usunięty. Działa już tylko nowy."))
        return redirect("desk:operator_account", account_id)
    context = {
        "row": row,
        "label": _label_of(row, name),
        "under_way": payments_under_way().get(row.pk, 0),
        "crumbs": trail(
            (_("Ustawienia"), "settings"),
            (_("Operator płatności"), "operator_accounts"),
            _("Usunięcie poprzedniego klucza"),
        ),
    }
    return render(request, "desk/operator_secret_drop.html", context)


def _rotated(row: Any) -> list[tuple[str, str, datetime | None]]:
    """Names and labels of secrets whose previous generation still verifies messages, and when that goes by itself."""
    fields = [
        field for field in _entry(row.operator).secret_fields if len(row.secrets.get(field.name, ())) > 1
    ]
    return [(field.name, _(field.label), ends_at(row, field.name)) for field in fields]


def _label_of(row: Any, name: str) -> str:
    entry = _entry(row.operator)
    fields = (*entry.merchant_fields, *entry.secret_fields)
    return next((_(field.label) for field in fields if field.name == name), name)


def _labels(form: OperatorAccountForm) -> dict[str, str]:
    return {
        **{name: str(field.label) for name, field in form.fields.items()},
        "merchant_ids": _("Identyfikatory u operatora"),
        "operator": _("Operator"),
        "api_url": _("Adres emulatora"),
    }


def _entry(code: str) -> registry.OperatorEntry:
    try:
        return registry.entry(code)
    except KeyError:
        raise Http404 from None


def _name(code: str) -> str:
    return next((entry.name for entry in registry.operators() if entry.code == code), code)
