"""Without a gmina there is no data, and with one there is only its own: PostgreSQL refuses the rest."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import DatabaseError, ProgrammingError, connection, transaction

from kernel import tenancy
from kernel.cache import tenant_key
from services.users.models import User

OTHER = "gmina_2465011"
ATTEMPTS = (
    f"SELECT count(*) FROM {OTHER}.users_user",
    f"UPDATE {OTHER}.users_user SET is_active = false",
    f"DELETE FROM {OTHER}.users_user",
    f"TRUNCATE {OTHER}.users_user CASCADE",
    f"INSERT INTO {OTHER}.users_session DEFAULT VALUES",
    f"DROP SCHEMA {OTHER} CASCADE",
    f"CREATE TABLE {OTHER}.spy (id int)",
    f"SELECT nextval('{OTHER}.users_user_id_seq')",
    "SELECT count(*) FROM public.directory_tenant",
    "SELECT count(*) FROM public.users_user",
    "UPDATE public.directory_tenant SET state = 'suspended'",
)


def interrupted(scope: tenancy.Scope, placed: Callable[[], tuple[str, str]]) -> None:
    """Use a gmina and fail inside it."""
    with tenancy.enter(scope):
        assert placed() == (scope.schema_name, scope.schema_name)
        raise ZeroDivisionError


def run(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_without_a_scope_there_is_no_cursor(db):
    with pytest.raises(tenancy.NoTenant):
        connection.cursor()


def test_without_a_scope_no_model_can_be_asked(db):
    with pytest.raises(tenancy.NoTenant):
        User.objects.exists()


def test_without_a_scope_there_is_no_cache_key():
    with pytest.raises(tenancy.NoTenant):
        tenant_key("anything", "", 1)


def test_the_public_schema_is_no_gmina():
    with tenancy.public(), pytest.raises(tenancy.NoTenant):
        tenancy.current_tenant_id()


@pytest.mark.parametrize("statement", ATTEMPTS)
def test_postgresql_refuses_what_belongs_to_others(statement, in_borki, dabrowa):
    with tenancy.enter(dabrowa):
        before = User.objects.filter(is_active=True).count()
    assert before
    with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"):
        run(statement)
    with tenancy.enter(dabrowa):
        assert User.objects.filter(is_active=True).count() == before
    with tenancy.public():
        assert User.objects.count() == 1


def test_the_login_role_itself_may_read_nothing(in_borki):
    with pytest.raises(ProgrammingError, match="permission denied"):
        run(f"RESET ROLE; SELECT count(*) FROM {OTHER}.users_user")


def test_a_table_that_a_gmina_lacks_is_not_read_from_the_platform(in_borki):
    with pytest.raises(ProgrammingError, match='relation "directory_tenant" does not exist'):
        run("SELECT count(*) FROM directory_tenant")


def test_the_console_may_read_no_gmina(in_public):
    with pytest.raises(ProgrammingError, match="permission denied"):
        run(f"SELECT count(*) FROM {OTHER}.users_user")


def test_the_scope_before_comes_back_after_an_exception(borki, dabrowa, placed):
    with tenancy.enter(borki):
        with pytest.raises(ZeroDivisionError):
            interrupted(dabrowa, placed)
        assert placed() == ("gmina_0615022", "gmina_0615022")
    assert tenancy.current_or_none() is None


def test_a_savepoint_rolled_back_leaves_each_in_its_own_schema(borki, dabrowa, placed):
    with tenancy.enter(borki), transaction.atomic():
        placed()
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            interrupted(dabrowa, placed)
        assert placed() == ("gmina_0615022", "gmina_0615022")


def test_a_savepoint_rolled_back_inside_another_gmina_leaves_each_in_its_own_schema(borki, dabrowa, placed):
    with tenancy.enter(borki), transaction.atomic():
        placed()
        before = transaction.savepoint()
        with tenancy.enter(dabrowa):
            placed()
            transaction.savepoint_rollback(before)  # puts the server back into Borki
            assert placed() == (OTHER, OTHER)
        assert placed() == ("gmina_0615022", "gmina_0615022")


def test_a_failed_statement_leaves_each_in_its_own_schema(borki, dabrowa, placed):
    with tenancy.enter(borki):
        placed()
        with tenancy.enter(dabrowa), pytest.raises(DatabaseError):
            run("SELECT 1 / 0")
        assert placed() == ("gmina_0615022", "gmina_0615022")


def test_a_transaction_rolled_back_leaves_each_in_its_own_schema(own_borki, own_dabrowa, placed):
    with tenancy.enter(own_borki):
        assert placed()[0] == "gmina_0615022"
    with tenancy.enter(own_dabrowa), pytest.raises(ZeroDivisionError), transaction.atomic():
        interrupted(own_dabrowa, placed)
    with tenancy.enter(own_dabrowa):  # the server is back in Borki, whatever was sent before
        assert placed() == (OTHER, OTHER)
    with tenancy.enter(own_borki):
        assert placed() == ("gmina_0615022", "gmina_0615022")


def test_a_connection_made_anew_takes_the_scope_again(own_borki, placed):
    with tenancy.enter(own_borki):
        placed()
        connection.close()
        assert placed() == ("gmina_0615022", "gmina_0615022")


def test_a_new_thread_starts_without_a_gmina(own_borki):
    def ask() -> str:
        try:
            return str(User.objects.count())
        except tenancy.NoTenant:
            return "no gmina"
        finally:
            connection.close()

    with tenancy.enter(own_borki), ThreadPoolExecutor(1) as pool:
        assert pool.submit(ask).result() == "no gmina"
        assert User.objects.exists()


def test_threads_keep_to_their_own_gminas(own_borki, own_dabrowa, placed: Callable[[], tuple[str, str]]):
    def ask(scope: tenancy.Scope) -> set[tuple[str, str]]:
        try:
            found = set()
            for _ in range(50):
                with tenancy.enter(scope):
                    found.add(placed())
            return found
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(ask, [own_borki, own_dabrowa] * 2))
    assert answers == [{("gmina_0615022",) * 2}, {(OTHER, OTHER)}] * 2


@pytest.mark.parametrize(
    "name", ['x"; DROP SCHEMA public; --', "Gmina", "1gmina", "", "g" * 64, "gmina public"]
)
def test_a_scope_takes_only_plain_names(name):
    with pytest.raises(ValueError, match="not a schema or role name"):
        tenancy.Scope(schema_name=name, role="gmina_0615022")
    with pytest.raises(ValueError, match="not a schema or role name"):
        tenancy.Scope(schema_name="gmina_0615022", role=name)


def test_a_scope_shows_no_key():
    scope = tenancy.Scope(
        schema_name="a", role="a", wrapped_data_key=b"data-key", wrapped_index_key=b"index-key"
    )
    assert "key" not in repr(scope)
