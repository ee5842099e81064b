"""No request to the console opens a gmina's data: neither its role nor its schema is ever named to PostgreSQL."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection

from kernel import tenancy
from kernel.postgresql.base import DatabaseWrapper
from portal.jobs import run_now
from tests.access.routes import routes
from tests.frontend.console.conftest import browser

ROOT = Path(__file__).parents[3]
PUBLIC_ROLE = "skarbnik_public"
SCHEMA = re.compile(r'"gmina_\d|gmina_\d{7}\.')
"""A gmina's schema or role as an identifier; columns such as "gmina_name" are nobody's."""
EXPECTED = {
    "console:apply_rates": 302,  # it only takes a proposal, by POST
    "console:deletion_proof": 404,  # the gmina is here
    "console:fleet_job": 404,
    "console:issue_statement": 405,
    "console:statement": 404,  # there is none
    "console:remove_passkey": 404,
    "console:end_session": 404,
    "console:end_other_sessions": 302,  # a button of the page it leads to
    "console:codes": 302,  # shown once, after they were made
    "console:stay": 302,  # a button
    "console:reset_operator": 404,
    "console:statement_csv": 404,
    "console:statement_pdf": 404,
}
"""What a page answers that is not simply shown."""

OPENS_A_GMINA = {
    "console:support": "asks the gmina itself what its office has consented to: roles and purpose, no names"
}


class Watch:
    """What the database got: roles taken and statements sent."""

    def __init__(self) -> None:
        self.roles: set[str] = set()
        self.statements: list[str] = []

    def __call__(self, execute, sql, params, many, context):
        self.statements.append(f"{sql} {params}")
        return execute(sql, params, many, context)


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch, operator) -> Iterator[Watch]:
    seen = Watch()
    note = DatabaseWrapper.note

    def note_and_tell(self: DatabaseWrapper, scope: tenancy.Scope) -> None:
        seen.roles.add(scope.role)
        note(self, scope)

    monkeypatch.setattr(DatabaseWrapper, "note", note_and_tell)
    with connection.execute_wrapper(seen):
        yield seen


def check(seen: Watch) -> None:
    assert seen.roles <= {PUBLIC_ROLE}
    assert seen.statements
    foreign = [one for one in seen.statements if SCHEMA.search(one) or "SET ROLE" in one.upper()]
    assert foreign == []


def test_the_watch_would_see_a_gmina(watch, borki):
    from services.users.models import User

    with tenancy.enter(borki):
        User.objects.count()
    assert "gmina_0615022" in watch.roles


def test_no_page_takes_the_role_of_a_gmina(watch, operator):
    for route in routes("portal.urls.public"):
        known = {
            "teryt": "0615022",
            "kind": "tax",
            "flag": "part_payments",
            "quota": "imports",
            "name": "main",
        }
        known["kind"] = "verify" if route.name == "console:new_fleet_job" else known["kind"]
        if route.name in OPENS_A_GMINA:
            continue
        answer = operator.get(route.path(**known))
        assert answer.status_code in (200, 302, 404, 405), route.name
        if route.guard is not None:
            expected = EXPECTED.get(route.name, 200)
            assert answer.status_code == expected, route.name
    check(watch)


def test_no_act_takes_the_role_of_a_gmina(watch, operator, filled_in):
    assert operator.post("/gminy/nowa/", filled_in()).status_code == 302
    assert operator.get("/gminy/1216153/zakladanie/").status_code == 200
    assert operator.post("/gminy/0615022/zawies/", {"reason": "Przerwa", "is_sure": "on"}).status_code == 302
    assert operator.get("/", {"q": "borki", "stan": "zawieszone"}).status_code == 200
    assert operator.post("/gminy/0615022/wznow/", {"reason": "Po przerwie"}).status_code == 302
    assert operator.post("/gminy/0615022/uruchomienie/").status_code == 302
    leaving = {"zrob": "rozpocznij", "rozpocznij-reason": "Koniec", "rozpocznij-is_sure": "on"}
    day = {"rozpocznij-leaves_on": "2099-01-01"}
    assert operator.post("/gminy/0615022/odejscie/", leaving | day).status_code == 302
    assert operator.post("/prace/nowe/verify/", {"is_sure": "on"}).status_code == 302
    assert operator.post("/wyloguj/").status_code == 302
    assert browser().post("/logowanie/", {"email": "nikt@x.example", "password": "x"}).status_code == 422
    check(watch)


def test_the_figures_come_from_the_gminas_own_job(watch, operator):
    operator.get("/")
    check(watch)
    run_now("measure", ["0615022"])
    assert watch.roles == {PUBLIC_ROLE, "gmina_0615022"}


def test_djangos_admin_is_nowhere(settings):
    """It would write past the rules of every act, and past the audit log (decision 15)."""
    assert not [name for name in settings.INSTALLED_APPS if "admin" in name or "unfold" in name]
    own = [
        path
        for package in ("platform", "tenants", "services", "frontend")
        for path in (ROOT / package).rglob("admin.py")
    ]
    assert own == []
