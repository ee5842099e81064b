"""REST interface for finance systems."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """REST interface for finance systems."""

    name = "services.api"
    label = "api"
    verbose_name = "API"
    default_auto_field = "django.db.models.BigAutoField"
