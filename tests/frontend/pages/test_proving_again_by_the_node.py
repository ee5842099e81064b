"""Who is signed in goes to login.gov.pl once more: to confirm a sensitive change (ASVS V7.5.1, T-25), or to prove the
identity of an account that was registered with a password (S54). On real HTTP against the stand-in node."""

import base64
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from kernel import tenancy
from kernel.audit.models import AuditEntry
from services.accounts.models import Resident
from services.identity import attempts
from services.identity.models import LoginAttempt, ProvenPerson
from services.users.entrance import ENTERED_KEY, RECENT
from services.users.models import User
from tenants.configuration.models import Office
from tests.factories.accounts import PASSWORD, ResidentFactory
from tests.fixtures.national_node import Traveller
from tests.frontend.reading import heading, words

pytestmark = pytest.mark.django_db

AGAIN, PROVE = "/wk/potwierdz/", "/wk/tozsamosc/"
PHONE = "/konto/telefon/"
ASKED = f"/konto/potwierdz/?next={PHONE}"


@pytest.fixture
def anna(at_node, client_for: Callable[..., Client], borki) -> Traveller:
    """Anna, signed in with her password long enough ago to be asked again."""
    at_node(borki)
    traveller = Traveller(client_for("anna", borki), borki)
    grow_old(traveller)
    with tenancy.enter(borki):
        yield traveller


def grow_old(traveller: Traveller) -> None:
    with tenancy.enter(traveller.scope):
        session = traveller.client.session
        entered = session[ENTERED_KEY]
        session[ENTERED_KEY] = {**entered, "proven_at": entered["proven_at"] - RECENT.total_seconds() - 1}
        session.save()


def is_asked_again(traveller: Traveller) -> bool:
    page = traveller.client.get(PHONE)
    return page.status_code == 302 and page["Location"] == ASKED


def outcomes() -> list[str]:
    return [row.outcome for row in LoginAttempt.objects.order_by("id")]


# --- once more before a sensitive change ------------------------------------------------------------
@pytest.mark.covers("D19")
def test_the_proof_at_the_node_leads_straight_back_to_the_change(anna):
    assert is_asked_again(anna)
    assert "Potwierdź przez login.gov.pl" in words(anna.client.get(ASKED))
    before = anna.user_id
    page = anna.log_in("anna", at=AGAIN, wanted=PHONE)
    assert (page.status_code, page["Location"]) == (302, PHONE)
    assert anna.client.get(PHONE).status_code == 200
    assert anna.user_id == before
    assert outcomes() == [attempts.CONFIRMED]


def test_the_node_is_asked_for_a_fresh_login_and_forgets_it_at_once(anna, national_node):
    leaving = anna.leave(at=AGAIN)
    assert b'ForceAuthn="true"' in base64.b64decode(leaving.fields["SAMLRequest"])
    anna.follow(anna.deliver(anna.choose(leaving)))
    assert [one["kind"] for one in national_node.state.calls].count("LogoutRequest") == 1


def test_where_there_are_no_passwords_the_node_is_the_only_question(at_node, traveller, dabrowa):
    at_node(dabrowa)
    there = traveller(dabrowa)
    there.log_in("anna")
    grow_old(there)
    assert is_asked_again(there)
    with tenancy.enter(dabrowa):
        user = User.objects.get(pk=there.user_id)
        user.set_unusable_password()
        user.save()
    there.client.post("/wyloguj/")
    there.log_in("anna")
    grow_old(there)
    page = there.client.get(ASKED)
    assert 'type="password"' not in page.content.decode()
    assert "To konto nie ma hasła" not in words(page)
    assert there.log_in("anna", at=AGAIN, wanted=PHONE)["Location"] == PHONE
    assert there.client.get(PHONE).status_code == 200


def test_somebody_else_confirms_nothing_and_is_not_let_in(anna, person):
    page = anna.log_in("gesla", at=AGAIN, wanted=PHONE)
    assert (page.status_code, heading(page)) == (403, "To konto należy do innej osoby")
    assert is_asked_again(anna)
    assert anna.user_id == str(person("anna").user_id)
    assert outcomes() == [attempts.OTHER_PERSON]
    assert not ProvenPerson.objects.exists()
    entry = AuditEntry.objects.filter(action="resident.signed_in").latest("id")
    assert (entry.actor_ref, entry.outcome, entry.details["method"]) == (
        person("anna").ref,
        "refused",
        "login_gov",
    )


def test_a_person_without_a_pesel_confirms_nothing(anna):
    page = anna.log_in("obca", at=AGAIN, wanted=PHONE)
    assert (page.status_code, heading(page)) == (403, "Nie znamy Twojego numeru PESEL")
    assert is_asked_again(anna)


def test_a_session_that_was_left_open_at_the_node_confirms_nothing(anna):
    """The assertion is genuine, but the person came in there twenty minutes ago: ForceAuthn was not heeded."""
    page = anna.log_in("anna", at=AGAIN, wanted=PHONE, mode="old_login")
    assert page.status_code == 403
    assert outcomes() == [attempts.NOT_FRESH]
    assert is_asked_again(anna)


@pytest.mark.parametrize(
    ("choice", "said"),
    [
        ({"action": "cancel"}, "Logowanie zostało przerwane"),
        ({"mode": "refused"}, "Nie potwierdzono Twojej tożsamości"),
        ({"mode": "audience"}, "Nie możemy przyjąć tej odpowiedzi"),
    ],
)
def test_who_gives_up_or_is_refused_stays_signed_in_and_may_try_again(choice, said, anna, person):
    page = anna.log_in("anna", at=AGAIN, wanted=PHONE, **choice)
    assert heading(page) == said
    assert "Nadal jesteś w swoim koncie" in words(page)
    assert "Nikt nie jest zalogowany" not in words(page)
    assert "/konto/potwierdz/?next=%2Fkonto%2Ftelefon%2F" in page.content.decode()
    assert anna.user_id == str(person("anna").user_id)
    assert is_asked_again(anna)


