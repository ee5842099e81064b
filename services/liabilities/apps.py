"""What payers owe the gmina."""

from django.apps import AppConfig


class LiabilitiesConfig(AppConfig):
    """What payers owe the gmina."""

    name = "services.liabilities"
    label = "liabilities"
    verbose_name = "Należności"
    default_auto_field = "django.db.models.BigAutoField"
