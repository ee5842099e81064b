"""`skarbnik fleet_migrate`: what it does to every gmina, and what it leaves alone."""

import threading
import time

import psycopg
import pytest
from django.core.management import CommandError
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from kernel import tenancy
from kernel.actors import system
from kernel.audit.models import AuditEntry
from portal.__main__ import main
from tenants.directory.models import Tenant, TenantState
from tenants.directory.queries import scope_of
from tenants.fleet.models import FleetJob, FleetJobGmina
from tenants.fleet.replay import Limits
from tenants.fleet.runner import Runner
from tests.tenants.fleet.conftest import LETTERS, STAMP, Fleet

ALL = ("0615022", "2465011")


def jobs() -> list[FleetJob]:
    with tenancy.public():
        return list(FleetJob.objects.order_by("id"))


def test_models_with_foreign_keys_and_many_to_many_come_out_as_django_makes_them(fleet: Fleet):
    fleet.add(6)
    fleet.application.migration("0001_initial", LETTERS)
    printed = fleet.run("--connections", "3")
    assert "migrated now: 8" in printed
    assert "through Django" not in printed
    assert fleet.migrated() == fleet.teryts
    [canary] = jobs()[0].report["canaries"]
    assert {fleet.dump(teryt) for teryt in fleet.teryts} == {fleet.dump(canary)}
    owners = "SELECT DISTINCT n.nspname, pg_get_userbyid(c.relowner) FROM pg_class c JOIN pg_namespace n"
    rows = fleet.admin.execute(f"{owners} ON n.oid = c.relnamespace WHERE relname LIKE 'probna%'").fetchall()
    assert {schema for schema, _ in rows} == {f"gmina_{teryt}" for teryt in [*fleet.teryts, *ALL]}
    assert all(schema == owner for schema, owner in rows)


def test_content_types_and_permissions_have_one_id_everywhere(fleet: Fleet):
    fleet.add(4)
    fleet.application.migration("0001_initial", LETTERS)
    fleet.run()
    query = (
        "SELECT c.id, p.id, p.codename, p.name FROM {0}.auth_permission p JOIN {0}.django_content_type c"
        " ON c.id = p.content_type_id WHERE c.app_label = 'probna' ORDER BY p.codename"
    )
    found = {
        tuple(fleet.admin.execute(query.format(f"gmina_{teryt}")).fetchall())
        for teryt in [*fleet.teryts, *ALL]
    }
    assert len(found) == 1
    assert len(next(iter(found))) == 8


def test_a_column_is_added_to_old_rows_too(letters):
    fleet = letters(5)
    for teryt in fleet.teryts:
        fleet.admin.execute(f"INSERT INTO gmina_{teryt}.probna_author (name) VALUES ('Anna')")
        fleet.admin.execute(
            f"INSERT INTO gmina_{teryt}.probna_letter (text, author_id) SELECT 'x', id FROM gmina_{teryt}.probna_author"
        )
    fleet.run()
    for teryt in fleet.teryts:
        assert fleet.admin.execute(f"SELECT stamp FROM gmina_{teryt}.probna_letter").fetchall() == [(7,)]


def test_what_a_broken_gmina_stops_is_untouched_and_the_next_run_goes_on(letters):
    fleet = letters(50)
    broken, later = fleet.teryts[16], fleet.teryts[17:]
    fleet.admin.execute(f"ALTER TABLE gmina_{broken}.probna_letter ADD COLUMN stamp text")
    with pytest.raises(CommandError, match="DuplicateColumn"):
        fleet.run("--connections", "4")
    assert fleet.migrated() == fleet.teryts[:16]
    for teryt in [*later, *ALL]:
        assert fleet.applied(teryt) == ["0001_initial"]
        assert "stamp" not in fleet.columns(teryt)
    job = jobs()[-1]
    assert (job.state, job.done, job.failed) == ("failed", 16, 1)
    assert "DuplicateColumn" in job.last_error
    with tenancy.public():
        assert [row.teryt for row in FleetJobGmina.objects.filter(job=job, state="failed")] == [broken]

    fleet.admin.execute(f"ALTER TABLE gmina_{broken}.probna_letter DROP COLUMN stamp")
    assert "migrated now: 36" in fleet.run()
    assert fleet.migrated() == fleet.teryts
    again = jobs()[-1]
    assert (again.pk, again.state, again.done, again.runs) == (job.pk, "done", 52, 2)
    with tenancy.public():
        acts = AuditEntry.objects.filter(subject_ref=str(job.public_id)).order_by("id")
        assert [entry.action for entry in acts] == [
            "fleet.start",
            "fleet.fail",
            "fleet.start",
            "fleet.finish",
        ]


