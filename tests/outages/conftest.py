"""Outages: most of them are one process that cannot reach another one; `own` is for those that need committed data."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from integrations.emulators.mailbox import Mailbox
from integrations.emulators.mailbox import start as start_mailbox
from integrations.emulators.operators import Emulator
from kernel import tenancy
from portal.embedded import postgres
from tests.fixtures.committed import Committed, Gmina, committed_database
from tests.fixtures.mail import use_mail_server


@pytest.fixture
def gmina(in_borki: tenancy.Scope, operator: Emulator) -> Gmina:
    """Borki in a transaction that is rolled back. The operator can be reached and cannot reach us: nothing notifies."""
    return Gmina(in_borki, operator)


@pytest.fixture
def own(
    server: postgres.Server,
    copy_database: Callable[[str], str],
    django_db_blocker,
    django_db_setup,
    emulator: Emulator,
) -> Iterator[Committed]:
    """Borki in a database of its own."""
    with committed_database(server, copy_database, django_db_blocker, emulator) as committed:
        yield committed


@pytest.fixture
def mailbox(settings, tmp_path: Path) -> Iterator[Mailbox]:
    """A mail server that works."""
    with start_mailbox(tmp_path / "mail") as running:
        use_mail_server(settings, running.smtp_port)
        yield running
