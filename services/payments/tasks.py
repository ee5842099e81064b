"""Jobs of payments: each finds its work in the database, a message only makes it sooner."""

from uuid import UUID

from celery import shared_task
from django.utils import timezone

from kernel.tasks import TenantTask
from services.payments import actions
from services.payments.queries import events_waiting, payments_due_for_check


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
    """Do what lost messages asked for: waiting events and due questions. Returns how many there were."""
    events = events_waiting()
    for event_id in events:
        actions.process_event(event_id)
    checks = payments_due_for_check(timezone.now())
    for payment_id in checks:
        actions.refresh_payment(payment_id)
    return len(events) + len(checks)
