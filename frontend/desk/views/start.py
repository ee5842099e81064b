"""The start page: what waits for this person today, and nothing that the roles do not allow."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from frontend.desk.queues.payments import listed
from frontend.desk.roles import verbs_of
from frontend.desk.steps import STEPS
from frontend.guards import Request, guarded
from kernel.errors import NotFound
from services.accounts import queries as accounts
from services.accounts.access import types_handled
from services.payments import queries as payments
from services.payments.queries_reconciliation import to_clarify
from services.users.domain import Verb
from tenants.configuration import queries as configuration

SHOWN = 6
"""Rows of each queue on the start page; the rest is one click away."""


@guarded(Verb.DESK)
@require_safe
def start(request: Request) -> HttpResponse:
    """What waits for me: registrations by deadline, payments to book, mismatches, and what is not set up yet."""
    verbs = verbs_of(request)
    context: dict[str, Any] = {"today": timezone.localdate(), "verbs": {verb.value: True for verb in verbs}}
    if verbs & frozenset(STEPS.values()):
        context |= _registrations(verbs)
    if Verb.BOOK_PAYMENT in verbs:
        context |= _payments(request)
    if Verb.CONFIGURE in verbs:
        context["gaps"] = _gaps()
    if Verb.DRAFT_REGULATION in verbs:
        context["drafts"] = configuration.regulation_versions(published_only=False).filter(state="draft")
    return render(request, "desk/start.html", context)


def _registrations(verbs: frozenset[Verb]) -> dict[str, Any]:
    states = tuple(state for state, verb in STEPS.items() if verb in verbs)
    rows = sorted(accounts.registrations(states), key=lambda row: (row.deadline_on, row.submitted_at))
    overdue = sum(row.is_overdue for row in rows)
    return {
        "sees_registrations": True,
        "registrations": rows[:SHOWN],
        "registrations_count": len(rows),
        "overdue": overdue,
    }


def _payments(request: Request) -> dict[str, Any]:
    waiting = payments.payments_to_book(request.actor)
    wrong = payments.payments_seen(request.actor).filter(state="mismatch")
    return {
        "sees_payments": True,
        "has_types": types_handled(request.actor).exists(),
        "to_book": [listed(row) for row in waiting[:SHOWN]],
        "to_book_count": waiting.count(),
        "to_book_gr": payments.office_sum_gr(waiting),
        "mismatches": [listed(row) for row in wrong[:SHOWN]],
        "discrepancies_count": to_clarify(request.actor),
    }


def _gaps() -> list[str]:
    """Names of settings without which residents cannot register or pay; the page words and links them."""
    gaps = []
    if not configuration.liability_types(active_only=True).exists():
        gaps.append("liability_types")
    if not configuration.operator_accounts().filter(is_active=True).exists():
        gaps.append("operator_accounts")
    try:
        configuration.current_regulation(timezone.localdate())
    except NotFound:
        gaps.append("regulations")
    return gaps