def test_a_broken_canary_leaves_all_gminas_as_they_were(letters):
    fleet = letters(4)
    fleet.admin.execute("ALTER TABLE gmina_0000003.probna_letter ADD COLUMN stamp text")
    with pytest.raises(CommandError, match="canary 0000003"):
        fleet.run("--canary", "0000003")
    assert fleet.migrated() == []


def test_with_nothing_to_do_nothing_is_written(letters):
    fleet = letters(3)
    fleet.run()
    before = len(jobs())
    printed = fleet.run()
    assert "migrated now: 0" in printed
    assert len(jobs()) == before


def test_a_dry_run_prints_the_sql_and_changes_nothing(letters):
    fleet = letters(3)
    before = len(jobs())
    printed = fleet.run("--dry-run")
    assert 'ALTER TABLE "probna_letter" ADD COLUMN "stamp" integer DEFAULT 7 NOT NULL' in printed
    assert "5 gminas lack 1 migrations" in printed
    assert fleet.migrated() == []
    assert len(jobs()) == before


def test_a_second_runner_says_that_another_is_under_way(letters):
    fleet = letters(2)
    lock = "SELECT pg_advisory_lock(hashtextextended('skarbnik fleet_migrate', 0))"
    with psycopg.connect(fleet.server.url("skarbnik_provisioner", fleet.database), autocommit=True) as other:
        other.execute(lock)
        with pytest.raises(CommandError, match="another fleet_migrate is under way"):
            fleet.run()
    assert fleet.migrated() == []


def test_a_gmina_whose_table_somebody_reads_is_tried_again_while_the_others_go_on(letters):
    fleet = letters(8)
    busy = fleet.teryts[3]
    url = fleet.server.url("postgres", fleet.database)
    with psycopg.connect(url) as reader:
        reader.execute(f"SELECT * FROM gmina_{busy}.probna_letter")

        def let_go() -> None:
            deadline = time.monotonic() + 30
            while len(fleet.migrated()) < 7 and time.monotonic() < deadline:
                time.sleep(0.05)
            assert busy not in fleet.migrated()
            reader.rollback()

        waiting = threading.Thread(target=let_go)
        waiting.start()
        fleet.run("--canary", fleet.teryts[0])
        waiting.join()
    assert fleet.migrated() == fleet.teryts
    assert jobs()[-1].report["retries"] >= 1


def test_a_gmina_that_stays_in_use_is_named_in_the_end(letters):
    fleet = letters(4)
    busy = fleet.teryts[1]
    with psycopg.connect(fleet.server.url("postgres", fleet.database)) as reader:
        reader.execute(f"SELECT * FROM gmina_{busy}.probna_letter")
        with pytest.raises(CommandError, match=f"{busy}.*LockNotAvailable"):
            fleet.run("--tries", "2")
    assert fleet.applied(busy) == ["0001_initial"]


def test_python_migrations_run_in_every_gmina_and_are_named(fleet: Fleet):
    fleet.add(3)
    fleet.application.migration("0001_initial", LETTERS)
    fleet.application.migration(
        "0002_authors",
        """
    def first(apps, editor):
        with editor.connection.cursor() as cursor:
            cursor.execute("SELECT current_schema")
            apps.get_model("probna", "Author").objects.create(name=cursor.fetchone()[0])

    operations = [migrations.RunPython(first, migrations.RunPython.noop)]
""",
        after="0001_initial",
    )
    fleet.application.migration("0003_stamp", STAMP, after="0002_authors")
    printed = fleet.run()
    assert "through Django, slower: probna.0002_authors runs Python code" in printed
    assert fleet.migrated() == fleet.teryts
    for teryt in [*fleet.teryts, *ALL]:
        names = fleet.admin.execute(f"SELECT name FROM gmina_{teryt}.probna_author").fetchall()
        assert names == [(f"gmina_{teryt}",)]
        assert "stamp" in fleet.columns(teryt)


def test_a_concurrent_index_is_made_outside_a_transaction(letters):
    fleet = letters(2)
    fleet.application.migration(
        "0003_index",
        """
    atomic = False
    operations = [
        migrations.RunSQL("CREATE INDEX CONCURRENTLY letter_text ON probna_letter (md5(text))", migrations.RunSQL.noop)
    ]
""",
        after="0002_stamp",
    )
    printed = fleet.run()
    assert "probna.0003_index runs outside a transaction" in printed
    found = fleet.admin.execute(
        "SELECT schemaname FROM pg_indexes WHERE indexname = 'letter_text'"
    ).fetchall()
    assert len(found) == 4


