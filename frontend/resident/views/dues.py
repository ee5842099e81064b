"""What the resident owes: the list by type, and one due with its interest explained."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from frontend.components.formats import nrb_text
from frontend.guards import Request, guarded
from frontend.resident.acting import Acting, acting_for
from frontend.resident.rows import chosen_gr, group_rows, shared_text
from frontend.resident.selection import Selection
from frontend.resident.underway import free_text, underway
from frontend.resident.wording import ENTRIES, explanations, period_rows
from kernel.errors import NotFound
from services.ledger.queries import entries_about
from services.letters.queries import mail_fails_since
from services.liabilities.instalments import decisions_of
from services.liabilities.queries import first_due_year, settled_dues
from services.liabilities.statements import Due
from services.payments.queries import statement
from services.payments.queries_overpayments import requested_overpayments
from services.users.domain import Verb
from tenants.configuration.domain_terms import EnforcedReading
from tenants.configuration.queries import office, payment_terms


@guarded(Verb.OWN_DUES)
def dues(request: Request) -> HttpResponse:
    """All dues of the payer by type, with interest and costs to today, to choose and pay (D10, D51-D53, D65)."""
    acting = acting_for(request)
    if acting.payer is None:
        return render(request, "resident/dues_unmatched.html", {"row": office()})
    today = timezone.localdate()
    whole = statement(acting.payer, today, acting.resident)
    groups = group_rows(whole, decisions_of(acting.payer, whole.dues))
    context = {
        "statement": whole,
        "groups": groups,
        "underway": underway(whole),
        "has_enforced": any(found.is_enforced for found in whole.dues),
        "chosen_gr": chosen_gr(groups),
        "can_pay": any(group.has_choice for group in groups),
        "settled": settled_dues(acting.payer, today, year=today.year, types=acting.types),
        "asked_overpayments": requested_overpayments(acting.payer) if whole.overpayments else set(),
        "row": office(),
        "mail_fails_since": mail_fails_since(acting.resident.user.email),
    }
    return render(request, "resident/dues.html", context)


@guarded(Verb.OWN_DUES)
def due(request: Request, due_id: UUID) -> HttpResponse:
    """One due: how the amount came about, how to pay it, what has happened to it."""
    found = _find(acting_for(request), due_id)
    context = {
        "due": found,
        "shared": shared_text(found) if found.co_owners > 1 else "",
        "free": free_text(found.lock) if found.lock else "",
        "pay_url": Selection((found.public_id,)).address("basket"),
        "warns_of_enforcement": payment_terms(timezone.localdate()).enforced is EnforcedReading.WARN,
        "nrb_shown": nrb_text(found.account_nrb),
        "transfer_title": " ".join(filter(None, (found.title, found.document_number))),
        "periods": period_rows(found.interest),
        "explanations": explanations(found.interest),
        "history": _history(found),
        "row": office(),
    }
    return render(request, "resident/due.html", context)


def _find(acting: Acting, due_id: UUID) -> Due:
    """A due of the payer acted for, settled ones included. Raises NotFound("liability.unknown")."""
    today = timezone.localdate()
    if acting.payer is None:
        raise NotFound("liability.unknown")
    for found in statement(acting.payer, today, acting.resident).dues:
        if found.public_id == due_id:
            return found
    for year in range(today.year, (first_due_year(acting.payer) or today.year) - 1, -1):
        for found in settled_dues(acting.payer, today, year=year, types=acting.types):
            if found.public_id == due_id:
                return found
    raise NotFound("liability.unknown")


def _history(found: Due) -> list[dict[str, Any]]:
    """Entries of the ledger that touched the due, newest first."""
    rows = []
    for entry in reversed(entries_about(found.public_id)):
        postings = [posting for posting in entry.postings.all() if posting.subject == found.public_id]
        principal_gr = sum(p.amount_gr for p in postings if p.account == "receivable_principal")
        # Interest arises and is settled in one entry: paid is what was credited, taken back what a reversal debits.
        interest = [p.amount_gr for p in postings if p.account == "receivable_interest"]
        rows.append(
            {
                "label": ENTRIES.get(entry.code, entry.get_code_display()),
                "on": entry.effective_on,
                "principal_gr": principal_gr,
                "interest_gr": -sum(gr for gr in interest if (gr > 0) == (entry.code == "reversal")),
            }
        )
    return rows
