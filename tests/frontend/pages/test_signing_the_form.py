"""Registration with a signed form through the pages: the whole way, and what a person is told."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from integrations.emulators.trusted_profile import forging, pdf_forging
from kernel import tenancy
from services.accounts.models import Resident
from services.notices.models import Message
from services.signing import actions
from services.signing.domain import DocumentKind
from services.signing.models import SigningAttempt
from services.users.models import User
from tenants.configuration.models import Office
from tenants.configuration.queries import current_regulation
from tests.frontend.reading import error_beside, heading, words
from tests.services.signing.conftest import (
    NUMBER,
    choose,
    fetched,
    office,
    profile,
    profile_server,
    service,
    trusting,
)

__all__ = ["fetched", "office", "profile", "profile_server", "service", "trusting"]

pytestmark = pytest.mark.django_db
PASSWORD = "cztery zwykle slowa razem"


@pytest.fixture
def form(in_borki) -> dict[str, str]:
    return {
        "first_name": "Zdzisława",
        "last_name": "Źrebięcka-Łoś",
        "pesel": f"{NUMBER[:6]} {NUMBER[6:]}",
        "address": "ul. Brzęczyszczykiewicza 12, 21-345 Borki",
        "email": "zdzislawa@poczta.example",
        "phone": "",
        "accepts_regulation": "on",
        "regulation_id": str(current_regulation(timezone.localdate()).public_id),
    }


@pytest.fixture
def browser(client_for, in_borki, service) -> Client:
    return client_for(None, in_borki)


@pytest.fixture
def page(browser, form) -> str:
    """The form is filled in; its page."""
    answer = browser.post("/rejestracja/podpis/", form)
    assert answer.status_code == 302, words(answer)
    return answer["Location"]


def attempt_of(page: str) -> SigningAttempt:
    return SigningAttempt.objects.get(public_id=page.strip("/").rpartition("/")[2])


def sign(browser: Client, page: str, **how: str) -> str:
    """To the signing service, sign there, come back; the page on which the person is then."""
    there = browser.post(f"{page}wyslij/")["Location"]
    back = choose(there, **how).headers["location"]
    return browser.get(back.removeprefix("http://borki.localhost"), follow=True)


@pytest.mark.covers("S48", "S54", "D27", "D28", "D29")
def test_a_person_fills_in_signs_and_is_told_what_comes_next(browser, page, form):
    Office.objects.update(registration_policy="automatic")
    shown = words(browser.get(page))
    assert "Przejdź do podpisu" in shown
    assert "Źrebięcka-Łoś" in shown
    assert NUMBER not in shown

    end = sign(browser, page)

    assert heading(end) == "Podpis jest prawidłowy"
    assert "konto od razu będzie aktywne" in words(end)
    resident = Resident.objects.get(user=User.objects.find(form["email"], "resident"))
    assert (resident.state, resident.proof_method) == ("submitted", "trusted_profile")


@pytest.mark.covers("S17")
def test_a_profile_that_was_made_at_epuap_confirms_who_it_is(browser, page, form):
    """The claim under the minister's seal names the person's account at ePUAP; the PESEL beside it is what counts."""
    assert "założony kiedyś na ePUAP" in words(browser.get(page))

    sign(browser, page)

    [file] = attempt_of(page).files.all()
    assert b"IdKontaUzytkownikaEpuap" in file.content
    assert (file.state, file.signature_kind) == ("proven", "trusted_profile")
    resident = Resident.objects.get(user=User.objects.find(form["email"], "resident"))
    assert (resident.proof_method, resident.proven_at is not None) == ("trusted_profile", True)
    assert resident.pesel == NUMBER


def test_the_page_to_sign_on_is_never_shown_and_the_redirect_is_let_through(browser, page):
    there = browser.post(f"{page}wyslij/")["Location"]
    shown = browser.get(page)

    assert there not in shown.content.decode()
    origin = there.partition("/dt/")[0]
    assert f"form-action 'self' {origin}" in shown["Content-Security-Policy"]


def test_who_follows_the_letter_sets_a_password_where_the_gmina_has_them(browser, page):
    Office.objects.update(registration_policy="automatic")
    sign(browser, page)
    link = re.search(r"(/rejestracja/potwierdz/\S+)", Message.objects.get(kind="registered").body)
    assert link is not None

    answer = browser.post(link[1])
    end = browser.post(answer["Location"], {"password": PASSWORD, "password_again": PASSWORD})

    assert answer["Location"].startswith("/haslo/")
    assert end.status_code == 302
    resident = Resident.objects.get(user=User.objects.find("zdzislawa@poczta.example", "resident"))
    assert resident.state == "active"
    assert resident.user.check_password(PASSWORD)


def test_a_refused_signature_says_why_and_what_to_do(browser, page):
    end = sign(browser, page, means="qualified", mode="person_expired")

    assert "Podpis nie został przyjęty" in words(end)
    assert "stracił ważność" in words(end)
    assert "Konto nie powstało" in words(end)
    assert User.objects.find("zdzislawa@poczta.example", "resident") is None


def test_who_does_not_sign_may_go_on_later(browser, page):
    end = sign(browser, page, action="refuse")

    assert "nie jest jeszcze podpisany" in words(end)
    assert "Przejdź do podpisu" in words(end)
    assert User.objects.find("zdzislawa@poczta.example", "resident") is None


@pytest.mark.parametrize("kind", ["pdf", "xml"])
def test_a_file_is_taken_signed_elsewhere_and_sent(kind, browser, page, service):
    given = browser.get(f"{page}wniosek.{kind}")
    kept = actions.document(attempt_id=attempt_of(page).public_id, kind=DocumentKind(kind))
    assert given.content == kept.content
    assert "attachment" in given["Content-Disposition"]
    person = service.state.persons["zdzislawa"]
    if kind == "pdf":
        signed = pdf_forging.made(given.content, service.state.signers, person)
    else:
        signed = forging.made(given.content, service.state.signers, person, means="qualified")

    unsigned = browser.post(f"{page}plik/", {"file": SimpleUploadedFile("a", given.content)})
    end = browser.post(f"{page}plik/", {"file": SimpleUploadedFile("a", signed)}, follow=True)

    assert unsigned.status_code == 422
    assert "bez podpisu" in error_beside(unsigned, "file")
    assert heading(end) == "Podpis jest prawidłowy"


def test_the_form_of_another_browser_does_not_exist(browser, page, client_for, in_borki, dabrowa):
    for other in (client_for(None, in_borki), client_for("anna", in_borki), client_for(None, dabrowa)):
        for path in ("", "powrot/", "powrot/bez-podpisu/", "plik/", "wniosek.pdf", "wniosek.xml"):
            assert other.get(page + path).status_code == 404, path
        for path in ("wyslij/", "plik/", "zacznij-od-nowa/"):
            assert other.post(page + path).status_code == 404, path
    assert attempt_of(page).state == "draft"


def test_where_no_password_is_taken_the_form_must_be_signed(client_for, dabrowa, service):
    """Dąbrowa Górnicza § 4.1: the form is signed before it is sent."""
    with tenancy.enter(dabrowa):
        assert not Office.objects.get().takes_local_accounts
        before = Resident.objects.count()
        visitor = client_for(None, dabrowa)
        answer = visitor.post("/rejestracja/", {"first_name": "A"})

        assert (answer.status_code, answer["Location"]) == (302, "/rejestracja/podpis/")
        assert "bez podpisu" not in words(visitor.get("/rejestracja/podpis/"))
        assert Resident.objects.count() == before


def test_wrong_data_begin_anew(browser, page):
    answer = browser.post(f"{page}zacznij-od-nowa/")

    assert answer["Location"] == "/rejestracja/podpis/"
    assert heading(browser.get(page)) == "Konto nie powstało"
    assert attempt_of(page).state == "closed"


@pytest.mark.parametrize(("field", "value"), [("pesel", "123"), ("email", "x"), ("first_name", "")])
def test_what_is_wrong_in_the_form_is_said_beside_it(field, value, browser, form):
    answer = browser.post("/rejestracja/podpis/", {**form, field: value})

    assert answer.status_code == 422
    assert error_beside(answer, field)
    assert SigningAttempt.objects.count() == 0
