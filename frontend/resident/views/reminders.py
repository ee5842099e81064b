"""Reminders of due dates: whether and when the resident wants them, and an address that mail does not reach."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from frontend.guards import Request, guarded
from frontend.messages import show_on
from frontend.resident.reminder_forms import WishForm
from kernel.errors import NotFound, SkarbnikError
from services.accounts.domain.consents import Purpose
from services.accounts.queries import resident_of
from services.accounts.queries_rights import consent_of
from services.letters import actions
from services.letters.queries import mail_fails_since, own_wish
from services.users.domain import Verb


@guarded(Verb.OWN_ACCOUNT)
def reminders(request: Request) -> HttpResponse:
    """Whether and when reminders come, beside the words that are agreed to (S77)."""
    user, wish = resident_of(request.actor).user, own_wish(request.actor)
    consent = consent_of(user, Purpose.REMINDERS)
    initial = {
        "a_week_before": wish.a_week_before,
        "on_the_day": wish.on_the_day,
        "text_version": consent.text_version,
    }
    form = WishForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.wish_reminders(**form.cleaned_data, actor=request.actor)
        except NotFound:
            raise
        except SkarbnikError as error:
            show_on(form, error)
        else:
            messages.success(request, _told(form))
            return redirect("account")
    context = {
        "form": form,
        "address": user.email,
        "consent": consent,
        "mail_fails_since": mail_fails_since(user.email),
    }
    return render(request, "resident/reminders.html", context, status=422 if form.errors else 200)


def _told(form: WishForm) -> str:
    if form.cleaned_data["a_week_before"] or form.cleaned_data["on_the_day"]:
        return _("Zapisane. Przypomnimy o terminach e-mailem.")
    return _("Zapisane. Nie wyślemy przypomnień.")


@guarded(Verb.OWN_ACCOUNT)
@require_POST
def trust_email(request: Request) -> HttpResponse:
    """The mailbox works again."""
    actions.trust_own_address(actor=request.actor)
    messages.success(request, _("Zapisane. Następny list znów wyślemy na ten adres."))
    return redirect("account")
