"""Message outbox."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """Message outbox."""

    name = "services.notices"
    label = "notices"
    verbose_name = "Wiadomości"
    default_auto_field = "django.db.models.BigAutoField"
