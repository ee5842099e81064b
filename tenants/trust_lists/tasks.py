"""The daily look at the trusted list."""

from celery import shared_task
from django.utils import timezone

from kernel.tasks import PlatformTask
from tenants.trust_lists.actions import refresh_if_due


@shared_task(base=PlatformTask, name="trust_lists.refresh")
def refresh() -> None:
    """Fetch the list when the last good look is a day old, and call for help when the copy runs out."""
    refresh_if_due(timezone.now())
