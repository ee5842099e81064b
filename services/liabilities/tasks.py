"""Large files of dues: a worker goes on with them, and the sweep finds those that were left."""

from uuid import UUID

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from kernel.tasks import TenantTask, enqueue
from services.liabilities.actions.folder import look_into_folder, put_away
from services.liabilities.actions.import_files import forget_old, waiting_runs
from services.liabilities.actions.import_work import is_nobody_at_work, work_on


@shared_task(base=TenantTask, name="liabilities.work_on_import", time_limit=settings.LONG_TASK_TIME_LIMIT)
def work_on_import(run_id: str) -> None:
    """Go on with a large file until it is over, and put its file away when it came by the folder."""
    if work_on(UUID(run_id)):
        put_away()


def sweep() -> None:
    """Take files that wait in the gmina's folder, and ask for work on those that are not over; safe at any time."""
    look_into_folder()
    waiting = waiting_runs()
    if waiting and is_nobody_at_work():  # the others come after it
        enqueue("liabilities.work_on_import", str(waiting[0]))
    put_away()
    forget_old(timezone.now())
