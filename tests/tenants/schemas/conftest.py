"""Gminas in a database of its own, the provisioner's connection, and schemas of no gmina."""

from collections.abc import Callable, Iterator

import pytest

from kernel import tenancy
from tenants.schemas import keys, recording
from tenants.schemas.making import Connection, provisioner
from tests.kernel.conftest import own_borki, own_dabrowa, own_database

__all__ = ["own_borki", "own_dabrowa", "own_database"]


@pytest.fixture
def provisioning(own_database: str) -> Iterator[Connection]:
    """The provisioner's connection to the database of its own."""
    with provisioner() as connection:
        yield connection


@pytest.fixture
def new_scope() -> Callable[[int], tenancy.Scope]:
    """`new_scope(7)`: scope of a gmina that nobody has registered or built."""

    def make(number: int) -> tenancy.Scope:
        name = f"gmina_{2_000_000 + number}"
        return tenancy.Scope(schema_name=name, role=name, tenant_id=name[6:])

    return make


@pytest.fixture
def nothing_known() -> Iterator[None]:
    """This process remembers no recording and no key, as a process that has just started; nor afterwards."""

    def forget() -> None:
        recording._known.clear()
        keys.migration_key.cache_clear()

    forget()
    yield
    forget()
