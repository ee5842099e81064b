"""Filters and order of a list. They stand in the address, so no field of such a form may name a person (T-31)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from frontend.desk.forms.base import DeskForm
from frontend.desk.listing.queue import Queue, Rows
from frontend.guards import Request


class ListForm(DeskForm):
    """Narrowing and ordering of one list; a list without filters uses it as it is.

    A list with filters adds fields and overrides `narrow`. What is searched by a name or a PESEL number comes by POST
    and is no part of this form.
    """

    sort = forms.ChoiceField(label=_("Kolejność"), required=False)

    def __init__(self, request: Request, queue: Queue, sent: QueryDict | None = None) -> None:
        self.request, self.queue = request, queue
        super().__init__(request.GET if sent is None else sent)
        self.fields["sort"] = self.fields.pop("sort")
        self.fields["sort"].choices = self._orders()  # type: ignore[attr-defined]
        self.prepare()

    def prepare(self) -> None:
        """Fill choices that depend on the person or on the gmina."""

    def narrow(self, rows: Any) -> Any:
        """The rows that fit."""
        return rows

    @property
    def values(self) -> dict[str, Any]:
        """What was asked for; nothing when one of the fields is wrong, so that nobody takes a part for the whole."""
        return self.cleaned_data if self.is_valid() else {}

    @property
    def is_narrowed(self) -> bool:
        """Whether anything is left out."""
        return any(
            value and value != self.fields[name].initial
            for name, value in self.values.items()
            if name != "sort"
        )

    @property
    def query(self) -> str:
        """The address of this narrowing and order: only what the form knows, and only what is set."""
        found = QueryDict(mutable=True)
        for name in self.values:
            for value in filter(None, self.data.getlist(name)):  # type: ignore[attr-defined]
                found.appendlist(name, value)
        return found.urlencode()

    def ordered(self, rows: Rows) -> Rows:
        """The rows in the chosen order; as they come when none was chosen."""
        name = self.values.get("sort", "")
        column = self.queue.column(name)
        if column is None:
            return rows
        down = name.startswith("-")
        if isinstance(rows, QuerySet):
            return rows.order_by(*(_turned(one, down) for one in (*column.order, "pk")))
        return sorted(rows, key=column.key, reverse=down) if column.key else rows

    def _orders(self) -> list[tuple[str, str]]:
        found = [("", str(self.queue.usual))]
        for column in self.queue.columns:
            if column.is_sortable:
                found.append((column.name, _now("%(column)s: rosnąco") % {"column": column.label}))
                found.append((f"-{column.name}", _now("%(column)s: malejąco") % {"column": column.label}))
        return found


def _turned(name: str, down: bool) -> str:
    """A name for `order_by`, turned round when the order goes down."""
    return name if not down else name[1:] if name.startswith("-") else f"-{name}"
