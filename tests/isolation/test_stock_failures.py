"""Each known way in which stock django-tenants shows a gmina another's data: reproduced on stock, closed on ours.

Each failure is a small program (a function below, run by `tests.isolation.grounds.program`) that says where it ended up;
the same program runs on both backends.
"""

import pytest

from tests.isolation.arena import NOT_OURS, Arena
from tests.isolation.grounds import SCHEMAS, program

A, B = SCHEMAS[:2]
REFUSED = "NoTenant"

PROGRAMS: dict[str, str] = {
    "a new thread": """
        def ask():
            try:
                return whose()
            finally:
                connection.close()
        with opened(engine, A), ThreadPoolExecutor(1) as threads:
            say(threads.submit(ask).result())
    """,
    "a bare coroutine's statement": """
        with opened(engine, A), ThreadPoolExecutor(1) as threads:
            say(asyncio.run(outside(threads)))
    """,
    "a schema that is gone": """
        with opened(engine, "nie_ma_takiej"):
            say(whose())
    """,
    "a table that the gmina lacks": """
        with opened(engine, A), connection.cursor() as cursor:
            cursor.execute("SELECT owner FROM only_public")
            say(cursor.fetchone()[0])
    """,
    "another schema by its name": """
        with opened(engine, A), connection.cursor() as cursor:
            cursor.execute(f"SELECT owner FROM {B}.mine")
            say(cursor.fetchone()[0])
    """,
    "no gmina at all": """
        say(whose())
    """,
    "a pooled connection after its request": """
        with opened(engine, A):
            whose()
        connection.close()
        with connection.pool.connection() as next_user:
            say(next_user.execute("SELECT count(*) FROM pg_class WHERE relname = 'mine' AND pg_table_is_visible(oid)"
                " AND relnamespace = %s::regnamespace", [A]).fetchone()[0])
    """,
    "a cached value": """
        from django.core.cache import cache
        with opened(engine, A):
            cache.set("total", A)
        with opened(engine, B):
            say(cache.get("total"))
    """,
}


def outcome(arena: Arena, name: str) -> str:
    """What the program says in the end: an owner, a value, or the error's name."""
    return program(arena, PROGRAMS[name])


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a new thread", NOT_OURS),
        ("a bare coroutine's statement", NOT_OURS),
        ("a schema that is gone", NOT_OURS),
        ("a table that the gmina lacks", NOT_OURS),
        ("another schema by its name", B),
        ("no gmina at all", NOT_OURS),
        ("a pooled connection after its request", "1"),  # django-tenants #732
        ("a cached value", A),  # django-tenants #1052: no KEY_FUNCTION unless somebody thinks of it
    ],
)
def test_stock_shows_it(stock: Arena, name: str, expected: str) -> None:
    assert outcome(stock, name) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a new thread", REFUSED),
        ("a bare coroutine's statement", REFUSED),
        ("a schema that is gone", "DataError"),
        ("a table that the gmina lacks", "ProgrammingError"),
        ("another schema by its name", "ProgrammingError"),
        ("no gmina at all", REFUSED),
        ("a pooled connection after its request", "0"),
        ("a cached value", "None"),
    ],
)
def test_ours_refuses_it(small_gminas: Arena, name: str, expected: str) -> None:
    assert outcome(small_gminas, name) == expected


CROSSED = """
    barrier = threading.Barrier(4)
    def cross(schema):
        wrong = 0
        for _ in range(100):
            with {enter}(schema):
                barrier.wait()
                with {enter}(B if schema == A else A):
                    barrier.wait()
                wrong += connection.schema_name != schema
        connection.close()
        return wrong
    with ThreadPoolExecutor(4) as threads:
        say(sum(threads.map(cross, [A, B] * 2)))
"""


def test_threads_that_leave_stocks_block_stand_in_each_others_gmina(stock: Arena) -> None:
    """Its stack of tenants is kept on the class, for all threads."""
    assert int(program(stock, CROSSED.format(enter="stock_tenant"))) > 0


def test_threads_that_leave_our_block_stand_where_they_were(small_gminas: Arena) -> None:
    assert program(small_gminas, CROSSED.format(enter="our_gmina")) == "0"
