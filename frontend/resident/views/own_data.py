"""Own data: names, address, telephone, e-mail; and giving the account up (S44, D92-D96)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from frontend.entering import recently_entered
from frontend.guards import Request, guarded, public
from frontend.messages import sentence, show_on
from frontend.resident.account_forms import EmailForm, NameForm, PhoneForm, VersionedForm
from kernel.errors import Conflict, NotFound, Refused, SkarbnikError
from services.accounts import actions
from services.accounts.queries import open_email_change, resident_of
from services.users.domain import Verb
from tenants.configuration.queries import office


@guarded(Verb.OWN_ACCOUNT)
def own_data(request: Request) -> HttpResponse:
    """Names and address; what is changed holds at once."""
    resident = resident_of(request.actor)
    names = ("first_name", "last_name", "address", "version")
    form = NameForm(_sent(request), initial={name: getattr(resident, name) for name in names})
    return _change(request, form, _("Imię, nazwisko i adres"))


@guarded(Verb.OWN_ACCOUNT)
@recently_entered
def phone(request: Request) -> HttpResponse:
    """The telephone number; somebody who found the computer open may not change it."""
    resident = resident_of(request.actor)
    form = PhoneForm(_sent(request), initial={"phone": resident.phone, "version": resident.version})
    return _change(request, form, _("Telefon"))


def _change(request: Request, form: Any, title: str) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_own_data(form.wanted(), version=form.cleaned_data["version"], actor=request.actor)
        except NotFound:
            raise
        except SkarbnikError as error:
            show_on(form, error)
        else:
            messages.success(request, _("Dane są zmienione."))
            return redirect("account")
    context = {"form": form, "title": title}
    return render(request, "resident/own_data.html", context, status=422 if form.errors else 200)


@guarded(Verb.OWN_ACCOUNT)
@recently_entered
def email(request: Request) -> HttpResponse:
    """Ask for another address; the old one holds until the new mailbox has answered."""
    form = EmailForm(_sent(request))
    if request.method == "POST" and form.is_valid():
        try:
            actions.ask_email_change(form.cleaned_data["email"], actor=request.actor)
        except NotFound:
            raise
        except SkarbnikError as error:
            show_on(form, error)
        else:
            messages.success(
                request,
                _("Wysłaliśmy link na nowy adres. Otwórz go w ciągu 24 godzin i potwierdź zmianę."),
            )
            return redirect("account")
    resident = resident_of(request.actor)
    context = {"form": form, "now": resident.user.email, "waiting": open_email_change(resident)}
    return render(request, "resident/email.html", context, status=422 if form.errors else 200)


@guarded(Verb.OWN_ACCOUNT)
@require_POST
def drop_email(request: Request) -> HttpResponse:
    """Take the change of the address back."""
    actions.drop_email_change(actor=request.actor)
    messages.success(request, _("Zmiana adresu jest wycofana. Obowiązuje dotychczasowy adres."))
    return redirect("account")


@public
def confirm_email(request: Request, token: str) -> HttpResponse:
    """The link from the letter. Mail programs open links by themselves, so only the button confirms."""
    if request.method != "POST":
        return render(request, "resident/email_confirm.html")
    try:
        actions.confirm_email_change(token, actor=request.actor)
    except NotFound:
        return render(request, "pages/link_dead.html", {"purpose": "email"}, status=404)
    messages.success(request, _("Nowy adres e-mail jest potwierdzony. Od teraz to nim się logujesz."))
    return redirect("account")


@guarded(Verb.OWN_ACCOUNT)
@recently_entered
def close(request: Request) -> HttpResponse:
    """What closing means and what stays, then the act."""
    resident = resident_of(request.actor)
    form = VersionedForm(_sent(request), initial={"version": resident.version})
    if request.method == "POST" and form.is_valid():
        try:
            actions.close_own_account(version=form.cleaned_data["version"], actor=request.actor)
        except (Conflict, Refused) as error:
            messages.error(request, sentence(error))
            return redirect("account")
        logout(request)
        messages.success(request, _("Konto jest zamknięte. Potwierdzenie wysłaliśmy e-mailem."))
        return redirect("start")
    return render(request, "resident/close.html", {"form": form, "row": office()})


def _sent(request: Request) -> Any:
    return request.POST if request.method == "POST" else None
