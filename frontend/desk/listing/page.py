"""A list on its page: rows of this page, headings that order it, saved views, files, bulk acts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse

from frontend.desk.acting import draw
from frontend.desk.listing.queue import BulkAct, Column, Item, Queue
from frontend.guards import Request
from services.accounts.access import can
from services.worklists.queries import default_view, views_of

VIEW = "widok"
"""Parameter that says which saved view is shown; also with an unknown value it keeps the default view away."""


@dataclass(frozen=True)
class Heading:
    """A column's heading: where it leads, and how the list is ordered by it now ("ascending", "descending" or "")."""

    label: str
    href: str
    direction: str
    is_number: bool


class Listing:
    """Everything that the template of a list needs."""

    def __init__(self, request: Request, queue: Queue) -> None:
        self.request, self.queue = request, queue
        self.form = queue.form(request, queue)

    @cached_property
    def page(self) -> Any:
        """This page of the narrowed and ordered rows."""
        rows = self.form.ordered(self.form.narrow(self.queue.rows(self.request)))
        return Paginator(rows, self.queue.per_page).get_page(self.request.GET.get("strona"))

    @cached_property
    def rows(self) -> list[Item]:
        """Items of this page."""
        return list(self.queue.shown(self.request, list(self.page)))

    @property
    def count(self) -> int:
        """Rows on all pages."""
        return int(self.page.paginator.count)

    @property
    def url(self) -> str:
        """The list as it is without any filter."""
        return f"{self.queue.url}?{VIEW}="

    @property
    def is_narrowed(self) -> bool:
        """Whether anything is left out."""
        return self.form.is_narrowed

    @cached_property
    def headings(self) -> list[Heading]:
        """Headings of the columns that the page shows."""
        return [self._heading(column) for column in self.queue.columns if not column.only_in_file]

    @cached_property
    def views(self) -> list[dict[str, Any]]:
        """Saved views that the person is offered, with their addresses."""
        chosen = self.request.GET.get(VIEW, "")
        return [
            {
                "row": row,
                "href": _address(self.queue, f"{row.query}&{VIEW}={row.public_id}".lstrip("&")),
                "current": str(row.public_id) == chosen,
                "is_own": row.user_id == self.request.actor.user_id,
            }
            for row in views_of(self.request.actor, self.queue.code)
        ]

    @property
    def files(self) -> dict[str, str]:
        """Addresses of the whole narrowed list as a file, by its form."""
        return {
            form: f"{reverse(f'desk:list_{form}', args=[self.queue.code])}?{self.form.query}"
            for form in ("csv", "xlsx")
        }

    @cached_property
    def acts(self) -> list[BulkAct]:
        """Bulk acts that the person may do, as far as a row of this page is fit for them."""
        return [
            act
            for act in self.queue.acts
            if can(self.request.actor, act.verb) and any(act.fits(item) for item in self.rows)
        ]

    @property
    def has_choice(self) -> bool:
        """Whether rows can be ticked."""
        return self.queue.chooses or bool(self.acts)

    def _heading(self, column: Column) -> Heading:
        sort = self.form.values.get("sort", "")
        is_here = column.is_sortable and sort.lstrip("-") == column.name
        down = is_here and not sort.startswith("-")
        query = QueryDict(self.form.query, mutable=True)
        query["sort"] = f"-{column.name}" if down else column.name
        direction = ("descending" if sort.startswith("-") else "ascending") if is_here else ""
        href = f"?{query.urlencode()}" if column.is_sortable else ""
        return Heading(str(column.label), href, direction, column.unit == "gr")


def list_page(
    request: Request,
    queue: Queue,
    template: str,
    context: Mapping[str, Any],
    forms: Iterable[Any] = (),
    listing: Listing | None = None,
) -> HttpResponse:
    """Draw the page of a list; it opens with the person's default view when the address says nothing else.

    `forms` are other forms of the page, which make it a 422 when they were refused; `listing` is one that the page has
    already looked into.
    """
    if not request.GET and request.method == "GET":
        usual = default_view(request.actor, queue.code)
        if usual is not None:
            return redirect(_address(queue, f"{usual.query}&{VIEW}={usual.public_id}".lstrip("&")))
    listing = listing or Listing(request, queue)
    return draw(request, template, {"listing": listing, "rows": listing.rows, **context}, *forms)


def _address(queue: Queue, query: str) -> str:
    return f"{queue.url}?{query}"
