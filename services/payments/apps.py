"""Payments through an operator, from the first click to the booking."""

from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    """Payments through an operator, from the first click to the booking."""

    name = "services.payments"
    label = "payments"
    verbose_name = "Płatności"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell the liabilities, which know no payments, how to ask which dues are being paid."""
        from services.liabilities.locks import find_locked_with
        from services.payments.queries import locks

        find_locked_with(lambda liability_ids: locks(liability_ids, [], None)[0])
