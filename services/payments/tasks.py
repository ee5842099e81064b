"""Jobs of payments: each finds its work in the database, a message only makes it sooner."""

from collections.abc import Callable
from random import SystemRandom
from uuid import UUID

import structlog
from celery import shared_task
from django.utils import timezone

from kernel.budget import is_time_up
from kernel.dates import warsaw_day
from kernel.gathering import AT_MOST
from kernel.tasks import TenantTask, enqueue
from services.payments import actions
from services.payments.queries import events_waiting, payments_due_for_check
from services.payments.queries_refunds import refunds_due_for_check
from tenants.configuration.queries import operator_accounts
from tenants.configuration.rotation import drop_aged_secrets

log = structlog.get_logger(__name__)


@shared_task(base=TenantTask, name="payments.process_events")
def process_events(event_ids: list[str]) -> None:
    """Carry out kept messages of operators; one that fails stops none of the others."""
    _attempt_events([UUID(event_id) for event_id in event_ids])


@shared_task(base=TenantTask, name="payments.refresh")
def refresh(payment_id: str) -> None:
    """Ask the operator about one payment."""
    actions.refresh_payment(UUID(payment_id))


@shared_task(base=TenantTask, name="payments.sweep")
def sweep() -> int:
    """Do what lost messages asked for: waiting events, due questions and refunds on their way. Returns how many were tried.

    What fails in an unforeseen way (an operator account with broken settings) is logged and stops none of the others. Where
    there is more than there is time for, something of each kind is done, and the rest in the gmina's next turn.
    """
    return (
        _attempt_events(events_waiting())
        + _attempt_each(actions.refresh_payment, payments_due_for_check(timezone.now()))
        + _attempt_each(actions.refresh_refund, refunds_due_for_check(timezone.now()))
    )


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
    _tell_office_now()
    _drop_aged_secrets_now()
    for account_id in actions.claim_due_accounts(timezone.now()):
        enqueue("payments.reconcile", str(account_id))


def _tell_office_now() -> None:
    try:
        actions.tell_office(timezone.now())
    except Exception:
        log.exception("payment.alarm")


def _drop_aged_secrets_now() -> None:
    try:
        drop_aged_secrets(timezone.now())
    except Exception:
        log.exception("payment.rotation")


def _compare_now(account_id: UUID) -> None:
    actions.compare_account(account_id, timezone.now())


def _attempt_each(act: Callable[[UUID], object], subjects: list[UUID]) -> int:
    """In no fixed order: what hangs must not use up the time of the same others in every turn. How many were tried."""
    SystemRandom().shuffle(subjects)
    for tried, subject in enumerate(subjects):
        if tried and is_time_up():
            return tried
        _attempt(act, subject)
    return len(subjects)


def _attempt_events(event_ids: list[UUID]) -> int:
    """As `_attempt_each`, in lists of which each is carried out together; where that fails, one by one."""
    SystemRandom().shuffle(event_ids)
    for start in range(0, len(event_ids), AT_MOST):
        if start and is_time_up():
            return start
        some = event_ids[start : start + AT_MOST]
        try:
            actions.process_events(some)
        except Exception as error:
            log.warning("payment.one_by_one", events=len(some), error=type(error).__name__)
            _attempt_each(actions.process_event, some)
    return len(event_ids)


def _attempt(act: Callable[[UUID], object], subject: UUID) -> None:
    try:
        act(subject)
    except Exception:
        log.exception("payment.sweep", act=act.__name__, subject=str(subject))
