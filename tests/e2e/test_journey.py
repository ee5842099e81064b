"""One due from the regulation to the confirmation, in both gminas, in a real Chromium, on the whole running platform."""

import re
from collections.abc import Callable

import httpx
import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from portal.embedded.stack import Stack
from tests.fixtures.signing import signed_in

pytestmark = pytest.mark.browser

NEW_PASSWORD = "cztery zwykle slowa razem"
CSV = (
    "external_id;payer_external_id;payer_kind;payer_name;payer_identifier;payer_address;liability_type;title;"
    "document_number;year;instalment;due_on;principal\n"
)

GMINAS = {
    "borki": {
        "portal": "Portal eNALEŻNOŚCI",
        "act": "17",
        "admin_too": True,
        "browser": {"width": 320},
    },
    "dabrowa-gornicza": {
        "portal": "eKasa",
        "act": "2230.2022",
        "admin_too": False,
        "browser": {"java_script_enabled": False},
    },
}


def pesel(serial: int) -> str:
    """A valid number of somebody born on 3 July 1875."""
    digits = f"758703{serial:04d}"
    weights = (1, 3, 7, 9, 1, 3, 7, 9, 1, 3)
    return digits + str(-sum(int(d) * w for d, w in zip(digits, weights, strict=True)) % 10)


def sign_in_staff(page: Page, stack: Stack, gmina: str, name: str) -> None:
    signed_in(page, f"{stack.portal(gmina)}/urzad/logowanie/", f"{name}@urzad.example")
    expect(page).to_have_url(re.compile("/urzad/$"))


@pytest.mark.parametrize("gmina", GMINAS)
@pytest.mark.covers(
    "S2", "S3", "S5", "S6", "S10", "S24", "S25", "S26", "S39", "S46", "S47", "S48", "S53", "S55", "S60", "S61",
    "D2", "D5", "D10", "D11", "D24", "D26", "D27", "D30", "D31", "D57", "D58", "D59", "D60", "D61", "D62", "D63", "D65",
)  # fmt: skip
def test_a_resident_registers_is_verified_pays_and_sees_it_booked(
    gmina: str,
    stack: Stack,
    visitor: Callable[..., Page],
    look: Callable[..., None],
    mailbox: Callable[..., dict],
) -> None:
    facts = GMINAS[gmina]
    home = stack.portal(gmina)
    number = pesel(100 + list(GMINAS).index(gmina))
    email = f"nowa.{gmina}@mieszkaniec.example"
    # In the first gmina the resident's screen is as narrow as they get, in the second the browser runs no script.
    resident = visitor(**facts["browser"])
    clerk = visitor(width=1280, height=900)

    # 1. public pages
    resident.goto(home)
    expect(resident).to_have_title(re.compile(re.escape(facts["portal"])))
    look(resident, f"{gmina}-01-start")
    resident.goto(f"{home}/regulamin/")
    expect(resident.get_by_role("main")).to_contain_text(facts["act"])
    look(resident, f"{gmina}-02-regulation")

    # 2. registration
    resident.goto(f"{home}/rejestracja/")
    resident.get_by_label("Imię").fill("Nowa")
    resident.get_by_label("Nazwisko").fill("Żółć-Gęślą")
    resident.get_by_label("Numer PESEL").fill(number)
    resident.get_by_label("Adres zamieszkania").fill("ul. Próbna 7, 00-001 Próba")
    resident.get_by_label("Adres e-mail").fill(email)
    resident.get_by_label("Hasło", exact=False).first.fill(NEW_PASSWORD)
    resident.get_by_label("Powtórz hasło").fill(NEW_PASSWORD)
    resident.get_by_label("Znam regulamin").check()
    look(resident, f"{gmina}-03-register")
    resident.get_by_role("button", name="Wyślij formularz").click()
    expect(resident).to_have_url(re.compile("sprawdz-poczte"))
    look(resident, f"{gmina}-04-check-mail")
    letter = mailbox(email, "")
    link = next(url for url in letter["links"] if "/rejestracja/potwierdz/" in url)
    resident.goto(link)
    resident.get_by_role("button", name="Potwierdzam adres").click()
    sign_in(resident, home, email)
    expect(resident.get_by_role("main")).to_contain_text("Urząd sprawdza Twoje konto")
    look(resident, f"{gmina}-05-waiting")
    resident.goto(f"{home}/naleznosci/")
    expect(resident).to_have_url(re.compile("/konto/stan/"))

    # 8. dues come from the finance system by CSV
    sign_in_staff(clerk, stack, gmina, "daria")
    look(clerk, f"{gmina}-06-desk")
    import_dues(clerk, home, gmina, number, look)

    # 3. the clerk verifies; in Borki the administrator authorises
    clerk.goto(f"{home}/urzad/rejestracje/")
    look(clerk, f"{gmina}-08-registrations")
    clerk.get_by_role("link", name=re.compile("Żółć-Gęślą")).click()
    look(clerk, f"{gmina}-09-registration")
    approve(clerk, gmina)
    if facts["admin_too"]:
        admin = visitor(width=1280, height=900)
        sign_in_staff(admin, stack, gmina, "filip")
        admin.goto(f"{home}/urzad/rejestracje/")
        admin.get_by_role("link", name=re.compile("Żółć-Gęślą")).click()
        admin.get_by_role("button", name="Autoryzuj konto").click()
    mailbox(email, "aktywne")

    # 4. dues, basket, fee, exact total
    resident.goto(f"{home}/naleznosci/")
    expect(resident.get_by_role("main")).to_contain_text("Podatek od nieruchomości")
    look(resident, f"{gmina}-10-dues")
    for box in resident.get_by_role("checkbox").all():
        box.check()
    resident.get_by_role("button", name="Przejdź do płatności").click()
    look(resident, f"{gmina}-11-methods")
    resident.get_by_role("radio").first.check()
    resident.get_by_role("button", name="Dalej").click()
    expect(resident.get_by_role("main")).to_contain_text(re.compile("opłat|koszt", re.I))
    look(resident, f"{gmina}-12-checkout")
    pay = resident.get_by_role("button", name=re.compile(r"Zapłać \d"))
    expect(pay).to_be_visible()

    # 5. the operator's page, signed notification, verify
    pay.click()
    expect(resident).to_have_url(re.compile(rf"127\.0\.0\.1:{stack.ports.emulator}"))
    resident.get_by_role("button", name="Zapłać").click()
    resident.wait_for_url(re.compile(r"/platnosci/[0-9a-f-]{36}/"))
    payment_url = resident.url.split("?")[0]
    expect(resident.get_by_role("main")).to_contain_text(
        re.compile("czeka na zaksięgowanie|Zapłacono|opłacon", re.I), timeout=30_000
    )
    wait_until(resident, payment_url, "zaksięgowan")
    look(resident, f"{gmina}-13-paid")
    resident.goto(f"{home}/naleznosci/")
    expect(resident.get_by_role("main")).to_contain_text(re.compile("w toku"))
    look(resident, f"{gmina}-14-locked")

    # 6. booking, the balance changes, confirmation
    clerk.goto(f"{home}/urzad/platnosci/do-zaksiegowania/")
    look(clerk, f"{gmina}-15-to-book")
    book_all(clerk)
    look(clerk, f"{gmina}-16-booked")
    resident.goto(payment_url)
    expect(resident.get_by_role("main")).to_contain_text("Zaksięgowana")
    look(resident, f"{gmina}-17-payment-booked")
    with resident.expect_download() as waiting:
        resident.get_by_role("link", name="Pobierz potwierdzenie (PDF)").click()
    assert waiting.value.path().read_bytes().startswith(b"%PDF-")
    mailbox(email, "księg")
    resident.goto(f"{home}/naleznosci/")
    look(resident, f"{gmina}-18-nothing-left")
    assert not resident.get_by_role("checkbox").count()


