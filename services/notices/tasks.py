"""Delivery of the outbox."""

import structlog
from celery import shared_task
from django.utils import timezone

from kernel.tasks import TenantTask
from services.notices.actions import Delivery, deliver
from services.notices.queries import messages_due

log = structlog.get_logger(__name__)


@shared_task(base=TenantTask, name="notices.deliver_due")
def deliver_due() -> int:
    """Send what waits; returns how many messages were tried.

    When the mail server is away the rest is left for the next run: waiting for a timeout at each of hundreds of messages
    would keep the worker from the payments.
    """
    tried = 0
    for message_id in messages_due(timezone.now()):
        tried += 1
        if deliver(message_id) == Delivery.AWAY:
            log.warning("mail.away")
            break
    return tried
