"""What a list is: its columns, its filters, its bulk acts, and where its rows come from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import Promise

from frontend.desk.forms.base import DeskForm
from frontend.guards import Request
from kernel.actors import Actor
from services.users.domain import Verb

if TYPE_CHECKING:
    from frontend.desk.listing.form import ListForm

Cell = str | Promise | int | bool | date | datetime | None
Rows = QuerySet[Any] | list[Any]
Item = Mapping[str, Any]

MOST_IN_FILE = 20_000
"""Rows of a file that a page makes at once; who wants more narrows the list or takes the exchange files."""
MOST_IN_COSTLY_FILE = 1_000
"""The same where each row costs queries of its own: 20,000 of them would keep a process from the others for minutes."""


@dataclass(frozen=True)
class Column:
    """One column: its heading, what a file holds in it, and by what the list is ordered by it.

    `value` gets an item of `Queue.shown` and returns what the page shows, masked as the page masks it; with unit "gr" it
    is whole grosze. A list in the database is ordered by `order` (names of its columns, ascending), one in memory by `key`.
    A column with neither cannot be ordered by: its values are encrypted or counted by the program.
    """

    name: str
    label: Promise
    value: Callable[[Item], Cell]
    order: tuple[str, ...] = ()
    key: Callable[[Any], Any] | None = None
    unit: str = ""
    only_in_file: bool = False

    @property
    def is_sortable(self) -> bool:
        """Whether its heading orders the list."""
        return bool(self.order) or self.key is not None


LONGEST_VERSION = 10
"""Digits."""


@dataclass(frozen=True)
class BulkAct:
    """One act on many rows, each in its own transaction: what it is called, what is asked before, how one row is done.

    `carry_out(row_id, stamp, values, actor)` gets what the page showed of the row as `stamp` (its version, say), so that
    a row changed meanwhile is refused, and the valid values of `form`, which are the same for all rows. `fits` says for
    which rows the act makes sense at all.
    """

    name: str
    label: Promise
    title: Promise
    lead: Promise
    done: Promise
    verb: Verb
    carry_out: Callable[[UUID, str, Mapping[str, Any], Actor], object]
    form: type[DeskForm] = DeskForm
    stamp: Callable[[Item], str] = lambda item: ""
    fits: Callable[[Item], bool] = lambda item: True
    icon: str = "check"
    kind: str = "secondary"


def version_in(stamp: str) -> int:
    """The version that a stamp names; 0, which no row has, for anything else, so that the act finds the page outdated."""
    return int(stamp) if stamp.isascii() and stamp.isdecimal() and len(stamp) < LONGEST_VERSION else 0


def rows_as_items(request: Request, rows: Sequence[Any]) -> list[Item]:
    """The rows as they are, for a list whose page needs nothing more of them."""
    return [{"row": row} for row in rows]


@dataclass(frozen=True)
class Queue:
    """One list of the desk.

    `code` stands in addresses and in the log, `view` is the route of its page, who may do one of `verbs` sees it. `rows`
    gives all that the person may see; `shown` makes items of some rows for page and file alike, with as few queries as it
    can. `usual` says in words in which order the rows come by themselves. `among` finds rows by their public ids also
    when an act has taken them off the list. `chooses` is for a page that puts checkboxes of its own into its rows.
    `most_in_file` is how many rows its files hold at the most.
    """

    code: str
    view: str
    title: Promise
    verbs: tuple[Verb, ...]
    form: type[ListForm]
    columns: tuple[Column, ...]
    rows: Callable[[Request], Rows]
    label: Callable[[Item], str]
    usual: Promise
    shown: Callable[[Request, Sequence[Any]], Iterable[Item]] = rows_as_items
    key: Callable[[Item], str] = lambda item: str(item["row"].public_id)
    among: Callable[[Request, Sequence[str]], Rows] | None = None
    acts: tuple[BulkAct, ...] = ()
    chooses: bool = False
    per_page: int = 50
    most_in_file: int = MOST_IN_FILE

    def by_ids(self, request: Request, row_ids: Sequence[str]) -> Rows:
        """The rows of these public ids among those that the person may see."""
        if self.among is not None:
            return self.among(request, row_ids)
        rows = self.rows(request)
        if isinstance(rows, QuerySet):
            return rows.filter(public_id__in=row_ids)
        return [row for row in rows if str(row.public_id) in row_ids]

    @property
    def url(self) -> str:
        """Address of its page."""
        return reverse(f"desk:{self.view}")

    def column(self, name: str) -> Column | None:
        """The column by which a list may be ordered, by its name without the sign; None for any other."""
        return next((one for one in self.columns if one.name == name.lstrip("-") and one.is_sortable), None)

    def act(self, name: str) -> BulkAct | None:
        """A bulk act by its name."""
        return next((one for one in self.acts if one.name == name), None)
