"""Periodic work on the ledger."""

from celery import shared_task

from kernel.tasks import TenantTask
from services.ledger import sealing


@shared_task(base=TenantTask, name="ledger.seal")
def seal() -> int:
    """Chain what has been committed since the last seal; returns how many entries."""
    return sealing.seal()
