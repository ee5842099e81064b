"""The gmina's regulation: whole text with contents, data of the act, versions (S1-S3, D24, D100-D105)."""

from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from frontend.guards import public
from kernel.errors import NotFound
from tenants.configuration import regulation_document
from tenants.configuration.domain_regulation import Regulation
from tenants.configuration.domain_regulation_outline import parts
from tenants.configuration.queries import current_regulation, regulation_version, regulation_versions


@public
def current(request: HttpRequest) -> HttpResponse:
    """The version in force today."""
    try:
        row = current_regulation(timezone.localdate())
    except NotFound:
        return render(request, "pages/regulation_none.html", {"versions": regulation_versions()})
    return render(request, "pages/regulation.html", _context(row))


@public
def version(request: HttpRequest, number: int) -> HttpResponse:
    """Any published version, past or to come."""
    return render(request, "pages/regulation.html", _context(_version(number)))


@public
def text(request: HttpRequest, number: int) -> HttpResponse:
    """The same words as a plain text file, to keep (art. 8 of the Act on electronic services)."""
    row = _version(number)
    name = f"regulamin-wersja-{row.number}.txt"
    return HttpResponse(
        Regulation.from_json(row.content).plain_text(),
        content_type="text/plain; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@public
def document(request: HttpRequest, number: int) -> HttpResponse:
    """The same words as a tagged PDF. A published version never changes, so neither does its document."""
    row = _version(number)
    name = f"regulamin-wersja-{row.number}.pdf"
    return HttpResponse(
        regulation_document.pdf(row),
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _version(number: int) -> Any:
    try:
        return regulation_version(number)
    except NotFound as error:
        raise Http404 from error


def _context(row: Any) -> dict[str, Any]:
    today = timezone.localdate()
    regulation = Regulation.from_json(row.content)
    return {
        "row": row,
        "regulation": regulation,
        "preamble": parts(regulation.preamble),
        "sections": [(section, parts(section.blocks)) for section in regulation.sections],
        "closing": parts(regulation.closing),
        "versions": regulation_versions(),
        "current_number": _current_number(today),
        "is_to_come": row.effective_on > today,
        "today": today,
    }


def _current_number(today: date) -> int | None:
    try:
        return current_regulation(today).number
    except NotFound:
        return None
