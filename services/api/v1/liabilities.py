"""Dues: put by the finance system's own id, read one, follow all changes."""

from typing import ClassVar

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from services.api.v1 import base, examples
from services.api.v1.described import (
    CURSOR_PARAMETER,
    EXTERNAL_ID_PARAMETER,
    LIMIT_PARAMETER,
    WRITES,
    problems,
    success,
)
from services.api.v1.liability_shapes import (
    DueRowSerializer,
    LiabilityPageSerializer,
    LiabilitySerializer,
    PutLiabilitySerializer,
)
from services.liabilities.actions.puts import put_due
from services.liabilities.queries_exchange import due_by_external_id, dues_changed
from services.users.domain import Verb


class LiabilityList(base.ApiView):
    """All dues of the gmina by their last change."""

    verbs: ClassVar = {"GET": Verb.API_LIABILITIES_READ}

    @extend_schema(
        operation_id="liabilities_list",
        tags=["Należności"],
        summary="Zmiany należności",
        description=(
            "Należności w kolejności ostatniej zmiany, od `updated_since` włącznie. Kto zapamięta ostatni kursor albo "
            "czas ostatniej należności i zacznie od niego, nie ominie żadnej zmiany. Lista nie zawiera nazwisk ani "
            "numerów PESEL."
        ),
        parameters=[
            OpenApiParameter(
                "updated_since", OpenApiTypes.DATETIME, description="Chwila ze strefą czasową, ISO 8601."
            ),
            LIMIT_PARAMETER,
            CURSOR_PARAMETER,
        ],
        responses={
            200: success(LiabilityPageSerializer, "Strona należności.", examples.LIABILITIES),
            **problems("request.invalid", "cursor.invalid"),
        },
    )
    def get(self, request: Request) -> Response:
        """A page."""
        dues, position = dues_changed(
            since=base.instant_of(request, "updated_since"),
            after=base.position_of(request),
            limit=base.limit_of(request),
        )
        page = {"results": dues, "next_cursor": base.position_text(position)}
        return Response(LiabilityPageSerializer(page).data)


class LiabilityByExternalId(base.ApiView):
    """One due under the id that the finance system gave it."""

    verbs: ClassVar = {"GET": Verb.API_LIABILITIES_READ, "PUT": Verb.API_LIABILITIES_WRITE}

    @extend_schema(
        operation_id="liability_get",
        tags=["Należności"],
        summary="Jedna należność",
        description="Należność, jaka jest teraz w portalu, z kwotą, która pozostała do zapłaty.",
        parameters=[EXTERNAL_ID_PARAMETER],
        responses={
            200: success(LiabilitySerializer, "Należność.", examples.LIABILITY),
            **problems("liability.unknown"),
        },
    )
    def get(self, request: Request, external_id: str) -> Response:
        """The due as it stands."""
        return Response(LiabilitySerializer(due_by_external_id(external_id)).data)

    @extend_schema(
        operation_id="liability_put",
        tags=["Należności"],
        summary="Wprowadź albo zmień należność",
        description=(
            "Treść opisuje całą należność: pole pominięte jest puste. Drugie takie samo wywołanie odpowiada 200 z "
            "`unchanged` i niczego nie zmienia. Zmiana kwoty zapisuje w księdze tylko różnicę (przypis albo odpis). "
            "Identyfikator może zawierać ukośniki; inne znaki spoza ASCII i odstępy zakoduj procentowo."
        ),
        parameters=[EXTERNAL_ID_PARAMETER],
        request=DueRowSerializer,
        responses={
            200: success(
                PutLiabilitySerializer,
                "Zmieniona albo bez zmian.",
                {**examples.PUT_LIABILITY, "result": "unchanged"},
            ),
            201: success(PutLiabilitySerializer, "Wprowadzona.", examples.PUT_LIABILITY),
            **problems("dues.invalid", *WRITES),
        },
        examples=[OpenApiExample("Rata podatku", value=examples.DUE_ROW, request_only=True)],
    )
    def put(self, request: Request, external_id: str) -> Response:
        """Make or change it."""
        done = put_due(external_id, base.body_of(request), actor=self.actor(request))
        due = due_by_external_id(done.subject.external_id)
        answer = {"result": done.result, "liability": due, "warnings": done.warnings}
        return Response(PutLiabilitySerializer(answer).data, status=201 if done.is_created else 200)
