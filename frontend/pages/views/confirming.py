"""A right password and an e-mail address that nobody has proven yet."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from frontend.entry.views.steps import UNCONFIRMED_KEY
from frontend.guards import Request, public
from frontend.pages.throttle import LETTER_ACCOUNT, admits
from services.accounts.entry import confirm_again


@public
def confirm_first(request: Request) -> HttpResponse:
    """The password was right, but the address is not proven: say so and offer the letter again."""
    user_id = request.session.get(UNCONFIRMED_KEY)
    if user_id is None:
        return redirect("sign_in")
    if request.method == "POST":
        if admits((LETTER_ACCOUNT, f"confirmation:{user_id}")):
            confirm_again(user_id=user_id, address=request.actor.address)
        messages.success(request, _("Wysłaliśmy nowy link. Zajrzyj do poczty, także do spamu."))
        return redirect("confirm_first")
    return render(request, "pages/confirm_first.html")
