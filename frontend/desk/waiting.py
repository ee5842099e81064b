"""What waits for a person, across all queues: one order of urgency, and how each queue stands (D32, S46; docs/desk.md).

A new queue adds its `Source` to `frontend.desk.sources.SOURCES`; nothing else has to know of it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.functional import Promise

from frontend.desk.roles import verbs_of
from frontend.guards import Request
from services.accounts.domain.clock import days_left, deadline_of
from services.users.domain import Verb

SHOWN = 12
"""Rows of the urgent list; the rest is one click away in its queue."""


@dataclass(frozen=True)
class Waiting:
    """One thing to do: what it is, about whom or what, where it is done, since when it waits and until when the law gives
    time (`deadline_on`; None where no law names a day). `amount_gr` is whole grosze."""

    kind: str | Promise
    title: str | Promise
    href: str
    since: datetime
    deadline_on: date | None = None
    amount_gr: int | None = None

    @property
    def measured_on(self) -> date:
        """The day by which it is ordered: its deadline, else seven working days after it came. That is the time which
        eKasa § 4 pkt 3 gives for a registration; a queue without a day of its own is measured with the same."""
        return self.deadline_on or deadline_of(timezone.localdate(self.since))

    @property
    def is_overdue(self) -> bool:
        """Whether the law's day has passed."""
        return self.deadline_on is not None and self.deadline_on < timezone.localdate()

    @property
    def days_left(self) -> int:
        """Working days left to the law's day."""
        return days_left(timezone.localdate(), self.deadline_on) if self.deadline_on else 0

    @property
    def age(self) -> int:
        """Whole days that it has waited."""
        return (timezone.localdate() - timezone.localdate(self.since)).days


@dataclass(frozen=True)
class Found:
    """What a queue holds for the person: how much, the most urgent of it, and a word on its state."""

    count: int
    items: Sequence[Waiting] = ()
    note: str = ""
    is_late: bool = False


@dataclass(frozen=True)
class Source:
    """One queue of the start page: `view` is its page, who may do one of `verbs` has it, `empty` says that it is done."""

    label: Promise
    view: str
    verbs: tuple[Verb, ...]
    find: Callable[[Request, int], Found]
    empty: Promise


def found_for(request: Request, sources: Sequence[Source]) -> list[tuple[Source, Found]]:
    """How each queue of this person stands."""
    verbs = verbs_of(request)
    return [(source, source.find(request, SHOWN)) for source in sources if verbs & set(source.verbs)]


def most_urgent(found: Sequence[tuple[Source, Found]]) -> list[Waiting]:
    """The things with the nearest day first, of one day those with a legal deadline, then the oldest."""
    items = [item for _source, one in found for item in one.items]
    items.sort(key=lambda item: (item.measured_on, item.deadline_on is None, item.since))
    return items[:SHOWN]
