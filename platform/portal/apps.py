"""The composition root as Django's application: what must be there wherever the applications are."""

from importlib import import_module

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """Brings no tables. Whoever asks for work needs Celery's application, and only whoever loads the applications does."""

    name = "portal"
    label = "portal"
    verbose_name = "Portal"

    def ready(self) -> None:
        """Make Celery's application the one that `shared_task` and `enqueue` find, and let refusals be counted."""
        import_module("portal.celery")
        import_module("portal.audited")
