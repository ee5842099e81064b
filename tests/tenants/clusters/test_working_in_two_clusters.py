"""What goes over all gminas goes to each of them where it is: fleet migrations, jobs, backups."""

import os
from pathlib import Path

import pytest
from django.core.cache import cache
from django.core.management import call_command

from kernel import tenancy
from kernel.postgresql.base import WrongCluster
from portal.jobs import JOBS, run_now
from services.accounts.models import Payer
from services.ledger.verification import verify
from tenants.archive.backups import back_up_gmina, backup_file
from tenants.archive.moves import confirm_move, move_gmina
from tenants.archive.restores import confirm_restore, drill_restore, restore_gmina
from tenants.directory.models import Tenant, TenantFigures
from tenants.directory.queries import scope_of
from tenants.jobs import actions
from tenants.jobs.claims import due_by_shard, open_round
from tenants.jobs.models import JobRun
from tests.tenants.archive.conftest import OLGA, live_on, one
from tests.tenants.clusters.conftest import BORKI, DABROWA, NORTH, SCHEMA
from tests.tenants.fleet.conftest import LETTERS, STAMP, application, fleet

__all__ = ["application", "fleet"]

STAMPED = (
    "SELECT count(*) FROM information_schema.columns WHERE table_schema = '{}' "
    "AND table_name = 'probna_letter' AND column_name = 'stamp'"
)


def move(teryt: str = BORKI) -> tenancy.Scope:
    assert move_gmina(teryt, NORTH, say=lambda line: None, actor=OLGA).findings == []
    confirm_move(teryt, actor=OLGA)
    return scope_of(teryt)


@pytest.fixture
def folder(tmp_path: Path, settings) -> Path:
    settings.BACKUP_DIR = os.environ["BACKUP_DIR"] = str(tmp_path / "backups")
    yield tmp_path / "backups"
    del os.environ["BACKUP_DIR"]


def test_fleet_migrate_brings_gminas_of_both_clusters_to_the_new_version(fleet, north, here, there):
    fleet.add(6)
    for teryt in (BORKI, DABROWA):
        move(teryt)
    fleet.application.migration("0001_initial", LETTERS)
    fleet.run()
    fleet.application.migration("0002_stamp", STAMP, after="0001_initial")
    printed = fleet.run()
    assert "gminas: 8, of this version: 8, migrated now: 8" in printed
    assert len(fleet.migrated()) == 6
    for teryt in (BORKI, DABROWA):
        assert one(there, STAMPED.format(f"gmina_{teryt}")) == 1
        assert one(here, STAMPED.format(f"gmina_{teryt}")) == 0
    assert "migrated now: 0" in fleet.run()


def test_a_failure_in_one_cluster_leaves_the_gminas_behind_it_in_the_other_untouched(fleet, north, there):
    fleet.add(6)
    for teryt in (BORKI, DABROWA):
        move(teryt)
    fleet.application.migration("0001_initial", LETTERS)
    fleet.run()
    fleet.application.migration("0002_stamp", STAMP, after="0001_initial")
    fleet.admin.execute(f"ALTER TABLE gmina_{fleet.teryts[2]}.probna_letter ADD COLUMN stamp integer")
    with pytest.raises(BaseException, match="stamp"):
        fleet.run("--connections", "1", "--canary", fleet.teryts[0])
    assert set(fleet.migrated()) <= set(fleet.teryts[:3])


def test_a_gmina_is_backed_up_restored_and_drilled_where_it_is(lived_in, folder, here, there):
    scope = move()
    assert one(here, f"SELECT count(*) FROM pg_namespace WHERE nspname LIKE '{SCHEMA}%'") == 0
    path = backup_file(back_up_gmina(BORKI, actor=OLGA))
    with tenancy.enter(scope):
        count = Payer.objects.count()
        Payer.objects.create(external_id="K-pozniej", kind="person", name="Później")
    assert drill_restore(BORKI, actor=OLGA).passed
    assert restore_gmina(BORKI, path, actor=OLGA).findings == []
    with tenancy.enter(scope):
        assert Payer.objects.count() == count
        assert verify().findings == ()
    confirm_restore(BORKI, actor=OLGA)
    live_on(scope)
    assert one(there, f"SELECT count(*) FROM pg_namespace WHERE nspname LIKE '{SCHEMA}%'") == 1
    assert one(here, f"SELECT count(*) FROM pg_namespace WHERE nspname LIKE '{SCHEMA}%'") == 0


def test_periodic_jobs_run_in_a_moved_gmina_and_leave_out_one_that_is_being_moved(lived_in, there):
    move()
    cache.clear()
    run_now("measure", [BORKI])
    with tenancy.public():
        assert TenantFigures.objects.get(tenant__teryt=BORKI).liabilities == 3
    job = JOBS["sweep"]
    open_round(job.name)
    assert due_by_shard(job) == {"main": 1, NORTH: 1}
    with tenancy.public():
        Tenant.objects.filter(teryt=BORKI).update(is_moving=True)
    assert due_by_shard(job) == {"main": 1}
    for shard in ("main", NORTH):
        actions.run_batch(job, shard)
    with tenancy.public():
        runs = JobRun.objects.filter(job=job.name)
        assert dict(runs.values_list("tenant_id", "outcome")) == {DABROWA: "done", BORKI: ""}
        Tenant.objects.filter(teryt=BORKI).update(is_moving=False)
    actions.run_batch(job, NORTH)
    with tenancy.public():
        assert JobRun.objects.get(job=job.name, tenant=BORKI).outcome == "done"


def test_stock_migrate_schemas_refuses_a_gmina_of_another_cluster_and_says_what_does_it(
    lived_in, north, here, there
):
    """A move keeps the old copy until it is confirmed: that one has the gmina's name too, and is nobody's any more."""
    assert move_gmina(BORKI, NORTH, say=lambda line: None, actor=OLGA).findings == []
    before = one(here, f"SELECT count(*) FROM {SCHEMA}.django_migrations")
    gone = f"DELETE FROM {SCHEMA}.django_migrations WHERE app = 'ledger' AND name LIKE '0001%' RETURNING 1"
    assert one(here, gone) == 1
    with tenancy.public(), pytest.raises(WrongCluster, match=r"'north'.*fleet_migrate"):
        call_command("migrate_schemas", schema_name=SCHEMA, tenant=True, verbosity=0)
    assert one(here, f"SELECT count(*) FROM {SCHEMA}.django_migrations") == before - 1
    with tenancy.public():
        call_command("migrate_schemas", schema_name=f"gmina_{DABROWA}", tenant=True, verbosity=0)
