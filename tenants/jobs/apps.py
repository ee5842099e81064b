"""Periodic jobs over all gminas: in which order they run, how they went, and what waits in each gmina."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """Periodic jobs over all gminas: in which order they run, how they went, and what waits in each gmina."""

    name = "tenants.jobs"
    label = "jobs"
    verbose_name = "Zadania okresowe"
    default_auto_field = "django.db.models.BigAutoField"
