"""The numbers of the page “Statystyka”: what the charts draw, and the same as tables to take away."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from frontend.components.formats import counted, day_text
from frontend.desk import wording
from frontend.desk.listing.files import Head
from frontend.desk.listing.queue import Cell
from frontend.guards import Request
from services.accounts.queries import waiting_registrations
from services.accounts.queries_representation import waiting_requests
from services.payments import statistics
from services.payments.queries import payments_to_book
from services.payments.queries_overpayments import requests_waiting
from services.payments.queries_reconciliation import open_discrepancies
from services.users.domain import Verb

AGES = (_("do 1 dnia"), _("2–3 dni"), _("4–7 dni"), _("ponad tydzień"))


@dataclass(frozen=True)
class AgedQueue:
    """A queue whose ages are shown: its rows as far as the person sees them, and the instant from which each waits."""

    label: Promise
    verbs: tuple[Verb, ...]
    rows: Callable[[Request], Any]
    since: str


AGED = (
    AgedQueue(
        _("Rejestracje"),
        (Verb.VERIFY_REGISTRATION, Verb.AUTHORISE_REGISTRATION),
        lambda request: waiting_registrations(),
        "submitted_at",
    ),
    AgedQueue(
        _("Reprezentowanie"), (Verb.VERIFY_REGISTRATION,), lambda request: waiting_requests(), "asked_at"
    ),
    AgedQueue(
        _("Płatności do zaksięgowania"),
        (Verb.BOOK_PAYMENT,),
        lambda request: payments_to_book(request.actor),
        "paid_at",
    ),
    AgedQueue(
        _("Wnioski o nadpłaty"),
        (Verb.BOOK_PAYMENT,),
        lambda request: requests_waiting(request.actor),
        "created_at",
    ),
    AgedQueue(
        _("Niezgodności"),
        (Verb.RESOLVE_MISMATCH,),
        lambda request: open_discrepancies(request.actor),
        "first_seen_at",
    ),
)
"""Queues in the order of the chart; a new one adds itself here."""


@dataclass(frozen=True)
class Table:
    """One table to take away: its name in the address, its title, headings and rows."""

    name: str
    title: Promise
    heads: tuple[Head, ...]
    cells: list[list[Cell]]


class Numbers:
    """Everything that the page shows for a period and types; each part is counted when it is asked for."""

    def __init__(
        self, request: Request, verbs: frozenset[Verb], since: date, until: date, types: Sequence[int]
    ) -> None:
        self.request, self.verbs = request, verbs
        self.since, self.until, self.types = since, until, types

    @cached_property
    def by_day_and_type(self) -> list[statistics.DayOfType]:
        """Money by day and type."""
        return statistics.collected(self.request.actor, self.since, self.until, self.types)

    @cached_property
    def punctuality(self) -> list[statistics.Punctuality]:
        """Dues paid in time, by type."""
        return statistics.punctuality(self.request.actor, self.since, self.until, self.types)

    @cached_property
    def channels(self) -> list[statistics.Channel]:
        """Methods of paying."""
        return statistics.channels(self.request.actor, self.since, self.until, self.types)

    @cached_property
    def ages(self) -> list[tuple[AgedQueue, statistics.Ages]]:
        """How long things wait now, by queue."""
        now = timezone.now()
        return [
            (queue, statistics.ages(queue.rows(self.request), queue.since, now))
            for queue in AGED
            if self.verbs & set(queue.verbs)
        ]

    @property
    def total_gr(self) -> int:
        """All money of the period, in grosze."""
        return sum(row.amount_gr for row in self.by_day_and_type)

    @property
    def on_time_share(self) -> int | None:
        """Whole percent of dues paid in time; None when none was paid."""
        paid = sum(row.paid for row in self.punctuality)
        return 100 * sum(row.on_time for row in self.punctuality) // paid if paid else None

    @property
    def days(self) -> list[dict[str, Any]]:
        """Columns of the chart: every day of the period, also those without money; by month when they are too many."""
        sums: dict[date, int] = defaultdict(int)
        for row in self.by_day_and_type:
            sums[row.day] += row.amount_gr
        count = (self.until - self.since).days + 1
        if count <= 62:
            days = [self.since + timedelta(days=number) for number in range(count)]
            return [{"label": day_text(day, short=True), "value": sums.get(day, 0)} for day in days]
        months: dict[str, int] = {}
        for number in range(count):
            day = self.since + timedelta(days=number)
            label = f"{day.month:02d}.{day.year}"
            months[label] = months.get(label, 0) + sums.get(day, 0)
        return [{"label": label, "value": value} for label, value in months.items()]

    @property
    def is_by_month(self) -> bool:
        """Whether the columns are months."""
        return (self.until - self.since).days + 1 > 62

    @property
    def types_bars(self) -> list[dict[str, Any]]:
        """Money by type, the largest first."""
        sums: dict[str, int] = defaultdict(int)
        for row in self.by_day_and_type:
            sums[row.type_name] += row.amount_gr
        ordered = sorted(sums.items(), key=lambda pair: (-pair[1], pair[0]))
        return [{"label": name, "value": value} for name, value in ordered]

    @property
    def punctuality_bars(self) -> list[dict[str, Any]]:
        """Dues paid in time as parts of all that were paid."""
        return [
            {
                "label": row.type_name,
                "value": row.on_time,
                "of": row.paid,
                "text": f"{100 * row.on_time // row.paid}% ({row.on_time}/{row.paid})",
            }
            for row in self.punctuality
        ]

    @property
    def channel_bars(self) -> list[dict[str, Any]]:
        """Payments by method, each as a part of all."""
        whole = sum(row.payments for row in self.channels)
        return [
            {
                "label": wording.word(wording.METHOD_GROUPS, row.method_group),
                "value": row.payments,
                "of": whole,
                "text": f"{counted(row.payments, 'płatność', 'płatności', 'płatności')}, {100 * row.payments // whole}%",
            }
            for row in self.channels
        ]

    @property
    def age_bars(self) -> list[dict[str, Any]]:
        """For each queue its groups of age."""
        return [
            {
                "label": queue.label,
                "total": ages.total,
                "oldest": ages.oldest,
                "bars": [
                    {"label": label, "value": value, "of": ages.total or 1, "text": str(value)}
                    for label, value in zip(AGES, ages.counts, strict=True)
                ],
            }
            for queue, ages in self.ages
        ]

    def table(self, name: str) -> Table | None:
        """A table to take away; None for a name that there is not."""
        made = {
            "wplywy": self._collected,
            "terminowosc": self._punctuality,
            "kanaly": self._channels,
            "kolejki": self._ages,
        }
        return made[name]() if name in made else None

    def _collected(self) -> Table:
        cells: list[list[Cell]] = [
            [row.day, row.type_name, row.amount_gr, row.payments] for row in self.by_day_and_type
        ]
        heads = (_("Dzień"), _("Rodzaj należności"), _("Kwota"), _("Płatności"))
        return Table("wplywy", _("Wpływy"), _heads(heads, money=2), cells)

    def _punctuality(self) -> Table:
        cells: list[list[Cell]] = [[row.type_name, row.paid, row.on_time] for row in self.punctuality]
        heads = (_("Rodzaj należności"), _("Zapłacone"), _("W terminie"))
        return Table("terminowosc", _("Terminowość"), _heads(heads), cells)

    def _channels(self) -> Table:
        cells: list[list[Cell]] = [
            [wording.word(wording.METHOD_GROUPS, row.method_group), row.payments, row.amount_gr]
            for row in self.channels
        ]
        heads = (_("Sposób płatności"), _("Płatności"), _("Kwota"))
        return Table("kanaly", _("Sposoby płatności"), _heads(heads, money=2), cells)

    def _ages(self) -> Table:
        cells: list[list[Cell]] = [[queue.label, *ages.counts, ages.oldest] for queue, ages in self.ages]
        return Table("kolejki", _("Kolejki"), _heads((_("Kolejka"), *AGES, _("Najstarsza"))), cells)


def _heads(labels: Sequence[Promise], money: int = -1) -> tuple[Head, ...]:
    return tuple(Head(label, "gr" if place == money else "") for place, label in enumerate(labels))
