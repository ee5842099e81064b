"""PostgreSQL backend: every statement runs under the role and the search path of the current scope.

It builds on django-tenants' backend and changes four things that it does openly:
* no scope, no cursor (stock falls back to `public`);
* `public` is not on a gmina's search path, so a table that the gmina lacks is an error and not the platform's table;
* the role goes with the search path: PostgreSQL itself refuses another gmina's tables, however the SQL was written;
* both are taken for one transaction only (`SET LOCAL`), in the same message as its first statement. That costs no round
  trip, and the session keeps nothing: a connection that is used again, pooled or shared by transaction belongs to nobody.

Outside `atomic()` each statement is a transaction of its own and carries the scope. Inside, the first statement carries
`BEGIN` and the scope, and the later ones nothing, until the scope changes or PostgreSQL forgets it with a rollback.
"""

import re
from typing import Any, ClassVar

from django.db.backends.postgresql.base import CursorMixin
from django.db.utils import NotSupportedError
from django.utils.asyncio import async_unsafe
from django_tenants.postgresql_backend import base as django_tenants_backend
from psycopg import ClientCursor, sql
from psycopg.pq import TransactionStatus

from kernel import tenancy
from kernel.postgresql import clusters

ALONE = re.compile(
    r"\s*(VACUUM|REINDEX\b.*\bCONCURRENTLY|(CREATE|DROP)\s+(UNIQUE\s+)?INDEX\s+CONCURRENTLY|(CREATE|DROP)\s+DATABASE)",
    re.IGNORECASE,
)
"""Statements that PostgreSQL refuses inside a transaction: no SET LOCAL can go before them."""


class WrongCluster(RuntimeError):
    """A statement for a gmina of one cluster was given to a connection of another."""


class ScopedCursor(CursorMixin, ClientCursor[Any]):
    """Sends what a statement lacks of transaction and scope in one message with it.

    Without a wrapper (psycopg and its pool make such cursors for themselves) it takes no scope and so may read nothing.
    """

    wrapper: "DatabaseWrapper | None" = None

    def execute(self, query: Any, params: Any = None, **options: Any) -> "ScopedCursor":
        """Execute under the current scope. Raises NoTenant outside any."""
        if self.wrapper is None:
            super().execute(query, params, **options)
            return self
        scope = self.wrapper.scope()
        if self.wrapper.must_stand_alone(query):
            return self._execute_alone(scope, query, params, options)
        before = self.wrapper.missing(scope)
        if not before:
            super().execute(query, params, **options)
            return self
        super().execute(_joined(before, query), params, **options)
        for _ in before:
            self.nextset()
        self.wrapper.note(scope)
        return self

    def executemany(self, query: Any, params_seq: Any, **options: Any) -> None:
        """Execute for each of the parameters, in one transaction. Raises NotSupportedError outside atomic()."""
        self._send_missing("executemany")
        super().executemany(query, params_seq, **options)

    def copy(self, *args: Any, **options: Any) -> Any:
        """COPY shares its message with nothing. Raises NotSupportedError outside atomic()."""
        self._send_missing("COPY")
        return super().copy(*args, **options)

    def stream(self, *args: Any, **options: Any) -> Any:
        """Rows one by one; PostgreSQL takes one statement only. Raises NotSupportedError outside atomic()."""
        self._send_missing("stream")
        return super().stream(*args, **options)

    def _send_missing(self, what: str) -> None:
        if self.wrapper is None:
            return
        scope = self.wrapper.scope()
        if self.wrapper.get_autocommit():
            raise NotSupportedError(f"{what} needs a transaction: use it inside atomic()")
        before = self.wrapper.missing(scope)
        if before:
            super().execute(_joined(before))
            self.wrapper.note(scope)

    def _execute_alone(
        self, scope: tenancy.Scope, query: Any, params: Any, options: dict[str, Any]
    ) -> "ScopedCursor":
        """For the session, and given back at once; a pooler by transaction has no place below this (docs/production.md)."""
        super().execute(f'SET ROLE "{scope.role}"; SET search_path = "{scope.schema_name}"')
        try:
            super().execute(query, params, **options)
        finally:
            self.connection.execute("RESET ROLE; RESET search_path")
        return self


