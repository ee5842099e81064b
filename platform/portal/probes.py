"""What a gmina tells the platform of its queues, counted inside the gmina: numbers and times, never a person or a text."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db.models import Count, Min, Q, QuerySet

from kernel.audit import sealing
from kernel.dates import WARSAW, warsaw_day
from services.api.models import ApiClient
from services.identity.queries import ending, service_provider
from services.notices.models import Message, MessageState
from services.payments.domain.refunds import OPEN
from services.payments.domain.states import State
from services.payments.models import OperatorEvent, Payment, Verdict
from services.payments.models_reconciliation import Reconciliation
from services.payments.models_refunds import Refund
from services.users.models import StaffRole
from tenants.configuration.models import OperatorAccount
from tenants.jobs.domain import Queue


@dataclass(frozen=True, slots=True)
class Found:
    """One queue: how much waits, since when the oldest, and when the first of what it counts ends."""

    queue: str
    waiting: int
    since: datetime | None = None
    ends_at: datetime | None = None


def probes_of_gmina(now: datetime) -> list[Found]:
    """All queues of the gmina that is open, in a dozen short queries."""
    today = warsaw_day(now)
    return [
        _oldest(Queue.MESSAGES, Message.objects.filter(state=MessageState.WAITING), "created_at"),
        _oldest(
            Queue.EVENTS,
            OperatorEvent.objects.filter(verdict=Verdict.ACCEPTED, processed_at__isnull=True),
            "received_at",
        ),
        _oldest(Queue.PAYMENTS, Payment.objects.filter(state=State.PAID), "paid_at"),
        _oldest(Queue.REFUNDS, Refund.objects.filter(state__in=OPEN), "proposed_at"),
        _reconciliation(),
        _ending(Queue.TOKENS, ApiClient.objects.filter(revoked_at__isnull=True), "expires_on", today),
        _ending(Queue.AUTHORISATIONS, StaffRole.objects.filter(revoked_at__isnull=True), "valid_to", today),
        Found(Queue.AUDIT.value, sealing.count_unsealed(), sealing.oldest_waiting()),
        _certificates(now),
    ]


def payments_by_state() -> dict[str, int]:
    """How many payments the gmina that is open has in each state that occurs."""
    return dict(Payment.objects.values_list("state").annotate(number=Count("pk")))


def _oldest(queue: Queue, rows: QuerySet[Any], instant: str) -> Found:
    found = rows.aggregate(number=Count("pk"), oldest=Min(instant))
    return Found(queue.value, found["number"], found["oldest"])


def _reconciliation() -> Found:
    """The account that is furthest behind: its last good run, or since when it is to be compared at all."""
    active = Reconciliation.objects.filter(
        operator_account__in=OperatorAccount.objects.filter(is_active=True)
    )
    found = active.aggregate(failed=Count("pk", filter=~Q(failure_code="")), oldest=Min("good_at"))
    never = active.filter(good_at__isnull=True).aggregate(first=Min("since_on"))["first"]
    known = [moment for moment in (found["oldest"], never and _start_of(never)) if moment]
    return Found(Queue.RECONCILIATION.value, found["failed"], min(known, default=None))


def _certificates(now: datetime) -> Found:
    """Of the gmina's keys at the national node, in use by logins: also one that has ended already is somebody's worry."""
    row = service_provider()
    if row is None or not row.is_enabled:
        return Found(Queue.CERTIFICATES.value, 0)
    found = ending(now)
    return Found(Queue.CERTIFICATES.value, found.alarming, ends_at=found.first_at)


def _ending(queue: Queue, rows: QuerySet[Any], last_day: str, today: date) -> Found:
    """What ends after its last day; what has ended already is nobody's worry any more."""
    found = rows.filter(**{f"{last_day}__gte": today}).aggregate(number=Count("pk"), first=Min(last_day))
    return Found(queue.value, found["number"], ends_at=found["first"] and _start_of(found["first"]))


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time.min, WARSAW)
