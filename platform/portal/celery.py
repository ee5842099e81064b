"""Celery application and its clock.

Every periodic job finds its work in PostgreSQL, so a lost broker, worker or message delays work and loses none.
"""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.production")

app = Celery("skarbnik")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

app.conf.beat_schedule = {
    "sweep": {"task": "portal.sweep", "schedule": 20.0},
    "figures": {"task": "portal.measure", "schedule": 60.0},
}
