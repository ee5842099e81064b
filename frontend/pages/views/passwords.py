"""Setting a password from a mailed link: forgotten passwords, and invitations of the office's staff."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from frontend.guards import Request, public
from frontend.messages import show_on
from frontend.pages.forms import AddressForm, TwicePassword
from frontend.pages.throttle import LETTER_ACCOUNT, LETTER_CLIENT, admits
from kernel.errors import InvalidInput, NotFound
from services.accounts.entry import is_password_link_alive, send_password_link
from services.users.actions import set_password

SIGN_IN = {"resident": "sign_in", "staff": "desk:sign_in"}


@public
def forgotten(request: Request) -> HttpResponse:
    """Ask for a link; the answer is the same whether or not there is such an account."""
    form = AddressForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        email, address = form.cleaned_data["email"], request.actor.address
        if admits((LETTER_ACCOUNT, email), (LETTER_CLIENT, address)):
            send_password_link(email=email, actor=request.actor)
        return redirect("password_reset_sent")
    return render(
        request, "pages/password_forgotten.html", {"form": form}, status=422 if form.errors else 200
    )


@public
def check_mail(request: Request) -> HttpResponse:
    """What to do now, for everybody alike."""
    return render(request, "pages/password_check_mail.html")


@public
def set_new(request: Request, user_id: UUID, token: str) -> HttpResponse:
    """The link from the letter: a new password, then to the sign-in page of that kind of account."""
    form = TwicePassword(request.POST if request.method == "POST" else None)
    try:
        if request.method == "POST" and form.is_valid():
            user = set_password(user_id=user_id, token=token, password=form.cleaned_data["password"])
            messages.success(request, _("Nowe hasło jest zapisane. Możesz się nim zalogować."))
            return redirect(SIGN_IN[user.kind])
    except InvalidInput as error:
        show_on(form, error)
    except NotFound:
        return render(request, "pages/link_dead.html", {"purpose": "password"}, status=404)
    if not is_password_link_alive(user_id, token):
        return render(request, "pages/link_dead.html", {"purpose": "password"}, status=404)
    return render(request, "pages/password_new.html", {"form": form}, status=422 if form.errors else 200)
