"""Pages of a resident."""

from django.apps import AppConfig


class ResidentConfig(AppConfig):
    """Pages of a resident."""

    name = "frontend.resident"
    label = "resident"
