"""Bulk import of dues and reminder costs, and the report of a run."""

from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from kernel.actors import Actor
from kernel.errors import InvalidInput, Refused
from services.api.idempotency import once
from services.api.v1 import base, examples
from services.api.v1.described import KEY_PARAMETER, KEYED, WRITES, id_parameter, problems, success
from services.api.v1.import_shapes import (
    MOST_ROWS,
    ImportAnswerSerializer,
    ImportRequestSerializer,
    ImportSerializer,
)
from services.liabilities.actions.imports import Imported, import_rows
from services.liabilities.domain.dues_fields import RawRow, excerpt_of
from services.liabilities.domain.dues_rows import FORMAT_VERSION
from services.liabilities.models import ImportSource
from services.liabilities.queries_imports import import_run, report_of
from services.users.domain import Verb
from tenants.metering import flags


class ImportList(base.ApiView):
    """Bulk imports."""

    verbs: ClassVar = {"POST": Verb.API_LIABILITIES_WRITE}

    @extend_schema(
        operation_id="imports_create",
        tags=["Importy"],
        summary="Import wielu wierszy",
        description=(
            "Najwyżej 10 000 wierszy formatu `dues` w wersji 1 (docs/exchange.md). Wszystkie dobre wiersze zapisywane są w "
            "jednej transakcji, pozostałe są opisane w `rejections`. `dry_run` tylko sprawdza."
        ),
        parameters=[KEY_PARAMETER],
        request=ImportRequestSerializer,
        responses={
            201: success(ImportAnswerSerializer, "Raport importu.", examples.IMPORT_ANSWER),
            **problems(
                "imports.too_many_rows",
                "imports.row_not_object",
                "imports.version",
                "imports.switched_off",
                "quota.imports",
                "quota.import_rows",
                "quota.storage",
                "request.invalid",
                *WRITES,
                *KEYED,
            ),
        },
        examples=[OpenApiExample("Należność i koszty upomnienia", value=examples.IMPORT, request_only=True)],
    )
    def post(self, request: Request) -> Response:
        """Import."""
        if not flags.API_IMPORTS.is_on():
            raise Refused("imports.switched_off")
        body = base.body_of(request)
        return once(request, lambda: self._import(body, self.actor(request)))

    def _import(self, body: dict[str, Any], actor: Actor) -> Response:
        rows, is_dry_run = _read(body)
        done = import_rows(rows, source=ImportSource.API, is_dry_run=is_dry_run, actor=actor)
        report = ImportSerializer(report_of(done.run, actor)).data
        return Response({**report, "rows": _results(done)}, status=201)


class ImportById(base.ApiView):
    """One run."""

    verbs: ClassVar = {"GET": Verb.API_LIABILITIES_WRITE}

    @extend_schema(
        operation_id="import_get",
        tags=["Importy"],
        summary="Raport importu",
        description="Raport importu, który zlecił ten sam klient API.",
        parameters=[id_parameter("import_id", "Wartość id z odpowiedzi na import.")],
        responses={
            200: success(ImportSerializer, "Raport importu.", examples.IMPORT_REPORT),
            **problems("import.unknown"),
        },
    )
    def get(self, request: Request, import_id: UUID) -> Response:
        """The report."""
        return Response(ImportSerializer(import_run(self.actor(request), import_id)).data)


def _read(body: dict[str, Any]) -> tuple[list[RawRow], bool]:
    unknown = set(body) - {"format_version", "dry_run", "rows"}
    if unknown:
        raise InvalidInput("request.invalid", field=excerpt_of(sorted(unknown)[0]))
    if body.get("format_version", FORMAT_VERSION) != FORMAT_VERSION:
        raise InvalidInput("imports.version", field="format_version")
    is_dry_run = body.get("dry_run", False)
    if not isinstance(is_dry_run, bool):
        raise InvalidInput("request.invalid", field="dry_run")
    rows = body.get("rows")
    if not isinstance(rows, list) or not rows:
        raise InvalidInput("request.invalid", field="rows")
    if len(rows) > MOST_ROWS:
        raise InvalidInput("imports.too_many_rows", field="rows", limit=MOST_ROWS)
    for line, row in enumerate(rows, start=1):
        if not isinstance(row, dict):
            raise InvalidInput("imports.row_not_object", field="rows", line=line)
    return [RawRow(line, row) for line, row in enumerate(rows, start=1)], is_dry_run


def _results(done: Imported) -> list[dict[str, Any]]:
    good = {row.line: row for row in done.plan.outcomes}
    refused = {fault.line: fault.external_id for fault in done.plan.faults}
    return [
        {"line": line, "external_id": good[line].external_id, "result": good[line].result}
        if line in good
        else {"line": line, "external_id": refused.get(line, ""), "result": "rejected"}
        for line in range(1, done.run.lines + 1)
    ]
