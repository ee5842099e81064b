"""T-30, D36: whoever is not let through leaves an entry, without personal data and without filling the disk."""

import json
from pathlib import Path

import pytest

from kernel.audit import attempts
from kernel.audit.models import AuditEntry
from kernel.errors import NotFound
from services.accounts.access import can, require
from services.api.actions import make_client
from services.liabilities.models import Liability
from services.users.domain import Verb
from tests.fixtures.canaries import CANARIES
from tests.fixtures.cast import RESIDENTS

pytestmark = pytest.mark.django_db


def refusals():
    return AuditEntry.objects.filter(action=attempts.ACCESS_REFUSED).order_by("pk")


@pytest.mark.covers("D36", "S101")
def test_a_page_that_the_role_does_not_open_leaves_who_what_and_from_where(client_for, in_borki, person):
    assert client_for("daria", in_borki).get("/urzad/dziennik/").status_code == 403
    entry = refusals().get()
    assert (entry.actor_kind, entry.actor_ref, entry.outcome) == ("staff", person("daria").ref, "refused")
    assert entry.details == {"code": "access.denied", "verb": "view_audit", "route": "desk:audit"}
    assert entry.address == "127.0.0.1"


def test_another_kind_of_account_and_a_foreign_object_leave_one_too(
    client_for, seeded_gminas, in_borki, person
):
    assert client_for("anna", in_borki).get("/urzad/dziennik/").status_code == 404
    assert refusals().get().details["code"] == "access.other_kind"
    payment = seeded_gminas["borki"]["payment_id"]
    assert client_for("celina", in_borki).get(f"/platnosci/{payment}/").status_code == 404
    entry = refusals().last()
    assert (entry.actor_ref, entry.subject_ref) == (person("celina").ref, payment)


def test_an_object_of_another_department_leaves_one_with_its_number(in_borki, seeded_gminas, person):
    from services.accounts.models import DepartmentGrant

    DepartmentGrant.objects.all().delete()
    due = Liability.objects.get(public_id=seeded_gminas["borki"]["due_id"])
    with attempts.watched(lambda: person("daria").actor), pytest.raises(NotFound):
        require(person("daria").actor, Verb.VIEW_LIABILITIES, due)
    entry = refusals().get()
    assert (entry.subject_type, entry.subject_ref) == ("liabilities.liability", str(due.public_id))
    assert entry.details["code"] == "access.foreign"


def test_asking_what_a_person_may_do_is_no_refusal(in_borki, person):
    with attempts.watched(lambda: person("daria").actor):
        assert not can(person("daria").actor, Verb.VIEW_AUDIT)
    assert not refusals().exists()


def test_nobody_signed_in_leaves_nothing(client_for, in_borki):
    assert client_for(None, in_borki).get("/urzad/dziennik/").status_code == 302
    assert not refusals().exists()


def test_an_api_key_without_the_scope_leaves_one(client_for, in_borki, person):
    _, token = make_client(
        name="FK", scopes=["liabilities:read"], expires_on=None, actor=person("filip").actor.in_role("admin")
    )
    answer = client_for(None, in_borki).get("/api/v1/payments", headers={"authorization": f"Bearer {token}"})
    assert answer.status_code == 403
    entry = refusals().get()
    assert (entry.actor_kind, entry.details["verb"]) == ("api", "payments:read")


def test_a_scanner_fills_no_disk(client_for, in_borki, person):
    browser = client_for("daria", in_borki)
    for _ in range(attempts.MOST_IN_AN_HOUR + 10):
        assert browser.get("/urzad/dziennik/").status_code == 403
    assert refusals().count() == attempts.MOST_IN_AN_HOUR
    client_for("edyta", in_borki).get("/urzad/dziennik/")
    assert refusals().filter(actor_ref=person("edyta").ref).count() == 1


def test_a_request_that_asks_for_many_things_leaves_a_few(in_borki, person):
    actor = person("daria").actor
    with attempts.watched(lambda: actor):
        for number in range(attempts.MOST_IN_A_REQUEST + 5):
            attempts.note_denied(actor, f"test.code{number}")
    assert refusals().count() == attempts.MOST_IN_A_REQUEST


def test_an_act_that_is_refused_by_a_rule_leaves_its_code(client_for, in_borki, person):
    """The last administrator may not take his own role away (Conflict): nothing changes, and it is told."""
    filip = person("filip")
    answer = client_for("filip", in_borki).post(
        f"/urzad/pracownicy/{filip.ref}/role/admin/odbierz/", {"confirm": "on"}
    )
    assert answer.status_code in (302, 422)
    entry = AuditEntry.objects.get(action=attempts.ACT_FAILED)
    assert entry.details == {"code": "role.last_admin", "route": "desk:revoke_role"}
    assert (entry.role, entry.outcome, entry.subject_ref) == ("admin", "failed", filip.ref)
    assert not AuditEntry.objects.filter(action="role.revoked").exists()


def test_no_entry_holds_personal_data(client_for, seeded_gminas, in_borki, person):
    """Canaries in every place that a person can fill: path, query, body, browser."""
    for name in ("anna", "celina", "daria", "edyta"):
        browser = client_for(name, in_borki)
        browser.get(f"/urzad/dziennik/?q={CANARIES['query']}", headers={"user-agent": CANARIES["browser"]})
        browser.post(f"/urzad/pracownicy/zapros/?{CANARIES['email']}", {"full_name": CANARIES["name"]})
        browser.get(f"/platnosci/{seeded_gminas['borki']['payment_id']}/?{CANARIES['pesel']}")
        browser.get(f"/haslo/{person(name).ref}/{CANARIES['token']}/")
    assert refusals().count() > 4
    whole = json.dumps(list(AuditEntry.objects.values()), default=str, ensure_ascii=False)
    for canary in (
        *CANARIES.values(),
        *RESIDENTS.values(),
        "Przykładowa",
        "Urzędowa",
        "@mieszkaniec.example",
    ):
        if canary != CANARIES["address"]:
            assert canary not in whole


def test_every_surface_writes_its_refusals_through_the_watch():
    """The middleware that watches stands inside: it sees the actor, no transaction of the request is open, and only that of
    support is below it, whose refusals it keeps."""
    from django.conf import settings

    last = ["portal.audited.AuditMiddleware", "portal.support.SupportMiddleware"]
    assert settings.MIDDLEWARE[-2:] == last
    assert not settings.DATABASES["default"].get("ATOMIC_REQUESTS")
    assert Path("platform/portal/audited.py").exists()
