"""Every address of a gmina, asked for what belongs to another, by everybody, with every key to the other gmina's doors.

Generated from the URL configuration: a new route is covered on its first day; a new parameter must say what it names
(`tests.isolation.furniture.NAMED_BY`), or the last test of this file fails.
"""

import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from logging.config import dictConfig

import pytest
from django.conf import settings
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client

from kernel import tenancy
from kernel.logs import log_settings
from services.accounts.actions.registering import _signer
from services.accounts.models import Resident
from services.users.actions import password_token
from services.users.domain import Verb
from services.users.models import User
from tests.access.routes import Route, routes
from tests.access.test_matrix import expected
from tests.api.conftest import FinanceSystem, error_of, finance_system
from tests.api.test_access_matrix import BODIES
from tests.fixtures.cast import STAFF
from tests.fixtures.ways import with_passwords
from tests.isolation.furniture import NAMED_BY, furnish, ids_of, own_words
from tests.isolation.witness import state_of

__all__ = ["finance_system"]

pytestmark = pytest.mark.django_db

WORD = "Kanarzyński"
OWN_TRACES = frozenset({"audit_auditentry", "audit_waiting", "users_session"})
"""Where the gmina that was asked keeps who was refused, and sessions."""
PEOPLE = [None, "anna", "daria", "edyta", "filip"]
GUARDED = [route for route in routes("portal.urls.tenant") if isinstance(route.guard, Verb)]
PUBLIC = [route for route in routes("portal.urls.tenant") if route.guard is None]
WITH_IDS = [route for route in GUARDED if set(route.arguments) & set(NAMED_BY)]
API = [
    route
    for route in routes("portal.urls.tenant")
    if getattr(getattr(route.view, "cls", None), "verbs", None)
]
MADE_UP = {
    "name": "crc",
    "role": "admin",
    "operator": "przelewy24",
    "outcome": "odrzucone",
    "purpose": "signing",
    "kind": "mieszkaniec",
    "field": "phone",
    "queue": "payments",
    "table": "wplywy",
    "form": "csv",
}
AT = {"desk:report_text": {"kind": "privacy-datarequest", "field": "text"}}
"""What a name means at one address only."""


@dataclass
class Answers:
    """What gmina A said: all of it is searched for words of B."""

    words: set[str]
    written: io.StringIO = field(default_factory=io.StringIO)
    count: int = 0

    def take(self, response: HttpResponse, asked: str) -> HttpResponse:
        """Look for words of the other gmina in body and headers; the address that was asked may come back."""
        self.count += 1
        body = b"".join(response) if response.streaming else response.content
        headers = "\n".join(f"{name}: {value}" for name, value in response.headers.items())
        said = f"{headers}\n{body.decode('utf-8', 'replace')}"
        found = sorted(word for word in self.words if word in said and word not in asked)
        assert found == [], (asked, found)
        return response

    def forget(self) -> None:
        """What was asked of B itself is B's own affair."""
        self.written.truncate(0)
        self.written.seek(0)

    def lines(self) -> list[dict]:
        return [json.loads(line) for line in self.written.getvalue().splitlines()]


@pytest.fixture
def answers(borki: tenancy.Scope, dabrowa: tenancy.Scope) -> Iterator[Answers]:
    """Both gminas furnished, B with words that nobody else has; what is logged meanwhile is read too."""
    cache.clear()
    furnish(borki, "Borecka")
    furnish(dabrowa, WORD)
    found = Answers(own_words(dabrowa, WORD, "Dąbrow"))
    config = log_settings("INFO")
    config["handlers"]["console"]["stream"] = found.written
    dictConfig(config)
    try:
        yield found
    finally:
        dictConfig(settings.LOGGING)
        cache.clear()
    asked = "Not Found: /|Forbidden"
    for line in found.lines():
        told = json.dumps({key: value for key, value in line.items() if key != "event"}, ensure_ascii=False)
        told += "" if re.match(asked, str(line.get("event"))) else str(line.get("event"))
        assert not [word for word in found.words if word in told], line
        assert line["tenant"] in (borki.tenant_id, "public"), line


def address(route: Route, ids: dict[str, str]) -> str:
    """The route with these ids in their places."""
    named = {name: ids.get(f"{route.name}.{name}", ids.get(name)) for name in route.arguments}
    found = {name: value for name, value in named.items() if value is not None}
    return route.path(**{**MADE_UP, **AT.get(route.name, {}), **found})


def ask(client: Client, method: str, path: str, answers: Answers) -> HttpResponse:
    return answers.take(getattr(client, method)(path), path)


