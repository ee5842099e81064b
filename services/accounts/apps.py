"""Residents, payers, representation, and the one door of access."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Residents, payers, representation, and the one door of access."""

    name = "services.accounts"
    label = "accounts"
    verbose_name = "Konta mieszkańców"
    default_auto_field = "django.db.models.BigAutoField"
