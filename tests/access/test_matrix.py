"""Who may open what, for every route, every role and both gminas; a refusal leaves no trace in anybody's data.

T-20, L-33: the expectation comes from the table of roles (`services.users.domain`) and the guards, not from a hand.
"""

import hashlib
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from frontend.access_matrix import SITUATIONS, VERBS, matrix_text
from kernel import tenancy
from kernel.actors import ActorKind
from kernel.audit.models import AuditEntry
from services.accounts.models import DepartmentGrant, LiabilityTypeGrant
from services.users.domain import OBJECT_VERBS, STAFF_VERBS, Role, Verb
from services.users.models import StaffRole, User
from tests.access.routes import MISSING, Route, routes
from tests.fixtures.cast import RESIDENTS, STAFF
from tests.isolation.furniture import furnish, ids_of

pytestmark = pytest.mark.django_db

CAST = [None, *RESIDENTS, *STAFF]


def guarded_routes() -> list[Route]:
    return [route for route in routes("portal.urls.tenant") if isinstance(route.guard, Verb)]


def kind_of(verb: Verb) -> ActorKind:
    return ActorKind.STAFF if any(verb in verbs for verbs in STAFF_VERBS.values()) else ActorKind.RESIDENT


def expected(name: str | None, verb: Verb) -> set[int]:
    """Statuses that the guard gives to this person; an empty set means that the guard lets the person in."""
    if name is None:
        return {302}
    own_kind = ActorKind.STAFF if name in STAFF else ActorKind.RESIDENT
    if own_kind != kind_of(verb):
        return {404}
    if name in STAFF and verb not in STAFF_VERBS[Role(STAFF[name])]:
        return {403}
    return set()


def digest(scope: tenancy.Scope) -> str:
    """One hash over all rows of all tables of a gmina, without sessions and without the log, which a refusal must reach."""
    with tenancy.enter(scope), connection.cursor() as cursor:
        cursor.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = %s ORDER BY 1", [scope.schema_name]
        )
        without = {"users_session", "audit_auditentry", "audit_waiting"}
        tables = [row[0] for row in cursor.fetchall() if row[0] not in without]
        whole = hashlib.sha256()
        for table in tables:
            cursor.execute(
                f"SELECT md5(coalesce(string_agg(t::text, chr(10) ORDER BY t::text), '')) FROM \"{table}\" t"
            )
            whole.update(f"{table}={cursor.fetchone()[0]}".encode())
        return whole.hexdigest()


@pytest.mark.parametrize("name", CAST)
@pytest.mark.covers("S28", "S40", "S41", "D9")
def test_the_guards_give_each_person_what_the_table_of_roles_says(name, client_for, borki):
    client: Client = client_for(name, borki)
    before = digest(borki)
    wrong = []
    for route in guarded_routes():
        refusal = expected(name, route.guard)
        for method in ("get", "post"):
            if not refusal and method == "post":
                continue
            status = getattr(client, method)(route.path()).status_code
            # Let in: the page itself, a missing object (404), a redirect within, or a method that it does not take.
            right = status in refusal if refusal else status in {200, 302, 404, 405}
            if not right:
                wrong.append((route.name, method, status, refusal or "let in"))
    assert wrong == []
    if name is None or name in STAFF:
        assert digest(borki) == before


@pytest.mark.parametrize("name", ["anna", "daria", "filip"])
def test_a_session_of_one_gmina_is_nobody_in_the_other(name, client_for, borki, dabrowa):
    client: Client = client_for(name, borki)
    client.defaults.update(HTTP_HOST=dabrowa.host, SERVER_NAME=dabrowa.host)
    client.headers = {"host": dabrowa.host} if hasattr(client, "headers") else {}
    before = digest(dabrowa)
    for route in guarded_routes():
        for method in ("get", "post"):
            response = getattr(client, method)(route.path(), headers={"host": dabrowa.host})
            assert response.status_code == 302, (route.name, method)
            assert "/logowanie/" in response["Location"]
    assert digest(dabrowa) == before


def own_ids(scope: tenancy.Scope) -> dict[str, list[str]]:
    """Public ids of every object of a gmina, by table."""
    with tenancy.enter(scope), connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.columns WHERE table_schema = %s AND column_name = 'public_id'",
            [scope.schema_name],
        )
        found = {}
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT public_id FROM "{table}" LIMIT 1')
            found[table] = [str(row[0]) for row in cursor.fetchall()]
        return found


