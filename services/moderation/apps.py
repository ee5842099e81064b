"""Moderation: advertising or abuse in texts of users is hidden with a reason, and can be shown again (Borki ZK 3.3)."""

from django.apps import AppConfig


class ModerationConfig(AppConfig):
    """Moderation: advertising or abuse in texts of users is hidden with a reason, and can be shown again."""

    name = "services.moderation"
    label = "moderation"
    verbose_name = "Moderacja"
    default_auto_field = "django.db.models.BigAutoField"
