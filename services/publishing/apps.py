"""What the office tells everybody: news, bulletins, questions and answers. (`services.notices` is the outbox of letters.)"""

from django.apps import AppConfig


class PublishingConfig(AppConfig):
    """What the office tells everybody: news, bulletins, questions and answers."""

    name = "services.publishing"
    label = "publishing"
    verbose_name = "Ogłoszenia urzędu"
    default_auto_field = "django.db.models.BigAutoField"
