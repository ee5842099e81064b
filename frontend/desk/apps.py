"""Pages of the office."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """Pages of the office."""

    name = "frontend.desk"
    label = "desk"
