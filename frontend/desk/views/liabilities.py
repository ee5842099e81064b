"""Liabilities of the types that the clerk handles: finding them, one page for each."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from frontend.desk import wording
from frontend.desk.history import acts_on
from frontend.desk.listing import list_page
from frontend.desk.queues.liabilities import LIABILITIES
from frontend.desk.queues.payments import listed
from frontend.desk.trail import trail
from frontend.guards import Request, guarded
from frontend.resident.wording import explanations, percent_text
from services.accounts.access import types_handled
from services.ledger.queries import entries_about
from services.liabilities import queries
from services.liabilities.queries_corrections import REVERSIBLE
from services.payments.queries import payments_seen
from services.users.domain import Verb

MOST_FOUND = 200
LONGEST_SEARCH = 80


@guarded(Verb.VIEW_LIABILITIES)
def liabilities(request: Request) -> HttpResponse:
    """All of them by due date, or what was looked for.

    Words to look for come by POST and are kept nowhere: a PESEL in an address would stay in logs and histories.
    """
    search = request.POST.get("q", "").strip()[:LONGEST_SEARCH]
    context: dict[str, Any] = {
        "has_types": types_handled(request.actor).exists(),
        "crumbs": trail(_("Należności")),
    }
    if search:
        found = queries.liabilities_for(request.actor, search=search)
        rows = list(found[: MOST_FOUND + 1])
        context |= {"found": rows[:MOST_FOUND], "is_cut": len(rows) > MOST_FOUND, "most": MOST_FOUND}
    return list_page(request, LIABILITIES, "desk/liabilities.html", context)


@guarded(Verb.VIEW_LIABILITIES)
@require_safe
def liability(request: Request, liability_id: UUID) -> HttpResponse:
    """One due: what is owed today and why, who owes it, what the ledger says, which payments touched it."""
    row = queries.liability_for(request.actor, liability_id)
    due = queries.due_as_of(row, timezone.localdate())
    paid_by = payments_seen(request.actor).filter(items__liability=row.pk).distinct()
    context = {
        "row": row,
        "due": due,
        "explanations": explanations(due.interest),
        "periods": [(period, percent_text(period.rate_bp)) for period in due.interest.periods],
        "debtors": [_debtor(payer) for payer in row.debtors.order_by("external_id")],
        "costs": row.reminder_costs.order_by("sent_on"),
        "entries": [_entry(entry, row) for entry in entries_about(row.public_id)],
        "payments": [listed(payment) for payment in paid_by],
        "locked_by": next(
            (p for p in paid_by if any(i.is_open and i.liability_id == row.pk for i in p.items.all())), None
        ),
        "history": acts_on(row),
        "crumbs": trail((_("Należności"), "liabilities"), row.external_id),
    }
    return render(request, "desk/liability.html", context)


def _debtor(payer: Any) -> dict[str, Any]:
    return {"payer": payer, "kind": wording.word(wording.PAYER_KINDS, payer.kind)}


def _entry(entry: Any, row: Any) -> dict[str, Any]:
    """The part of a ledger entry that is about this due."""
    about = [line for line in entry.postings.all() if line.subject == row.public_id]
    # Interest arises and is settled in one entry: paid is what was credited, taken back what a reversal debits.
    interest = [line.amount_gr for line in about if line.account == "receivable_interest"]
    back = entry.code == "reversal"
    return {
        "entry": entry,
        "title": capfirst(entry.get_code_display()),
        "principal_gr": sum(line.amount_gr for line in about if line.account == "receivable_principal"),
        "interest_gr": -sum(gr for gr in interest if (gr > 0) == back),
        "can_correct": entry.code in REVERSIBLE,
    }
