"""Sign-in through login.gov.pl, on real HTTP against the stand-in node: to the node and back, in every way it can end."""

from datetime import timedelta

import pytest
from django.utils import timezone

from kernel import tenancy
from kernel.audit.models import AuditEntry
from services.accounts.models import Resident
from services.identity import attempts
from services.identity.models import LoginAttempt, ProvenPerson, SeenMessage
from services.users.models import User
from tenants.configuration.models import Office
from tests.fixtures.cast import PASSWORD, RESIDENTS
from tests.fixtures.national_node import Traveller
from tests.frontend.reading import heading, hidden, tags, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna_travels(at_node, traveller, borki) -> Traveller:
    at_node(borki)
    return traveller(borki)


@pytest.fixture
def without_account(in_borki):
    """The node knows Anna, this portal does not."""
    resident = Resident.objects.get(
        user__email_index=User.objects.find("anna@mieszkaniec.example", "resident").email_index
    )
    resident.state = "deactivated"
    resident.save()
    return resident


def accounts() -> int:
    return User.objects.count()


# --- success ------------------------------------------------------------
@pytest.mark.covers("S18", "D15", "D19", "D33")
def test_a_resident_is_signed_in_by_the_pesel_number(anna_travels, in_borki, person):
    page = anna_travels.log_in("anna")
    assert (page.status_code, page["Location"]) == (302, "/naleznosci/")
    assert anna_travels.user_id == str(person("anna").user_id)
    assert anna_travels.client.get("/naleznosci/").status_code == 200
    entry = AuditEntry.objects.filter(action="resident.signed_in").latest("id")
    assert (entry.actor_ref, entry.details["method"], entry.outcome) == (
        person("anna").ref,
        "login_gov",
        "done",
    )
    assert [row.outcome for row in LoginAttempt.objects.all()] == ["login_gov.done"]


def test_the_name_and_the_login_at_the_means_decide_nothing(anna_travels, in_borki, person):
    """The persona is called otherwise than the account; the number alone counts."""
    anna_travels.log_in("gesla")
    assert anna_travels.user_id == str(person("bartek").user_id)


def test_one_person_has_one_account_whatever_the_way_in(anna_travels, client_for, in_borki, person):
    """S63: by password and by the node the same account, and no second one."""
    before = accounts()
    anna_travels.log_in("anna")
    by_password = client_for(None, in_borki)
    by_password.post("/logowanie/", {"email": "anna@mieszkaniec.example", "password": PASSWORD})
    assert by_password.session["_auth_user_id"] == anna_travels.user_id
    assert accounts() == before


def test_the_person_comes_to_the_page_that_was_wanted(anna_travels):
    page = anna_travels.log_in("anna", wanted="/konto/?x=1")
    assert page["Location"] == "/konto/?x=1"


def test_the_sign_in_page_shows_the_node_first_and_hands_the_wanted_page_on(anna_travels):
    page = anna_travels.client.get("/logowanie/?next=/konto/")
    actions = [form["action"] for form in tags(page, "form") if "action" in form]
    assert [one for one in actions if one in ("/wk/start/", "/logowanie/")] == ["/wk/start/", "/logowanie/"]
    assert hidden(page, "next") == ["/konto/", "/konto/"]


def test_the_page_that_leads_away_lets_its_form_go_to_the_node_and_nowhere_else(anna_travels, national_node):
    leaving = anna_travels.leave()
    assert leaving.url == f"{national_node.url}/login/SingleSignOnService"
    assert f"form-action 'self' {national_node.url}" in leaving.page["Content-Security-Policy"]
    assert leaving.page["Cache-Control"] == "no-store"
    assert set(leaving.fields) == {"SAMLRequest", "RelayState"}


def test_the_session_at_the_node_ends_as_soon_as_the_data_are_read(anna_travels, national_node):
    anna_travels.log_in("anna")
    assert national_node.state.sessions == {}
    assert national_node.state.calls[-1]["kind"] == "LogoutRequest"


def test_a_gmina_may_leave_the_session_at_the_node(anna_travels, national_node, in_borki):
    from services.identity.models import ServiceProvider

    ServiceProvider.objects.update(ends_node_session=False)
    anna_travels.log_in("anna")
    assert len(national_node.state.sessions) == 1


def test_a_node_that_does_not_log_out_keeps_nobody_outside(anna_travels, national_node, monkeypatch):
    from integrations.identity.login_gov import login as protocol

    def silent(*arguments, **named):
        from integrations.identity.base import IssuerUnavailable

        raise IssuerUnavailable(code="soap.unavailable")

    monkeypatch.setattr(protocol.soap, "call", _only_for("ArtifactResolve", protocol.soap.call, silent))
    anna_travels.log_in("anna")
    assert anna_travels.user_id is not None


def _only_for(kind, real, otherwise):
    def call(url, envelope, **named):
        return (real if kind.encode() in envelope else otherwise)(url, envelope, **named)

    return call


