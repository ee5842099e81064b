"""Setting a password from a mailed link: forgotten passwords, invitations of the office's staff, accounts of the console."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from frontend.entry.forms import TwicePassword
from frontend.entry.surfaces import BY_KIND, CONSOLE, surface_of
from frontend.entry.views.steps import page
from frontend.guards import Request, public
from frontend.messages import show_on
from kernel.errors import InvalidInput, NotFound
from services.accounts.entry import is_password_link_alive
from services.users.actions import set_password


@sensitive_post_parameters("password", "password_again")
@public
def set_new_password(request: Request, user_id: UUID, token: str) -> HttpResponse:
    """A new password, then to the sign-in page of that kind of account."""
    form = TwicePassword(request.POST if request.method == "POST" else None)
    try:
        if request.method == "POST" and form.is_valid():
            user = set_password(user_id=user_id, token=token, password=form.cleaned_data["password"])
            messages.success(request, _("Nowe hasło jest zapisane. Możesz się nim zalogować."))
            return redirect(BY_KIND[user.kind].url("sign_in"))
    except InvalidInput as error:
        show_on(form, error)
    except NotFound:
        return _dead(request)
    return page(request, "password", form) if is_password_link_alive(user_id, token) else _dead(request)


def _dead(request: Request) -> HttpResponse:
    is_console = surface_of(request) is CONSOLE
    template = "console/link_dead.html" if is_console else "pages/link_dead.html"
    return render(request, template, {"purpose": "password"}, status=404)
