"""P4: a suspended portal says why; the office reads, residents wait, money that is on its way still arrives."""

import pytest

from kernel import tenancy
from kernel.audit.models import AuditEntry
from services.payments.models import OperatorEvent
from tenants.configuration.models import Department, OperatorAccount
from tenants.directory.models import Tenant
from tenants.directory.queries import scope_of
from tests.fixtures.signing import through_the_page
from tests.frontend.console.conftest import browser

REASON = "Przerwa techniczna do 22 listopada, godz. 6:00."
PAGES = ("/", "/regulamin/", "/logowanie/", "/naleznosci/", "/urzedowo/", "/api/v1/", "/nie-ma-takiej/")


WHY = {"reason": "Prace skończone."}


def state() -> tuple[str, str]:
    with tenancy.public():
        row = Tenant.objects.get(teryt="0615022")
        return row.state, row.suspended_reason


def suspend(operator, **changes):
    return operator.post("/gminy/0615022/zawies/", {"reason": REASON, "is_sure": "on"} | changes)


def test_p4_a_suspended_portal_answers_residents_with_the_reason(operator, client_for, borki):
    anna = client_for("anna", borki)
    assert suspend(operator)["Location"] == "/gminy/0615022/"
    assert state() == ("suspended", REASON)
    for client in (browser("borki.localhost"), anna):
        for page in PAGES:
            answer = client.get(page)
            assert answer.status_code == 503, page
            assert REASON in answer.content.decode()
            assert "Gmina Borki" in answer.content.decode()
    assert browser("dabrowa-gornicza.localhost").get("/").status_code == 200


def test_p4_the_office_of_a_suspended_gmina_reads_and_writes_nothing(operator, client_for, borki):
    suspend(operator)
    filip, daria = client_for("filip", borki), client_for("daria", borki)
    with tenancy.enter(borki):
        before = list(Department.objects.order_by("pk").values_list("code", "name"))
    for client, page in ((filip, "/urzad/"), (filip, "/urzad/ustawienia/"), (daria, "/urzad/platnosci/")):
        answer = client.get(page)
        assert answer.status_code == 200, page
        assert "można teraz tylko czytać" in answer.content.decode()
        assert REASON in answer.content.decode()
    answer = filip.post("/urzad/ustawienia/wydzialy/", {"code": "nowy", "name": "Nowy referat"})
    assert answer.status_code == 403
    assert "Nic nie zostało zapisane" in answer.content.decode()
    with tenancy.enter(borki):
        assert list(Department.objects.order_by("pk").values_list("code", "name")) == before


def test_p4_the_search_whose_words_name_a_person_still_works(operator, client_for, borki):
    suspend(operator)
    answer = client_for("daria", borki).post("/urzad/naleznosci/", {"q": "K-anna"})
    assert answer.status_code in (200, 302)


def test_p4_the_office_may_sign_in_while_its_portal_is_suspended(operator):
    suspend(operator)
    portal = browser("borki.localhost")
    assert portal.get("/urzad/")["Location"].startswith("/urzad/logowanie/")
    signed_in = through_the_page(portal, "/urzad/logowanie/", "filip@urzad.example")
    assert signed_in["Location"] == "/urzad/"
    assert portal.get("/urzad/").status_code == 200
    assert portal.get("/naleznosci/").status_code == 503
    assert portal.get("/marka.css").status_code == 200


@pytest.mark.parametrize("name", ["anna", "bartek"])
def test_p4_a_resident_gets_no_further_by_the_door_of_the_office(name, operator, client_for, borki):
    suspend(operator)
    assert client_for(name, borki).get("/urzad/").status_code == 404


def test_the_reason_is_shown_as_text_only(operator):
    suspend(operator, reason="<script>alert(1)</script>")
    page = browser("borki.localhost").get("/").content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_notifications_of_the_operator_still_arrive(operator, borki):
    suspend(operator)
    with tenancy.enter(borki):
        account = OperatorAccount.objects.first()
        before = OperatorEvent.objects.count()
    address = f"/webhooks/platnosci/{account.public_id}/"
    answer = browser("borki.localhost").post(address, "{}", content_type="application/json")
    assert answer.status_code != 503
    with tenancy.enter(borki):
        assert OperatorEvent.objects.count() == before + 1


def test_the_jobs_of_a_suspended_gmina_go_on(operator):
    from tenants.directory.queries import working_tenants

    suspend(operator)
    assert "0615022" in [scope.tenant_id for scope in working_tenants()]


def test_a_resumed_portal_works_at_once(operator):
    suspend(operator)
    assert REASON in operator.get("/gminy/0615022/wznow/").content.decode()
    assert operator.post("/gminy/0615022/wznow/", WHY)["Location"] == "/gminy/0615022/"
    assert state() == ("active", "")
    assert browser("borki.localhost").get("/").status_code == 200


def test_a_portal_is_not_resumed_without_a_reason(operator):
    suspend(operator)
    assert operator.post("/gminy/0615022/wznow/").status_code == 422
    assert state() == ("suspended", REASON)


def test_looking_at_the_question_changes_nothing(operator):
    assert operator.get("/gminy/0615022/zawies/").status_code == 200
    assert operator.get("/gminy/0615022/wznow/").status_code == 200
    assert state() == ("active", "")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"reason": "   "}, "Napisz, dlaczego portal będzie nieczynny."),
        ({"reason": "x" * 501}, "500"),
        ({"is_sure": ""}, "Potwierdź, że chcesz zamknąć portal."),
    ],
)
def test_without_a_reason_and_a_yes_nothing_is_closed(changes, words, operator):
    answer = suspend(operator, **changes)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert state() == ("active", "")
    assert browser("borki.localhost").get("/").status_code == 200


def test_a_portal_is_not_suspended_twice(operator):
    suspend(operator)
    answer = suspend(operator, reason="Inny powód")
    assert answer.status_code == 422
    assert "Gmina nie jest w stanie" in answer.content.decode()
    assert state() == ("suspended", REASON)


def test_a_working_portal_is_not_resumed(operator):
    answer = operator.post("/gminy/0615022/wznow/", WHY)
    assert answer.status_code == 422
    with tenancy.public():
        assert not AuditEntry.objects.filter(action="tenant.resumed").exists()


def test_both_acts_stay_in_the_history_with_who_did_them(operator):
    suspend(operator)
    operator.post("/gminy/0615022/wznow/", WHY)
    page = operator.get("/gminy/0615022/").content.decode()
    for shown in ("Zawieszono portal", REASON, "Wznowiono portal", "Prace skończone.", "Olga Operatorska"):
        assert shown in page
    with tenancy.public():
        entry = AuditEntry.objects.get(action="tenant.suspended")
        assert (entry.actor_kind, entry.role, entry.address) == ("platform", "operator", "127.0.0.1")


def test_nobody_but_an_operator_suspends(client_for, borki):
    answer = browser().post("/gminy/0615022/zawies/", {"reason": REASON, "is_sure": "on"})
    assert answer["Location"].startswith("/logowanie/")
    filip = client_for("filip", borki)
    assert filip.post("/gminy/0615022/zawies/", {"reason": REASON, "is_sure": "on"}).status_code == 404
    assert state() == ("active", "")
    assert scope_of("0615022").tenant_id == "0615022"