def test_each_gmina_signs_in_its_own_account(at_node, traveller, borki, dabrowa):
    at_node(borki, dabrowa)
    found = set()
    for scope in (borki, dabrowa):
        one = traveller(scope)
        assert one.log_in("anna")["Location"] == "/naleznosci/"
        with tenancy.enter(scope):
            found.add(User.objects.get(pk=one.user_id).public_id)
    assert len(found) == 2


# --- the person is not let in ------------------------------------------------------------
@pytest.mark.parametrize(
    ("action", "said", "code"),
    [
        ("refuse", "Nie potwierdzono Twojej tożsamości", "login_gov.declined"),
        ("cancel", "Logowanie zostało przerwane", "login_gov.cancelled"),
    ],
)
def test_who_was_refused_or_gave_up_is_told_so_and_is_nobody(action, said, code, anna_travels, in_borki):
    before = accounts()
    page = anna_travels.log_in("anna", action=action)
    assert heading(page) == said
    assert "Spróbuj jeszcze raz" in words(page)
    assert (anna_travels.user_id, accounts()) == (None, before)
    assert [row.outcome for row in LoginAttempt.objects.all()] == [code]
    assert not ProvenPerson.objects.exists()


def test_a_means_of_a_low_level_is_refused_with_a_word_what_to_choose(anna_travels, in_borki):
    page = anna_travels.log_in("anna", means="haslo.example")
    assert heading(page) == "Ten sposób logowania jest za słaby"
    assert anna_travels.user_id is None


@pytest.mark.parametrize(
    ("mode", "status", "said"),
    [
        ("http_500", 503, "Login.gov.pl teraz nie odpowiada"),
        ("reset", 503, "Login.gov.pl teraz nie odpowiada"),
        ("huge", 503, "Login.gov.pl teraz nie odpowiada"),
        ("requester", 503, "Logowanie przez login.gov.pl teraz nie działa"),
    ],
)
def test_a_node_that_gives_no_answer_is_named_and_the_person_may_try_again(
    mode, status, said, anna_travels, in_borki
):
    page = anna_travels.log_in("anna", mode=mode)
    assert (page.status_code, heading(page)) == (status, said)
    assert anna_travels.user_id is None
    assert anna_travels.log_in("anna")["Location"] == "/naleznosci/"


@pytest.mark.covers("D20")
def test_a_person_from_the_cross_border_node_is_known_by_the_assertion_and_led_to_the_office(
    anna_travels, in_borki
):
    """eIDAS: the identifier is that of another member state, and the assertion has no PESEL. It is as genuine as any, it is
    proven once, and nobody is let into an account by a name and a day of birth."""
    before = accounts()
    page = anna_travels.log_in("obca")
    assert (page.status_code, heading(page)) == (403, "Nie znamy Twojego numeru PESEL")
    assert "Login.gov.pl potwierdził, kim jesteś" in words(page)
    assert [row.outcome for row in LoginAttempt.objects.all()] == [attempts.NO_PESEL]
    assert SeenMessage.objects.count() == 1
    assert (anna_travels.user_id, accounts(), ProvenPerson.objects.count()) == (None, before, 0)


@pytest.mark.covers("D37")
def test_a_blocked_account_stays_closed(anna_travels, in_borki, person):
    Resident.objects.filter(user_id=person("anna").user_id).update(state="blocked")
    page = anna_travels.log_in("anna")
    assert (page.status_code, heading(page)) == (403, "Twoje konto jest zablokowane")
    assert anna_travels.user_id is None


def test_an_account_that_cannot_sign_in_stays_closed(anna_travels, in_borki, person):
    User.objects.filter(pk=person("anna").user_id).update(is_active=False)
    assert heading(anna_travels.log_in("anna")) == "Twoje konto jest zablokowane"
    assert anna_travels.user_id is None


def test_whose_address_is_not_proven_is_asked_to_prove_it_first(anna_travels, in_borki, person):
    User.objects.filter(pk=person("anna").user_id).update(email_confirmed_at=None)
    page = anna_travels.log_in("anna")
    assert page["Location"] == "/logowanie/potwierdz-adres/"
    assert anna_travels.user_id is None
    assert heading(anna_travels.client.get(page["Location"])) == "Najpierw potwierdź adres e-mail"


# --- no account yet ------------------------------------------------------------
@pytest.mark.covers("D28", "S54", "S63")
def test_a_person_without_an_account_registers_with_the_proven_data(anna_travels, without_account):
    before = accounts()
    page = anna_travels.log_in("anna")
    assert page["Location"] == "/rejestracja/"
    assert (anna_travels.user_id, accounts()) == (None, before)
    form = anna_travels.client.get("/rejestracja/")
    shown = words(form)
    assert "Potwierdzone przez login.gov.pl" in shown
    assert "Anna Przykładowa" in shown
    assert RESIDENTS["anna"] in shown
    assert {"first_name", "last_name", "pesel", "password"}.isdisjoint(
        {one.get("name") for one in tags(form, "input")}
    )
    sent = {
        "address": "ul. Próbna 7, 00-001 Próba",
        "email": "nowa.anna@mieszkaniec.example",
        "phone": "",
        "accepts_regulation": "on",
        "regulation_id": hidden(form, "regulation_id")[0],
        "pesel": "75870300055",
        "first_name": "Podstawiona",
    }
    answer = anna_travels.client.post("/rejestracja/", sent)
    assert answer["Location"] == "/rejestracja/sprawdz-poczte/"
    made = Resident.objects.latest("id")
    assert (made.pesel, made.first_name, made.last_name) == (RESIDENTS["anna"], "Anna", "Przykładowa")
    assert (made.proof_method, made.user.has_usable_password()) == ("login_gov", False)
    kept = ProvenPerson.objects.get()
    assert (str(kept.public_id), kept.person, kept.means) == (made.proof_ref, {}, "pz.gov.pl")
    assert kept.used_at is not None
    assert "Potwierdzone przez login.gov.pl" not in words(anna_travels.client.get("/rejestracja/"))