@pytest.mark.parametrize("name", ["anna", "daria", "edyta", "filip"])
@pytest.mark.covers("D9")
def test_an_object_of_the_other_gmina_does_not_exist_here(name, client_for, borki, dabrowa, seeded_gminas):
    """Every route that takes an id gets every id of the other gmina: always 404 (or the guard's own refusal)."""
    client: Client = client_for(name, borki)
    ids = sorted({value for values in own_ids(dabrowa).values() for value in values})
    before = digest(borki), digest(dabrowa)
    for route in guarded_routes():
        refusal = expected(name, route.guard)
        for argument in route.arguments:
            if not argument.endswith("_id"):
                continue
            for value in ids[:1] if refusal else ids:
                for method in ("get", "post"):
                    status = getattr(client, method)(route.path(**{argument: value})).status_code
                    assert status in (refusal or {404, 405}), (route.name, method, value, status)
    assert (digest(borki), digest(dabrowa)) == before


@pytest.mark.covers("S67")
def test_a_due_of_a_neighbour_does_not_exist_for_a_resident(client_for, borki, seeded_gminas):
    """Within one gmina: Celina asks for everything that is Anna's."""
    client: Client = client_for("celina", borki)
    before = digest(borki)
    foreign = seeded_gminas["borki"]
    for route in guarded_routes():
        if kind_of(route.guard) != ActorKind.RESIDENT:
            continue
        for argument in route.arguments:
            if argument in foreign:
                status = client.get(route.path(**{argument: foreign[argument]})).status_code
                assert status == 404, (route.name, status)
    assert digest(borki) == before


def end_yesterday(role: StaffRole) -> None:
    role.valid_to = timezone.localdate() - timedelta(days=1)
    role.save()


def begin_tomorrow(role: StaffRole) -> None:
    role.valid_from, role.valid_to = timezone.localdate() + timedelta(days=1), None
    role.save()


def revoke(role: StaffRole) -> None:
    role.revoked_at = timezone.now()
    role.save()


def close_account(role: StaffRole) -> None:
    User.objects.filter(pk=role.user_id).update(is_active=False)


@pytest.mark.parametrize("name", list(STAFF))
@pytest.mark.parametrize(
    ("how", "refusal"), [(end_yesterday, 403), (begin_tomorrow, 403), (revoke, 403), (close_account, 302)]
)
@pytest.mark.covers("S29", "S30", "S31", "S33")
def test_without_a_valid_authorisation_or_an_open_account_no_address_of_the_desk_opens(
    name, how, refusal, client_for, person, borki
):
    client: Client = client_for(name, borki)
    with tenancy.enter(borki):
        how(StaffRole.objects.get(user_id=person(name).user_id))
    before = digest(borki)
    for route in guarded_routes():
        if kind_of(route.guard) != ActorKind.STAFF:
            continue
        for method in ("get", "post"):
            status = getattr(client, method)(route.path()).status_code
            assert status == refusal, (route.name, method, status)
    assert digest(borki) == before


@pytest.mark.covers("D76")
def test_what_another_department_handles_does_not_exist_for_a_clerk(client_for, borki):
    """Daria has the role, but neither department nor type: every address of an object is a 404, nothing changes."""
    furnish(borki, "Borecka")
    with tenancy.enter(borki):
        DepartmentGrant.objects.all().delete()
        LiabilityTypeGrant.objects.all().delete()
    client: Client = client_for("daria", borki)
    ids = ids_of(borki)
    about_objects = {"due_id", "liability_id", "payment_id", "refund_id", "request_id", "overpayment_id"}
    asked = 0
    before = digest(borki)
    for route in guarded_routes():
        if route.guard not in OBJECT_VERBS or not set(route.arguments) & about_objects:
            continue
        named = {name: ids[name] for name in route.arguments if name in ids}
        for method in ("get", "post"):
            status = getattr(client, method)(route.path(**named)).status_code
            assert status in {404, 405}, (route.name, method, status)
            asked += 1
    assert asked > 20
    assert digest(borki) == before
    with tenancy.enter(borki):
        assert AuditEntry.objects.filter(action="access.refused", outcome="refused").exists()


def test_the_document_of_the_matrix_says_what_the_code_does():
    """`python -m portal access_matrix` writes it anew after a change of roles or addresses."""
    written = Path(__file__).parents[2] / "docs" / "access-matrix.md"
    assert written.read_text(encoding="utf-8") == matrix_text()


def test_every_verb_has_its_names_and_every_situation_its_answers():
    assert set(VERBS) == set(Verb)
    assert {len(situation) for situation in SITUATIONS} == {4}


def test_there_is_something_to_check():
    assert len(guarded_routes()) > 40
    assert not [route for route in guarded_routes() if route.guard is MISSING]
