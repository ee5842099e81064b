"""Work on all gminas at once: migrating, checking, backing up; how far it is and what became of it."""

from django.apps import AppConfig


class FleetConfig(AppConfig):
    """Work on all gminas at once: migrating, checking, backing up; how far it is and what became of it."""

    name = "tenants.fleet"
    label = "fleet"
    verbose_name = "Prace na wszystkich gminach"
    default_auto_field = "django.db.models.BigAutoField"
