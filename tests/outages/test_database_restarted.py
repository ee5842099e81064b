"""PostgreSQL is restarted under a running web server: it says so while it lasts and works again by itself."""

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from portal.embedded import postgres
from tests.fixtures.database import SESSION, set_up_gminas, use_database
from tests.outages.processes import eventually, processes

pytestmark = pytest.mark.xdist_group("stack")

DATABASE = "skarbnik_restarted"


@pytest.fixture
def folder(
    server: postgres.Server, copy_database: Callable[[str], str], django_db_blocker, tmp_path_factory
) -> Iterator[Path]:
    """A server of its own, which no other test uses, with Borki in it; stopped."""
    place: Path = tmp_path_factory.mktemp("restarted")
    own = postgres.start(place, durable=False)
    try:
        postgres.prepare_roles(own)
        postgres.prepare_database(own, DATABASE)
        with django_db_blocker.unblock():
            use_database(own, DATABASE)
            try:
                set_up_gminas("borki")
            finally:
                use_database(server, copy_database(SESSION))
    finally:
        own.stop()
    return place


def assert_served(http: httpx.Client, times: int) -> None:
    """Each of the server's threads has its own connection, so one good answer would not say much."""
    answers = [http.get("/regulamin/") for _ in range(times)]
    assert {answer.status_code for answer in answers} == {200}, next(
        a.text for a in answers if a.status_code != 200
    )


def test_while_the_database_is_away_the_portal_says_so_and_afterwards_it_works_without_a_restart(
    folder, tmp_path
):
    port = postgres.free_port()
    database = postgres.start(folder, port=port, durable=False)
    try:
        with processes(tmp_path / "home", database, DATABASE) as stack:
            stack.start_web(workers=1, threads=4)
            http = httpx.Client(
                base_url=f"http://127.0.0.1:{stack.ports.web}",
                headers={"Host": "borki.localhost"},
                timeout=15,
                trust_env=False,
            )
            assert_served(http, 8)

            database.stop()
            for _ in range(8):
                ready = http.get("/readyz")
                assert (ready.status_code, ready.json()["database"]) == (503, "unreachable")
            assert http.get("/healthz").status_code == 200
            assert http.get("/regulamin/").status_code >= 500

            database = postgres.start(folder, port=port, durable=False)
            eventually(lambda: http.get("/readyz").status_code == 200, "ready again")
            assert_served(http, 16)
            assert [http.get("/readyz").status_code for _ in range(8)] == [200] * 8

            # Gone and back between two requests: no request meets the dead connections of the threads.
            database.stop()
            database = postgres.start(folder, port=port, durable=False)
            assert_served(http, 16)
            stack.check_children()
    finally:
        database.stop()