def sign_in(page: Page, home: str, email: str, password: str = NEW_PASSWORD) -> None:
    page.goto(f"{home}/logowanie/")
    page.get_by_label("Adres e-mail").fill(email)
    page.get_by_label("Hasło").fill(password)
    page.get_by_role("button", name=re.compile("Zaloguj")).click()


def import_dues(page: Page, home: str, gmina: str, number: str, look: Callable[..., None]) -> None:
    year = timezone.localdate().year
    rows = "".join(
        f"E2E-{gmina}-{rate};K-e2e;person;Nowa Żółć-Gęślą;{number};ul. Próbna 7;property_tax;"
        f"Podatek od nieruchomości {year}, rata {rate};FN.1;{year};{rate};{year}-{month:02d}-15;{amount},00\n"
        for rate, month, amount in ((1, 3, 150), (2, 5, 150))
    )
    page.goto(f"{home}/urzad/naleznosci/import/")
    page.get_by_label(re.compile("Plik")).set_input_files(
        {"name": "naleznosci.csv", "mimeType": "text/csv", "buffer": (CSV + rows).encode()}
    )
    page.get_by_role("button", name="Sprawdź plik").click()
    expect(page.get_by_role("button", name="Zapisz przyjęte wiersze")).to_be_visible()
    look(page, f"{gmina}-07-import")
    page.get_by_role("button", name="Zapisz przyjęte wiersze").click()
    expect(page.get_by_role("main")).to_contain_text("300,00")


def approve(page: Page, gmina: str) -> None:
    radio = page.get_by_role("radio", name=re.compile("K-e2e"))
    if radio.count():
        radio.check()
    page.get_by_role("button", name="Zatwierdź").click()
    page.wait_for_load_state()
    confirm = page.get_by_role("button", name="Tak, to ten płatnik. Zatwierdź")
    if confirm.count():
        confirm.click()


def book_all(page: Page) -> None:
    for box in page.get_by_role("checkbox").all():
        if box.is_visible():
            box.check()
    page.get_by_role("button", name="Zaksięguj zaznaczone").click()
    page.get_by_role("button", name=re.compile(r"Zaksięguj \d+")).click()
    expect(page).to_have_url(re.compile("wynik"))


def wait_until(page: Page, url: str, words: str) -> None:
    """The page refreshes itself; for the test it is asked again until it says what the jobs have done."""
    for _ in range(60):
        page.goto(url)
        if re.search(words, page.get_by_role("main").inner_text(), re.I):
            return
        page.wait_for_timeout(500)
    raise AssertionError(f"the page never said {words!r}:\n{page.get_by_role('main').inner_text()}")


def test_the_platform_answers_probes(stack: Stack) -> None:
    for path in ("/healthz", "/readyz"):
        assert httpx.get(f"http://127.0.0.1:{stack.ports.web}{path}", trust_env=False).json() == {
            "status": "ok"
        }
