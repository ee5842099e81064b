"""Append-only double entry ledger of a gmina."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """Append-only double entry ledger of a gmina."""

    name = "services.ledger"
    label = "ledger"
    verbose_name = "Księga"
    default_auto_field = "django.db.models.BigAutoField"
