"""The text is made once for a set of migrations, and refused where it would copy what each gmina must have for itself."""

import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection as application

from kernel import tenancy
from tenants.schemas import keys, recording
from tenants.schemas.building import build
from tenants.schemas.making import as_role, make_schema
from tenants.schemas.own_values import OwnValues
from tests.tenants.schemas.test_replaying import of_the_template

HEAD = """
import uuid
from django.db import migrations, models

def rows(apps, schema_editor, *values):
    with schema_editor.connection.cursor() as cursor:
        for value in values:
            cursor.execute("INSERT INTO seeds (value) VALUES (%s)", [value])

class Migration(migrations.Migration):
    dependencies = [("notices", "{before}")]
    operations = [migrations.RunSQL("CREATE TABLE seeds (value text, made_at timestamptz)"), {operation}]
"""


@pytest.fixture
def add_migration(tmp_path: Path, settings, monkeypatch, nothing_known) -> Callable[[str], None]:
    """`add_migration(operation)`: the code has one more migration, as a new version would."""
    package = tmp_path / "newer_migrations"
    package.mkdir()
    source = Path(apps.get_app_config("notices").path) / "migrations"
    for path in source.glob("*.py"):
        (package / path.name).write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    before = max(path.stem for path in package.glob("0*.py"))
    monkeypatch.syspath_prepend(tmp_path)

    def add(operation: str) -> None:
        text = HEAD.replace("{before}", before).replace("{operation}", operation)
        (package / "9000_newer.py").write_text(text, encoding="utf-8")
        settings.MIGRATION_MODULES = {"notices": "newer_migrations"}
        keys.migration_key.cache_clear()

    yield add
    for name in [name for name in sys.modules if name.startswith("newer_migrations")]:
        del sys.modules[name]


def recordings() -> int:
    with tenancy.public(), application.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM schema_recording")
        return cursor.fetchone()[0]


def test_a_process_that_starts_finds_what_another_recorded(provisioning, nothing_known, monkeypatch):
    def fail(connection):
        raise AssertionError("recorded again")

    monkeypatch.setattr(recording, "record", fail)
    assert recordings() == 1
    assert recording.current(provisioning).migrations


def test_the_text_is_bare_of_what_is_for_psql_and_of_other_names(provisioning):
    text = recording.current(provisioning).text
    assert "\\restrict" not in text
    assert "\\unrestrict" not in text
    assert "set_config" not in text
    assert "CREATE SCHEMA" not in text
    assert "OWNER TO" not in text
    assert not re.search(r"gmina_\d", text)


def test_a_killed_recording_is_no_hindrance(provisioning, nothing_known):
    scope = recording.template(provisioning)
    make_schema(provisioning, scope)
    with as_role(provisioning, scope.role):
        provisioning.execute(f"CREATE TABLE {scope.schema_name}.half (id int)")
    with tenancy.public(), application.cursor() as cursor:
        cursor.execute("DELETE FROM schema_recording")
    recording.current(provisioning)
    assert recordings() == 1
    assert of_the_template(provisioning) == []


def test_another_version_records_anew_and_the_older_finds_its_own(provisioning, add_migration, new_scope):
    old = recording.current(provisioning)
    add_migration("migrations.RunPython(lambda *given: rows(*given, 'open', 'closed'))")
    new = recording.current(provisioning)
    assert recordings() == 2
    assert new.migrations - old.migrations == {"notices.9000_newer"}
    scope = new_scope(1)
    build(scope)
    with tenancy.enter(scope), application.cursor() as cursor:  # seeds that are the same everywhere are fine
        cursor.execute("SELECT value FROM seeds")
        assert cursor.fetchall() == [("open",), ("closed",)]
        cursor.execute("SELECT count(*) FROM django_migrations WHERE name = '9000_newer'")
        assert cursor.fetchone() == (1,)


def test_the_key_follows_the_migrations_contents_and_the_permissions(add_migration, monkeypatch):
    seen = {keys.migration_key(18), keys.migration_key(17)}
    for operation in ("migrations.RunSQL('SELECT 1')", "migrations.RunSQL('SELECT 2')"):
        add_migration(operation)
        for name in [name for name in sys.modules if name.startswith("newer_migrations")]:
            del sys.modules[name]
        seen.add(keys.migration_key(18))
    keys.migration_key.cache_clear()
    monkeypatch.setattr(apps.get_model("ledger", "entry")._meta, "permissions", [("look", "Can look")])
    seen.add(keys.migration_key(18))
    assert len(seen) == 5


OWN = """
migrations.RunPython(lambda *given: rows(*given, uuid.uuid4().hex)),
migrations.RunSQL("CREATE TABLE keys AS SELECT gen_random_uuid() AS by_postgresql, 'all alike' AS constant"),
migrations.RunSQL("CREATE TABLE days AS SELECT clock_timestamp() AS made_at"),
migrations.RunSQL("CREATE TABLE counted AS SELECT FROM generate_series(0, (extract(epoch FROM clock_timestamp()) * 1000000)"
                  "::bigint % 97)")
"""
NAMED = "migrations.RunSQL('INSERT INTO seeds SELECT current_schema')"
DERIVED = "migrations.RunSQL(\"DO $$ BEGIN EXECUTE format('CREATE TABLE %I (id int)', current_schema || '_x'); END $$\")"
REFUSED = {
    "values made anew by each run": (
        OWN,
        OwnValues,
        r"in counted, days\.made_at, keys\.by_postgresql, seeds\.value:",
    ),
    "the schema's name in a row": (NAMED, OwnValues, r"seeds\.value"),
    "a name made of the schema's": (DERIVED, recording.NotReplayable, "_x"),
}


@pytest.mark.parametrize(("operation", "error", "place"), REFUSED.values(), ids=REFUSED)
def test_what_each_gmina_must_have_for_itself_is_refused(
    operation, error, place, provisioning, add_migration, new_scope
):
    add_migration(operation)
    scope = new_scope(78)
    with pytest.raises(error, match=place):
        build(scope)
    assert of_the_template(provisioning) == []
    assert recordings() == 1
    made = provisioning.execute("SELECT 1 FROM pg_namespace WHERE nspname = %s", [scope.schema_name])
    assert made.fetchone() is None
