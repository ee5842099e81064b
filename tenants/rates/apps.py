"""Dated interest rates, thresholds and reminder costs, shared by all gminas."""

from django.apps import AppConfig


class RatesConfig(AppConfig):
    """Dated interest rates, thresholds and reminder costs, shared by all gminas."""

    name = "tenants.rates"
    label = "rates"
    verbose_name = "Stopy odsetek"
    default_auto_field = "django.db.models.BigAutoField"
