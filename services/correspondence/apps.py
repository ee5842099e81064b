"""Messages between a resident and the office about one due (Borki def. 10). Letters that leave are `services.notices`."""

from django.apps import AppConfig


class CorrespondenceConfig(AppConfig):
    """Messages between a resident and the office about one due."""

    name = "services.correspondence"
    label = "correspondence"
    verbose_name = "Wiadomości o należnościach"
    default_auto_field = "django.db.models.BigAutoField"
