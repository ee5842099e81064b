"""Announcements of the platform: planned works and news for residents and offices."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from frontend.console.forms.announcements import AnnouncementForm
from frontend.guards import Request, guarded
from frontend.messages import show_on
from kernel.errors import SkarbnikError
from services.users.domain import Verb
from tenants.directory import announcements as actions

PER_PAGE = 30


@guarded(Verb.OPERATE_PLATFORM)
def announcements(request: Request) -> HttpResponse:
    """The list, newest first; on POST one of them is withdrawn."""
    if request.method == "POST":
        try:
            actions.withdraw_announcement(UUID(request.POST.get("komunikat", "")), actor=request.actor)
        except ValueError as error:
            raise Http404 from error
        messages.success(request, _("Komunikat jest wycofany. Ze stron zniknie w ciągu minuty."))
        return redirect("console:announcements")
    page = Paginator(actions.announcements(), PER_PAGE).get_page(request.GET.get("strona"))
    now = timezone.now()
    context = {"page": page, "rows": [_listed(row, now) for row in page]}
    return render(request, "console/announcements.html", context)


@guarded(Verb.OPERATE_PLATFORM)
def new_announcement(request: Request) -> HttpResponse:
    """What to say, to whom, from when until when."""
    form = AnnouncementForm(
        request.POST if request.method == "POST" else None,
        initial={"shown_from": timezone.localtime().replace(second=0, microsecond=0)},
    )
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            actions.publish_announcement(
                text=values["text"],
                audience=values["audience"],
                shown_from=values["shown_from"],
                shown_to=values["shown_to"],
                teryts=values["gminas"],
                actor=request.actor,
            )
        except SkarbnikError as error:
            show_on(form, error)
        else:
            messages.success(
                request, _("Komunikat jest zapisany. Strony pokażą go w ciągu minuty od początku.")
            )
            return redirect("console:announcements")
    return render(
        request, "console/announcement_form.html", {"form": form}, status=422 if form.errors else 200
    )


def _listed(row: Any, now: datetime) -> dict[str, Any]:
    return {"row": row, "state": _state(row, now), "is_live": row.withdrawn_at is None and now < row.shown_to}


def _state(row: Any, now: datetime) -> tuple[str, str]:
    if row.withdrawn_at:
        return _("wycofany"), "neutral"
    if now < row.shown_from:
        return _("zaplanowany"), "info"
    return (_("pokazywany"), "success") if now < row.shown_to else (_("zakończony"), "neutral")
