"""The registration form: what it tells, what it asks for, what it refuses, and that it tells nobody who is known."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from kernel import tenancy
from kernel.actors import system
from services.accounts.models import RegulationAcceptance, Resident
from services.notices.models import Message
from services.users.models import User
from tenants.configuration import actions_regulation as configuration
from tenants.configuration.queries import current_regulation
from tests.factories.accounts import synthetic_pesel
from tests.fixtures.cast import RESIDENTS
from tests.frontend.reading import error_beside, heading, hidden, main, tags, words

pytestmark = pytest.mark.django_db
PASSWORD = "cztery zwykle slowa razem"
PESEL = synthetic_pesel(123_456)


@pytest.fixture
def scope(borki):
    with tenancy.enter(borki):
        yield borki


@pytest.fixture
def form(scope):
    return {
        "first_name": "Zofia",
        "last_name": "Żółć-Gęślą",
        "pesel": PESEL,
        "address": "ul. Próbna 7, 00-001 Próba",
        "email": "zofia@mieszkaniec.example",
        "phone": "",
        "password": PASSWORD,
        "password_again": PASSWORD,
        "accepts_regulation": "on",
        "regulation_id": str(current_regulation(timezone.localdate()).public_id),
    }


def state_of_the_gmina() -> tuple[int, int, int]:
    return Resident.objects.count(), User.objects.count(), Message.objects.count()


@pytest.mark.covers("S42", "S48", "D25", "D26", "D27")
def test_a_sent_form_leads_to_a_neutral_page_and_makes_a_registration(client_for, scope, form):
    answer = client_for(None, scope).post("/rejestracja/", form)
    assert (answer.status_code, answer["Location"]) == (302, "/rejestracja/sprawdz-poczte/")
    resident = Resident.objects.get(user=User.objects.find(form["email"], "resident"))
    assert (resident.first_name, resident.last_name, resident.pesel) == ("Zofia", "Żółć-Gęślą", PESEL)
    assert resident.state == "submitted"
    page = client_for(None, scope).get("/rejestracja/sprawdz-poczte/")
    assert heading(page) == "Teraz sprawdź pocztę"


@pytest.mark.covers("S56", "D3", "D23")
def test_exactly_the_accepted_version_is_stored_with_its_time(client_for, scope, form):
    before = timezone.now()
    client_for(None, scope).post("/rejestracja/", form)
    acceptance = RegulationAcceptance.objects.get(user=User.objects.find(form["email"], "resident"))
    assert str(acceptance.regulation.public_id) == form["regulation_id"]
    assert before <= acceptance.accepted_at <= timezone.now()


@pytest.mark.covers("S51", "S52", "S57", "S58", "S59", "S75", "S79", "D98")
def test_the_form_tells_what_must_be_known_before_data_are_given(client_for, scope):
    shown = words(client_for(None, scope).get("/rejestracja/"))
    for sentence in (
        "Podanie danych jest dobrowolne, ale bez nich nie założysz konta",
        "przestrzegać regulaminu",
        "nie naruszać cudzych praw autorskich, praw do wynalazków, patentów, znaków towarowych ani wzorów użytkowych "
        "i przemysłowych",
        "nie naruszać dóbr osobistych innych osób i urzędu ani dobrych obyczajów",
        "Administrator danych: Wójt Gminy Borki",
        "Inspektor ochrony danych: iod@borki.example",
        "Cel: konto w portalu",
        "Podstawa prawna: art. 6 ust. 1 lit. c RODO",
        "Dane są przechowywane, dopóki masz konto",
        "skargi do Prezesa UODO (ul. Stawki 2, 00-193 Warszawa)",
    ):
        assert sentence in shown, sentence


@pytest.mark.covers("S23")
def test_the_acceptance_is_a_control_of_its_own_and_comes_unticked(client_for, scope):
    page = client_for(None, scope).get("/rejestracja/")
    (box,) = [tag for tag in tags(page, "input") if tag.get("name") == "accepts_regulation"]
    assert box["type"] == "checkbox"
    assert "checked" not in box
    assert hidden(page, "regulation_id") == [str(current_regulation(timezone.localdate()).public_id)]


REQUIRED = {
    "first_name": "Podaj swoje imię.",
    "last_name": "Podaj swoje nazwisko.",
    "pesel": "Podaj swój numer PESEL.",
    "address": "Podaj swój adres zamieszkania.",
    "email": "Podaj swój adres e-mail.",
    "password": "Wymyśl hasło do swojego konta.",
    "password_again": "Wpisz to samo hasło jeszcze raz.",
    "accepts_regulation": "Bez akceptacji regulaminu nie można założyć konta.",
}


@pytest.mark.covers("S50", "D98")
@pytest.mark.parametrize("field", REQUIRED)
def test_a_missing_item_is_asked_for_beside_its_field_and_nothing_is_stored(field, client_for, scope, form):
    before = state_of_the_gmina()
    page = client_for(None, scope).post("/rejestracja/", form | {field: ""})
    assert page.status_code == 422
    assert error_beside(page, field) == REQUIRED[field]
    assert state_of_the_gmina() == before


@pytest.mark.covers("S50")
def test_every_required_item_is_marked_and_the_telephone_is_not(client_for, scope):
    page = client_for(None, scope).get("/rejestracja/")
    required = {tag["name"] for tag in tags(page, "input") if "required" in tag}
    assert required >= set(REQUIRED)
    assert "phone" not in required


@pytest.mark.parametrize(
    ("changes", "field", "begin"),
    [
        ({"pesel": "75870300018"}, "pesel", "Numer PESEL jest błędny."),
        ({"pesel": "1234"}, "pesel", "Numer PESEL jest błędny."),
        ({"email": "zofia(at)example.org"}, "email", "Podaj adres e-mail w postaci"),
        ({"password": "krotkie", "password_again": "krotkie"}, "password", "Wybierz inne hasło."),
        ({"password": "password1234", "password_again": "password1234"}, "password", "Wybierz inne hasło."),
        ({"password_again": "inne haslo 123"}, "password_again", "Hasła różnią się od siebie."),
    ],
)
def test_a_wrong_item_is_explained_beside_its_field_and_nothing_is_stored(
    changes, field, begin, client_for, scope, form
):
    before = state_of_the_gmina()
    page = client_for(None, scope).post("/rejestracja/", form | changes)
    assert page.status_code == 422
    assert error_beside(page, field).startswith(begin)
    assert "<title>\n" not in page.content.decode()
    assert re.search(r"<title>Błąd: ", page.content.decode())
    assert state_of_the_gmina() == before


@pytest.mark.covers("S108", "S109")
def test_a_refused_form_never_shows_the_password_again(client_for, scope, form):
    page = client_for(None, scope).post("/rejestracja/", form | {"pesel": "1"})
    assert PASSWORD not in page.content.decode()
    assert 'value="Zofia"' in page.content.decode()


def test_a_password_can_be_pasted(client_for, scope):
    page = client_for(None, scope).get("/rejestracja/")
    for name in ("password", "password_again"):
        (tag,) = [tag for tag in tags(page, "input") if tag.get("name") == name]
        assert (tag["type"], tag["autocomplete"]) == ("password", "new-password")
        assert not {"onpaste", "readonly", "oncopy"} & set(tag)


def test_a_pesel_number_written_in_groups_is_read(client_for, scope, form):
    grouped = f"{PESEL[:6]} {PESEL[6:]}"
    client_for(None, scope).post("/rejestracja/", form | {"pesel": grouped})
    assert Resident.objects.get(user=User.objects.find(form["email"], "resident")).pesel == PESEL


@pytest.mark.covers("S8", "S63")
def test_the_answer_is_the_same_for_a_new_person_a_known_person_and_a_known_address(client_for, scope, form):
    cases = [
        form,
        form | {"pesel": RESIDENTS["anna"], "email": "inna@mieszkaniec.example"},
        form | {"pesel": synthetic_pesel(77), "email": "anna@mieszkaniec.example"},
    ]
    answers = [client_for(None, scope).post("/rejestracja/", case) for case in cases]
    seen = {(a.status_code, a["Location"], a.content, tuple(sorted(a.cookies))) for a in answers}
    assert seen == {(302, "/rejestracja/sprawdz-poczte/", b"", ())}
    open_accounts = Resident.objects.exclude(state="duplicate").filter(person_index=_index(RESIDENTS["anna"]))
    assert open_accounts.count() == 1


def _index(pesel: str) -> bytes:
    from services.accounts.queries import person_index

    return person_index(pesel)


def test_a_version_published_meanwhile_must_be_accepted_anew(client_for, scope, form):
    actor = system("tests")
    act = {"act_kind": "zarządzenie", "act_number": "5", "act_issuer": "Wójt", "act_on": timezone.localdate(),
           "effective_on": timezone.localdate()}  # fmt: skip
    number = configuration.draft_regulation(
        text="Regulamin\n\nNowy.", act=act, number=None, actor=actor
    ).number
    newer = configuration.publish_regulation(number=number, actor=actor)
    before = state_of_the_gmina()
    page = client_for(None, scope).post("/rejestracja/", form)
    assert page.status_code == 422
    assert "Urząd opublikował właśnie nową wersję regulaminu." in words(page)
    assert hidden(page, "regulation_id") == [str(newer.public_id)]
    (box,) = [tag for tag in tags(page, "input") if tag.get("name") == "accepts_regulation"]
    assert "checked" not in box
    assert state_of_the_gmina() == before


def test_a_regulation_of_tomorrow_does_not_disturb_who_registers_today(client_for, scope, form):
    actor = system("tests")
    act = {"act_kind": "zarządzenie", "act_number": "5", "act_issuer": "Wójt", "act_on": timezone.localdate(),
           "effective_on": timezone.localdate() + timedelta(days=1)}  # fmt: skip
    number = configuration.draft_regulation(
        text="Regulamin\n\nNowy.", act=act, number=None, actor=actor
    ).number
    configuration.publish_regulation(number=number, actor=actor)
    assert client_for(None, scope).post("/rejestracja/", form).status_code == 302


@pytest.mark.covers("S65")
def test_one_address_cannot_send_forms_without_end(client_for, scope, form):
    client = client_for(None, scope)
    for number in range(20):
        sent = form | {"pesel": synthetic_pesel(1000 + number), "email": f"n{number}@mieszkaniec.example"}
        assert client.post("/rejestracja/", sent).status_code == 302
    before = state_of_the_gmina()
    page = client.post("/rejestracja/", form)
    assert page.status_code == 422
    assert "Z tego miejsca wysłano zbyt wiele formularzy." in words(page)
    assert state_of_the_gmina() == before


@pytest.mark.covers("S7")
def test_the_form_makes_a_residents_account_whatever_else_is_sent(client_for, scope, form):
    client_for(None, scope).post(
        "/rejestracja/", form | {"kind": "staff", "role": "admin", "is_superuser": "on"}
    )
    assert User.objects.find(form["email"], "staff") is None
    user = User.objects.find(form["email"], "resident")
    assert (user.kind, user.is_superuser, user.staff_roles.count()) == ("resident", False, 0)


def test_the_page_says_nothing_about_people(client_for, scope):
    assert "Przykładowa" not in main(client_for(None, scope).get("/rejestracja/sprawdz-poczte/"))
