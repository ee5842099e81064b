"""Delivery of the outbox."""

import structlog
from celery import shared_task
from django.utils import timezone

from kernel.budget import is_time_up
from kernel.tasks import TenantTask
from services.notices.actions import Delivery, deliver
from services.notices.queries import messages_due
from services.notices.quota import admit

log = structlog.get_logger(__name__)


@shared_task(base=TenantTask, name="notices.deliver_due")
def deliver_due() -> int:
    """Send what waits; returns how many messages were tried.

    When the mail server is away the rest is left for the next run: waiting for a timeout at each of hundreds of messages
    would keep the worker from the payments. Letters over the gmina's quota of the day wait.
    """
    tried = held = 0
    for message_id in messages_due(timezone.now()):
        if is_time_up():
            break
        if not admit(message_id):
            held += 1
            continue
        tried += 1
        if deliver(message_id) == Delivery.AWAY:
            log.warning("mail.away")
            break
    if held:
        log.warning("mail.over_quota", held=held)
    return tried
