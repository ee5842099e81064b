"""Shapes that several resources share: amounts, findings, the error envelope."""

from collections.abc import Mapping
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from kernel.money import to_decimal_text

CURRENCY = "PLN"


@extend_schema_field(
    {
        "type": "object",
        "properties": {
            "amount": {"type": "string", "pattern": r"^-?\d+\.\d{2}$", "example": "123.45"},
            "currency": {"type": "string", "enum": [CURRENCY]},
        },
        "required": ["amount", "currency"],
    }
)
class AmountField(serializers.Field[int, Any, dict[str, str], Any]):
    """Grosze inside, `{"amount": "123.45", "currency": "PLN"}` outside; only shown, never read."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("read_only", True)
        super().__init__(**kwargs)

    def to_representation(self, value: int) -> dict[str, str]:
        """The amount with two decimals and its currency."""
        return {"amount": to_decimal_text(value), "currency": CURRENCY}


class DetailSerializer(serializers.Serializer[Mapping[str, Any]]):
    """One thing that is wrong."""

    field = serializers.CharField(help_text="Pole, którego dotyczy błąd.", allow_blank=True)
    code = serializers.CharField(help_text="Stały kod błędu pola, na przykład dues.not_full_zloty.")
    message = serializers.CharField(help_text="Zdanie po polsku: co poprawić.")
    excerpt = serializers.CharField(help_text="Początek wartości, której dotyczy błąd.", allow_blank=True)


class ProblemSerializer(serializers.Serializer[Mapping[str, Any]]):
    """What the envelope holds."""

    code = serializers.CharField(help_text="Stały kod błędu; po nim program decyduje, co dalej.")
    message = serializers.CharField(help_text="Zdanie po polsku dla człowieka.")
    field = serializers.CharField(allow_null=True, help_text="Pole albo nagłówek, gdy błąd dotyczy jednego.")
    details = DetailSerializer(many=True, help_text="Wszystkie błędy pól.")


class ErrorSerializer(serializers.Serializer[Mapping[str, Any]]):
    """The envelope of every error."""

    error = ProblemSerializer()
