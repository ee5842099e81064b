"""Jobs of bank statements: a confirmed file is read by a worker, whether or not the browser stays open."""

from uuid import UUID

from celery import shared_task
from django.utils import timezone

from kernel.budget import is_time_up
from kernel.tasks import TenantTask
from services.banking import actions
from services.banking.actions.files import forget_unconfirmed
from services.banking.actions.postings import forget_unconfirmed_postings
from services.banking.queries import files_to_carry_on
from services.banking.queries_postings import postings_to_carry_on


@shared_task(base=TenantTask, name="banking.carry_on")
def carry_on(file_id: str) -> None:
    """Store the lines of a confirmed file and match them."""
    actions.carry_on(UUID(file_id))


@shared_task(base=TenantTask, name="banking.carry_on_postings")
def carry_on_postings(run_id: str) -> None:
    """Check a file of postings row by row, or book a confirmed one."""
    actions.carry_on_postings(UUID(run_id))


def sweep() -> None:
    """Go on with files whose message was lost or whose worker died, and forget those that nobody confirmed; safe to run at
    any time."""
    forget_unconfirmed(timezone.now())
    forget_unconfirmed_postings(timezone.now())
    for tried, file_id in enumerate(files_to_carry_on()):
        if tried and is_time_up():
            return
        actions.carry_on(file_id)
    for run_id in postings_to_carry_on():
        if is_time_up():
            return
        actions.carry_on_postings(run_id)
