"""Jobs of payments: each finds its work in the database, a message only makes it sooner."""

from collections.abc import Callable
from uuid import UUID

import structlog
from celery import shared_task
from django.utils import timezone

from kernel.dates import warsaw_day
from kernel.tasks import TenantTask, enqueue
from services.payments import actions
from services.payments.queries import events_waiting, payments_due_for_check
from services.payments.queries_refunds import refunds_due_for_check
from tenants.configuration.queries import operator_accounts

log = structlog.get_logger(__name__)


@shared_task(base=TenantTask, name="payments.process_event")
def process_event(event_id: str) -> None:
    """Carry out one kept message of an operator."""
    actions.process_event(UUID(event_id))


@shared_task(base=TenantTask, name="payments.refresh")
def refresh(payment_id: str) -> None:
    """Ask the operator about one payment."""
    actions.refresh_payment(UUID(payment_id))


@shared_task(base=TenantTask, name="payments.sweep")
def sweep() -> int:
    """Do what lost messages asked for: waiting events, due questions and refunds on their way. Returns how many there were.

    What fails in an unforeseen way (an operator account with broken settings) is logged and stops none of the others.
    """
    events = events_waiting()
    for event_id in events:
        _attempt(actions.process_event, event_id)
    checks = payments_due_for_check(timezone.now())
    for payment_id in checks:
        _attempt(actions.refresh_payment, payment_id)
    refunds = refunds_due_for_check(timezone.now())
    for refund_id in refunds:
        _attempt(actions.refresh_refund, refund_id)
    return len(events) + len(checks) + len(refunds)


@shared_task(base=TenantTask, name="payments.reconcile")
def reconcile(account_id: str) -> None:
    """Ask the operator of one account for everything that no message told, and compare."""
    actions.reconcile_account(UUID(account_id), warsaw_day(timezone.now()))


@shared_task(base=TenantTask, name="payments.compare")
def compare() -> None:
    """Bring the list of what does not agree up to date, and hand out the runs of the operator accounts that are due.

    Each account is a task of its own: an operator that hangs delays no other.
    """
    for account in operator_accounts():
        _attempt(_compare_now, account.public_id)
    for account_id in actions.claim_due_accounts(timezone.now()):
        enqueue("payments.reconcile", str(account_id))


def _compare_now(account_id: UUID) -> None:
    actions.compare_account(account_id, timezone.now())


def _attempt(act: Callable[[UUID], None], subject: UUID) -> None:
    try:
        act(subject)
    except Exception:
        log.exception("payment.sweep", act=act.__name__, subject=str(subject))
