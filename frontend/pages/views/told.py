"""What the office tells everybody: news and bulletins, questions and answers. No sign-in."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from frontend.guards import public
from kernel.errors import NotFound
from services.publishing import queries
from tenants.configuration.queries import office

PER_PAGE = 10


@public
@require_safe
def news(request: HttpRequest) -> HttpResponse:
    """News and bulletins of today, the important first."""
    page = Paginator(queries.told(timezone.localdate()), PER_PAGE).get_page(request.GET.get("strona"))
    return render(request, "pages/news.html", {"page": page, "rows": list(page)})


@public
@require_safe
def news_item(request: HttpRequest, publication_id: UUID) -> HttpResponse:
    """One of them, whole. What was withdrawn or is over is not there."""
    try:
        row = queries.told_once(publication_id, timezone.localdate())
    except NotFound as error:
        raise Http404 from error
    return render(request, "pages/news_item.html", {"row": row})


@public
@require_safe
def questions(request: HttpRequest) -> HttpResponse:
    """Questions that residents ask, with the office's answers, by topic."""
    context = {"topics": queries.topics(timezone.localdate()), "office_row": office()}
    return render(request, "pages/questions.html", context)
