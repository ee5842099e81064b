"""Asking for a link with which to set a new password."""

from django.http import HttpResponse
from django.shortcuts import redirect, render

from frontend.guards import Request, public
from frontend.pages.forms import AddressForm
from frontend.pages.throttle import LETTER_ACCOUNT, LETTER_CLIENT, admits
from services.accounts.entry import send_password_link


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
