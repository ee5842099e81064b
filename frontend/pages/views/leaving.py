"""The way out of letters that are no part of the service, by the link at the end of each of them (S77)."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt

from frontend.guards import Request, public
from kernel.errors import NotFound
from services.accounts import actions


@csrf_exempt
@public
def leave_letters(request: Request, token: str) -> HttpResponse:
    """Mail programs open links by themselves, so only the button ends it, or the mail program's own one (RFC 8058), which
    has neither our cookie nor our form. Nobody has to sign in for that."""
    try:
        purpose = actions.linked_purpose(token)
        if request.method == "POST":
            actions.withdraw_by_link(token, actor=request.actor)
    except NotFound:
        return render(request, "pages/link_dead.html", {"purpose": "letters"}, status=404)
    context = {"purpose": purpose.polish, "is_done": request.method == "POST"}
    return render(request, "pages/leave_letters.html", context)
