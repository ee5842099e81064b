"""Pages that tell: start, privacy, accessibility, contact."""

from datetime import UTC, date, datetime, time, timedelta

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from frontend.guards import Request, public
from frontend.pages.ways import ways_context
from kernel.actors import ActorKind
from services.privacy.domain.retention import DataClass
from services.privacy.queries import database_keepers, months_of, notice_row, processors
from services.publishing.queries import told
from tenants.configuration.queries import fee_bearer, liability_types, office, regulation_versions

STATEMENT_MADE_ON = date(2026, 11, 20)
"""Day on which the accessibility statement was written and last reviewed; it must be again by 31 March."""

SECURITY_TXT_LIVES = timedelta(days=90)
"""Whoever keeps a copy asks again after so long; RFC 9116 wants less than a year."""


@public
def start(request: Request) -> HttpResponse:
    """What the portal is and who runs it (S60, D5); who is signed in goes on to the dues."""
    if request.actor.kind == ActorKind.RESIDENT:
        return redirect("dues")
    today = timezone.localdate()
    return render(
        request,
        "pages/start.html",
        {
            "row": office(),
            "kinds": liability_types(active_only=True),
            "latest_news": told(today)[:3],
            "fee_bearer": fee_bearer(today).value,
            **ways_context(),
        },
    )


@public
def privacy(request: HttpRequest) -> HttpResponse:
    """Information of art. 13 RODO, from the office's settings (S70-S72, S75, D83-D99)."""
    context = {
        "row": office(),
        "information": notice_row(),
        "processors": processors(),
        "keepers": database_keepers(),
        "visit_months": months_of(DataClass.VISITS),
    }
    return render(request, "pages/privacy.html", context)


@public
def accessibility(request: HttpRequest) -> HttpResponse:
    """Deklaracja dostępności (Act of 4 April 2019, art. 10)."""
    first = regulation_versions().last()
    context = {
        "row": office(),
        "published_at": first.published_at if first else None,
        "made_on": STATEMENT_MADE_ON,
    }
    return render(request, "pages/accessibility.html", context)


@public
def contact(request: HttpRequest) -> HttpResponse:
    """Where to write, call and come; how to say that a due is wrong (D54-D56)."""
    return render(request, "pages/contact.html", {"row": office()})


@public
def security_txt(request: HttpRequest) -> HttpResponse:
    """Whom to tell of a hole (RFC 9116); the same on every host of the platform. 404 while nobody is named."""
    if not settings.SECURITY_CONTACT:
        raise Http404
    expires = datetime.combine(timezone.localdate() + SECURITY_TXT_LIVES, time(), UTC)
    lines = [f"Contact: {contact}" for contact in settings.SECURITY_CONTACT]
    lines += [
        f"Expires: {expires.isoformat()}",
        "Preferred-Languages: pl, en",
        f"Canonical: {request.build_absolute_uri(request.path)}",
    ]
    return HttpResponse("\n".join([*lines, ""]), content_type="text/plain; charset=utf-8")
