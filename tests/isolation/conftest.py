"""The arena as fixtures: ours, stock's, and a pooler before both."""

import os
from dataclasses import replace
from typing import Any

import pytest

from portal.embedded import postgres
from tests.fixtures.pooler import pgbouncer
from tests.isolation.arena import STOCK, Arena
from tests.isolation.grounds import make_small_gminas

READS = int(os.environ.get("READS", "3000"))
"""Reads of one run; `make isolation READS=1000000` is the long one."""


@pytest.fixture(scope="session")
def small_gminas(server: postgres.Server) -> Arena:
    """Twenty schemas with a role each, and the owner's name in a table of each."""
    return make_small_gminas(server, READS)


@pytest.fixture(scope="session")
def stock(small_gminas: Arena) -> Arena:
    """The same with django-tenants' own backend, which needs one login that may read everything."""
    return replace(small_gminas, engine=STOCK, user="postgres")


@pytest.fixture(scope="session")
def pooler(server: postgres.Server, small_gminas: Arena, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Port of a PgBouncer that shares two connections by transaction."""
    with pgbouncer(server, tmp_path_factory.mktemp("pooler")) as port:
        yield port
