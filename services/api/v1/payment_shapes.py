"""Shapes of payments."""

from typing import Any

from rest_framework import serializers

from services.api.queries_payments import Booking, ExchangeItem, ExchangePayment, ExchangeShare, Status
from services.api.v1.shapes import AmountField

KINDS = ("liability", "reminder_cost")


class PaymentItemSerializer(serializers.Serializer[ExchangeItem]):
    """What the payer chose."""

    kind = serializers.ChoiceField(choices=KINDS)
    external_id = serializers.CharField(
        help_text="Identyfikator należności albo kosztów w systemie finansowym."
    )
    liability_type = serializers.CharField(allow_blank=True)
    principal = AmountField(source="principal_gr")
    interest = AmountField(source="interest_gr")
    reminder_cost = AmountField(source="cost_gr")
    total = AmountField(source="total_gr")


class ShareSerializer(serializers.Serializer[ExchangeShare]):
    """What the booking credited to one due or reminder."""

    kind = serializers.ChoiceField(choices=KINDS)
    external_id = serializers.CharField()
    principal = AmountField(source="principal_gr")
    interest = AmountField(source="interest_gr")
    reminder_cost = AmountField(source="cost_gr")


class BookingSerializer(serializers.Serializer[Booking]):
    """How the booking divided the money."""

    effective_on = serializers.DateField(
        help_text="Dzień zapłaty według prawa: na ten dzień policzono odsetki."
    )
    shares = ShareSerializer(many=True)
    overpayment = AmountField(source="overpaid_gr", help_text="Nadpłata, która została po zaliczeniu.")


class PaymentSerializer(serializers.Serializer[ExchangePayment]):
    """One payment."""

    id = serializers.UUIDField(source="public_id")
    reference = serializers.CharField(
        help_text="Identyfikator płatności u operatora i w tytule przelewu zbiorczego."
    )
    status = serializers.ChoiceField(
        choices=[status.value for status in Status],
        help_text=(
            "in_progress: płatność trwa; to_book: zapłacona, cała albo to, czego nie zwrócono, czeka na zaksięgowanie; "
            "booked: zaksięgowana; "
            "to_clarify: do wyjaśnienia w urzędzie; not_paid: niezapłacona; refunded: zwrócona."
        ),
    )
    amount = AmountField(source="amount_gr", help_text="Kwota dla urzędu.")
    fee = AmountField(source="fee_gr", help_text="Opłata operatora, którą płatnik zapłacił ponadto.")
    total = AmountField(source="total_gr", help_text="Razem z rachunku płatnika.")
    account_nrb = serializers.CharField(help_text="Rachunek urzędu, na który rozlicza operator.")
    payer_external_id = serializers.CharField()
    operator = serializers.CharField(help_text="Operator płatności, np. przelewy24.")
    operator_payment_id = serializers.CharField(source="operator_id", allow_blank=True)
    method = serializers.CharField(help_text="Sposób zapłaty, np. nazwa banku.")
    ordered_at = serializers.DateTimeField(source="created_at", help_text="Zlecenie płatności.")
    paid_at = serializers.DateTimeField(allow_null=True, help_text="Potwierdzenie operatora.")
    debited_on = serializers.DateField(allow_null=True, help_text="Dzień obciążenia rachunku płatnika.")
    credited_on = serializers.DateField(allow_null=True, help_text="Dzień uznania rachunku urzędu.")
    booked_at = serializers.DateTimeField(allow_null=True, help_text="Zaksięgowanie.")
    items = PaymentItemSerializer(many=True, help_text="Co wybrał i potwierdził płatnik.")
    booking = BookingSerializer(allow_null=True, help_text="Jak zaliczono wpłatę; null przed zaksięgowaniem.")


class PaymentPageSerializer(serializers.Serializer[Any]):
    """A page of payments, the oldest first."""

    results = PaymentSerializer(many=True)
    next_cursor = serializers.CharField(
        allow_null=True, help_text="Kursor następnej strony; null na ostatniej."
    )


class BookingRequestSerializer(serializers.Serializer[Any]):
    """Body of a booking."""

    credited_on = serializers.DateField(
        help_text="Dzień, w którym uznano rachunek urzędu (z wyciągu bankowego).", input_formats=["iso-8601"]
    )
