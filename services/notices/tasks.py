"""Delivery of the outbox."""

from typing import Final

import structlog
from celery import shared_task
from django.utils import timezone

from kernel.budget import is_time_up
from kernel.gathering import ask_once
from kernel.tasks import TenantTask
from services.notices.actions import Delivery, deliver_over, mail_server
from services.notices.queries import messages_due
from services.notices.quota import admit

log = structlog.get_logger(__name__)


AT_MOST: Final = 50
"""Letters of one run, which share a connection to the mail server. The others of a burst follow a second later, so that a
worker comes to the payments in between."""
NEXT_SECONDS: Final = 1


@shared_task(base=TenantTask, name="notices.deliver_due")
def deliver_due() -> int:
    """Send what waits, the oldest first, AT_MOST in one run; returns how many messages were tried.

    When the mail server is away the rest is left for the next run: waiting for a timeout at each of hundreds of messages
    would keep the worker from the payments. Letters over the gmina's quota of the day wait.
    """
    tried = held = 0
    waiting = messages_due(timezone.now(), AT_MOST)
    with mail_server() as server:
        for message_id in waiting:
            if is_time_up():
                break
            if not admit(message_id):
                held += 1
                continue
            tried += 1
            if deliver_over(server, message_id) == Delivery.AWAY:
                log.warning("mail.away")
                break
        else:
            if len(waiting) == AT_MOST:
                ask_once("notices.deliver_due", within_seconds=NEXT_SECONDS)
    if held:
        log.warning("mail.over_quota", held=held)
    return tried
