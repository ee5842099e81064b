"""Races happen between connections: every test gets a committed database of its own."""

from collections.abc import Callable, Iterator

import pytest

from integrations.emulators.operators import Emulator
from portal.embedded import postgres
from tests.fixtures.committed import Committed, committed_database


@pytest.fixture
def own(
    server: postgres.Server,
    copy_database: Callable[[str], str],
    django_db_blocker,
    django_db_setup,
    emulator: Emulator,
) -> Iterator[Committed]:
    with committed_database(server, copy_database, django_db_blocker, emulator) as committed:
        yield committed
