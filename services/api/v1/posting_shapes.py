"""Shapes of postings: what the finance system has posted, and what became of each."""

from typing import Any

from rest_framework import serializers

from services.api.v1.liability_shapes import AMOUNT_HELP
from services.banking.domain.postings import Outcome
from services.banking.models import PostingRow
from services.banking.queries_postings import result_of
from services.banking.sentences import posting_sentence

MOST_POSTINGS = 500


class PostingRowSerializer(serializers.Serializer[Any]):
    """One posting. It only describes the body; the exchange's own reader reads it."""

    external_id = serializers.CharField(
        max_length=80, help_text="Identyfikator księgowania w systemie finansowym; nigdy nie użyty ponownie."
    )
    due_external_id = serializers.CharField(
        max_length=80, help_text="Identyfikator należności w systemie finansowym."
    )
    amount = serializers.CharField(help_text=f"{AMOUNT_HELP} Poniżej zera cofa wcześniejsze księgowanie.")
    posted_on = serializers.DateField(help_text="Dzień księgowania.", input_formats=["iso-8601"])
    reference = serializers.CharField(
        max_length=32,
        required=False,
        help_text="Identyfikator płatności w portalu (reference), gdy pieniądze przyszły przez portal.",
    )


class PostingRequestSerializer(serializers.Serializer[Any]):
    """Many postings."""

    format_version = serializers.ChoiceField(choices=[1], required=False, help_text="Wersja formatu wierszy.")
    dry_run = serializers.BooleanField(required=False, help_text="Tylko sprawdź, niczego nie zapisuj.")
    rows = PostingRowSerializer(many=True)


class PostingResultSerializer(serializers.Serializer[PostingRow]):
    """What became of one posting."""

    line = serializers.IntegerField()
    external_id = serializers.CharField(allow_blank=True)
    result = serializers.SerializerMethodField(
        help_text=(
            "booked: zaksięgowane; recognised: te pieniądze zaksięgowano już w portalu; taken_back: cofnięto wcześniejsze "
            "księgowanie; known: to samo księgowanie przyszło już wcześniej; refused: odrzucone."
        )
    )
    code = serializers.CharField(
        allow_blank=True, help_text="Stały kod; pusty, gdy nie ma nic do powiedzenia."
    )
    field = serializers.CharField(allow_blank=True, help_text="Pole, którego dotyczy kod.")
    message = serializers.SerializerMethodField(help_text="Zdanie po polsku: co poprawić albo co rozpoznano.")

    def get_result(self, row: PostingRow) -> str:
        """A value of Outcome."""
        return result_of(row)

    def get_message(self, row: PostingRow) -> str:
        """The sentence of the code."""
        return posting_sentence(row)


class PostingAnswerSerializer(serializers.Serializer[Any]):
    """Answer to many postings: every row in its order, and how many of each result."""

    dry_run = serializers.BooleanField()
    lines = serializers.IntegerField()
    booked = serializers.IntegerField()
    recognised = serializers.IntegerField()
    taken_back = serializers.IntegerField()
    known = serializers.IntegerField()
    refused = serializers.IntegerField()
    rows = PostingResultSerializer(many=True, help_text="Wynik każdego wiersza w kolejności.")


RESULTS = tuple(one.value for one in Outcome)
