"""Taking one gmina out of the platform and putting it back: export, backup, restore, proof of deletion."""

from django.apps import AppConfig


class ArchiveConfig(AppConfig):
    """Taking one gmina out of the platform and putting it back: export, backup, restore, proof of deletion."""

    name = "tenants.archive"
    label = "archive"
    verbose_name = "Archiwa gmin"
    default_auto_field = "django.db.models.BigAutoField"
