"""A database of its own for tests that commit, roll back or use several connections."""

from collections.abc import Callable, Iterator
from uuid import uuid4

import psycopg
import pytest
from django.core.cache import cache
from django.db import connection

from kernel import tenancy
from portal.embedded import postgres
from tests.fixtures.database import SESSION, use_database


@pytest.fixture
def own_database(
    server: postgres.Server, copy_database: Callable[[str], str], django_db_blocker
) -> Iterator[str]:
    """A fresh copy of both gminas, on which everything really commits; the shared one is in use again afterwards."""
    name = f"skarbnik_own_{uuid4().hex[:10]}"
    shared = copy_database(SESSION)
    with django_db_blocker.unblock():
        use_database(server, copy_database(name))
        cache.clear()
        try:
            yield name
        finally:
            cache.clear()
            use_database(server, shared)
            with psycopg.connect(server.url("postgres", "postgres"), autocommit=True) as administrator:
                administrator.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def own_borki(own_database: str) -> tenancy.Scope:
    """Scope of Borki in the database of its own."""
    from tenants.directory.queries import scope_of

    return scope_of("0615022")


@pytest.fixture
def own_dabrowa(own_database: str) -> tenancy.Scope:
    """Scope of Dąbrowa Górnicza in the database of its own."""
    from tenants.directory.queries import scope_of

    return scope_of("2465011")


@pytest.fixture
def placed() -> Callable[[], tuple[str, str]]:
    """`placed()`: the PostgreSQL role and the search path under which the next statement really runs."""

    def ask() -> tuple[str, str]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_user, current_setting('search_path')")
            role, path = cursor.fetchone()
        return role, path.strip('"')

    return ask