# --- objects ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", PEOPLE)
@pytest.mark.covers("D9")
def test_an_object_of_the_other_gmina_does_not_exist_for(
    name: str | None, client_for, borki, dabrowa, answers: Answers
):
    """404, or the guard's own refusal, which it gives before anything is looked for."""
    client: Client = client_for(name, borki)
    ids = ids_of(dabrowa)
    before = state_of(dabrowa), state_of(borki, without=OWN_TRACES)
    for route in WITH_IDS:
        refusal = expected(name, route.guard)
        for method in ("get", "post"):
            status = ask(client, method, address(route, ids), answers).status_code
            assert status in (refusal or {404, 405}), (route.name, method, status)
    assert (state_of(dabrowa), state_of(borki, without=OWN_TRACES)) == before
    assert answers.count >= 2 * len(WITH_IDS)


AT_HOME = {
    "desk:allocation_statement": "the payment is not booked",
    "payment_statement": "the payment is not booked",
    "desk:take_login_key": "the key has no certificate",
}
"""What is not there at home either, and why."""


def test_at_home_each_of_these_objects_is_found(client_for, dabrowa, answers: Answers):
    """Otherwise the 404 of the test above would prove nothing."""
    ids = ids_of(dabrowa)
    clients = {name: client_for(name, dabrowa) for name in PEOPLE if name}
    missing = set()
    for route in WITH_IDS:
        name = next(name for name in clients if not expected(name, route.guard))
        if clients[name].get(address(route, ids)).status_code == 404:
            missing.add(route.name)
    answers.forget()
    assert missing == set(AT_HOME)


# --- keys ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", ["anna", "daria", "edyta", "filip"])
def test_a_session_of_the_other_gmina_opens_nothing(name: str, client_for, borki, dabrowa, answers: Answers):
    client = moved(client_for(name, dabrowa), borki)
    before = state_of(dabrowa), state_of(borki, without=OWN_TRACES)
    for route in GUARDED:
        for method in ("get", "post"):
            response = ask(client, method, route.path(), answers)
            assert response.status_code == 302, (route.name, method)
            assert "/logowanie/" in response["Location"]
    for route in PUBLIC:
        page = ask(client, "get", route.path(), answers)
        assert "csrfmiddlewaretoken" not in page.cookies
        with tenancy.enter(borki):  # a page that never asked who this is finds it out now
            assert not getattr(page.wsgi_request, "user", None) or page.wsgi_request.user.is_anonymous
    assert (state_of(dabrowa), state_of(borki, without=OWN_TRACES)) == before


def moved(client: Client, scope: tenancy.Scope) -> Client:
    """The same browser, with the same cookies, on another host."""
    client.defaults.update(SERVER_NAME=scope.host, HTTP_HOST=scope.host)
    client.headers = {"host": scope.host}
    return client


def test_a_session_of_the_console_opens_no_gmina_and_one_of_a_gmina_not_the_console(
    client_for, borki, dabrowa, answers: Answers
):
    operator, clerk = moved(client_for("olga"), borki), client_for("filip", borki)
    before = state_of(borki, without=OWN_TRACES), state_of(tenancy.PUBLIC, without=OWN_TRACES)
    for route in GUARDED:
        assert ask(operator, "get", route.path(), answers).status_code == 302, route.name
    clerk.defaults.update(SERVER_NAME="console.localhost", HTTP_HOST="console.localhost")
    clerk.headers = {"host": "console.localhost"}
    for route in routes("portal.urls.public"):
        if route.guard is not None:
            for method in ("get", "post"):
                assert getattr(clerk, method)(route.path()).status_code in (302, 405), route.name
    assert (state_of(borki, without=OWN_TRACES), state_of(tenancy.PUBLIC, without=OWN_TRACES)) == before


def calls() -> Iterator[tuple[Route, str]]:
    for route in API:
        for method in route.view.cls.verbs:
            yield route, method


def test_a_key_of_the_other_gmina_is_no_key_here(borki, dabrowa, finance_system, answers: Answers):
    theirs = FinanceSystem(borki, finance_system(dabrowa).token)
    ids = ids_of(dabrowa)
    before = state_of(dabrowa), state_of(borki, without=OWN_TRACES)
    for route, method in calls():
        path = address(route, ids)
        response = answers.take(theirs.call(method, path, {} if method != "GET" else None), path)
        assert error_of(response, 401)["code"] == "token.invalid", route.name
    assert (state_of(dabrowa), state_of(borki, without=OWN_TRACES)) == before


def test_an_api_client_finds_nothing_of_the_other_gmina(borki, dabrowa, finance_system, answers: Answers):
    ours = finance_system(borki)
    ids = ids_of(dabrowa)
    before = state_of(dabrowa)
    for route, method in calls():
        path = address(route, ids)
        body = BODIES.get(route.name.removeprefix("api:")) if method != "GET" else None
        response = answers.take(ours.call(method, path, body), path)
        assert response.status_code != 403, route.name
        if method == "PUT":  # an external id of the other gmina is a free one here
            assert response.status_code in (201, 400), route.name
        elif route.arguments:
            assert response.status_code == 404, (route.name, method)
    assert state_of(dabrowa) == before


