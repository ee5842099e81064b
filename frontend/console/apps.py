"""Pages of the platform's operator."""

from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    """Pages of the platform's operator."""

    name = "frontend.console"
    label = "console"
