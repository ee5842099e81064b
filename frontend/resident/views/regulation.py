"""A new version of the regulation: what it changes, and the resident's decision (D3, D102)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from frontend.guards import Request, guarded
from frontend.messages import sentence
from kernel.errors import Conflict
from services.accounts.actions import accept_regulation as accept
from services.accounts.queries import acceptances, resident_of, waiting_regulation
from services.users.domain import Verb
from tenants.configuration.domain_regulation import Regulation
from tenants.configuration.domain_regulation_changes import Kind, changes


@guarded(Verb.OWN_ACCOUNT)
def accept_regulation(request: Request) -> HttpResponse:
    """The version that waits for this resident, compared with the one accepted last, article by article."""
    today = timezone.localdate()
    resident = resident_of(request.actor)
    new = waiting_regulation(resident, today)
    if request.method == "POST":
        return _accept(request)
    if new is None:
        return redirect("account")
    last = acceptances(resident).first()
    old = last.regulation if last else None
    context = {
        "new": new,
        "old": old,
        "is_to_come": new.effective_on > today,
        "articles": _articles(old, new) if old else None,
    }
    return render(request, "resident/accept_regulation.html", context)


def _accept(request: Request) -> HttpResponse:
    try:
        accept(regulation_id=UUID(request.POST.get("regulation_id", "")), actor=request.actor)
    except ValueError:
        return redirect("accept_regulation")
    except Conflict as error:
        messages.error(request, sentence(error))
        return redirect("accept_regulation")
    messages.success(request, _("Regulamin jest zaakceptowany. Dziękujemy."))
    return redirect("account")


def _articles(old: Any, new: Any) -> dict[str, Any]:
    found = changes(Regulation.from_json(old.content), Regulation.from_json(new.content))
    return {
        "changed": [one for one in found if one.kind != Kind.SAME],
        "same": [one.label for one in found if one.kind == Kind.SAME and one.label],
    }
