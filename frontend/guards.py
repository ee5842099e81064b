"""Who may open a page. Every view carries one of these decorators; a test walks all routes and finds the ones that do not.

A guarded view gets `request.actor` in the role that lets it through, ready to be passed to an action.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from frontend.entering import is_entered_well
from kernel.actors import Actor, ActorKind
from kernel.audit.attempts import note_denied
from kernel.errors import NotFound, Refused
from services.accounts.access import require
from services.users.domain import STAFF_VERBS, Role, Verb

View = Callable[..., HttpResponse]

SIGN_IN = {
    ActorKind.RESIDENT: "sign_in",
    ActorKind.STAFF: "desk:sign_in",
    ActorKind.PLATFORM: "console:sign_in",
}


class Request(HttpRequest):
    """A request as our middleware has made it; for annotations."""

    actor: Actor
    held_roles: frozenset[Role]
    """What `frontend.desk.roles` has read of the actor; not there before it was asked."""


def public(view: View) -> View:
    """Mark a page that anybody may open."""
    view.guard = None  # type: ignore[attr-defined]
    return view


def guarded(verb: Verb) -> Callable[[View], View]:
    """Let in only who may do `verb`.

    Nobody signed in: to the sign-in page of that kind of people. Another kind of account: 404, as if there were no such
    page. The right kind without the right role: a page that says so (403). What a loader does not find is a 404.
    """
    kind = kind_for(verb)

    def decorate(view: View) -> View:
        @wraps(view)
        def inner(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
            # Also a session that was begun with too little for its kind of account is nobody's (T-23).
            if request.actor.kind == ActorKind.ANONYMOUS or not is_entered_well(request):
                return redirect_to_login(request.get_full_path(), reverse(SIGN_IN[kind]))
            if request.actor.kind != kind:
                note_denied(request.actor, "access.other_kind", verb=verb.value)
                raise Http404
            try:
                request.actor = require(request.actor, verb)
            except Refused as error:
                if error.code == "access.not_active":
                    return redirect("account_state")
                if error.code == "access.regulation":
                    return redirect("accept_regulation")
                return render(request, "pages/refused.html", {"layout": _layout(kind)}, status=403)
            try:
                return view(request, *args, **kwargs)
            except NotFound as error:
                note_denied(request.actor, error.code, verb=verb.value)
                raise Http404 from error

        inner.guard = verb  # type: ignore[attr-defined]
        return inner

    return decorate


def kind_for(verb: Verb) -> ActorKind:
    """Which kind of account a verb belongs to."""
    if verb == Verb.OPERATE_PLATFORM:
        return ActorKind.PLATFORM
    if any(verb in verbs for verbs in STAFF_VERBS.values()):
        return ActorKind.STAFF
    return ActorKind.RESIDENT


def _layout(kind: ActorKind) -> str:
    return {ActorKind.STAFF: "layouts/desk.html", ActorKind.PLATFORM: "layouts/console.html"}.get(
        kind, "layouts/resident.html"
    )