@pytest.mark.parametrize("name", ["anna", "daria"])
def test_a_link_of_the_other_gmina_that_sets_a_password_is_dead_here(
    name: str, borki, dabrowa, answers: Answers
):
    with tenancy.enter(dabrowa):
        kind = "staff" if name in STAFF else "resident"
        domain = "urzad" if name in STAFF else "mieszkaniec"
        user = User.objects.find(f"{name}@{domain}.example", kind)
        path = f"/haslo/{user.public_id}/{password_token(user)}/"
    with tenancy.enter(borki):  # even with the key of an account that is here
        own = User.objects.find(f"{name}@{domain}.example", kind)
        crossed = path.replace(str(user.public_id), str(own.public_id))
    before = state_of(dabrowa), state_of(borki, without=OWN_TRACES)
    new = {"password": "zielony most nad rzeka 12", "repeated": "zielony most nad rzeka 12"}
    client = visitor(borki)
    for address in (path, crossed):
        assert ask(client, "get", address, answers).status_code == 404
        assert (
            answers.take(client.post(address, new | {"password_again": new["password"]}), address).status_code
            == 404
        )
    assert (state_of(dabrowa), state_of(borki, without=OWN_TRACES)) == before
    answers.forget()
    assert visitor(dabrowa).get(path).status_code == 200  # at home it is alive


def test_a_signed_link_of_the_other_gmina_confirms_nothing_here(borki, dabrowa, answers: Answers):
    def link(scope: tenancy.Scope, of: tenancy.Scope) -> str:
        with tenancy.enter(scope):
            resident = (
                Resident.objects.filter(user__email_confirmed_at__isnull=True).first()
                or Resident.objects.first()
            )
        with tenancy.enter(of):
            return f"/rejestracja/potwierdz/{_signer().sign(str(resident.public_id))}/"

    client = visitor(borki)
    before = state_of(dabrowa), state_of(borki, without=OWN_TRACES)
    for path in (link(dabrowa, dabrowa), link(borki, dabrowa), link(dabrowa, borki)):
        assert ask(client, "post", path, answers).status_code == 404
    assert (state_of(dabrowa), state_of(borki, without=OWN_TRACES)) == before
    assert ask(client, "post", link(borki, borki), answers).status_code == 302


def test_a_form_of_the_other_gmina_is_not_taken_here(borki, dabrowa, answers: Answers):
    """The token against forged requests belongs to the browser's cookie of one host."""
    with_passwords(dabrowa)
    there = Client(enforce_csrf_checks=True, headers={"host": dabrowa.host}, SERVER_NAME=dabrowa.host)
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', there.get("/logowanie/").content.decode())
    here = Client(enforce_csrf_checks=True, headers={"host": borki.host}, SERVER_NAME=borki.host)
    here.get("/logowanie/")
    before = state_of(borki, without=OWN_TRACES)
    assert here.post("/logowanie/", {"csrfmiddlewaretoken": token[1]}).status_code == 403
    assert state_of(borki, without=OWN_TRACES) == before
    answers.forget()


def test_a_notification_for_an_account_of_the_other_gmina_is_not_taken(borki, dabrowa, answers: Answers):
    before = state_of(dabrowa), state_of(borki)
    account = ids_of(dabrowa)["account_id"]
    for path in (f"/webhooks/platnosci/{account}/", f"/webhooks/platnosci/{account}"):
        response = visitor(borki).post(path, {"sign": "x"}, content_type="application/json")
        assert answers.take(response, path).status_code == 404
    assert (state_of(dabrowa), state_of(borki)) == before


def visitor(scope: tenancy.Scope) -> Client:
    return Client(headers={"host": scope.host}, SERVER_NAME=scope.host)


# --- what pages say --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", PEOPLE)
def test_no_page_says_a_word_of_the_other_gmina(name: str | None, client_for, borki, answers: Answers):
    client: Client = client_for(name, borki)
    own = ids_of(borki)
    shown = 0
    for route in [*PUBLIC, *(route for route in GUARDED if not expected(name, route.guard))]:
        path = address(route, own | {"number": "1"})
        shown += ask(client, "get", path, answers).status_code == 200
    assert shown >= len(PUBLIC) // 3  # the later steps of signing in lead back to its first


# --- nothing is forgotten --------------------------------------------------------------------------------------------
def test_every_parameter_of_an_address_says_what_it_names():
    known = {*NAMED_BY, *MADE_UP, "number", "token"}
    for route in routes("portal.urls.tenant"):
        assert set(route.arguments) <= known, route.name


def test_every_route_is_asked():
    asked = {route.name for route in (*GUARDED, *PUBLIC, *API)}
    by_signature = {"webhooks:payment_notification", "webhooks:payment_notification_without_slash"}
    without_data = {"api:openapi", "api:documentation", "api:unknown"}
    assert {route.name for route in routes("portal.urls.tenant")} - asked == by_signature | without_data
    assert len(WITH_IDS) > 40
