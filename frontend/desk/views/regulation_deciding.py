"""What turns a draft of the regulation into one that binds: a second person's approval, the publishing, taking back."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from frontend.desk.acting import act_and_tell, act_on, carried_out, draw, sent
from frontend.desk.forms.regulation import PublishForm
from frontend.desk.trail import trail
from frontend.desk.views.regulation import APPROVED, DRAFT, by_weight, in_force, readable
from frontend.guards import Request, guarded
from services.users.domain import Verb
from tenants.configuration import actions_regulation as actions
from tenants.configuration import queries
from tenants.configuration.domain_regulation import Regulation
from tenants.configuration.domain_regulation_review import must_be_confirmed


def _version(number: int) -> object:
    return queries.regulation_version(number, published_only=False)


@guarded(Verb.APPROVE_REGULATION)
def approve_regulation(request: Request, number: int) -> HttpResponse:
    """The whole text once more, with what the review found: the second person agrees to exactly this."""
    row = queries.regulation_version(number, published_only=False)
    if row.state != DRAFT:
        return redirect("desk:regulation", number)
    if request.method == "POST":
        digest = request.POST.get("digest", "")
        done = act_and_tell(
            request,
            lambda: actions.approve_regulation(number=number, digest=digest, actor=request.actor),
            _("Projekt jest zatwierdzony. Może go opublikować administrator lokalny."),
        )
        return redirect("desk:regulation" if done else "desk:approve_regulation", number)
    context = {
        "row": row,
        "digest": queries.regulation_digest(row),
        "is_author": request.actor.ref in row.authors,
        "text": readable(Regulation.from_json(row.content)),
        "findings": by_weight(queries.regulation_findings(row)),
        "crumbs": trail((_("Regulamin"), "regulations"), _("Zatwierdzenie")),
    }
    return render(request, "desk/regulation_approve.html", context)


@guarded(Verb.APPROVE_REGULATION)
@act_on(_version, "regulation")
def withdraw_approval(request: Request, number: int) -> HttpResponse:
    """Make an approved version a draft again; nothing is lost but the approval."""
    act_and_tell(
        request,
        lambda: actions.withdraw_approval(number=number, actor=request.actor),
        _("Zatwierdzenie jest cofnięte. To znowu projekt."),
    )
    return redirect("desk:regulation", number)


@guarded(Verb.PUBLISH_REGULATION)
def publish_regulation(request: Request, number: int) -> HttpResponse:
    """Ask first: a published version can never be changed, and what the review found must be confirmed."""
    row = queries.regulation_version(number, published_only=False)
    if row.state != APPROVED:
        messages.info(request, _("Publikuje się projekt, który zatwierdziła druga osoba."))
        return redirect("desk:regulation", number)
    found = queries.regulation_findings(row)
    form = PublishForm(sent(request), codes=must_be_confirmed(found))
    if request.method == "POST" and form.is_valid():
        confirmed = form.confirmed
        if carried_out(
            form,
            lambda: actions.publish_regulation(number=number, confirmed=confirmed, actor=request.actor),
        ):
            messages.success(request, _("Regulamin jest opublikowany."))
            return redirect("desk:regulation", number)
    context = {
        "row": row,
        "form": form,
        "findings": by_weight(found),
        "in_force": in_force(),
        "today": timezone.localdate(),
        "crumbs": trail((_("Regulamin"), "regulations"), _("Publikacja")),
    }
    return draw(request, "desk/regulation_publish.html", context, form)


@guarded(Verb.DRAFT_REGULATION)
@act_on(_version, "regulation")
def discard_regulation(request: Request, number: int) -> HttpResponse:
    """Delete a draft that nobody needs any more."""
    done = act_and_tell(
        request,
        lambda: actions.discard_regulation(number=number, actor=request.actor),
        _("Projekt jest usunięty."),
    )
    return redirect("desk:regulations") if done else redirect("desk:regulation", number)
