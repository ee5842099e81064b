"""A person registers by signing the form, in a real Chromium: two hosts, cookies that are Lax, a content security policy."""

import re
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import httpx
import pytest
from django.test import override_settings
from playwright.sync_api import Page, expect

from integrations.emulators.login_gov.personas import PERSONAS, Persona
from kernel import tenancy
from portal.demo.signing import fetch_list, give_access
from portal.embedded import postgres
from portal.embedded.profile import PERSONS
from portal.embedded.stack import Stack
from tests.fixtures.database import working_on

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("stack")]
LONG = next(one for one in PERSONAS if one.key == "dluga")
ZOFIA, STANISLAW = (
    Persona(one[0], one[1], one[2], date.fromisoformat(one[3]), one[4], "") for one in PERSONS[:2]
)
PASSWORD = "cztery zwykle slowa razem"


@pytest.fixture(scope="module")
def portal(stack: Stack, server: postgres.Server, django_db_blocker) -> Iterator[str]:
    """Borki with its access to the signing service, a trusted list, and the policy that a proven identity is enough.

    The policy is put back: other journeys use the same platform.
    """
    from tenants.configuration.models import Office
    from tenants.directory.queries import scope_named

    with django_db_blocker.unblock():
        with working_on(server, stack.database), override_settings(**stack.profile.settings()):
            fetch_list()
            give_access("borki", url=stack.profile.url, folder=stack.profile.folder)
            with tenancy.enter(scope_named("borki")):
                policy = Office.objects.get().registration_policy
                Office.objects.update(registration_policy="automatic")
        yield stack.portal("borki")
        with working_on(server, stack.database), tenancy.enter(scope_named("borki")):
            Office.objects.update(registration_policy=policy)


def fill_in(page: Page, portal: str, person, email: str) -> None:
    page.goto(f"{portal}/rejestracja/")
    page.get_by_role("link", name="Chcę podpisać formularz").click()
    page.get_by_label("Imię").fill(person.given_names)
    page.get_by_label("Nazwisko").fill(person.family_name)
    page.get_by_label("Numer PESEL").fill(person.identifier)
    page.get_by_label("Adres zamieszkania").fill("ul. Próbna 7, 00-001 Próba")
    page.get_by_label("Adres e-mail").fill(email)
    page.get_by_label("Znam regulamin").check()


def test_the_whole_way_from_the_form_to_the_account(
    portal: str, stack: Stack, visitor: Callable[..., Page], look: Callable[..., None]
):
    page = visitor(width=400)
    fill_in(page, portal, ZOFIA, "zofia@poczta.example")
    look(page, "signing-01-form")
    page.get_by_role("button", name="Dalej: podpis").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Podpisz formularz")
    look(page, "signing-02-choice")
    page.get_by_role("button", name="Przejdź do podpisu").click()

    page.wait_for_url(re.compile(re.escape(stack.profile.url)))
    page.get_by_label(ZOFIA.full_name).check()
    page.get_by_label("Podpis zaufany").check()
    page.get_by_role("button", name="Podpisz", exact=True).click()

    page.wait_for_url(re.compile(re.escape(portal)))
    expect(page.get_by_role("heading", level=1)).to_have_text("Podpis jest prawidłowy")
    look(page, "signing-03-done")
    link = letter_link(stack, "zofia@poczta.example")
    page.goto(link)
    page.get_by_role("button", name="Potwierdzam adres").click()
    page.get_by_label("Hasło", exact=False).first.fill(PASSWORD)
    page.get_by_label("Powtórz hasło").fill(PASSWORD)
    look(page, "signing-04-password")
    page.get_by_role("button").last.click()
    expect(page).not_to_have_url(re.compile("/haslo/"))


def test_who_refuses_there_is_back_here_and_may_sign_a_file_instead(
    portal: str, stack: Stack, visitor: Callable[..., Page], look: Callable[..., None], tmp_path: Path
):
    page = visitor(width=1280, java_script_enabled=True)
    fill_in(page, portal, LONG, "dluga@poczta.example")
    page.get_by_role("button", name="Dalej: podpis").click()
    page.get_by_role("button", name="Przejdź do podpisu").click()
    page.get_by_role("button", name="Nie podpisuj").click()
    page.wait_for_url(re.compile(re.escape(portal)))
    expect(page.get_by_role("main")).to_contain_text("nie jest jeszcze podpisany")
    look(page, "signing-05-not-signed")

    page.get_by_role("link", name="Podpiszę plik").click()
    look(page, "signing-06-file")
    with page.expect_download() as download:
        page.get_by_role("link", name="Dokument PDF").click()
    given = tmp_path / "wniosek.pdf"
    download.value.save_as(given)
    way = page.url
    page.get_by_label("Podpisany plik").set_input_files(given)
    page.get_by_role("button", name="Wyślij i sprawdź podpis").click()
    expect(page.get_by_role("main")).to_contain_text("bez podpisu")
    look(page, "signing-07-unsigned")

    signed = sign_file(stack, given)
    page.goto(way)
    page.get_by_label("Podpisany plik").set_input_files(signed)
    page.get_by_role("button", name="Wyślij i sprawdź podpis").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Podpis jest prawidłowy")
    assert letter_link(stack, "dluga@poczta.example")


def test_a_forged_signature_is_told_to_be_one_and_opens_nothing(
    portal: str, stack: Stack, visitor: Callable[..., Page], look: Callable[..., None]
):
    page = visitor(width=400)
    fill_in(page, portal, STANISLAW, "falsz@poczta.example")
    page.get_by_role("button", name="Dalej: podpis").click()
    page.get_by_role("button", name="Przejdź do podpisu").click()
    page.get_by_label(STANISLAW.full_name).check()
    page.get_by_label("Podpis kwalifikowany").check()
    page.locator("select[name=mode]").select_option("forged_claim")
    page.get_by_role("button", name="Podpisz", exact=True).click()

    page.wait_for_url(re.compile(re.escape(portal)))
    expect(page.get_by_role("main")).to_contain_text("Podpis nie został przyjęty")
    expect(page.get_by_role("main")).to_contain_text("Takiego podpisu nie przyjmujemy")
    look(page, "signing-08-refused")
    assert not letters(stack, "falsz@poczta.example")


def sign_file(stack: Stack, given: Path) -> Path:
    """What the person's own program would do."""
    answer = httpx.post(
        f"{stack.profile.url}/podpisz-plik?persona=dluga",
        content=given.read_bytes(),
        trust_env=False,
        timeout=30,
    )
    assert answer.status_code == 200
    signed = given.with_name("podpisany.pdf")
    signed.write_bytes(answer.content)
    return signed


def letters(stack: Stack, recipient: str) -> list[dict]:
    found = httpx.get(f"{stack.mailbox_url}/api/messages", trust_env=False).json()["messages"]
    return [one for one in found if recipient in str(one["to"])]


def letter_link(stack: Stack, recipient: str) -> str:
    for _ in range(150):
        for one in letters(stack, recipient):
            for url in one["links"]:
                if "/rejestracja/potwierdz/" in url:
                    return str(url)
        time.sleep(0.2)
    raise AssertionError(f"no letter to {recipient}")
