"""Reminders of due dates, the office's own texts, and what did not arrive."""

from django.apps import AppConfig


class LettersConfig(AppConfig):
    """Reminders of due dates, the office's own texts, and what did not arrive."""

    name = "services.letters"
    label = "letters"
    verbose_name = "Listy"
    default_auto_field = "django.db.models.BigAutoField"
