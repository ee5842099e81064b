"""Public pages of a gmina's portal."""

from django.apps import AppConfig


class PagesConfig(AppConfig):
    """Public pages of a gmina's portal."""

    name = "frontend.pages"
    label = "pages"
