"""Lists of the office as people like to see them: saved views, and the note that a list was taken away as a file."""

from django.apps import AppConfig


class WorklistsConfig(AppConfig):
    """Lists of the office as people like to see them: saved views, and the note that a list was taken away as a file."""

    name = "services.worklists"
    label = "worklists"
    verbose_name = "Listy urzędu"
    default_auto_field = "django.db.models.BigAutoField"
