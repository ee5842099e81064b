"""From one gmina nothing of another and nothing shared can be read or changed: every model, every table, every way in SQL.

Generated from the models and from PostgreSQL's catalog: a new model, app, function or sequence is covered on its first day.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.apps import apps
from django.conf import settings
from django.db import DatabaseError, ProgrammingError, connection, models, transaction

from kernel import tenancy
from portal.embedded import postgres
from tests.fixtures.database import SESSION
from tests.isolation.attempts import DONE, ON_THE_SERVER, attempts_on, contents, not_refused, outcomes
from tests.isolation.catalog import BROKEN, OFFENDERS
from tests.isolation.witness import state_of

pytestmark = pytest.mark.django_db

SYSTEM = "^(pg_|information_schema$)"
A, B = "gmina_0615022", "gmina_2465011"
Model = type[models.Model]

READ_OF_PUBLIC: dict[str, str] = {}
"""Table of the platform -> why a gmina's role may read it. None: rates and the like are read through queries that open
the platform's schema and return values (docs/tenancy.md)."""

BESIDE_MODELS = {
    tenancy.PUBLIC_SCHEMA: {"django_migrations", "schema_recording", "metering_counter"},
    A: {"django_migrations"},
    B: {"django_migrations"},
}
"""Tables that no model describes."""

TAKES_A_ROLE = {
    "platform/kernel/postgresql/base.py": "the one way in",
    "tenants/schemas/making.py": "makes and migrates schemas, with the other login",
    "tenants/schemas/dropping.py": "removes a gmina, with the other login",
    "tenants/schemas/recording.py": "replays a schema, with the other login",
    "tenants/fleet/reading.py": "reads the migrations of all gminas in one call, and nothing else",
    "tenants/fleet/at_rest.py": "asks the same before the applications are loaded",
    "tenants/fleet/replay.py": "migrates a gmina",
    "tenants/fleet/through_django.py": "migrates a gmina",
    "tenants/archive/servers.py": "copies one gmina into a file and back",
}
"""File -> why it says SET ROLE itself."""


def models_of(labels: list[str]) -> list[Model]:
    """Every model with a table of these applications, many-to-many tables included."""
    return [
        model
        for config in apps.get_app_configs()
        if config.name in labels
        for model in config.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy
    ]


OF_A_GMINA = models_of(settings.TENANT_APPS)
OF_THE_PLATFORM = [one for one in models_of(settings.SHARED_APPS) if one not in OF_A_GMINA]


@pytest.fixture
def administrator(server: postgres.Server, db: None) -> Iterator[psycopg.Connection]:
    """May do everything; whatever it does is rolled back."""
    with psycopg.connect(server.url("postgres", SESSION)) as connection:
        yield connection
        connection.rollback()


def tables_of(scope: tenancy.Scope) -> set[str]:
    return {name.partition(".")[2] for name in contents(scope).tables}


def offenders(administrator: psycopg.Connection, name: str) -> list[str]:
    return [row[0] for row in administrator.execute(OFFENDERS[name].encode()).fetchall()]


# --- nothing is forgotten --------------------------------------------------------------------------------------------
def test_every_table_is_a_model_of_its_place_and_every_model_has_its_table(borki, dabrowa, in_public):
    def expected(labels: list[str], schema: str) -> set[str]:
        return {model._meta.db_table for model in models_of(labels)} | BESIDE_MODELS[schema]

    assert tables_of(borki) == tables_of(dabrowa) == expected(settings.TENANT_APPS, A)
    assert tables_of(tenancy.PUBLIC) == expected(settings.SHARED_APPS, tenancy.PUBLIC_SCHEMA)


def test_every_application_with_models_has_a_place():
    placed = {*settings.TENANT_APPS, *settings.SHARED_APPS}
    assert {model._meta.app_config.name for model in apps.get_models() if model._meta.managed} <= placed


def test_there_is_something_to_attack(in_borki, dabrowa):
    found = contents(dabrowa)
    assert len(found.tables) > 40
    assert len(found.sequences) > 30
    assert found.functions
    assert len(attempts_on(found, in_borki)) > 1000
    assert len(OF_THE_PLATFORM) > 10


