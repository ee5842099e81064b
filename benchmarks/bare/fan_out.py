"""The worker of the benchmark `nightly_fan_out`: the program's own, with two tasks more."""

from portal.celery import app

app.autodiscover_tasks(["benchmarks.bare"], related_name="fan_out_jobs")
celery = app
