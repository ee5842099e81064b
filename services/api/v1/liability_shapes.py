"""Shapes of dues and reminder costs: the neutral rows (docs/exchange.md) as JSON, and what the portal answers."""

from typing import Any

from rest_framework import serializers

from services.api.v1.shapes import AmountField
from services.liabilities.domain.dues_fields import Fault
from services.liabilities.domain.dues_payers import PAYER_KINDS
from services.liabilities.queries_exchange import ExchangeCost, ExchangeDue, Pause
from services.liabilities.sentences import row_sentence

AMOUNT_HELP = 'Kwota w złotych jako tekst, na przykład "123.45". Liczby JSON są odrzucane.'


class PauseSerializer(serializers.Serializer[Pause]):
    """A period without interest, both days inclusive."""

    from_on = serializers.DateField(help_text="Pierwszy dzień bez odsetek.")
    to_on = serializers.DateField(help_text="Ostatni dzień bez odsetek.")


class CoOwnerSerializer(serializers.Serializer[Any]):
    """A further debtor of the same due."""

    external_id = serializers.CharField(max_length=80, help_text="Numer płatnika w systemie finansowym.")
    kind = serializers.ChoiceField(choices=PAYER_KINDS, help_text="Osoba fizyczna albo firma.")
    name = serializers.CharField(max_length=200)
    identifier = serializers.CharField(
        required=False, help_text="PESEL osoby albo NIP firmy. Pominięty nie zmienia znanego."
    )
    address = serializers.CharField(max_length=300, required=False)


class DueRowSerializer(serializers.Serializer[Any]):
    """One due as a finance system states it. It only describes the body; `services.liabilities.domain` reads it."""

    external_id = serializers.CharField(
        max_length=80, required=False, help_text="Identyfikator należności w systemie finansowym."
    )
    payer_external_id = serializers.CharField(
        max_length=80, help_text="Numer płatnika w systemie finansowym."
    )
    payer_kind = serializers.ChoiceField(choices=PAYER_KINDS, help_text="Osoba fizyczna albo firma.")
    payer_name = serializers.CharField(max_length=200)
    payer_identifier = serializers.CharField(
        required=False,
        help_text="PESEL osoby albo NIP firmy. Pominięty nie zmienia znanego. Zła cyfra kontrolna PESEL to ostrzeżenie.",
    )
    payer_address = serializers.CharField(max_length=300, required=False)
    liability_type = serializers.CharField(
        max_length=30, help_text="Kod rodzaju należności z ustawień gminy."
    )
    title = serializers.CharField(max_length=160, help_text="Opis, który zobaczy płatnik.")
    document_number = serializers.CharField(
        max_length=80, required=False, help_text="Numer decyzji albo umowy."
    )
    year = serializers.IntegerField(min_value=1990, max_value=2100, help_text="Rok rozliczeniowy.")
    instalment = serializers.IntegerField(min_value=1, max_value=366, required=False, allow_null=True)
    due_on = serializers.DateField(help_text="Termin płatności.")
    principal = serializers.CharField(help_text=f"Przypisana należność główna. {AMOUNT_HELP}")
    account_nrb = serializers.CharField(
        required=False, help_text="Rachunek (NRB), gdy inny niż rachunek rodzaju należności."
    )
    co_owners = CoOwnerSerializer(
        many=True, required=False, help_text="Współwłaściciele, solidarnie zobowiązani."
    )
    interest_pauses = PauseSerializer(many=True, required=False, help_text="Okresy bez odsetek.")
    reduced_rate = serializers.BooleanField(required=False, help_text="Obniżona stawka odsetek za zwłokę.")
    enforced = serializers.BooleanField(required=False, help_text="Należność jest w egzekucji.")
    enforcement_office = serializers.CharField(max_length=160, required=False)
    writ_number = serializers.CharField(max_length=60, required=False, help_text="Numer tytułu wykonawczego.")


