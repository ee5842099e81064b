"""Support access from the office's side: consent, what was looked at, the end; and the operator's way in and out."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth import logout
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from frontend.desk import wording
from frontend.desk.acting import act_and_tell, attempt, draw, sent
from frontend.desk.forms.support import ConsentForm
from frontend.desk.trail import trail
from frontend.entering import enter
from frontend.guards import Request, guarded, public
from frontend.messages import sentence
from frontend.support import ACCESS_KEY
from kernel.errors import NotFound, SkarbnikError
from services.safeguards import queries
from services.safeguards import support as actions
from services.safeguards.domain import EndedBy
from services.users.domain import Role, Verb
from services.users.entrance import Method
from services.users.queries import current_roles, staff

PER_PAGE = 50


@guarded(Verb.GRANT_SUPPORT)
@require_safe
def support(request: Request) -> HttpResponse:
    """Consents that are in force, the access under way, and every access before."""
    now = timezone.now()
    page = Paginator(queries.support_accesses(), PER_PAGE).get_page(request.GET.get("strona"))
    context = {
        "consents": queries.consents(now),
        "running": queries.running_access(now),
        "page": page,
        "rows": [{"row": row, "ended": _ended(row)} for row in page],
        "crumbs": trail(_("Wsparcie platformy")),
    }
    return render(request, "desk/support.html", context)


@guarded(Verb.GRANT_SUPPORT)
def new_consent(request: Request) -> HttpResponse:
    """Consent: whose account, what for, how long."""
    form = ConsentForm(_lendable(), sent(request))
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        given = attempt(
            form,
            lambda: actions.grant_consent(
                account_id=UUID(values["account"]),
                purpose=values["purpose"],
                hours=values["hours"],
                now=timezone.now(),
                actor=request.actor,
            ),
        )
        if given is not None:
            messages.success(request, _("Zgoda jest zapisana. Możesz ją w każdej chwili wycofać."))
            return redirect("desk:support")
    crumbs = trail((_("Wsparcie platformy"), "support"), _("Nowa zgoda"))
    return draw(request, "desk/support_consent.html", {"form": form, "crumbs": crumbs}, form)


@guarded(Verb.GRANT_SUPPORT)
def withdraw_consent(request: Request, consent_id: UUID) -> HttpResponse:
    """Take the consent back; whoever looks is out at once."""
    if request.method == "POST":
        act_and_tell(
            request,
            lambda: actions.withdraw_consent(consent_id=consent_id, now=timezone.now(), actor=request.actor),
            _("Zgoda jest wycofana. Nikt ze wsparcia nie wejdzie już do panelu."),
        )
        return redirect("desk:support")
    row = queries.consents(timezone.now()).filter(public_id=consent_id).first()
    if row is None:
        raise Http404
    crumbs = trail((_("Wsparcie platformy"), "support"), _("Wycofanie zgody"))
    return render(request, "desk/support_withdraw.html", {"row": row, "crumbs": crumbs})


@guarded(Verb.GRANT_SUPPORT)
def end_support(request: Request, access_id: UUID) -> HttpResponse:
    """End one access that is under way; the consent stays."""
    if request.method == "POST":
        act_and_tell(
            request,
            lambda: actions.end_access(access_id=access_id, now=timezone.now(), actor=request.actor),
            _("Dostęp jest przerwany."),
        )
    elif not queries.support_accesses().filter(public_id=access_id).exists():
        raise Http404
    return redirect("desk:support")


@public
@never_cache
def enter_support(request: Request, token: str) -> HttpResponse:
    """The operator's way in: the link from the console asks once more, and its button uses it up."""
    now = timezone.now()
    try:
        row = actions.door(token, now)
        if request.method == "POST":
            access = actions.begin_access(token=token, now=now, address=request.actor.address)
            logout(request)
            enter(request, access.consent.account, method=Method.SUPPORT)
            request.session[ACCESS_KEY] = str(access.public_id)
            return redirect("desk:start")
    except NotFound:
        return render(request, "desk/support_dead.html", status=404)
    except SkarbnikError as error:
        return render(request, "desk/support_dead.html", {"reason": sentence(error)}, status=403)
    roles = _role_names(row.consent.account_id)
    return render(request, "desk/support_enter.html", {"token": token, "roles": roles})


@public
def leave_support(request: Request) -> HttpResponse:
    """The operator's way out."""
    access = getattr(request, "support_access", None)
    if request.method == "POST" and access is not None:
        actions.close_access(
            access_id=access.public_id,
            by=EndedBy.SUPPORT,
            now=timezone.now(),
            actor=actions.operator(access, request.actor.address),
        )
        logout(request)
    return redirect("desk:support_over")


@public
@require_safe
def support_over(request: Request) -> HttpResponse:
    """Said to the operator when the access is over."""
    return render(request, "desk/support_over.html")


def _lendable() -> list[tuple[str, str]]:
    """Accounts that may be lent: with a role today, and not that of an administrator."""
    today = timezone.localdate()
    found = []
    for user in staff():
        roles = current_roles(user.pk, today) if user.is_active else frozenset()
        if roles and Role.ADMIN not in roles:
            found.append((str(user.public_id), f"{user.full_name} ({_role_names(user.pk)})"))
    return found


def _role_names(user_id: int) -> str:
    roles = current_roles(user_id, timezone.localdate())
    return ", ".join(wording.word(wording.ROLES, role.value) for role in sorted(roles))


def _ended(row: Any) -> str:
    if row.ended_at is None:
        return _("trwa") if row.ends_at > timezone.now() else _("skończył się sam")
    return wording.word(wording.SUPPORT_ENDS, row.ended_by)
