"""Taking back a gmina whose setting up never came to its end, so that it can be begun anew. Never one with data.

A gmina with data leaves by `tenants.directory.offboarding`; there is no other way.
"""

from collections.abc import Iterator
from typing import Final

from django.db import transaction
from psycopg import sql

from kernel import tenancy
from kernel.actors import Actor
from kernel.audit.recording import record
from kernel.errors import Conflict, InvalidInput
from tenants.archive import catalog, servers
from tenants.archive.gmina import alone, tenant_of
from tenants.directory.actions import locked
from tenants.directory.models import Tenant, TenantState
from tenants.directory.setup import only_one

MADE_BY_SETUP: Final = ("django_", "auth_", "guardian_", "users_", "configuration_", "notices_", "audit_")
"""Beginnings of the tables that the setting up fills. A row in any other table is somebody's data."""


def remove_unfinished(teryt: str, *, name: str, actor: Actor) -> None:
    """Remove schema, role, addresses and row of a gmina that is still being set up; its TERYT code is free again.

    `name` is the gmina's, typed once more. Raises NotFound("tenant.unknown"), InvalidInput("tenant.confirm_name"),
    Conflict("tenant.state") when its portal was ever open, Conflict("tenant.has_data") when any table holds what no setting
    up writes, and Conflict("archive.busy") while a worker is at its setting up. May be repeated after a kill.
    """
    tenant = tenant_of(teryt)
    if name.strip() != tenant.name:
        raise InvalidInput("tenant.confirm_name", field="name")
    with alone(teryt), only_one(f"setup {teryt}") as is_alone:
        if not is_alone:
            raise Conflict("archive.busy")
        tenant = tenant_of(teryt)
        _require_unfinished(tenant)
        scope = tenant.scope()
        for table in _tables_with_data(scope):
            raise Conflict("tenant.has_data", table=table)
        servers.drop_schema(scope)
        servers.drop_role(scope)
        with tenancy.public(), transaction.atomic(durable=True):
            row = locked(teryt)
            _require_unfinished(row)
            record(
                "tenant.removed", row, actor=actor, text=f"{row.name} ({teryt})", last_error=row.last_error
            )
            row.delete()


def _require_unfinished(tenant: Tenant) -> None:
    if tenant.state != TenantState.PROVISIONING or tenant.opened_at is not None:
        raise Conflict("tenant.state", state=tenant.state)


def _tables_with_data(scope: tenancy.Scope) -> Iterator[str]:
    with servers.administrator(scope) as connection:
        if not servers.has_schema(connection, scope.schema_name):
            return
    with servers.snapshot(scope) as connection:
        for name in catalog.read(connection, scope.schema_name).tables:
            place = sql.Identifier(scope.schema_name, name)
            query = sql.SQL("SELECT EXISTS (SELECT FROM {})").format(place)
            if not name.startswith(MADE_BY_SETUP) and connection.execute(query).fetchone() == (True,):
                yield name
