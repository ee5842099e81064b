"""Postings of the finance system: many in one call, each booked in its own transaction."""

from collections import Counter
from typing import Any, ClassVar

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from kernel.actors import Actor
from kernel.errors import InvalidInput
from services.api.idempotency import once
from services.api.v1 import base, examples
from services.api.v1.described import KEY_PARAMETER, KEYED, WRITES, problems, success
from services.api.v1.posting_shapes import (
    MOST_POSTINGS,
    RESULTS,
    PostingAnswerSerializer,
    PostingRequestSerializer,
)
from services.banking.actions import import_postings
from services.banking.queries_postings import result_of
from services.liabilities.domain.dues_fields import excerpt_of
from services.users.domain import Verb


class PostingList(base.ApiView):
    """Postings to be booked."""

    verbs: ClassVar = {"POST": Verb.API_PAYMENTS_BOOK}
    books_money = True

    @extend_schema(
        operation_id="postings_create",
        tags=["Płatności"],
        summary="Zaksięguj to, co zaksięgował system finansowy",
        description=(
            "Najwyżej 500 wierszy formatu `postings` w wersji 1 (docs/exchange.md). Każdy wiersz ma swój wynik i jest "
            "zapisany osobno; to samo księgowanie wysłane ponownie niczego nie zmienia. Z `reference` księguje tę płatność, "
            "bez niego zalicza pieniądze, które przyszły poza portalem. `dry_run` tylko sprawdza."
        ),
        parameters=[KEY_PARAMETER],
        request=PostingRequestSerializer,
        responses={
            200: success(PostingAnswerSerializer, "Wyniki wierszy.", examples.POSTINGS_ANSWER),
            **problems(
                "imports.too_many_rows",
                "imports.row_not_object",
                "imports.version",
                "request.invalid",
                *WRITES,
                *KEYED,
            ),
        },
        examples=[OpenApiExample("Wpłata poza portalem", value=examples.POSTINGS, request_only=True)],
    )
    def post(self, request: Request) -> Response:
        """Book them."""
        body = base.body_of(request)
        return once(request, lambda: self._book(body, self.actor(request)))

    def _book(self, body: dict[str, Any], actor: Actor) -> Response:
        rows, is_dry_run = _read(body)
        found = import_postings(rows, is_dry_run=is_dry_run, actor=actor)
        counts = Counter(result_of(row) for row in found)
        answer = {name: counts[name] for name in RESULTS}
        told = {"dry_run": is_dry_run, "lines": len(found), **answer, "rows": found}
        return Response(PostingAnswerSerializer(told).data)


def _read(body: dict[str, Any]) -> tuple[list[dict[str, Any]], bool]:
    unknown = set(body) - {"format_version", "dry_run", "rows"}
    if unknown:
        raise InvalidInput("request.invalid", field=excerpt_of(sorted(unknown)[0]))
    if body.get("format_version", 1) != 1:
        raise InvalidInput("imports.version", field="format_version")
    is_dry_run = body.get("dry_run", False)
    if not isinstance(is_dry_run, bool):
        raise InvalidInput("request.invalid", field="dry_run")
    rows = body.get("rows")
    if not isinstance(rows, list) or not rows:
        raise InvalidInput("request.invalid", field="rows")
    if len(rows) > MOST_POSTINGS:
        raise InvalidInput("imports.too_many_rows", field="rows", limit=MOST_POSTINGS)
    for line, row in enumerate(rows, start=1):
        if not isinstance(row, dict):
            raise InvalidInput("imports.row_not_object", field="rows", line=line)
    return rows, is_dry_run
