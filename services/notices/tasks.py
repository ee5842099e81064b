"""Delivery of the outbox."""

from typing import Final

import structlog
from celery import shared_task
from django.utils import timezone

from kernel.budget import is_time_up
from kernel.gathering import ask_once
from kernel.tasks import TenantTask, enqueue
from services.notices.claims import Run, claim, runs_under_way
from services.notices.delivery import deliver_over, mail_server
from services.notices.domain import Delivery
from services.notices.models import Message
from services.notices.quota import HELD_FOR, PACED_FOR, admit

log = structlog.get_logger(__name__)


AT_MOST: Final = 50
"""Letters of one run, which share a connection to the mail server. The others of a burst follow a second later, so that a
worker comes to the payments, and to the letters of other gminas, in between."""
NEXT_SECONDS: Final = 1
LANES: Final = 4
"""Connections over which the letters of one gmina go out at the same time."""


@shared_task(base=TenantTask, name="notices.deliver_due")
def deliver_due() -> int:
    """Send what waits, the first in the queue first, AT_MOST in one run; returns how many messages were tried.

    When the mail server is away the rest is left for the next run: waiting for a timeout at each of hundreds of messages
    would keep the worker from the payments. Letters over the gmina's quota of the day or the pace of a mass wait. While
    there is a burst each run asks for another lane, until as many as LANES are under way.
    """
    lanes = runs_under_way()
    if lanes >= LANES:
        return 0
    run = claim(AT_MOST)
    admitted = admit(run.messages)
    now = timezone.now()
    run.release(admitted.held, now + HELD_FOR)
    run.release(admitted.paced, now + PACED_FOR)
    is_burst = len(run.messages) == AT_MOST
    if is_burst and lanes + 1 < LANES and not admitted.paced:
        enqueue("notices.deliver_due")
    tried = _send(run, admitted.now)
    if is_burst and tried == len(admitted.now):
        ask_once("notices.deliver_due", within_seconds=NEXT_SECONDS)
    if admitted.held:
        log.warning("mail.over_quota", held=len(admitted.held))
    return tried


def _send(run: Run, messages: list[Message]) -> int:
    """Hand the messages over one after another; what was not tried goes back. Returns how many were tried."""
    with mail_server() as server:
        for tried, message in enumerate(messages):
            if is_time_up():
                run.release(messages[tried:])
                return tried
            if deliver_over(server, run, message) == Delivery.AWAY:
                log.warning("mail.away")
                run.release(messages[tried + 1 :])
                return tried + 1
    return len(messages)
