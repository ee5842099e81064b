"""Issue 5: after a restore, an undone restore and export → import the audit chain verifies, and goes on."""

from pathlib import Path

import pytest

from kernel import tenancy
from kernel.audit.models import AuditEntry
from kernel.audit.recording import record
from kernel.audit.verification import Verified
from tenants.archive.backups import back_up_gmina, backup_file
from tenants.archive.exports import export_gmina
from tenants.archive.imports import import_gmina
from tenants.archive.restores import confirm_restore, drill_restore, restore_gmina, undo_restore
from tenants.directory.queries import scope_of
from tenants.jobs import chains
from tests.tenants.archive.conftest import LOCK, OLGA, UNLOCK

BORKI = "0615022"


@pytest.fixture
def sealed(lived_in: tenancy.Scope) -> tenancy.Scope:
    """Borki with a log of which the most is sealed and the last entry waits."""
    with tenancy.enter(lived_in):
        chains.seal()
        record("test.waits", actor=OLGA)
    return lived_in


def go_on() -> Verified:
    """Verify the chain as it came, add an entry, seal, and verify again."""
    with tenancy.enter(scope_of(BORKI)):
        assert chains.verify().findings == ()
        record("test.after", actor=OLGA)
        chains.seal()
        told = chains.verify()
    assert (told.findings, told.unsealed) == ((), 0)
    return told


def test_a_backup_that_is_restored_brings_its_chain_and_an_undone_restore_the_newer_one(sealed, folder: Path):
    row = back_up_gmina(BORKI, actor=OLGA)
    seals = go_on().seals
    assert drill_restore(BORKI, actor=OLGA).passed
    restore_gmina(BORKI, backup_file(row), actor=OLGA)
    assert (
        go_on().seals == seals
    )  # the newest seal went with the restore, and another one stands in its place
    with tenancy.enter(scope_of(BORKI)):
        assert AuditEntry.objects.filter(action="test.after").count() == 1
    undo_restore(BORKI, actor=OLGA)
    assert go_on().seals == seals + 1
    restore_gmina(BORKI, backup_file(row), actor=OLGA)
    confirm_restore(BORKI, actor=OLGA)
    go_on()


def test_an_export_brings_its_chain_to_another_deployment(sealed, tmp_path: Path, elsewhere):
    path = tmp_path / "borki.skarbnik"
    export_gmina(BORKI, path, LOCK, with_dump=False, actor=OLGA)
    elsewhere()
    assert import_gmina(path, "borki", unlock=UNLOCK, actor=OLGA).findings == []
    assert go_on().seals >= 2
