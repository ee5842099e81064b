"""How operations describe themselves in OpenAPI: errors with their codes, and examples that are really accepted."""

from collections.abc import Mapping
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse
from rest_framework.serializers import Serializer

from services.api.idempotency import HEADER
from services.api.v1.sentences import CODES
from services.api.v1.shapes import ErrorSerializer

EVERYWHERE = (
    "token.missing",
    "token.invalid",
    "token.revoked",
    "token.expired",
    "access.denied",
    "quota.api_requests",
    "service.unavailable",
)
WRITES = ("rate.limited", "request.unreadable", "request.not_object", "request.too_big", "request.media_type")
KEYED = (
    "idempotency.key_missing",
    "idempotency.key_invalid",
    "idempotency.other_request",
    "idempotency.in_progress",
)

SAMPLES = {"verb": "liabilities:write", "method": "PATCH", "line": 3, "limit": 10_000, "most": 600}
"""Values for the sentences of examples."""

KEY_PARAMETER = OpenApiParameter(
    HEADER,
    str,
    OpenApiParameter.HEADER,
    required=True,
    description=(
        "Niepowtarzalna wartość, np. UUID. To samo wywołanie z tym samym kluczem dostaje przez 24 godziny tę samą "
        "odpowiedź (nagłówek Idempotent-Replayed: true) i nie ma drugiego skutku. Zapamiętane są tylko odpowiedzi 2xx."
    ),
)
EXTERNAL_ID_PARAMETER = OpenApiParameter(
    "external_id", str, OpenApiParameter.PATH, description="Identyfikator nadany przez system finansowy."
)
LIMIT_PARAMETER = OpenApiParameter("limit", int, description="Wielkość strony, od 1 do 500; domyślnie 100.")
CURSOR_PARAMETER = OpenApiParameter("cursor", str, description="Wartość next_cursor z poprzedniej strony.")


def problems(*codes: str) -> dict[Any, Any]:
    """Responses for error codes, grouped by status, with an example for each code."""
    grouped: dict[int, list[str]] = {}
    for code in (*codes, *EVERYWHERE):
        grouped.setdefault(CODES[code].status, []).append(code)
    return {
        status: OpenApiResponse(
            ErrorSerializer,
            description="Kody: " + ", ".join(f"`{code}`" for code in found) + ".",
            examples=[_example(code) for code in found],
        )
        for status, found in sorted(grouped.items())
    }


def _example(code: str) -> OpenApiExample:
    message = str(CODES[code].sentence) % SAMPLES
    body: dict[str, Any] = {"code": code, "message": message, "field": None, "details": []}
    return OpenApiExample(
        code, value={"error": body}, response_only=True, status_codes=[str(CODES[code].status)]
    )


def success(shape: type[Serializer[Any]], description: str, value: Mapping[str, Any]) -> OpenApiResponse:
    """A response of success with an example."""
    example = OpenApiExample(description.rstrip("."), value=value, response_only=True)
    return OpenApiResponse(shape, description=description, examples=[example])


def id_parameter(name: str, description: str) -> OpenApiParameter:
    """An id that the portal has given, in the path."""
    return OpenApiParameter(name, OpenApiTypes.UUID, OpenApiParameter.PATH, description=description)
