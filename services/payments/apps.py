"""Payments through an operator, from the first click to the booking."""

from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    """Payments through an operator, from the first click to the booking."""

    name = "services.payments"
    label = "payments"
    verbose_name = "Płatności"
    default_auto_field = "django.db.models.BigAutoField"
