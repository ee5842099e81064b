"""Complaints and reported discrepancies."""

from django.apps import AppConfig


class ComplaintsConfig(AppConfig):
    """Complaints and reported discrepancies."""

    name = "services.complaints"
    label = "complaints"
    verbose_name = "Reklamacje"
    default_auto_field = "django.db.models.BigAutoField"
