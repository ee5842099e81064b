"""Demo data of the embedded default."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """Only brings the command `load_demo`; local settings alone install it."""

    name = "portal.demo"
    label = "demo"
    verbose_name = "Dane pokazowe"