# --- SQL -------------------------------------------------------------------------------------------------------------
def test_no_sql_of_a_gmina_reads_or_changes_another(in_borki, dabrowa):
    before = state_of(dabrowa)
    assert not_refused(attempts_on(contents(dabrowa), in_borki)) == {}
    assert state_of(dabrowa) == before


def test_no_sql_of_a_gmina_reads_or_changes_what_the_platform_holds(in_borki):
    before = state_of(tenancy.PUBLIC)
    open_tables = tuple(f"SELECT * FROM public.{table}" for table in READ_OF_PUBLIC)
    found = not_refused(attempts_on(contents(tenancy.PUBLIC), in_borki))
    assert [one for one in found if not one.startswith(open_tables or "-")] == []
    assert state_of(tenancy.PUBLIC) == before


def test_no_sql_of_the_console_reads_or_changes_a_gmina(in_public, borki, dabrowa):
    for scope in (borki, dabrowa):
        before = state_of(scope)
        assert not_refused(attempts_on(contents(scope), in_public)) == {}
        assert state_of(scope) == before


def test_no_sql_of_a_gmina_or_of_the_console_reaches_the_server(in_borki):
    for scope in (in_borki, tenancy.PUBLIC):
        with tenancy.enter(scope):
            assert not_refused(list(ON_THE_SERVER)) == {}


def test_the_attempts_succeed_on_what_is_ones_own(in_borki):
    """Otherwise their refusal would prove nothing. No rollback takes a `setval` back, and the tests after this one need
    their numbers."""
    attempts = attempts_on(contents(in_borki), in_borki)
    found = outcomes([one for one in attempts if "setval(" not in one])
    for beginning in ("SELECT * FROM", "ALTER TABLE", "SELECT nextval", "CREATE VIEW", "CREATE TABLE gmina"):
        done = [one for one, what in found.items() if one.startswith(beginning) and what == DONE]
        assert done, beginning
    assert state_of(in_borki)


