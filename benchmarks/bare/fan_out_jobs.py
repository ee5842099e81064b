"""A job with next to no work, done in batches or by a task for each gmina; every gmina leaves a line in FAN_OUT_NOTES."""

import os

from celery import shared_task
from django.db import connection

from kernel import tenancy
from kernel.tasks import TenantTask
from portal.jobs import JOBS
from tenants.jobs.domain import Job

_notes = os.open(os.environ.get("FAN_OUT_NOTES", os.devnull), os.O_WRONLY | os.O_APPEND | os.O_CREAT)


def count() -> None:
    """One short query of the gmina."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM fan_out")
        cursor.fetchone()
    os.write(_notes, f"{tenancy.current_tenant_id()}\n".encode())


@shared_task(base=TenantTask, name="bench.count")
def count_one() -> None:
    """The same as a task of one gmina."""
    count()


JOBS["bench"] = Job("bench", (count,), lanes=int(os.environ.get("LANES", "2")))