class LiabilitySerializer(serializers.Serializer[ExchangeDue]):
    """One due as it stands in the portal."""

    id = serializers.UUIDField(source="public_id", help_text="Identyfikator w portalu.")
    external_id = serializers.CharField()
    payer_external_id = serializers.CharField()
    co_owners = serializers.ListField(child=serializers.CharField(), help_text="Numery współwłaścicieli.")
    liability_type = serializers.CharField()
    title = serializers.CharField()
    document_number = serializers.CharField(allow_blank=True)
    year = serializers.IntegerField()
    instalment = serializers.IntegerField(allow_null=True)
    due_on = serializers.DateField()
    principal = AmountField(source="principal_gr", help_text="Przypisana należność główna.")
    outstanding_principal = AmountField(
        source="outstanding_gr",
        help_text="Ile z należności głównej pozostało do zapłaty po zaksięgowanych wpłatach.",
    )
    account_nrb = serializers.CharField(allow_blank=True)
    interest_pauses = PauseSerializer(many=True)
    reduced_rate = serializers.BooleanField(source="is_reduced_rate")
    enforced = serializers.BooleanField(source="is_enforced")
    enforcement_office = serializers.CharField(allow_blank=True)
    writ_number = serializers.CharField(allow_blank=True)
    version = serializers.IntegerField(help_text="Rośnie o 1 przy każdej zmianie.")
    updated_at = serializers.DateTimeField()


class ReminderCostRowSerializer(serializers.Serializer[Any]):
    """Costs of one reminder as a finance system states them."""

    external_id = serializers.CharField(max_length=80, required=False)
    payer_external_id = serializers.CharField(max_length=80)
    liabilities = serializers.ListField(
        child=serializers.CharField(), help_text="Identyfikatory należności wymienionych w upomnieniu."
    )
    number = serializers.CharField(max_length=60, required=False, help_text="Numer upomnienia.")
    amount = serializers.CharField(help_text=AMOUNT_HELP)
    sent_on = serializers.DateField(help_text="Dzień wysłania.")
    delivered_on = serializers.DateField(
        required=False, allow_null=True, help_text="Dzień doręczenia; bez niego kosztów nie ma w saldzie."
    )


class ReminderCostSerializer(serializers.Serializer[ExchangeCost]):
    """Costs of one reminder as they stand in the portal."""

    id = serializers.UUIDField(source="public_id")
    external_id = serializers.CharField()
    payer_external_id = serializers.CharField()
    liabilities = serializers.ListField(child=serializers.CharField())
    number = serializers.CharField(allow_blank=True)
    amount = AmountField(source="amount_gr")
    outstanding = AmountField(source="outstanding_gr", help_text="Ile z kosztów jest jeszcze do zapłaty.")
    sent_on = serializers.DateField()
    delivered_on = serializers.DateField(allow_null=True)
    version = serializers.IntegerField()


class FindingSerializer(serializers.Serializer[Fault]):
    """Something wrong with a row, or worth knowing."""

    line = serializers.IntegerField(help_text="Numer wiersza, liczony od 1.")
    external_id = serializers.CharField(allow_blank=True)
    field = serializers.CharField(allow_blank=True)
    code = serializers.CharField(help_text="Stały kod.")
    message = serializers.SerializerMethodField(help_text="Zdanie po polsku.")
    excerpt = serializers.CharField(allow_blank=True, help_text="Początek wartości.")

    def get_message(self, fault: Fault) -> str:
        """The sentence of the code."""
        return row_sentence(fault.code, fault.excerpt)


RESULTS = ("created", "changed", "unchanged")


class PutLiabilitySerializer(serializers.Serializer[Any]):
    """Answer to putting a due."""

    result = serializers.ChoiceField(choices=RESULTS)
    liability = LiabilitySerializer()
    warnings = FindingSerializer(many=True)


class PutReminderCostSerializer(serializers.Serializer[Any]):
    """Answer to putting a reminder's costs."""

    result = serializers.ChoiceField(choices=RESULTS)
    reminder_cost = ReminderCostSerializer()
    warnings = FindingSerializer(many=True)


class LiabilityPageSerializer(serializers.Serializer[Any]):
    """A page of dues in the order of their last change."""

    results = LiabilitySerializer(many=True)
    next_cursor = serializers.CharField(
        allow_null=True, help_text="Kursor następnej strony; null na ostatniej."
    )
