"""Shapes of imports."""

from collections.abc import Mapping
from typing import Any

from drf_spectacular.utils import PolymorphicProxySerializer
from rest_framework import serializers

from services.api.v1.liability_shapes import (
    RESULTS,
    DueRowSerializer,
    FindingSerializer,
    ReminderCostRowSerializer,
)
from services.api.v1.shapes import AmountField
from services.liabilities.domain.dues_rows import DUE, REMINDER_COST
from services.liabilities.models import ImportState

MOST_ROWS = 10_000


class ImportDueRowSerializer(DueRowSerializer):
    """A due of a bulk import: its id stands in the row."""

    external_id = serializers.CharField(
        max_length=80, help_text="Identyfikator należności w systemie finansowym."
    )
    record = serializers.ChoiceField(
        choices=[DUE], required=False, help_text="Rodzaj wiersza; domyślnie due."
    )


class ImportCostRowSerializer(ReminderCostRowSerializer):
    """Reminder costs of a bulk import."""

    external_id = serializers.CharField(max_length=80)
    record = serializers.ChoiceField(choices=[REMINDER_COST], help_text="Rodzaj wiersza.")


class ImportRequestSerializer(serializers.Serializer[Any]):
    """A bulk import."""

    format_version = serializers.ChoiceField(choices=[1], required=False, help_text="Wersja formatu wierszy.")
    dry_run = serializers.BooleanField(required=False, help_text="Tylko sprawdź, niczego nie zapisuj.")
    rows = PolymorphicProxySerializer(
        component_name="ImportRow",
        serializers=[ImportDueRowSerializer, ImportCostRowSerializer],
        resource_type_field_name=None,
        many=True,
    )


class RowResultSerializer(serializers.Serializer[Mapping[str, Any]]):
    """What became of one row."""

    line = serializers.IntegerField()
    external_id = serializers.CharField(allow_blank=True)
    result = serializers.ChoiceField(choices=(*RESULTS, "rejected"))


class ImportSerializer(serializers.Serializer[Any]):
    """A run of an import."""

    id = serializers.UUIDField(source="public_id")
    state = serializers.ChoiceField(
        choices=ImportState.values,
        help_text="Tylko applied znaczy, że coś zapisano: wtedy zapisane są wszystkie dobre wiersze.",
    )
    dry_run = serializers.BooleanField(source="is_dry_run")
    started_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)
    lines = serializers.IntegerField(help_text="Suma created, changed, unchanged i rejected.")
    created = serializers.IntegerField()
    changed = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    rejected = serializers.IntegerField()
    principal_sum = AmountField(
        source="principal_sum_gr", help_text="Suma kontrolna należności głównych z dobrych wierszy."
    )
    rejections = FindingSerializer(many=True, help_text="Wszystkie błędy odrzuconych wierszy.")
    warnings = FindingSerializer(many=True, help_text="Uwagi do przyjętych wierszy.")


class ImportAnswerSerializer(ImportSerializer):
    """Answer to a bulk import: the run, and what became of every row."""

    rows = RowResultSerializer(many=True, help_text="Wynik każdego wiersza w kolejności.")
