"""Celery application and its clock.

Every periodic job finds its work in PostgreSQL, so a lost broker, worker or message delays work and loses none.
"""

import os

from celery import Celery
from celery.signals import setup_logging

from portal import broker

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.production")

broker.use()
app = Celery("skarbnik")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.autodiscover_tasks(["portal"], related_name="jobs")

app.conf.beat_schedule = {
    "sweep": {"task": "portal.sweep", "schedule": 20.0},
    "reconcile": {"task": "portal.reconcile", "schedule": 600.0},
    "measure": {"task": "portal.measure", "schedule": 60.0},
    "certificates": {"task": "directory.look_at_certificates", "schedule": 86_400.0},
}


@setup_logging.connect
def keep_our_logging(**kwargs: object) -> None:
    """Celery would replace the configured logging; connecting to this signal keeps it from doing so."""
