"""A complaint from the form to the letter with its result, and a report about a due, in a real browser; wide and narrow."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from kernel import tenancy
from portal.embedded.stack import Stack
from tests.e2e.conftest import mailbox as mailbox
from tests.fixtures.cast import PASSWORD
from tests.fixtures.database import SESSION, use_database
from tests.frontend.resident.test_life_of_an_account_in_chromium import signed_in

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("stack")]
EMAIL = "reklamujaca@mieszkaniec.example"
PDF = b"%PDF-1.7\npotwierdzenie przelewu\n%%EOF\n"
SUBJECT = "Pieniądze zeszły z konta, a wpłaty nie ma"


@pytest.fixture(scope="module", autouse=True)
def resident_with_a_payment(stack: Stack, server, django_db_blocker) -> None:
    """An active resident with one due, and a payment that the operator has let expire."""
    from tenants.directory.queries import scope_of
    from tests.factories.accounts import PayerFactory, ResidentFactory
    from tests.factories.liabilities import LiabilityFactory
    from tests.factories.payments import PaymentFactory

    with django_db_blocker.unblock():
        use_database(server, stack.database)
        with tenancy.enter(scope_of("0615022")):
            payer = PayerFactory(name="Róża Reklamująca", external_id="Z-R")
            resident = ResidentFactory(
                first_name="Róża",
                last_name="Reklamująca",
                user__email=EMAIL,
                user__full_name="Róża Reklamująca",
                user__password=PASSWORD,
                payer=payer,
            )
            due = LiabilityFactory(payer=payer, external_id="N-Z-R", due_on=date(2027, 3, 15))
            PaymentFactory(expired=True, payer=payer, resident=resident, dues=[due], title=due.title)
        use_database(server, SESSION)


@pytest.fixture
def patient(visitor: Callable[..., Page]) -> Callable[[], Page]:
    """A browser with patience: the journey starts many pages on a machine that is doing other things."""

    def open_browser() -> Page:
        page = visitor(width=1280, height=900)
        page.set_default_timeout(60_000)
        return page

    return open_browser


def complain(page: Page, portal: str, look_at_all: Callable[[Page, str], None]) -> None:
    signed_in(page, f"{portal}/logowanie/", EMAIL)
    page.goto(f"{portal}/konto/")
    page.get_by_role("main").get_by_role("link", name="Reklamacje").click()
    look_at_all(page, "none")
    page.get_by_role("link", name="Złóż reklamację").click()
    look_at_all(page, "kind")
    page.get_by_role("link", name="Reklamacja wpłaty").click()
    page.get_by_role("button", name="Wyślij reklamację").click()
    expect(page.get_by_role("main")).to_contain_text("Opisz, co się stało.")
    look_at_all(page, "form-refused")
    page.get_by_label("Która wpłata?").select_option(index=1)
    page.get_by_label("Czego dotyczy reklamacja?").fill(SUBJECT)
    page.get_by_label("Co się stało i czego oczekujesz?").fill("12 listopada zeszło mi 301 zł.")
    page.get_by_label("Załączniki").set_input_files(
        {"name": "przelew.pdf", "mimeType": "application/pdf", "buffer": PDF}
    )
    page.get_by_role("button", name="Wyślij reklamację").click()
    expect(page.get_by_role("main")).to_contain_text("Urząd odpowie e-mailem")
    look_at_all(page, "sent")


def open_in_queue(clerk: Page, portal: str) -> None:
    clerk.goto(f"{portal}/urzad/reklamacje/")
    clerk.get_by_role("link", name=SUBJECT).click()


@pytest.mark.covers("D71", "D74", "D75", "D77", "D80")
def test_a_complaint_from_the_form_to_the_letter_with_its_result(
    stack: Stack,
    patient: Callable[[], Page],
    mailbox: Callable[..., dict],
    look_at_all: Callable[[Page, str], None],
) -> None:
    portal, resident = stack.portal("borki"), patient()
    complain(resident, portal, look_at_all)

    clerk = signed_in(patient(), f"{portal}/urzad/logowanie/", "daria@urzad.example")
    expect(clerk.get_by_role("main")).to_contain_text(SUBJECT)
    look_at_all(clerk, "desk-start")
    clerk.goto(f"{portal}/urzad/reklamacje/")
    look_at_all(clerk, "desk-queue")
    open_in_queue(clerk, portal)
    look_at_all(clerk, "desk-one")
    clerk.get_by_role("link", name="Poproś o uzupełnienie").click()
    look_at_all(clerk, "desk-request")
    clerk.get_by_label("Czego brakuje?").fill("Podaj godzinę wpłaty.")
    clerk.get_by_role("button", name="Wyślij prośbę").click()

    letter = mailbox(EMAIL, "Uzupełnij reklamację")
    assert "Podaj godzinę wpłaty." in letter["text"]
    resident.goto(next(url for url in letter["links"] if "/konto/reklamacje/" in url))
    look_at_all(resident, "asked")
    resident.get_by_label("Twoja odpowiedź").fill("O 18.20.")
    resident.get_by_role("button", name="Wyślij odpowiedź").click()
    expect(resident.get_by_role("main")).to_contain_text("Urząd odpowie e-mailem")

    open_in_queue(clerk, portal)
    clerk.get_by_role("link", name="Przekaż operatorowi").click()
    look_at_all(clerk, "desk-pass-on")
    clerk.get_by_role("button", name="Zapisz przekazanie").click()
    expect(clerk.get_by_role("main")).to_contain_text("Reklamację ma operator")
    resident.reload()
    expect(resident.get_by_role("main")).to_contain_text("Reklamacja jest u operatora płatności")
    look_at_all(resident, "at-operator")
    clerk.get_by_role("link", name="Zapisz odpowiedź operatora").click()
    look_at_all(clerk, "desk-operator")
    clerk.get_by_label("Co odpowiedział operator?").fill("Wpłata doszła po czasie, zwracamy.")
    clerk.get_by_role("button", name="Zapisz odpowiedź operatora").click()
    clerk.get_by_role("link", name="Odpowiedz", exact=True).click()
    look_at_all(clerk, "desk-answer")
    clerk.get_by_role("radio", name="uznana", exact=True).check()
    clerk.get_by_label("Odpowiedź z uzasadnieniem").fill("Operator zwróci 301 zł do 5 dni.")
    clerk.get_by_role("button", name="Wyślij odpowiedź").click()
    expect(clerk.get_by_role("main")).to_contain_text("Odpowiedź jest wysłana")
    look_at_all(clerk, "desk-closed")

    result = mailbox(EMAIL, "Odpowiedź na reklamację")
    assert "urząd uznał Twoją reklamację" in result["text"]
    assert "Operator zwróci 301 zł" in result["text"]
    resident.reload()
    expect(resident.get_by_role("main")).to_contain_text("Operator zwróci 301 zł")
    look_at_all(resident, "answered")
    resident.goto(f"{portal}/konto/reklamacje/")
    look_at_all(resident, "list")


@pytest.mark.covers("D54", "D55", "D56")
def test_a_report_about_a_due_reaches_the_office_and_is_answered(
    stack: Stack,
    patient: Callable[[], Page],
    mailbox: Callable[..., dict],
    look_at_all: Callable[[Page, str], None],
) -> None:
    portal = stack.portal("borki")
    resident = signed_in(patient(), f"{portal}/logowanie/", EMAIL)
    resident.goto(f"{portal}/naleznosci/")
    resident.get_by_role("main").get_by_role("link", name=re.compile("rata 3")).first.click()
    resident.get_by_role("link", name=re.compile("Zgłoś niezgodność")).click()
    expect(resident.get_by_role("main")).to_contain_text("Zgłoszenie nie jest odwołaniem")
    expect(resident.get_by_role("main")).to_contain_text("Zgłoszenie nie zwalnia z zapłaty")
    look_at_all(resident, "report")
    resident.get_by_role("radio", name="kwota").check()
    resident.get_by_label("Jak powinno być i skąd to wiesz?").fill("Decyzja mówi o 240 zł.")
    resident.get_by_role("button", name="Wyślij zgłoszenie").click()
    expect(resident.get_by_role("main")).to_contain_text("czeka na urząd")
    look_at_all(resident, "report-sent")
    assert "nie zwalnia z zapłaty" in mailbox(EMAIL, "Przyjęliśmy zgłoszenie")["text"]

    clerk = signed_in(patient(), f"{portal}/urzad/logowanie/", "daria@urzad.example")
    clerk.goto(f"{portal}/urzad/reklamacje/")
    clerk.get_by_role("link", name=re.compile("Zgłoszone niezgodności")).click()
    look_at_all(clerk, "desk-reports")
    clerk.get_by_role("rowheader").get_by_role("link", name=re.compile("rata 3")).first.click()
    look_at_all(clerk, "desk-report")
    clerk.get_by_label("Odpowiedź").fill("Decyzja jest zmieniona, poprawimy kwotę.")
    clerk.get_by_role("button", name="Wyślij odpowiedź").click()
    expect(clerk.get_by_role("main")).to_contain_text("Odpowiedź jest wysłana.")
    assert "poprawimy kwotę" in mailbox(EMAIL, "Odpowiedź na zgłoszenie")["text"]
