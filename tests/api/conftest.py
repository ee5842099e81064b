"""A finance system that calls the API of a gmina with a token of its own."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.db import connection
from django.http import HttpResponse
from django.test import Client

from kernel import tenancy
from kernel.actors import system
from services.api.actions import make_client
from services.api.models import ApiClient
from services.users.domain import API_SCOPES
from tests.races.conftest import own

__all__ = ["own"]

ALL_SCOPES = tuple(sorted(scope.value for scope in API_SCOPES))


@pytest.fixture(autouse=True)
def fresh_counters() -> Iterator[None]:
    """No test is slowed down by the calls of the one before it."""
    cache.clear()
    yield
    cache.clear()


@dataclass
class FinanceSystem:
    """Calls the API on one gmina's host; without a token it is anybody."""

    scope: tenancy.Scope
    token: str = ""
    row: ApiClient | None = None

    def call(
        self, method: str, path: str, body: Any = None, *, key: str | None = None, **headers: str
    ) -> HttpResponse:
        """One call; a POST gets a new Idempotency-Key unless one is given ("" leaves it out)."""
        sent = {"host": self.scope.host, **headers}
        if self.token:
            sent.setdefault("Authorization", f"Bearer {self.token}")
        if method == "POST" and key != "":
            sent["Idempotency-Key"] = key or str(uuid4())
        client = Client(raise_request_exception=False)
        address = path if path.startswith("/") else f"/api/v1/{path}"
        return client.generic(
            method,
            address,
            body if isinstance(body, (str, bytes)) else _json(body),
            content_type=sent.pop("Content-Type", "application/json"),
            headers=sent,
        )

    def get(self, path: str, **headers: str) -> HttpResponse:
        return self.call("GET", path, **headers)

    def put(self, path: str, body: Any, **headers: str) -> HttpResponse:
        return self.call("PUT", path, body, **headers)

    def post(self, path: str, body: Any, **options: Any) -> HttpResponse:
        return self.call("POST", path, body, **options)


def _json(body: Any) -> str:
    import json

    return "" if body is None else json.dumps(body)


@pytest.fixture
def finance_system() -> Callable[..., FinanceSystem]:
    """`finance_system(borki)` has all scopes; `finance_system(borki, "payments:read")` only these; None has no token."""

    def make(scope: tenancy.Scope, *scopes: str | None) -> FinanceSystem:
        if scopes == (None,):
            return FinanceSystem(scope)
        with tenancy.enter(scope):
            row, token = make_client(
                name="System FK", scopes=scopes or ALL_SCOPES, expires_on=None, actor=system("tests")
            )
        return FinanceSystem(scope, token, row)

    return make


@pytest.fixture
def finance(in_borki: tenancy.Scope, finance_system: Callable[..., FinanceSystem]) -> FinanceSystem:
    """The finance system of Borki, with all scopes."""
    return finance_system(in_borki)


def error_of(response: HttpResponse, status: int) -> dict[str, Any]:
    """What the envelope holds; it must have its four parts and nothing else."""
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/json"
    body = response.json()
    assert list(body) == ["error"]
    assert set(body["error"]) == {"code", "message", "field", "details"}
    assert body["error"]["message"]
    assert "%(" not in body["error"]["message"]
    error: dict[str, Any] = body["error"]
    return error


def fingerprint(scope: tenancy.Scope) -> str:
    """One hash over everything that a gmina has stored, but for the keys' last use and the log, which a refusal must
    reach."""
    without = ["api_apiclient", "audit_auditentry", "audit_waiting"]
    with tenancy.enter(scope), connection.cursor() as cursor:
        cursor.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = %s AND NOT tablename = ANY(%s) ORDER BY 1",
            [scope.schema_name, without],
        )
        whole = hashlib.sha256()
        for (table,) in cursor.fetchall():
            cursor.execute(
                f"SELECT md5(coalesce(string_agg(t::text, ' ' ORDER BY t::text), '')) FROM \"{table}\" t"
            )
            whole.update(f"{table}={cursor.fetchone()[0]}".encode())
    return whole.hexdigest()
