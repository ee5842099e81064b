"""Costs of paying: versions of the common tariff, and of the tariff of one account at an operator."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from frontend.desk import wording
from frontend.desk.acting import carried_out, draw, sent
from frontend.desk.forms.rules import percent_text
from frontend.desk.forms.tariffs import FeeTariffForm
from frontend.desk.trail import Step, trail
from frontend.desk.views.rules import dated_versions
from frontend.guards import Request, guarded
from services.users.domain import Verb
from tenants.configuration import actions, queries


@guarded(Verb.CONFIGURE)
@require_safe
def fee_tariffs(request: Request, account_id: UUID | None = None) -> HttpResponse:
    """Versions of the tariff with their lines: of one account, or the common one with the accounts that have their own."""
    account = queries.operator_account(account_id) if account_id else None
    today = timezone.localdate()
    context = {
        "account": account,
        "rows": [
            row | {"lines": [_tariff_line(line) for line in row["row"].lines]}
            for row in dated_versions(queries.fee_tariffs(account), "fee_tariff")
        ],
        "common": queries.fee_tariff(today),
        "accounts": []
        if account
        else [_charged(row) for row in queries.operator_accounts() if row.is_active],
        "new_url": _address("new_account_fee_tariff", "new_fee_tariff", account),
        "crumbs": trail(*_way(account), _("Koszty płatności")),
    }
    return render(request, "desk/fee_tariffs.html", context)


@guarded(Verb.CONFIGURE)
def new_fee_tariff(request: Request, account_id: UUID | None = None) -> HttpResponse:
    """A new version from a day on; a payment keeps the version by which its fee was shown."""
    account = queries.operator_account(account_id) if account_id else None
    initial = FeeTariffForm.initial_from(queries.fee_tariff(timezone.localdate(), account))
    form = FeeTariffForm(sent(request), initial=initial)
    back_url = _address("account_fee_tariffs", "fee_tariffs", account)
    if request.method == "POST" and form.is_valid():
        names = ("bearer", "effective_on", "source_note", "is_invoiced")
        values = {name: form.cleaned_data[name] for name in names}
        if carried_out(
            form,
            lambda: actions.set_fee_tariff(
                **values, lines=form.lines, account_id=account_id, actor=request.actor
            ),
        ):
            messages.success(request, _("Nowa taryfa jest zapisana."))
            return redirect(back_url)
    context = {
        "form": form,
        "account": account,
        "back_url": back_url,
        "crumbs": trail(*_way(account), _list_of(account), _("Nowa taryfa")),
    }
    return draw(request, "desk/fee_tariff.html", context, form)


def _way(account: Any) -> tuple[Step, ...]:
    if account is None:
        return ((_("Ustawienia"), "settings"),)
    return (
        (_("Ustawienia"), "settings"),
        (_("Operator płatności"), "operator_accounts"),
        (account.label, "operator_account", account.public_id),
    )


def _list_of(account: Any) -> Step:
    if account is None:
        return (_("Koszty płatności"), "fee_tariffs")
    return (_("Koszty płatności"), "account_fee_tariffs", account.public_id)


def _address(of_account: str, common: str, account: Any) -> str:
    return reverse(f"desk:{of_account}", args=[account.public_id]) if account else reverse(f"desk:{common}")


def _charged(account: Any) -> dict[str, Any]:
    """An account with the tariff that it goes by today."""
    tariff = queries.fee_tariff(timezone.localdate(), account)
    return {"row": account, "tariff": tariff, "is_own": bool(tariff and tariff.operator_account_id)}


def _tariff_line(line: dict[str, Any]) -> dict[str, Any]:
    return {
        "group": wording.word(wording.METHOD_GROUPS, line["method_group"]),
        "fixed_gr": line["fixed_gr"],
        "percent": percent_text(line["percent_bp"]),
        "min_gr": line.get("min_gr"),
        "max_gr": line.get("max_gr"),
    }