def test_triggers_and_texts_that_end_in_comments_are_replayed_as_they_stand(letters):
    fleet = letters(3)
    fleet.application.migration(
        "0003_trigger",
        '''
    operations = [migrations.RunSQL("""
CREATE FUNCTION letters_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '100%% of letters; they stay';
END $$;
CREATE TRIGGER stay BEFORE DELETE ON probna_letter FOR EACH STATEMENT EXECUTE FUNCTION letters_stay(); -- really""",
        "DROP FUNCTION letters_stay() CASCADE")]
''',
        after="0002_stamp",
    )
    fleet.run()
    assert fleet.migrated() == fleet.teryts
    assert len({fleet.dump(teryt) for teryt in fleet.teryts}) == 1
    with pytest.raises(psycopg.errors.RaiseException, match="100% of letters"):
        fleet.admin.execute("DELETE FROM gmina_0000003.probna_letter")


def test_gminas_of_unequal_states_are_migrated_group_by_group(letters):
    fleet = letters(6)
    fleet.run("--only", "0000002", "0000005")
    assert fleet.migrated() == ["0000002", "0000005"]
    fleet.application.migration("0003_number", STAMP.replace("stamp", "number"), after="0002_stamp")
    fleet.run()
    assert fleet.migrated() == fleet.teryts
    report = jobs()[-1].report
    assert report["groups"] == 2
    assert len(report["canaries"]) == 2


def test_suspended_gminas_are_migrated_and_those_being_set_up_or_missing_are_told(letters):
    fleet = letters(3)
    [suspended] = fleet.add(1, state=TenantState.SUSPENDED)
    [being_set_up] = fleet.add(1, state=TenantState.PROVISIONING)
    [missing] = fleet.add(1)
    fleet.admin.execute(f"DROP SCHEMA gmina_{missing} CASCADE")
    fleet.teryts.remove(missing)
    printed = fleet.run()
    assert f"schema or role missing, left out: {missing}" in printed
    assert f"left to their own job: {being_set_up}" in printed
    assert "suspended or leaving gminas, migrated like all: 1" in printed
    assert suspended in fleet.migrated()
    assert fleet.applied(being_set_up) == []


def test_a_gmina_that_older_code_sets_up_meanwhile_is_found_afterwards(letters):
    fleet = letters(2)
    late: list[str] = []

    def say(line: str) -> None:
        if line.startswith("canary") and not late:
            late.extend(fleet.add(1))

    runner = Runner(system("tests"), Limits(), say=say)
    runner.run()
    assert late
    assert fleet.migrated() == fleet.teryts
    assert runner.report.done == 5


def test_the_code_before_works_with_gminas_of_both_versions_on_one_connection(letters):
    fleet = letters(2)
    old = MigrationLoader(None).project_state(("probna", "0001_initial")).apps
    fleet.run("--only", "0000001")
    assert fleet.migrated() == ["0000001"]
    for turn in range(12):
        for teryt in fleet.teryts:
            with tenancy.enter(scope_of(teryt)):
                author, _ = old.get_model("probna", "Author").objects.get_or_create(name="Anna")
                old.get_model("probna", "Letter").objects.create(text=str(turn), author=author)
                assert old.get_model("probna", "Letter").objects.count() == turn + 1
    stamps = fleet.admin.execute("SELECT DISTINCT stamp FROM gmina_0000001.probna_letter").fetchall()
    assert stamps == [(7,)]


def test_stock_migrate_schemas_stays_usable(letters, capsys):
    fleet = letters(1)
    main(["skarbnik", "migrate_schemas", "--tenant", "--verbosity", "0"])
    tenancy.force(None)
    connection.close()
    assert fleet.migrated() == fleet.teryts
    for teryt in ALL:
        assert fleet.applied(teryt) == ["0001_initial", "0002_stamp"]
    assert "migrated now: 0" in fleet.run()


def test_an_unknown_teryt_changes_nothing(letters):
    fleet = letters(1)
    with pytest.raises(CommandError, match="9999999"):
        fleet.run("--only", "9999999")
    assert fleet.migrated() == []
    with tenancy.public():
        assert not Tenant.objects.filter(teryt="9999999").exists()