def test_another_browser_cannot_confirm_and_nobody_is_signed_in_there(anna, traveller, borki):
    thief = traveller(borki)
    answered = anna.deliver(anna.choose(anna.leave(at=AGAIN)))
    page = thief.follow(answered)
    assert page.status_code == 410
    assert thief.user_id is None
    assert outcomes() == [attempts.OTHER_BROWSER]
    assert is_asked_again(anna)


def test_an_attempt_of_one_account_confirms_nothing_for_another_in_the_same_browser(anna, person, borki):
    """The session of the browser was taken over by somebody else while the answer was on its way."""
    answered = anna.deliver(anna.choose(anna.leave(at=AGAIN)))
    LoginAttempt.objects.update(account_ref=person("bartek").ref)
    assert anna.follow(answered).status_code == 410
    assert outcomes() == [attempts.OTHER_BROWSER]
    assert is_asked_again(anna)


@pytest.mark.parametrize("wanted", ["//zly.example", "https://zly.example/", "/\\zly.example"])
def test_the_way_back_never_leads_out_of_the_portal(wanted, anna):
    assert anna.log_in("anna", at=AGAIN, wanted=wanted)["Location"] == "/konto/"


def test_nobody_who_is_not_signed_in_begins_it(at_node, traveller, borki):
    at_node(borki)
    visitor = traveller(borki)
    for address in (AGAIN, PROVE):
        page = visitor.client.post(address)
        assert page.status_code == 302
        assert page["Location"].startswith("/logowanie/")
    with tenancy.enter(borki):
        assert not LoginAttempt.objects.exists()


def test_the_people_of_the_office_are_not_sent_to_the_node(at_node, client_for, borki):
    at_node(borki)
    page = client_for("daria", borki).get("/urzad/konto/potwierdz/")
    assert page.status_code == 200
    assert "login.gov.pl" not in words(page)


# --- the identity of an account with a password ------------------------------------------------------------
@pytest.fixture
def waiting(at_node, client_for, borki) -> Traveller:
    """A person whom the node calls “dluga” has registered with a password and waits."""
    at_node(borki)
    with tenancy.enter(borki):
        Office.objects.update(registration_policy="automatic")
        ResidentFactory(
            submitted=True,
            pesel="99923100014",
            first_name="Maksymiliana Wilhelmina Konstantyna",
            last_name="Przykładowska-Niepodzielnie-Wielonazwiskowa-Dwuczłonowa",
            user__email="dluga@mieszkaniec.example",
            user__password=PASSWORD,
        )
        visitor = client_for(None, borki)
        visitor.post("/logowanie/", {"email": "dluga@mieszkaniec.example", "password": PASSWORD})
        yield Traveller(visitor, borki)


def account() -> Resident:
    return Resident.objects.get(user=User.objects.find("dluga@mieszkaniec.example", "resident"))


@pytest.mark.covers("S54")
def test_who_waits_for_the_office_proves_the_identity_and_waits_no_more(waiting):
    assert "Chcesz, żeby poszło szybciej?" in words(waiting.client.get("/konto/stan/"))
    assert "Przejdź do login.gov.pl" in words(waiting.client.get("/konto/tozsamosc/"))
    page = waiting.log_in("dluga", at=PROVE)
    assert (page.status_code, page["Location"]) == (302, "/konto/stan/")
    row = account()
    kept = ProvenPerson.objects.get()
    assert (row.state, row.proof_method, row.proof_ref) == ("active", "login_gov", str(kept.public_id))
    assert (kept.person, kept.used_at is not None) == ({}, True)
    assert outcomes() == [attempts.PROVEN]
    told = words(waiting.client.get("/konto/tozsamosc/"))
    assert "Twoja tożsamość jest potwierdzona" in told
    assert "przez login.gov.pl" in told


def test_somebody_elses_identity_proves_nothing_and_is_not_kept(waiting):
    page = waiting.log_in("anna", at=PROVE)
    assert (page.status_code, heading(page)) == (403, "To konto należy do innej osoby")
    row = account()
    assert (row.state, row.proof_method) == ("submitted", "")
    assert not ProvenPerson.objects.exists()
    assert waiting.user_id == str(row.user_id)


def test_a_second_registration_looks_like_any_other_and_is_not_opened_by_a_proof(waiting):
    """S8: only the person herself learns that she has an account already."""
    Resident.objects.filter(pk=account().pk).update(state="duplicate")
    assert "Chcesz, żeby poszło szybciej?" in words(waiting.client.get("/konto/stan/"))
    waiting.log_in("dluga", at=PROVE)
    row = account()
    assert (row.state, row.proof_method) == ("duplicate", "")
    assert ProvenPerson.objects.get().person == {}


def test_where_the_node_is_not_ready_nothing_is_offered(client_for, borki):
    with tenancy.enter(borki):
        Office.objects.update(takes_login_gov=False)
        anna = client_for("anna", borki)
        assert "nie można teraz potwierdzić" in words(anna.get("/konto/tozsamosc/"))
        assert "Przejdź do login.gov.pl" not in words(anna.get("/konto/tozsamosc/"))
        assert anna.post(PROVE).status_code == 503
        assert not LoginAttempt.objects.exists()


def test_what_was_proven_is_shown_on_the_account_page(anna):
    Resident.objects.filter(user_id=anna.user_id).update(
        proof_method="trusted_profile", proven_at=timezone.now()
    )
    assert "potwierdzona podpisem zaufanym" in words(anna.client.get("/konto/"))
