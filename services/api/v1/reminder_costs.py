"""Costs of reminders: put by the finance system's own id."""

from typing import ClassVar

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from services.api.v1 import base, examples
from services.api.v1.described import EXTERNAL_ID_PARAMETER, WRITES, problems, success
from services.api.v1.liability_shapes import (
    PutReminderCostSerializer,
    ReminderCostRowSerializer,
    ReminderCostSerializer,
)
from services.liabilities.actions.puts import put_reminder_cost
from services.liabilities.queries_exchange import cost_by_external_id
from services.users.domain import Verb


class ReminderCostByExternalId(base.ApiView):
    """Costs of one reminder under the id that the finance system gave them."""

    verbs: ClassVar = {"GET": Verb.API_LIABILITIES_READ, "PUT": Verb.API_LIABILITIES_WRITE}

    @extend_schema(
        operation_id="reminder_cost_get",
        tags=["Koszty upomnienia"],
        summary="Koszty jednego upomnienia",
        description="Koszty upomnienia, jakie są teraz w portalu, z kwotą, która pozostała do zapłaty.",
        parameters=[EXTERNAL_ID_PARAMETER],
        responses={
            200: success(ReminderCostSerializer, "Koszty upomnienia.", examples.REMINDER_COST),
            **problems("reminder_cost.unknown"),
        },
    )
    def get(self, request: Request, external_id: str) -> Response:
        """The costs as they stand."""
        return Response(ReminderCostSerializer(cost_by_external_id(external_id)).data)

    @extend_schema(
        operation_id="reminder_cost_put",
        tags=["Koszty upomnienia"],
        summary="Wprowadź albo zmień koszty upomnienia",
        description=(
            "Koszty obciążają płatnika od dnia doręczenia upomnienia; bez `delivered_on` są zapisane, ale nie ma ich w "
            "saldzie. Jedno upomnienie może wymieniać wiele należności. Drugie takie samo wywołanie niczego nie zmienia."
        ),
        parameters=[EXTERNAL_ID_PARAMETER],
        request=ReminderCostRowSerializer,
        responses={
            200: success(
                PutReminderCostSerializer,
                "Zmienione albo bez zmian.",
                {**examples.PUT_REMINDER_COST, "result": "unchanged"},
            ),
            201: success(PutReminderCostSerializer, "Wprowadzone.", examples.PUT_REMINDER_COST),
            **problems("dues.invalid", *WRITES),
        },
        examples=[OpenApiExample("Doręczone upomnienie", value=examples.COST_ROW, request_only=True)],
    )
    def put(self, request: Request, external_id: str) -> Response:
        """Make or change them."""
        done = put_reminder_cost(external_id, base.body_of(request), actor=self.actor(request))
        cost = cost_by_external_id(done.subject.external_id)
        answer = {"result": done.result, "reminder_cost": cost, "warnings": done.warnings}
        return Response(PutReminderCostSerializer(answer).data, status=201 if done.is_created else 200)
