"""A gmina that is opened by replay is the gmina that the migrations would have made (tenancy.md, sections 2 and 9)."""

import pytest
from django.conf import settings
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.core.management import CommandError, call_command
from django.core.management.commands.migrate import Command as DjangoMigrate

from kernel import tenancy
from kernel.errors import NotFound
from tenants.directory import actions, queries
from tenants.schemas import catalog, recording
from tenants.schemas.building import build
from tenants.schemas.comparison import differences, differing_lines, facts
from tenants.schemas.making import as_role, make_schema
from tenants.schemas.reference import migrated
from tests.fixtures.database import ACTOR


def of_the_template(connection) -> list[str]:
    """Schemas and roles of this database that belong to no gmina."""
    database = connection.execute(
        "SELECT oid FROM pg_database WHERE datname = current_database()"
    ).fetchone()[0]
    schemas = connection.execute("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'skarbnik%'").fetchall()
    role = f"{recording.ROLE}_{database}%"
    roles = connection.execute("SELECT rolname FROM pg_roles WHERE rolname LIKE %s", [role]).fetchall()
    return [name for (name,) in schemas + roles]


def test_a_provisioned_schema_is_the_one_that_the_migrations_make(provisioning, new_scope):
    url = settings.PROVISIONING_DATABASE_URL
    scope = new_scope(1)
    build(scope)
    with migrated(provisioning) as reference:
        assert differences(provisioning, scope, reference) == ()
        assert differing_lines(provisioning, url, scope, reference) == []
        assert differing_lines(provisioning, url, scope, reference, with_rows=True) == []
        kinds = {kind for kind, _ in facts(provisioning, reference)}
    assert kinds > {"column", "constraint", "index", "sequence", "trigger", "function", "role member"}
    assert kinds > {f"row of {table}" for table in catalog.ROWS}
    assert of_the_template(provisioning) == []


def test_the_fixtures_gminas_are_the_same_too(provisioning, own_borki, own_dabrowa):
    assert differences(provisioning, own_borki, own_dabrowa) == ()


def test_permissions_and_content_types_have_one_id_everywhere(own_database, own_borki, new_scope):
    scope = new_scope(1)
    build(scope)
    found = []
    for place in (scope, own_borki):
        with tenancy.enter(place):
            found.append({(row.id, row.app_label, row.model) for row in ContentType.objects.all()})
            found.append({(row.id, row.content_type_id, row.codename) for row in Permission.objects.all()})
    assert found[:2] == found[2:]
    assert all(found)


def test_the_owner_of_everything_is_the_gminas_role_which_cannot_sign_in(provisioning, new_scope):
    scope = new_scope(1)
    build(scope)
    can_sign_in = provisioning.execute("SELECT rolcanlogin FROM pg_roles WHERE rolname = %s", [scope.role])
    assert can_sign_in.fetchone() == (False,)
    owners = provisioning.execute(
        "SELECT DISTINCT pg_get_userbyid(relowner) FROM pg_class WHERE relnamespace = %s::regnamespace",
        [scope.schema_name],
    )
    assert owners.fetchall() == [(scope.role,)]


def test_a_second_build_changes_nothing(provisioning, new_scope):
    scope = new_scope(1)
    build(scope)
    before = applied(provisioning, scope)
    build(scope)
    assert applied(provisioning, scope) == before
    assert of_the_template(provisioning) == []


def applied(connection, scope) -> list[tuple]:
    with as_role(connection, scope.role):
        query = f"SELECT id, app, name, applied FROM {scope.schema_name}.django_migrations ORDER BY id"
        return connection.execute(query).fetchall()


def test_an_empty_schema_that_a_killed_run_left_is_filled(provisioning, new_scope, own_borki):
    scope = new_scope(1)
    make_schema(provisioning, scope)
    build(scope)
    assert differences(provisioning, scope, own_borki) == ()


def test_a_schema_that_an_older_version_began_is_migrated_to_its_end(provisioning, new_scope, own_borki):
    scope = new_scope(1)
    make_schema(provisioning, scope)
    with tenancy.enter(scope):
        call_command(DjangoMigrate(), "ledger", interactive=False, verbosity=0)
    assert differences(provisioning, scope, own_borki)
    build(scope)
    assert differences(provisioning, scope, own_borki) == ()


def test_a_text_that_makes_another_schema_leaves_nothing(provisioning, new_scope, monkeypatch):
    scope = new_scope(77)  # roles belong to the whole server: one that no other test has made
    made = recording.current(provisioning)
    torn = made.text.replace("CREATE TRIGGER append_only", "-- CREATE TRIGGER append_only", 1)
    wrong = recording.Recording(torn, made.fingerprint, made.migrations)
    monkeypatch.setattr(recording, "current", lambda connection, shard: wrong)
    with pytest.raises(recording.NotReplayable, match=scope.schema_name):
        build(scope)
    left = provisioning.execute(
        "SELECT rolname FROM pg_roles WHERE rolname = %(name)s UNION ALL SELECT nspname FROM pg_namespace"
        " WHERE nspname = %(name)s",
        {"name": scope.schema_name},
    )
    assert left.fetchall() == []


def test_the_template_is_no_gmina(provisioning, own_database):
    for name in (recording.SCHEMA, recording.ROLE):
        with pytest.raises(NotFound):
            queries.scope_named(name)
    assert queries.tenant_for_host(f"{recording.SCHEMA}.localhost") is None


@pytest.fixture
def two_new(own_database):
    """Two gminas built, of other kinds than the presets'."""
    for teryt, kind, label in (("3217033", "urban_rural", "druga"), ("0201011", "urban", "trzecia")):
        with tenancy.public():
            actions.register_tenant(teryt=teryt, name=label, kind=kind, label=label, setup={}, actor=ACTOR)
        actions.build_tenant(teryt)


def test_the_command_tells_that_two_gminas_are_the_same(two_new, capsys):
    call_command("compare_schemas", "3217033", "trzecia")
    assert "0 differences in the catalogs, 0 differing lines of pg_dump" in capsys.readouterr().out


def test_the_command_tells_what_a_gmina_has_that_the_migrations_do_not_make(two_new, provisioning, capsys):
    call_command("compare_schemas", "druga")
    with as_role(provisioning, "gmina_3217033"):
        provisioning.execute("ALTER TABLE gmina_3217033.users_user ADD COLUMN pesel text")
    capsys.readouterr()
    with pytest.raises(CommandError, match="1 differences in the catalogs"):
        call_command("compare_schemas", "druga")
    told = capsys.readouterr().out
    assert "column users_user.pesel" in told
    assert "-    pesel text" in told
    with pytest.raises(CommandError, match="no gmina"):
        call_command("compare_schemas", "nowhere")
