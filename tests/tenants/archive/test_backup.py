"""P6: backup and restore of one gmina while the others run, and a drill with a dated record."""

import threading
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.db import connections
from django.utils import timezone

from kernel import tenancy
from kernel.audit.models import AuditEntry
from kernel.errors import Conflict, InvalidInput, NotFound
from services.accounts.models import Payer
from services.ledger.models import Entry
from services.ledger.verification import verify
from tenants.archive import files
from tenants.archive.backups import back_up_gmina, backup_file
from tenants.archive.models import BackupRecord, RestoreDrill
from tenants.archive.packing import opened
from tenants.archive.restores import confirm_restore, drill_restore, restore_gmina, undo_restore
from tests.fixtures.cast import RESIDENTS
from tests.tenants.archive.conftest import OLGA, STRANGE, blocked, live_on, schemas, skarbnik

BORKI, DABROWA = "0615022", "2465011"
SCHEMA = f"gmina_{BORKI}"


@pytest.fixture
def url(server, lived_in) -> str:
    """The database of the test, for its administrator."""
    return server.url("postgres", django_settings.DATABASES["default"]["NAME"])


@pytest.fixture
def backup(lived_in, folder: Path) -> Path:
    return backup_file(back_up_gmina(BORKI, actor=OLGA))


def entries(scope: tenancy.Scope) -> int:
    with tenancy.enter(scope):
        return Entry.objects.count()


def both(server) -> set[str]:
    return schemas(server, django_settings.DATABASES["default"]["NAME"])


def test_p6_a_backup_holds_no_readable_person_and_no_key(backup: Path, lived_in) -> None:
    with opened(backup) as archive:
        payers = archive.read("tabele/accounts_payer.copy")
        assert archive.manifest.sums["receivable_principal"] == 2 * 300_00 + 123_45 - 100_00
        assert not [name for name in archive.manifest.parts if "klucz" in name]
    for person in (RESIDENTS["anna"], STRANGE[:10]):
        assert person.encode() not in payers
    assert lived_in.wrapped_data_key not in backup.read_bytes()
    assert backup.stat().st_mode & 0o077 == 0
    assert backup.parent.stat().st_mode & 0o077 == 0


@pytest.mark.covers("S21", "S69", "S78", "S86")
def test_p6_one_gmina_goes_back_to_its_backup_while_the_others_stay_as_they_are(
    backup: Path, lived_in, own_dabrowa, server
) -> None:
    then = entries(lived_in)
    live_on(lived_in)
    live_on(own_dabrowa)
    elsewhere_now = entries(own_dabrowa)
    assert restore_gmina(BORKI, backup, actor=OLGA).findings == []
    assert entries(lived_in) == then
    assert entries(own_dabrowa) == elsewhere_now
    with tenancy.enter(lived_in):
        assert verify().findings == ()
        assert Payer.objects.get(external_id="K-anna").name == STRANGE
    assert both(server) == {SCHEMA, f"{SCHEMA}_before", f"gmina_{DABROWA}"}
    live_on(lived_in)  # it goes on from there


def test_the_state_before_a_restore_is_kept_until_a_person_decides(backup: Path, lived_in, server) -> None:
    then = entries(lived_in)
    live_on(lived_in)
    restore_gmina(BORKI, backup, actor=OLGA)
    with pytest.raises(Conflict, match=r"restore\.unconfirmed"):
        restore_gmina(BORKI, backup, actor=OLGA)
    undo_restore(BORKI, actor=OLGA)
    assert entries(lived_in) == then + 1
    assert both(server) == {SCHEMA, f"gmina_{DABROWA}"}
    for act in (undo_restore, confirm_restore):
        with pytest.raises(Conflict, match=r"restore\.nothing_kept"):
            act(BORKI, actor=OLGA)
    restore_gmina(BORKI, backup, actor=OLGA)
    confirm_restore(BORKI, actor=OLGA)
    assert entries(lived_in) == then
    assert both(server) == {SCHEMA, f"gmina_{DABROWA}"}
    with tenancy.public():
        done = set(AuditEntry.objects.values_list("action", flat=True))
    assert {"tenant.restored", "tenant.restore_undone", "tenant.restore_confirmed"} <= done


def test_readers_see_the_old_or_the_restored_gmina_and_never_an_error(backup: Path, lived_in) -> None:
    then = entries(lived_in)
    live_on(lived_in)
    seen: set[int] = set()
    errors: list[Exception] = []
    over = threading.Event()

    def read() -> None:
        try:
            while not over.is_set():
                seen.add(entries(lived_in))
        except Exception as error:
            errors.append(error)
        finally:
            connections.close_all()

    readers = [threading.Thread(target=read, daemon=True) for _ in range(2)]
    for reader in readers:
        reader.start()
    restore_gmina(BORKI, backup, actor=OLGA)
    assert entries(lived_in) == then
    over.set()
    for reader in readers:
        reader.join(30)
    assert errors == []
    assert then + 1 in seen
    assert seen <= {then, then + 1}


def test_a_restore_that_is_killed_before_the_swap_changes_nothing_and_the_next_one_is_whole(
    backup: Path, lived_in, server, url: str
) -> None:
    then = entries(lived_in)
    live_on(lived_in)
    hold = f"LOCK TABLE {SCHEMA}.ledger_entry IN ROW EXCLUSIVE MODE"
    with blocked(url, hold, "restore_gmina", BORKI, "--file", str(backup)):
        assert f"{SCHEMA}_restored" in both(server)
    assert entries(lived_in) == then + 1
    assert f"{SCHEMA}_before" not in both(server)
    restore_gmina(BORKI, backup, actor=OLGA)
    assert entries(lived_in) == then
    confirm_restore(BORKI, actor=OLGA)
    assert both(server) == {SCHEMA, f"gmina_{DABROWA}"}


