"""The only way into a gmina's data.

A *scope* says whose data the running code may see: one gmina or the public schema of the platform. It is a
context variable, so every thread, task and coroutine has its own, and a new thread starts with none. The database
backend (`kernel.postgresql`) reads it before each statement and takes the scope's PostgreSQL role and search path;
without a scope it refuses to give a cursor at all. Nothing else may touch `connection.schema_name`.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Protocol

SCHEMA_NAME = re.compile(r"^[a-z][a-z0-9_]{0,62}$")
PUBLIC_SCHEMA = "public"
PUBLIC_ROLE = "skarbnik_public"
MAIN_SHARD = "main"


class NoTenant(RuntimeError):
    """Code that needs data ran without saying whose: it must enter a gmina or the public schema first."""


@dataclass(frozen=True)
class Scope:
    """Whose data the running code may see.

    `tenant_id` is the gmina's immutable TERYT code, empty for the platform itself. `shard` names the database cluster that
    holds the schema. The two wrapped keysets (see `kernel.crypto`) ride along so that personal data can be read without
    another query.
    """

    schema_name: str
    role: str
    tenant_id: str = ""
    name: str = ""
    host: str = ""
    shard: str = MAIN_SHARD
    wrapped_data_key: bytes = field(default=b"", repr=False)
    wrapped_index_key: bytes = field(default=b"", repr=False)

    def __post_init__(self) -> None:
        """Refuse names that could not stand unquoted in SQL."""
        for name in (self.schema_name, self.role):
            if not SCHEMA_NAME.match(name):
                raise ValueError(f"not a schema or role name: {name!r}")

    @property
    def is_public(self) -> bool:
        """Whether this is the platform's own schema rather than a gmina's."""
        return self.schema_name == PUBLIC_SCHEMA


class HasScope(Protocol):
    """Anything that stands for a gmina: the tenant row."""

    def scope(self) -> Scope:
        """The gmina's scope."""


PUBLIC = Scope(schema_name=PUBLIC_SCHEMA, role=PUBLIC_ROLE, name="platform")

_scope: ContextVar[Scope | None] = ContextVar("skarbnik_scope", default=None)


def current_or_none() -> Scope | None:
    """The scope of the running code, or None outside any."""
    return _scope.get()


def current() -> Scope:
    """The scope of the running code. Raises NoTenant outside any."""
    scope = _scope.get()
    if scope is None:
        raise NoTenant("no gmina and not the public schema: use tenancy.enter(tenant) or tenancy.public()")
    return scope


def current_tenant_id() -> str:
    """TERYT of the gmina whose data are open. Raises NoTenant outside a gmina, the public schema included."""
    scope = current()
    if scope.is_public:
        raise NoTenant("this needs a gmina, but the public schema is open")
    return scope.tenant_id


@contextmanager
def enter(tenant: HasScope | Scope) -> Iterator[Scope]:
    """Open a gmina's data for the block; the scope before it comes back afterwards, also after an exception."""
    scope = tenant if isinstance(tenant, Scope) else tenant.scope()
    token = _scope.set(scope)
    try:
        yield scope
    finally:
        _scope.reset(token)


@contextmanager
def public() -> Iterator[Scope]:
    """Open the platform's own (public) schema for the block."""
    with enter(PUBLIC) as scope:
        yield scope


def force(scope: Scope | None) -> None:
    """Set the scope without a block: for the database backend, which must honour stock `set_schema` calls."""
    _scope.set(scope)
