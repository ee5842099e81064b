"""Bank statements of the office: reading, matching with dues and payments, and taking a match back."""

from django.apps import AppConfig


class BankingConfig(AppConfig):
    """Bank statements of the office: reading, matching with dues and payments, and taking a match back."""

    name = "services.banking"
    label = "banking"
    verbose_name = "Wyciągi bankowe"
    default_auto_field = "django.db.models.BigAutoField"
