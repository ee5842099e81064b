"""Rachunki bankowe: how the statements of each account of the office are read."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from frontend.desk.acting import attempt, draw, sent
from frontend.desk.forms.base import initial_of
from frontend.desk.forms.statements import BankAccountForm
from frontend.desk.history import acts_on
from frontend.desk.trail import trail
from frontend.guards import Request, guarded
from integrations.finance.statements import banks
from services.banking import queries
from services.banking.actions import save_account
from services.users.domain import Verb


@guarded(Verb.CONFIGURE)
@require_safe
def bank_accounts(request: Request) -> HttpResponse:
    """All accounts whose statements are read, and those that the settings name and nobody has set up."""
    layouts = {code: profile.name for code, profile in banks.profiles().items()}
    context = {
        "rows": [
            {"row": row, "layout": layouts.get(row.profile_code, _("własny układ"))}
            for row in queries.accounts()
        ],
        "missing": queries.unread_accounts(),
        "crumbs": trail((_("Ustawienia"), "settings"), _("Rachunki bankowe")),
    }
    return render(request, "desk/bank_accounts.html", context)


@guarded(Verb.CONFIGURE)
def new_bank_account(request: Request) -> HttpResponse:
    """Add an account."""
    initial = {"version": 0, "is_active": True, "account_nrb": request.GET.get("numer", "")[:40]}
    return _page(request, None, BankAccountForm(sent(request), initial=initial))


@guarded(Verb.CONFIGURE)
def bank_account(request: Request, bank_account_id: UUID) -> HttpResponse:
    """Change how the statements of an account are read."""
    row = queries.account_setting(request.actor, bank_account_id)
    initial = initial_of(row, BankAccountForm)
    initial["layout"] = json.dumps(row.layout, ensure_ascii=False, indent=2) if row.layout is not None else ""
    return _page(request, row, BankAccountForm(sent(request), initial=initial))


def _page(request: Request, row: Any, form: BankAccountForm) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        saved = attempt(
            form,
            lambda: save_account(
                form.settings,
                account_id=row.public_id if row else None,
                version=form.cleaned_data["version"],
                actor=request.actor,
            ),
        )
        if saved:
            messages.success(request, _("Ustawienia rachunku są zapisane."))
            return redirect("desk:bank_accounts")
    context = {
        "form": form,
        "row": row,
        "differences": form.stale_against(row) if row else [],
        "history": acts_on(row) if row else [],
        "crumbs": trail(
            (_("Ustawienia"), "settings"),
            (_("Rachunki bankowe"), "bank_accounts"),
            row.label if row else _("Nowy rachunek"),
        ),
    }
    return draw(request, "desk/bank_account.html", context, form)
