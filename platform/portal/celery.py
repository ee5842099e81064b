"""Celery application and its clock.

Every periodic job finds its work in PostgreSQL, so a lost broker, worker or message delays work and loses none.
"""

import os

from celery import Celery
from celery.signals import setup_logging
from kombu import Queue

from portal import broker

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.production")

broker.use()
app = Celery("skarbnik")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.autodiscover_tasks(["portal"], related_name="jobs")
app.autodiscover_tasks(["portal"], related_name="fleet")

LONG = ("portal.run_slice", "portal.drill", "liabilities.work_on_import")
"""May take hours in one large gmina. A worker serves both queues unless it is started for one of them (docs/jobs.md)."""
app.conf.task_queues = [Queue("celery"), Queue("long")]
app.conf.task_routes = {name: {"queue": "long"} for name in LONG}

SECONDS_BETWEEN = {
    "portal.sweep": 20.0,
    "portal.measure": 60.0,
    "portal.reconcile": 600.0,
    "portal.nightly": 600.0,
    "portal.verify_audit": 3600.0,
    "portal.erase": 3600.0,
    "portal.remind": 900.0,
    "directory.look_at_certificates": 3600.0,
    "trust_lists.refresh": 600.0,
}
# A ring that nobody heard is of no use later: a worker that was away finds one of each and not hundreds.
app.conf.beat_schedule = {
    task: {"task": task, "schedule": seconds, "options": {"expires": seconds}}
    for task, seconds in SECONDS_BETWEEN.items()
}


@setup_logging.connect
def keep_our_logging(**kwargs: object) -> None:
    """Celery would replace the configured logging; connecting to this signal keeps it from doing so."""