def test_the_proven_data_wait_encrypted_and_only_for_this_browser(
    anna_travels, without_account, client_for, in_borki
):
    from django.db import connection

    anna_travels.log_in("anna")
    with connection.cursor() as cursor:
        cursor.execute("SELECT person FROM identity_provenperson")
        [(sealed,)] = cursor.fetchall()
    assert RESIDENTS["anna"].encode() not in bytes(sealed)
    session = str(dict(anna_travels.client.session.items()))
    assert RESIDENTS["anna"] not in session
    assert "Przykładowa" not in session
    assert "Anna" not in words(client_for(None, in_borki).get("/rejestracja/"))


def test_the_proven_data_are_forgotten_after_half_an_hour(anna_travels, without_account, in_borki):
    from services.identity.tasks import forget

    anna_travels.log_in("anna")
    later = timezone.now() + timedelta(minutes=31)
    ProvenPerson.objects.update(until=timezone.now() - timedelta(seconds=1))
    assert "Potwierdzone" not in words(anna_travels.client.get("/rejestracja/"))
    forget(later)
    assert not ProvenPerson.objects.exists()


# --- which ways in ------------------------------------------------------------
@pytest.mark.covers("D33")
def test_where_the_node_is_the_only_way_there_is_no_password_and_none_is_taken(at_node, traveller, dabrowa):
    at_node(dabrowa)
    somebody = traveller(dabrowa)
    page = somebody.client.get("/logowanie/")
    assert "Przejdź do login.gov.pl" in words(page)
    assert not [
        one for one in tags(page, "input") if one.get("type") == "password" or one.get("name") == "email"
    ]
    right = {"email": "anna@mieszkaniec.example", "password": PASSWORD}
    assert somebody.client.post("/logowanie/", right).status_code == 403
    assert somebody.user_id is None
    assert somebody.log_in("anna")["Location"] == "/naleznosci/"


@pytest.mark.covers("D28", "D33")
def test_where_the_node_is_the_only_way_nobody_registers_without_a_proof(at_node, traveller, dabrowa):
    at_node(dabrowa)
    somebody = traveller(dabrowa)
    page = somebody.client.get("/rejestracja/")
    assert "Konto może mieć osoba, która potwierdziła, kim jest." in words(page)
    with tenancy.enter(dabrowa):
        before = accounts()
        sent = somebody.client.post(
            "/rejestracja/", {"first_name": "Zofia", "email": "z@mieszkaniec.example"}
        )
        assert (sent.status_code, accounts()) == (403, before)


def test_the_start_page_tells_how_to_begin_by_the_ways_that_there_are(anna_travels, in_borki):
    assert "Zaloguj się przez login.gov.pl." in words(anna_travels.client.get("/"))
    Office.objects.update(takes_login_gov=False)
    assert "Zarejestruj się. Przygotuj numer PESEL" in words(anna_travels.client.get("/"))


def test_a_gmina_that_has_not_chosen_the_node_does_not_show_it_and_sends_nobody_there(anna_travels, in_borki):
    Office.objects.update(takes_login_gov=False)
    assert "login.gov.pl" not in words(anna_travels.client.get("/logowanie/"))
    page = anna_travels.client.post("/wk/start/")
    assert (page.status_code, heading(page)) == (
        503,
        "Logowanie przez login.gov.pl nie jest jeszcze uruchomione",
    )
    assert not LoginAttempt.objects.exists()


def test_a_gmina_without_its_keys_says_that_the_way_is_being_prepared(client_for, borki):
    client = client_for(None, borki)
    assert "Urząd przygotowuje logowanie przez login.gov.pl" in words(client.get("/logowanie/"))
    assert client.post("/wk/start/").status_code == 503
    assert client.get("/wk/metadata").status_code == 404


def test_the_staff_of_the_office_is_not_asked_to_use_the_node(at_node, client_for, dabrowa):
    at_node(dabrowa)
    assert 'name="password"' in client_for(None, dabrowa).get("/urzad/logowanie/").content.decode()


def test_every_login_leaves_one_message_that_is_forgotten_when_it_can_prove_nothing_more(
    anna_travels, in_borki
):
    from services.identity.tasks import forget

    anna_travels.log_in("anna")
    row = SeenMessage.objects.get()
    forget(row.until - timedelta(seconds=1))
    assert SeenMessage.objects.exists()
    forget(row.until + timedelta(seconds=1))
    assert not SeenMessage.objects.exists()
