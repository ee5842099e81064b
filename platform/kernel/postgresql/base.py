"""PostgreSQL backend: every statement runs under the role and the search path of the current scope.

It builds on django-tenants' backend and changes three things that it does openly:
* no scope, no cursor (stock falls back to `public`);
* `public` is not on a gmina's search path, so a table that the gmina lacks is an error and not the platform's table;
* `SET ROLE` goes with `SET search_path`: PostgreSQL itself refuses another gmina's tables, however the SQL was written.
The state that the server holds is remembered in `_armed`, and forgotten wherever PostgreSQL forgets it.
"""

from typing import Any

from django.utils.asyncio import async_unsafe
from django_tenants.postgresql_backend import base as django_tenants_backend

from kernel import tenancy


class DatabaseWrapper(django_tenants_backend.DatabaseWrapper):  # type: ignore[misc]
    """Takes the role and search path of `kernel.tenancy.current()` before the first statement that needs them."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._armed: tenancy.Scope | None = None
        self._is_made = False
        super().__init__(*args, **kwargs)
        self._is_made = True

    @property
    def schema_name(self) -> str | None:
        """Schema of the current scope, for django-tenants' router and introspection."""
        scope = tenancy.current_or_none()
        return scope.schema_name if scope else None

    @schema_name.setter
    def schema_name(self, value: str | None) -> None:
        """Ignored: the scope is the only truth (django-tenants' __init__ assigns here)."""

    @property
    def tenant(self) -> tenancy.Scope | None:
        """The current scope; it has the `schema_name` that django-tenants looks for."""
        return tenancy.current_or_none()

    @tenant.setter
    def tenant(self, value: object) -> None:
        """Ignored, as schema_name is."""

    def set_tenant(self, tenant: Any, include_public: bool = True) -> None:
        """Stock entry point, used by `migrate_schemas`: becomes the scope of the running code."""
        if isinstance(tenant, tenancy.Scope):
            tenancy.force(tenant)
        elif tenant.schema_name == tenancy.PUBLIC_SCHEMA:
            tenancy.force(tenancy.PUBLIC)
        else:
            tenancy.force(tenancy.Scope(schema_name=tenant.schema_name, role=tenant.schema_name))

    def set_schema_to_public(self) -> None:
        """Stock entry point. The constructor calls it too: a new connection must not open anything."""
        if self._is_made:
            tenancy.force(tenancy.PUBLIC)

    def close(self) -> None:
        """Close the session: the server's role and search path are gone with it."""
        self._armed = None
        super().close()

    @async_unsafe
    def rollback(self) -> None:
        """Roll back; a SET of the aborted transaction is undone with it, so it must be sent again."""
        self._armed = None
        super().rollback()

    @async_unsafe
    def savepoint_rollback(self, sid: str) -> None:
        """ROLLBACK TO SAVEPOINT undoes a SET sent after the savepoint, as ROLLBACK does."""
        try:
            super().savepoint_rollback(sid)
        finally:
            self._armed = None

    def check_constraints(self, table_names: object = None) -> None:
        """Check deferred constraints now (tests do it before they roll back). It reads no data, so it needs no scope."""
        self.ensure_connection()
        with self.wrap_database_errors:
            self.connection.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")

    def _cursor(self, name: str | None = None) -> Any:
        scope = tenancy.current()
        # A dead connection must be replaced before it is armed: Django itself looks only when it makes the cursor.
        self.close_if_health_check_failed()
        self.ensure_connection()
        if self._armed is not scope and self._armed != scope:
            self._arm(scope)
        # Past django-tenants' own _cursor, which would set the search path once more.
        return super(django_tenants_backend.DatabaseWrapper, self)._cursor(name)

    def _arm(self, scope: tenancy.Scope) -> None:
        """Take the scope's role and search path in one message. Names are checked by Scope, so they need no quoting
        beyond the double quotes; an error is the caller's error, never swallowed."""
        with self.wrap_database_errors:
            self.connection.execute(f'SET ROLE "{scope.role}"; SET search_path = "{scope.schema_name}"')
        self._armed = scope
