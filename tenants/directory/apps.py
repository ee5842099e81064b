"""The platform's list of gminas: who they are, where their data live, in which state they are."""

from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    """The platform's list of gminas: who they are, where their data live, in which state they are."""

    name = "tenants.directory"
    label = "directory"
    verbose_name = "Gminy"
    default_auto_field = "django.db.models.BigAutoField"
