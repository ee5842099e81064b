"""Rights of the people whose data the gmina holds, and what the controller must be able to show (RODO)."""

from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    """Rights of the people whose data the gmina holds, and what the controller must be able to show (RODO)."""

    name = "services.privacy"
    label = "privacy"
    verbose_name = "Ochrona danych osobowych"
    default_auto_field = "django.db.models.BigAutoField"