class DatabaseWrapper(django_tenants_backend.DatabaseWrapper):  # type: ignore[misc]
    """Says what of transaction, role and search path the next statement has to bring along.

    psycopg stays in autocommit: it would send BEGIN as a message of its own.
    """

    _pools_by_place: ClassVar[dict[tuple[str, ...], dict[str, Any]]] = {}

    def __init__(self, settings_dict: dict[str, Any], *args: Any, **kwargs: Any) -> None:
        # Django keeps pools by alias, and every cluster answers to the same one.
        place = tuple(str(settings_dict[key]) for key in ("HOST", "PORT", "NAME", "USER"))
        self._connection_pools = self._pools_by_place.setdefault(place, {})
        self.shard = tenancy.MAIN_SHARD  # kernel.postgresql.clusters says otherwise
        self._armed: tenancy.Scope | None = None
        self._is_made = False
        super().__init__(settings_dict, *args, **kwargs)
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
        """Stock entry point, used by `migrate_schemas`: becomes the scope of the running code.

        Raises WrongCluster for a gmina that another cluster serves: stock commands keep to one connection, and what they
        would find there under its name is at best a copy that nobody serves any more.
        """
        if isinstance(tenant, tenancy.Scope):
            tenancy.force(tenant)
        elif tenant.schema_name == tenancy.PUBLIC_SCHEMA:
            tenancy.force(tenancy.PUBLIC)
        else:
            shard = clusters.shard_of(tenant.schema_name)
            if shard != self.shard:
                raise WrongCluster(
                    f"{tenant.schema_name} is in cluster {shard!r}; stock commands know "
                    f"{self.shard!r} only: use fleet_migrate"
                )
            tenancy.force(tenancy.Scope(schema_name=tenant.schema_name, role=tenant.schema_name, shard=shard))

    def set_schema_to_public(self) -> None:
        """Stock entry point. The constructor calls it too: a new connection must not open anything."""
        if self._is_made:
            tenancy.force(tenancy.PUBLIC)

    # --- what a statement brings along -----------------------------------------------------------------------------
    def scope(self) -> tenancy.Scope:
        """The current scope, which must be one of this connection's cluster. Raises NoTenant outside any, and WrongCluster
        where a connection or cursor of one cluster was kept and is used for a gmina of another: after a move the other
        cluster may still hold a copy that would answer."""
        scope = tenancy.current()
        if scope.shard != self.shard:
            raise WrongCluster(
                f"{scope.schema_name} is in cluster {scope.shard!r}, this connection in {self.shard!r}"
            )
        return scope

    def missing(self, scope: tenancy.Scope) -> list[str]:
        """What must go before the next statement, for `scope` to be its scope. Names are checked by Scope, so they need
        no quoting beyond the double quotes; an error in it is the caller's error, never swallowed."""
        status = self.connection.pgconn.transaction_status
        idle = status == TransactionStatus.IDLE
        # An aborted transaction takes nothing but the end of itself or of a savepoint.
        if status == TransactionStatus.INERROR or (not idle and self._armed == scope):
            return []
        take = [f'SET LOCAL ROLE "{scope.role}"', f'SET LOCAL search_path = "{scope.schema_name}"']
        return ["BEGIN", *take] if idle and not self.autocommit else take

    def note(self, scope: tenancy.Scope) -> None:
        """Remember that the open transaction has taken this scope."""
        self._armed = scope

    def must_stand_alone(self, query: Any) -> bool:
        """Whether PostgreSQL takes this statement outside a transaction only."""
        return self.autocommit and isinstance(query, str) and ALONE.match(query) is not None

    def _set_autocommit(self, autocommit: bool) -> None:
        with self.wrap_database_errors:
            if not self.connection.autocommit:
                self.connection.autocommit = True
        if autocommit and self.connection.pgconn.transaction_status != TransactionStatus.IDLE:
            raise NotSupportedError("a transaction is open: commit or roll back before autocommit is set")

    # --- where PostgreSQL forgets the scope ------------------------------------------------------------------------
    def close(self) -> None:
        """Close the session, and what it has taken with it."""
        self._armed = None
        super().close()

    def _commit(self) -> Any:
        self._armed = None
        return super()._commit()

    def _rollback(self) -> Any:
        self._armed = None
        return super()._rollback()

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

    # --- connections and cursors -----------------------------------------------------------------------------------
    def get_connection_params(self) -> dict[str, Any]:
        """Django's, with our cursor."""
        return {**super().get_connection_params(), "cursor_factory": ScopedCursor}

    def _configure_timezone(self, connection: Any) -> bool:
        """Set the time zone of a new session where the role's own is another (a plain cursor: no scope is open yet)."""
        if self.timezone_name and connection.info.parameter_status("TimeZone") != self.timezone_name:
            connection.execute(sql.SQL("SET TIME ZONE {}").format(sql.Literal(self.timezone_name)))
            return True
        return False

    def create_cursor(self, name: str | None = None) -> Any:
        """A cursor that knows its wrapper. Raises NotSupportedError for a cursor on the server: it outlives no
        transaction, and behind a pooler by transaction not even that."""
        if name:
            raise NotSupportedError("server-side cursors are not used: set DISABLE_SERVER_SIDE_CURSORS")
        cursor = super().create_cursor()
        cursor.wrapper = self
        return cursor

    def _cursor(self, name: str | None = None) -> Any:
        tenancy.current()  # no scope, no cursor
        # Past django-tenants' own _cursor, which would set the search path once more.
        return super(django_tenants_backend.DatabaseWrapper, self)._cursor(name)


def _joined(before: list[str], query: Any = "") -> Any:
    """One message of all; `query` may be what psycopg takes: text, bytes or a composed statement."""
    text = "; ".join(before) + "; "
    if isinstance(query, sql.Composable):
        return sql.SQL(text) + query
    return text.encode() + query if isinstance(query, bytes) else text + query
