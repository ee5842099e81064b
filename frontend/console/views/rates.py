"""The legal rates that all gminas share, to be read and checked."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from frontend.guards import Request, guarded
from kernel.money import NBSP
from services.users.domain import Verb
from tenants.rates.domain import AmountRow, RateRow
from tenants.rates.domain_nbp import missing
from tenants.rates.queries import rate_table, superseded_rows


@require_safe
@guarded(Verb.OPERATE_PLATFORM)
def tables(request: Request) -> HttpResponse:
    """Every table with the act of each row, newest first, and until which day somebody has confirmed them."""
    rates, today = rate_table(), timezone.localdate()
    shown = [
        _table("tax", _("Odsetki za zwłokę od zaległości podatkowych"), rates.tax.rows, today),
        _table("civil", _("Odsetki ustawowe za opóźnienie"), rates.civil.rows, today),
        _table(
            "commercial",
            _("Odsetki ustawowe za opóźnienie w transakcjach handlowych"),
            rates.commercial.rows,
            today,
        ),
        _table(
            "minimum_interest",
            _("Próg, do którego odsetek się nie nalicza"),
            rates.minimum_interest.rows,
            today,
        ),
        _table("reminder_cost", _("Koszty upomnienia"), rates.reminder_costs.rows, today),
        _table(
            "third_party_limit",
            _("Do jakiej kwoty można zapłacić cudzy podatek"),
            rates.third_party_limit.rows,
            today,
        ),
    ]
    context = {
        "tables": shown,
        "known_on": rates.known_on,
        "missing": missing(rates, today),
        "superseded": superseded_rows(),
    }
    return render(request, "console/rates.html", context)


def _table(kind: str, title: str, rows: Sequence[RateRow | AmountRow], today: date) -> dict[str, Any]:
    in_force = max((row.valid_from for row in rows if row.valid_from <= today), default=None)
    return {
        "kind": kind,
        "title": title,
        "is_percent": isinstance(rows[0], RateRow),
        "rows": [
            {
                "valid_from": row.valid_from,
                "rate": percent(row.rate_bp) if isinstance(row, RateRow) else "",
                "amount_gr": None if isinstance(row, RateRow) else row.amount_gr,
                "act": row.act,
                "is_in_force": row.valid_from == in_force,
            }
            for row in reversed(rows)
        ],
    }


def percent(rate_bp: int) -> str:
    """Basis points as people write them: 1250 -> “12,50 %”."""
    return f"{rate_bp // 100},{rate_bp % 100:02d}{NBSP}%"
