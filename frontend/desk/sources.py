"""The queues of the start page, each asked for its number and its most urgent things with few queries."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time
from typing import Any, cast

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from frontend.components.formats import counted, money_text
from frontend.desk.discrepancies import KINDS
from frontend.desk.queues.registrations import own
from frontend.desk.steps import STEPS
from frontend.desk.waiting import Found, Source, Waiting
from frontend.desk.wording import word
from frontend.desk.wording_statements import WHY
from frontend.guards import Request
from kernel.dates import WARSAW
from services.accounts.queries import residents_with_unseen_changes, unmatched
from services.accounts.queries_representation import waiting_requests
from services.banking.queries import lines_to_clarify
from services.complaints import queries as complaints
from services.counter.queries import requests_waiting as counter_requests
from services.payments import queries as payments
from services.payments.queries_overpayments import requests_waiting
from services.payments.queries_reconciliation import open_discrepancies
from services.payments.queries_refunds import refunds_to_decide
from services.privacy import queries as privacy
from services.safeguards.queries import changes_of_others
from services.users.domain import Verb


def _registrations(request: Request, most: int) -> Found:
    rows = own(request)
    late = sum(row.is_overdue for row in rows)
    items = [
        Waiting(
            _("Rejestracja"),
            row.full_name,
            reverse("desk:registration", args=[row.public_id]),
            row.submitted_at,
            row.deadline_on,
        )
        for row in rows[:most]
    ]
    note = _now("po terminie: %(number)s") % {"number": late} if late else _now("żadna nie jest po terminie")
    return Found(len(rows), items, note, is_late=bool(late))


def _representations(request: Request, most: int) -> Found:
    rows = waiting_requests()
    items = [
        Waiting(
            _("Reprezentowanie"), row.name, reverse("desk:representation", args=[row.public_id]), row.asked_at
        )
        for row in rows[:most]
    ]
    return Found(rows.count(), items, _oldest(items))


def _to_book(request: Request, most: int) -> Found:
    rows = payments.payments_to_book(request.actor)
    items = [
        Waiting(
            _("Płatność do zaksięgowania"),
            f"{row.payer.name}, {row.title}",
            reverse("desk:payment", args=[row.public_id]),
            row.paid_at or row.created_at,
            amount_gr=row.office_gr,
        )
        for row in rows[:most]
    ]
    return Found(rows.count(), items, money_text(payments.office_sum_gr(rows)))


def _discrepancies(request: Request, most: int) -> Found:
    """Dues paid twice, locks longer than usual, money that does not agree: all that the comparison found."""
    rows = open_discrepancies(request.actor)
    listed = [_discrepancy(row) for row in rows[:most]]
    # A mismatch is seen at once, all else from the next comparison on.
    known = rows.filter(kind="mismatch", payment__isnull=False).order_by().values("payment")
    fresh = payments.payments_seen(request.actor).filter(state="mismatch").exclude(pk__in=known)
    listed += [
        Waiting(
            KINDS["mismatch"].title,
            row.title,
            reverse("desk:payment", args=[row.public_id]),
            row.paid_at or row.created_at,
        )
        for row in fresh[:most]
    ]
    count = rows.count() + fresh.count()
    return Found(count, listed, _now("do wyjaśnienia"), is_late=bool(count))


def _discrepancy(row: Any) -> Waiting:
    about = row.payment.title if row.payment else row.operator_account.label
    href = reverse("desk:discrepancy", args=[row.public_id])
    return Waiting(KINDS[row.kind].title, about, href, row.first_seen_at)


def _complaints(request: Request, most: int) -> Found:
    rows, reports = (
        complaints.complaints_to_answer(request.actor),
        complaints.reports_to_answer(request.actor),
    )
    late = rows.filter(due_on__lt=timezone.localdate()).count()
    items = [
        Waiting(
            _("Reklamacja"),
            row.heading,
            reverse("desk:complaint", args=[row.public_id]),
            row.submitted_at,
            row.due_on,
        )
        for row in rows[:most]
    ]
    items += [
        Waiting(
            _("Zgłoszona niezgodność"),
            row.liability.title,
            reverse("desk:discrepancy_report", args=[row.public_id]),
            row.reported_at,
        )
        for row in reports[:most]
    ]
    note = _now("po terminie: %(number)s") % {"number": late} if late else _now("żadna nie jest po terminie")
    return Found(rows.count() + reports.count(), items, note, is_late=bool(late))


def _overpayments(request: Request, most: int) -> Found:
    rows = requests_waiting(request.actor)
    items = [
        Waiting(
            _("Wniosek o nadpłatę"),
            row.overpayment.payer.name,
            reverse("desk:overpayment", args=[row.public_id]),
            row.created_at,
        )
        for row in rows[:most]
    ]
    return Found(rows.count(), items, _oldest(items))


def _refunds(request: Request, most: int) -> Found:
    rows = refunds_to_decide(request.actor)
    items = [
        Waiting(
            _("Zwrot do zatwierdzenia"),
            row.payment.payer.name,
            reverse("desk:refund", args=[row.public_id]),
            row.proposed_at,
            amount_gr=row.amount_gr,
        )
        for row in rows[:most]
    ]
    return Found(rows.count(), items, _oldest(items))


def _counter(request: Request, most: int) -> Found:
    rows = counter_requests(request.actor)
    items = [
        Waiting(
            _("Wniosek z okienka"),
            row.visit.payer.name,
            reverse("desk:settle_request", args=[row.public_id]),
            row.done_at,
        )
        for row in rows[:most]
    ]
    return Found(rows.count(), items, _oldest(items))


def _residents(request: Request, most: int) -> Found:
    doubtful, changed = unmatched(), residents_with_unseen_changes()
    items = [
        Waiting(
            _("Konto bez kartoteki"),
            f"{row.last_name} {row.first_name}",
            reverse("desk:resident", args=[row.public_id]),
            row.activated_at or row.submitted_at,
        )
        for row in doubtful[:most]
    ]
    items += [
        Waiting(
            _("Zmienione dane"),
            f"{row.last_name} {row.first_name}",
            reverse("desk:resident", args=[row.public_id]),
            row.first,
        )
        for row in cast("Iterable[Any]", changed[:most])
    ]
    return Found(doubtful.count() + changed.count(), items, _oldest(items))


def _data_requests(request: Request, most: int) -> Found:
    rows = list(privacy.requests_seen(request.actor, waiting=True).order_by("due_on", "id")[:most])
    items = [
        Waiting(
            _("Żądanie dotyczące danych"),
            row.resident.user.full_name if row.resident else _("osoba bez konta"),
            reverse("desk:data_request", args=[row.public_id]),
            datetime.combine(row.received_on, time.min, tzinfo=WARSAW),
            row.due_on,
        )
        for row in rows
    ]
    late = sum(item.is_overdue for item in items)
    note = _now("po terminie: %(number)s") % {"number": late} if late else _oldest(items)
    return Found(privacy.requests_waiting(), items, note, is_late=bool(late))


def _changes(request: Request, most: int) -> Found:
    rows = changes_of_others(request.actor)
    items = [
        Waiting(
            _("Zmiana czeka na drugą osobę"),
            row.label,
            reverse("desk:change", args=[row.public_id]),
            row.proposed_at,
            timezone.localdate(row.lapses_at),
        )
        for row in rows[:most]
    ]
    return Found(rows.count(), items, _oldest(items))


def _bank_lines(request: Request, most: int) -> Found:
    rows = lines_to_clarify(request.actor).order_by("booked_on", "id")
    items = [
        Waiting(
            _("Wpłata z wyciągu"),
            f"{row.payer_name}: {word(WHY, row.why)}" if row.payer_name else word(WHY, row.why),
            reverse("desk:bank_line", args=[row.public_id]),
            datetime.combine(row.booked_on, time.min, WARSAW),
            amount_gr=row.amount_gr,
        )
        for row in rows[:most]
    ]
    return Found(rows.count(), items, _oldest(items))


def _oldest(items: list[Waiting]) -> str:
    """How long the oldest of them has waited."""
    age = max((item.age for item in items), default=0)
    if not age:
        return _now("od dziś")
    return _now("najdłużej: %(days)s") % {"days": counted(age, _now("dzień"), _now("dni"), _now("dni"))}


SOURCES: tuple[Source, ...] = (
    Source(
        _("Rejestracje"),
        "registrations",
        tuple(STEPS.values()),
        _registrations,
        _("Żadna rejestracja nie czeka"),
    ),
    Source(
        _("Płatności do zaksięgowania"),
        "payments_to_book",
        (Verb.BOOK_PAYMENT,),
        _to_book,
        _("Wszystko zaksięgowane"),
    ),
    Source(
        _("Niezgodności"), "discrepancies", (Verb.RESOLVE_MISMATCH,), _discrepancies, _("wszystko się zgadza")
    ),
    Source(
        _("Reklamacje"),
        "complaints",
        (Verb.HANDLE_COMPLAINT,),
        _complaints,
        _("żadna reklamacja nie czeka"),
    ),
    Source(
        _("Wpłaty do wyjaśnienia"),
        "bank_lines",
        (Verb.BOOK_PAYMENT,),
        _bank_lines,
        _("każda wpłata jest dopasowana"),
    ),
    Source(_("Nadpłaty"), "overpayments", (Verb.BOOK_PAYMENT,), _overpayments, _("żaden wniosek nie czeka")),
    Source(_("Zwroty"), "refunds", (Verb.REFUND_PAYMENT,), _refunds, _("żaden zwrot nie czeka")),
    Source(
        _("Reprezentowanie"),
        "representations",
        (Verb.VERIFY_REGISTRATION,),
        _representations,
        _("żaden wniosek nie czeka"),
    ),
    Source(
        _("Wnioski z okienka"),
        "counter_requests",
        (Verb.ASSIST_AT_COUNTER,),
        _counter,
        _("żaden wniosek nie czeka"),
    ),
    Source(
        _("Mieszkańcy"),
        "residents",
        (Verb.VERIFY_REGISTRATION,),
        _residents,
        _("żadne konto nie czeka"),
    ),
    Source(
        _("Żądania osób"),
        "data_requests",
        (Verb.PROTECT_DATA,),
        _data_requests,
        _("żadne żądanie nie czeka"),
    ),
    Source(_("Zmiany dwóch osób"), "changes", (Verb.DECIDE_CHANGE,), _changes, _("żadna zmiana nie czeka")),
)
"""Every queue that can wait for somebody, in the order of the blocks below the urgent list."""
