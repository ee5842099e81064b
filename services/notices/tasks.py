"""Delivery of the outbox."""

from celery import shared_task
from django.utils import timezone

from kernel.tasks import TenantTask
from services.notices.actions import deliver
from services.notices.queries import messages_due


@shared_task(base=TenantTask, name="notices.deliver_due")
def deliver_due() -> int:
    """Send what waits; returns how many messages were handled."""
    due = messages_due(timezone.now())
    for message_id in due:
        deliver(message_id)
    return len(due)