def test_the_other_search_path_opens_nothing(in_borki, dabrowa):
    for schema in (dabrowa.schema_name, "public"):
        with (
            pytest.raises(ProgrammingError, match="does not exist"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"SET LOCAL search_path = {schema}; SELECT * FROM users_user")


def test_what_a_gmina_destroys_is_its_own(in_borki, dabrowa):
    """The worst that its role can do ends at its schema."""
    before = state_of(dabrowa), state_of(tenancy.PUBLIC)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA {in_borki.schema_name} CASCADE")
        assert (state_of(dabrowa), state_of(tenancy.PUBLIC)) == before
        transaction.set_rollback(True)


def test_the_statements_of_others_are_not_seen(in_borki, administrator):
    """Of other sessions PostgreSQL tells that they are there, not what they ask."""
    administrator.execute("SELECT 'a secret of another session'")
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT query FROM pg_stat_activity WHERE query LIKE '%secret of another%'")
        assert [row for row in cursor.fetchall() if "pg_stat_activity" not in row[0]] == []
        cursor.execute(
            "SELECT count(*) FROM pg_stats WHERE schemaname <> %s AND schemaname !~ %s", [A, SYSTEM]
        )
        assert cursor.fetchone() == (0,)


# --- the ORM ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("model", OF_A_GMINA, ids=lambda model: model._meta.label)
def test_the_orm_asks_the_open_gmina_only(model: Model, borki, dabrowa):
    for scope in (borki, dabrowa):
        with tenancy.enter(scope):
            plan = model._base_manager.order_by().explain(verbose=True)
        assert f"{scope.schema_name}.{model._meta.db_table}" in plan
        assert set(re.findall(r"\b(gmina_\d{7}|public)\.", plan)) == {scope.schema_name}


def ways(model: Model) -> Iterator[tuple[str, object]]:
    """What the ORM can do with a model, by name."""
    manager = model._base_manager
    key = model._meta.pk
    yield "read", lambda: list(manager.values_list("pk")[:1])
    yield "count", manager.count
    yield "update", lambda: manager.update(**{key.attname: models.F(key.attname)})
    yield "delete", lambda: manager.all()._raw_delete(manager.db)
    yield "insert", lambda: manager.bulk_create([model()])


def survived(model: Model, state: str) -> list[str]:
    """What the ORM was let do with a table that is not to be reached."""
    found = []
    for name, way in ways(model):
        try:
            with transaction.atomic():
                way()
                found.append(f"{model._meta.label} {name}")
        except (ProgrammingError, DatabaseError) as error:
            if getattr(error.__cause__, "sqlstate", "") != state:
                found.append(f"{model._meta.label} {name}: {error}")
    return found


def test_the_orm_pointed_at_another_schema_is_refused(in_borki, dabrowa, monkeypatch):
    """Were a table's name ever made from outside: `"schema"."table"` passes through Django unchanged."""
    before = {scope: state_of(scope) for scope in (dabrowa, tenancy.PUBLIC)}
    found = []
    for scope, found_there in ((dabrowa, OF_A_GMINA), (tenancy.PUBLIC, OF_THE_PLATFORM)):
        for model in found_there:
            with monkeypatch.context() as patch:
                patch.setattr(model._meta, "db_table", f'"{scope.schema_name}"."{model._meta.db_table}"')
                forget_columns(model)
                found += survived(model, "42501")
            forget_columns(model)
    assert found == []
    assert {scope: state_of(scope) for scope in before} == before


def forget_columns(model: Model) -> None:
    """Fields remember the name of their table."""
    for column in model._meta.concrete_fields:
        column.__dict__.pop("cached_col", None)


def test_the_orm_finds_no_table_of_the_platform_in_a_gmina(in_borki):
    before = state_of(tenancy.PUBLIC)
    assert [line for model in OF_THE_PLATFORM for line in survived(model, "42P01")] == []
    assert state_of(tenancy.PUBLIC) == before


def test_the_orm_finds_no_table_of_a_gmina_on_the_platform(in_public, borki):
    own = {model for model in OF_A_GMINA if model in models_of(settings.SHARED_APPS)}
    before = state_of(borki)
    assert [line for model in OF_A_GMINA if model not in own for line in survived(model, "42P01")] == []
    assert state_of(borki) == before


# --- what the database promises --------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", OFFENDERS)
def test_nothing_in_the_database_breaks_this_promise(name: str, administrator):
    assert offenders(administrator, name) == []


@pytest.mark.parametrize("name", OFFENDERS)
def test_what_breaks_this_promise_is_seen(name: str, administrator):
    before = state_in(administrator)
    administrator.execute(BROKEN[name].format(a=A, b=B, database=SESSION).encode())
    assert offenders(administrator, name)
    administrator.rollback()
    assert state_in(administrator) == before


def state_in(administrator: psycopg.Connection) -> object:
    return administrator.execute("SELECT count(*), count(relacl) FROM pg_class").fetchone()


def test_no_gmina_may_read_more_of_the_platform_than_is_listed_with_a_reason(administrator):
    rows = administrator.execute(
        """
        SELECT DISTINCT relname FROM pg_class, pg_roles
        WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v', 'm', 'p', 'f', 'S')
        AND rolname LIKE 'gmina\\_%'
        AND has_schema_privilege(rolname, relnamespace, 'USAGE') AND has_table_privilege(rolname, pg_class.oid, 'SELECT')
        """
    ).fetchall()
    assert {name for (name,) in rows} == set(READ_OF_PUBLIC)


def spoken(path: Path) -> Iterator[str]:
    """Texts in the code of a file; docstrings and comments do nothing."""
    tree = ast.parse(path.read_text())
    alone = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in alone:
            yield node.value


def test_only_these_files_take_a_role_themselves():
    """PostgreSQL cannot refuse the application a role that it must be able to take, so nobody else asks for one."""
    root = Path(__file__).parents[2]
    said = re.compile(
        r"(?<!denied to )\bSET\s+(LOCAL\s+|SESSION\s+)?(ROLE\b|SESSION AUTHORIZATION)|set_config\('role'",
        re.IGNORECASE,
    )
    found = {
        str(path.relative_to(root))
        for folder in ("platform", "tenants", "services", "integrations", "frontend")
        for path in (root / folder).rglob("*.py")
        if any(said.search(text) for text in spoken(path))
    }
    assert found == set(TAKES_A_ROLE)
