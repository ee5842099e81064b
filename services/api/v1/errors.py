"""One envelope for every error: `{"error": {"code", "message", "field", "details"}}`. `answer` is DRF's handler."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import PermissionDenied as DjangoPermissionDenied
from django.core.exceptions import RequestDataTooBig
from django.core.signals import got_request_exception
from django.db import InterfaceError, OperationalError
from django.http import Http404
from rest_framework import exceptions
from rest_framework.permissions import SAFE_METHODS
from rest_framework.response import Response

from kernel.actors import Actor
from kernel.audit.attempts import note_failed
from kernel.errors import Conflict, InvalidInput, NotFound, Refused, SkarbnikError, Unavailable
from kernel.postgresql.refusals import is_role_gone
from services.api.v1.sentences import CODES, FALLBACK
from services.liabilities.domain.dues_fields import Fault
from services.liabilities.sentences import row_sentence

log = logging.getLogger("django.request")

STATUSES: Mapping[type[SkarbnikError], int] = {
    InvalidInput: 400,
    Refused: 403,
    NotFound: 404,
    Conflict: 409,
    Unavailable: 503,
}
OF_DRF: Mapping[type[Exception], str] = {
    exceptions.ParseError: "request.unreadable",
    exceptions.NotAuthenticated: "token.missing",
    exceptions.NotFound: "not_found",
    Http404: "not_found",
    exceptions.PermissionDenied: "access.denied",
    DjangoPermissionDenied: "access.denied",
    exceptions.NotAcceptable: "request.not_acceptable",
    exceptions.UnsupportedMediaType: "request.media_type",
    exceptions.MethodNotAllowed: "method.not_allowed",
    exceptions.Throttled: "rate.limited",
    RequestDataTooBig: "request.too_big",
    OperationalError: "service.unavailable",
    InterfaceError: "service.unavailable",
}
RETRY_SECONDS = {429: "1", 503: "5"}


@dataclass
class Problem:
    """An error on its way out."""

    code: str
    status: int
    params: Mapping[str, Any] = field(default_factory=dict)
    field_name: str | None = None
    details: list[dict[str, Any]] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)

    def response(self) -> Response:
        """The envelope."""
        meaning = CODES.get(self.code)
        text = str(meaning.sentence if meaning else FALLBACK.get(self.status, CODES["server.error"].sentence))
        try:
            message = text % self.params
        except KeyError:
            message = text
        body = {"code": self.code, "message": message, "field": self.field_name, "details": self.details}
        if self.status in RETRY_SECONDS:
            self.headers.setdefault("Retry-After", RETRY_SECONDS[self.status])
        return Response({"error": body}, status=self.status, headers=self.headers)


def answer(error: Exception, context: Mapping[str, Any]) -> Response:
    """The response for whatever a view has raised. What nobody foresaw is logged and reported, and told without detail."""
    method = getattr(context.get("request"), "method", None) or ""
    problem = _problem(error, method)
    if method not in SAFE_METHODS and isinstance(error, SkarbnikError):
        caller = getattr(context["request"], "user", None)
        note_failed(error, caller if isinstance(caller, Actor) else None)
    if problem.status >= 500:
        request = context.get("request")
        inner = getattr(request, "_request", request)
        log.error("api error %s", problem.code, exc_info=error, extra={"status_code": problem.status})
        if problem.status == 500:
            got_request_exception.send(sender=answer, request=inner)
    response = problem.response()
    response.exception = True
    return response


def _problem(error: Exception, method: str) -> Problem:
    if isinstance(error, SkarbnikError):
        return _of_service(error)
    if is_role_gone(error):  # the gmina went to another database cluster under this call
        return Problem("service.unavailable", 503)
    if isinstance(error, exceptions.ValidationError):
        return Problem("request.invalid", 400, details=_of_serializer(error))
    if isinstance(error, exceptions.AuthenticationFailed):
        code = str(error.get_codes())
        return _with_header(Problem(code if code in CODES else "token.invalid", 401), error)
    code = next((code for kind, code in OF_DRF.items() if isinstance(error, kind)), "server.error")
    return _with_header(Problem(code, CODES[code].status, {"method": method}), error)


def _with_header(problem: Problem, error: Exception) -> Problem:
    """A 401 says how to authenticate (RFC 9110)."""
    if problem.status == 401:
        problem.headers["WWW-Authenticate"] = getattr(error, "auth_header", "Bearer")
    return problem


def _of_service(error: SkarbnikError) -> Problem:
    status = next((status for kind, status in STATUSES.items() if isinstance(error, kind)), 500)
    if error.code in CODES:
        status = CODES[error.code].status
    details = [fault_details(fault) for fault in error.params.get("faults", ())]
    name = error.params.get("field")
    if name is None and len(details) == 1:
        name = details[0]["field"] or None
    problem = Problem(error.code, status, error.params, name, details)
    if not error.permanent:
        problem.headers["Retry-After"] = str(error.params.get("retry_after", 1))
    return problem


def fault_details(fault: Fault) -> dict[str, Any]:
    """One thing that is wrong with a row."""
    return {
        "field": fault.field,
        "code": fault.code,
        "message": row_sentence(fault.code, fault.excerpt),
        "excerpt": fault.excerpt,
    }


def _of_serializer(error: exceptions.ValidationError) -> list[dict[str, Any]]:
    found = []
    details = error.detail if isinstance(error.detail, dict) else {"": error.detail}
    for name, reasons in details.items():
        for reason in reasons if isinstance(reasons, list) else [reasons]:
            code = getattr(reason, "code", "invalid")
            found.append({"field": name, "code": f"field.{code}", "message": str(reason), "excerpt": ""})
    return found
