"""Periodic jobs over all gminas: in which order they run, how they went, and what waits in each gmina."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """Periodic jobs over all gminas: in which order they run, how they went, and what waits in each gmina."""

    name = "tenants.jobs"
    label = "jobs"
    verbose_name = "Zadania okresowe"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let every gmina that was put back or imported be asked whether its audit log stands as it was written."""
        from tenants.archive import loading
        from tenants.jobs.chains import loaded_chain

        loading.check_with(loaded_chain)