def test_a_backup_that_is_killed_leaves_no_file_that_looks_like_one(lived_in, folder: Path, url: str) -> None:
    hold = f"LOCK TABLE {SCHEMA}.users_user IN ACCESS EXCLUSIVE MODE"
    with blocked(url, hold, "back_up_gmina", BORKI), pytest.raises(Conflict, match=r"archive\.busy"):
        back_up_gmina(BORKI, actor=OLGA)
    left = [path.name for path in (folder / BORKI).iterdir()]
    assert [name for name in left if not name.endswith(files.PARTIAL)] == []
    assert left, "it was killed before it began; the test shows nothing"
    with tenancy.public():
        assert not BackupRecord.objects.exists()
    row = back_up_gmina(BORKI, actor=OLGA)
    assert sorted(path.name for path in (folder / BORKI).iterdir()) == sorted([row.file, "keys.json"])


@pytest.mark.covers("S68")
def test_p6_a_drill_restores_aside_compares_and_keeps_a_dated_record(backup: Path, lived_in, server) -> None:
    live_on(lived_in)
    now = entries(lived_in)
    before = timezone.now()
    drill = drill_restore(BORKI, actor=OLGA)
    assert (drill.passed, drill.findings) == (True, [])
    assert before <= drill.started_at <= timezone.now()
    assert drill.rows == sum(drill.backup.rows.values()) > 0
    assert entries(lived_in) == now
    assert both(server) == {SCHEMA, f"gmina_{DABROWA}"}


def test_p6_a_drill_of_a_damaged_backup_is_kept_as_failed_with_the_place(
    backup: Path, lived_in, server
) -> None:
    content = bytearray(backup.read_bytes())
    content[len(content) // 2] ^= 1
    backup.write_bytes(bytes(content))
    drill = drill_restore(BORKI, actor=OLGA)
    assert not drill.passed
    assert "archive.damaged tabele/" in drill.findings[0]
    with tenancy.public():
        assert RestoreDrill.objects.get().findings == drill.findings
    assert both(server) == {SCHEMA, f"gmina_{DABROWA}"}
    with pytest.raises(InvalidInput, match=r"archive\.damaged"):
        restore_gmina(BORKI, backup, actor=OLGA)
    told, _ = (command := skarbnik("drill_restore", BORKI)).communicate(timeout=120)
    assert command.returncode == 1
    assert "FAILED" in told


def test_a_restore_whose_rows_differ_is_refused_and_the_gmina_stays(
    backup: Path, lived_in, server, monkeypatch
) -> None:
    """Whatever loses a row on the way: the comparison finds it before the swap."""
    from tenants.archive import loading

    live_on(lived_in)
    now = entries(lived_in)
    load = loading.rows.load

    def losing(connection, scope, table, form, file):
        lines = list(file)
        load(connection, scope, table, form, lines[:-1] if table.name == "ledger_posting" else lines)

    monkeypatch.setattr(loading.rows, "load", losing)
    with pytest.raises(InvalidInput) as refused:
        restore_gmina(BORKI, backup, actor=OLGA)
    findings = " ".join(refused.value.params["findings"])
    assert refused.value.code == "archive.differs"
    assert "ledger_posting" in findings
    assert "ledger: " in findings
    assert " gr, not " in findings
    assert entries(lived_in) == now
    assert both(server) == {SCHEMA, f"gmina_{DABROWA}"}


def test_a_backup_of_another_gmina_is_refused(backup: Path, own_dabrowa, server) -> None:
    before = entries(own_dabrowa)
    with pytest.raises(InvalidInput, match=r"archive\.other_gmina"):
        restore_gmina(DABROWA, backup, actor=OLGA)
    assert entries(own_dabrowa) == before
    assert f"gmina_{DABROWA}_restored" not in both(server)


def test_a_backup_that_does_not_open_with_the_gminas_keys_is_found_by_the_drill(
    backup: Path, lived_in
) -> None:
    from kernel import crypto
    from tenants.directory.models import Tenant

    keys = crypto.new_wrapped_keys(BORKI)
    with tenancy.public():
        Tenant.objects.filter(teryt=BORKI).update(data_key=keys.data_key, index_key=keys.index_key)
    drill = drill_restore(BORKI, actor=OLGA)
    assert not drill.passed
    assert any("does not open" in finding for finding in drill.findings)


def test_the_oldest_backups_go_and_the_one_that_a_drill_has_proved_stays(
    own_borki, folder: Path, settings, monkeypatch
) -> None:
    settings.BACKUP_KEEP = 2
    first = back_up_gmina(BORKI, actor=OLGA)
    with tenancy.public():
        RestoreDrill.objects.create(
            teryt=BORKI, backup=first, started_at=timezone.now(), milliseconds=1, passed=True, rows=1
        )
    second, third, fourth = (back_up_gmina(BORKI, actor=OLGA) for _ in range(3))
    kept = {path.name for path in (folder / BORKI).glob("*.zip")}
    assert kept == {first.file, third.file, fourth.file}
    with tenancy.public():
        assert BackupRecord.objects.get(pk=second.pk).removed_at is not None
        assert BackupRecord.objects.filter(removed_at__isnull=True).count() == 3


def test_without_a_folder_or_a_backup_there_is_nothing_to_restore(own_borki, folder: Path, settings) -> None:
    with pytest.raises(NotFound, match=r"archive\.unknown"):
        drill_restore(BORKI, actor=OLGA)
    settings.BACKUP_DIR = ""
    with pytest.raises(Conflict, match=r"archive\.no_folder"):
        back_up_gmina(BORKI, actor=OLGA)
    with pytest.raises(NotFound, match=r"tenant\.unknown"):
        back_up_gmina("3202011", actor=OLGA)
