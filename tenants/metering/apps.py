"""What each gmina may use, what it has used, and what it pays the platform for it."""

from django.apps import AppConfig


class MeteringConfig(AppConfig):
    """What each gmina may use, what it has used, and what it pays the platform for it."""

    name = "tenants.metering"
    label = "metering"
    verbose_name = "Limity i zużycie"
    default_auto_field = "django.db.models.BigAutoField"
