"""P6: every night every gmina is backed up and verified, and one backup in turn is restored for practice, with its date."""

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from celery import current_app
from django.db import connection
from django.utils import timezone

from kernel import tenancy
from kernel.dates import WARSAW
from portal import fleet
from portal.verification import verify_gmina
from services.ledger.models import Seal
from tenants.archive.backups import back_up_gmina
from tenants.archive.models import BackupRecord, RestoreDrill
from tenants.archive.queries import is_drilled_since, waiting_for_drill
from tenants.archive.restores import restore_gmina
from tenants.fleet import slices
from tenants.fleet.models import FleetJob, FleetJobGmina, JobKind
from tests.services.ledger.test_verify import tamper
from tests.tenants.archive.conftest import folder, lived_in
from tests.tenants.conftest import own_borki, own_database

__all__ = ["folder", "lived_in", "own_borki", "own_database"]

BORKI, DABROWA = "0615022", "2465011"


def run(kind: str) -> FleetJob:
    while slices.run_slice(kind, fleet.WORKS[kind], actor=fleet.WORKER):
        pass
    with tenancy.public():
        return FleetJob.objects.filter(kind=kind).first()


def parts(job: FleetJob) -> dict[str, FleetJobGmina]:
    with tenancy.public():
        return {part.teryt: part for part in FleetJobGmina.objects.filter(job=job)}


def asked() -> list[tuple[str, str]]:
    with tenancy.public():
        return sorted(FleetJob.objects.values_list("kind", "asked_by"))


NIGHT = [("back_up", "portal.nightly"), ("verify", "portal.nightly")]


def test_every_night_all_gminas_are_backed_up_and_verified_once(own_database, folder: Path):
    fleet.nightly()
    fleet.nightly()
    assert asked() == NIGHT
    backups = parts(run(JobKind.BACK_UP))
    assert {part.state for part in backups.values()} == {"done"}
    for teryt in (BORKI, DABROWA):
        [file] = (folder / teryt).glob("*.zip")
        assert backups[teryt].result["bytes"] == file.stat().st_size
    verified = parts(run(JobKind.VERIFY))
    assert {teryt: part.error for teryt, part in verified.items()} == {BORKI: "", DABROWA: ""}
    fleet.nightly()
    assert asked() == NIGHT
    with tenancy.public():
        FleetJob.objects.update(asked_at=timezone.now() - timedelta(days=1))
    fleet.nightly()
    assert len(asked()) == 4


def test_without_a_folder_there_are_no_backups_and_the_rest_goes_on(own_database, settings):
    settings.BACKUP_DIR = ""
    fleet.nightly()
    assert asked() == NIGHT[1:]


@pytest.mark.parametrize(
    ("now", "night"),
    [
        (datetime(2026, 11, 21, 0, 59, tzinfo=WARSAW), datetime(2026, 11, 20, 1, tzinfo=WARSAW)),
        (datetime(2026, 11, 21, 1, 0, tzinfo=WARSAW), datetime(2026, 11, 21, 1, tzinfo=WARSAW)),
        (datetime(2026, 11, 21, 14, 0, tzinfo=WARSAW), datetime(2026, 11, 21, 1, tzinfo=WARSAW)),
    ],
)
def test_a_clock_that_was_away_at_night_is_late_and_not_silent(now, night):
    assert fleet.last_night(now) == night


def test_one_backup_a_night_is_restored_for_practice_and_the_gminas_take_turns(own_database, folder: Path):
    fleet.nightly()
    fleet.drill()
    with tenancy.public():
        assert not RestoreDrill.objects.exists(), "not before tonight's backups are there"
    run(JobKind.BACK_UP)
    fleet.drill()
    fleet.drill()
    with tenancy.public():
        [first] = RestoreDrill.objects.all()
        assert first.passed
        assert first.rows > 0
        assert is_drilled_since(timezone.now() - timedelta(hours=1))
        RestoreDrill.objects.update(started_at=timezone.now() - timedelta(days=1))
    fleet.drill()
    with tenancy.public():
        assert set(RestoreDrill.objects.values_list("teryt", flat=True)) >= {first.teryt}
        assert RestoreDrill.objects.count() == 2


def test_whose_backup_was_never_tried_waits_the_longest(own_database, folder: Path, monkeypatch):
    monkeypatch.setattr("tenants.archive.queries.FIRST_IN_TURN", 1)
    with tenancy.public():
        assert waiting_for_drill() == ""
    for teryt in (BORKI, DABROWA):
        back_up_gmina(teryt, actor=fleet.NIGHTLY)
    with tenancy.public():
        kept = BackupRecord.objects.get(teryt=BORKI)
        for days, teryt in ((3, DABROWA), (2, BORKI)):
            assert waiting_for_drill() == BORKI
            RestoreDrill.objects.create(
                teryt=teryt, backup=kept, started_at=timezone.now() - timedelta(days=days),
                milliseconds=1, passed=True, rows=1,
            )  # fmt: skip
        assert waiting_for_drill() == DABROWA


def test_the_wake_asks_for_a_slice_of_every_job_that_waits(own_database, settings):
    slices.plan(JobKind.VERIFY, [BORKI], actor=fleet.WORKER)
    queue = Path(settings.CELERY_BROKER_TRANSPORT_OPTIONS["data_folder_in"])
    queue.mkdir(parents=True, exist_ok=True)
    for path in queue.glob("*.long.msg"):
        path.unlink()
    fleet.wake()
    [sent] = queue.glob("*.long.msg")
    assert json.loads(sent.read_text())["headers"]["task"] == "portal.run_slice"
    sent.unlink()
    assert "portal.run_slice" in current_app.tasks


# --- what a verification finds ------------------------------------------------------------------------------------------


def verified(teryt: str = BORKI) -> FleetJobGmina:
    slices.plan(JobKind.VERIFY, [teryt], actor=fleet.WORKER)
    return parts(run(JobKind.VERIFY))[teryt]


def test_a_changed_entry_of_the_ledger_is_found(lived_in):
    assert verified().state == "done"
    with tenancy.enter(lived_in):
        tamper("UPDATE ledger_posting SET amount_gr = amount_gr + 1 WHERE account = 'bank'")
    part = verified()
    assert part.state == "failed"
    assert part.error.startswith("ledger: ")


def test_a_chain_whose_end_was_cut_off_since_the_last_night_is_found(lived_in):
    good = verified()
    assert good.result["seals"] >= 1
    with tenancy.enter(lived_in):
        tamper("DELETE FROM ledger_seal WHERE number = (SELECT max(number) FROM ledger_seal)")
        assert Seal.objects.count() == good.result["seals"] - 1
    assert "ledger: " in verified().error


def test_a_gmina_that_was_put_back_on_purpose_is_not_accused(lived_in, folder: Path):
    before = back_up_gmina(BORKI, actor=fleet.NIGHTLY)
    with tenancy.enter(lived_in):
        from services.ledger.sealing import seal

        assert seal() > 0
    assert verified().state == "done"
    restore_gmina(BORKI, folder / BORKI / before.file, actor=fleet.NIGHTLY)
    assert verified().error == ""


def test_tables_that_are_not_what_the_migrations_make_are_found(own_borki):
    assert verify_gmina(BORKI).wrong == ""
    with tenancy.enter(own_borki), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE accounts_payer ADD COLUMN extra integer")
    assert verify_gmina(BORKI).wrong.startswith("structure: ")
    assert verify_gmina(DABROWA).wrong == ""
