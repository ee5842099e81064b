"""The moderator's and the administrator's day in a real browser, on wide and narrow screens: a regulation by two persons, a
bulletin, a message about a due, an advert hidden and shown again. What it does to the common platform it takes back."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from kernel import tenancy
from portal.embedded.stack import Stack
from tests.fixtures.database import SESSION, use_database
from tests.fixtures.signing import signed_in

pytestmark = pytest.mark.browser
WIDTHS = (1280, 390, 320)
DUE = "Podatek, o który pytam"
ADVERT = "Tanie kredyty, zadzwoń do mnie!"


@pytest.fixture(scope="module", autouse=True)
def bartek_owes(stack: Stack, server, django_db_blocker) -> None:
    from services.accounts.models import Payer
    from tenants.directory.queries import scope_of
    from tests.factories.liabilities import LiabilityFactory

    with django_db_blocker.unblock():
        use_database(server, stack.database)
        with tenancy.enter(scope_of("0615022")):
            payer = Payer.objects.get(external_id="K-bartek")
            LiabilityFactory(external_id="W-1", payer=payer, title=DUE, due_on=date(2027, 9, 15))
        use_database(server, SESSION)


def of_office(stack: Stack, visitor: Callable[..., Page], name: str) -> Page:
    address = f"{stack.portal('borki')}/urzad/logowanie/"
    return signed_in(visitor(width=1280, height=900), address, f"{name}@urzad.example")


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


@pytest.mark.covers("D103")
def test_a_regulation_goes_from_a_draft_through_the_review_to_the_door_of_publishing(
    stack: Stack, visitor: Callable[..., Page], look_at_all: Callable[[Page, str], None]
) -> None:
    edyta, filip = of_office(stack, visitor, "edyta"), of_office(stack, visitor, "filip")
    edyta.goto(f"{stack.portal('borki')}/urzad/regulamin/nowy/")
    for label, value in (
        ("Rodzaj aktu", "zarządzenie"), ("Numer aktu", "120"), ("Kto wydał", "Wójt Gminy Borki"),
        ("Dzień wydania", timezone.localdate().isoformat()), ("Obowiązuje od", "2031-01-01"),
        ("Adres ogłoszenia w BIP", "https://bip.borki.example/120"),
        ("Treść regulaminu", "REGULAMIN PORTALU\n\n§ 1\nWstęp\n\n1. Dane przetwarza się tylko za jego zgodą."),
    ):  # fmt: skip
        edyta.get_by_label(re.compile(f"^{label}")).fill(value)
    press(edyta, "Zapisz projekt")
    expect(edyta.get_by_role("main")).to_contain_text("Czeka na drugą osobę")
    expect(edyta.get_by_role("main")).to_contain_text("Zgoda jako jedyna podstawa przetwarzania danych")
    look_at_all(edyta, "draft")
    address = edyta.url
    filip.goto(address)
    filip.get_by_role("link", name="Zatwierdź jako druga osoba").click()
    look_at_all(filip, "approving")
    press(filip, "Zatwierdź")
    expect(filip.get_by_role("main")).to_contain_text("Zatwierdzony, jeszcze nieopublikowany")
    filip.get_by_role("link", name="Opublikuj", exact=True).click()
    press(filip, "Opublikuj")
    expect(filip).to_have_title(re.compile("^Błąd: "))
    expect(filip.get_by_role("main")).to_contain_text("Zaznacz, że znasz uwagi, albo popraw projekt.")
    look_at_all(filip, "publishing-refused")
    filip.goto(address)
    filip.get_by_text("Usuń projekt", exact=True).first.click()
    press(filip, "Usuń projekt")
    expect(filip).to_have_url(re.compile("/urzad/regulamin/$"))


def test_the_public_regulation_is_read_by_its_contents_and_kept_as_a_pdf(
    stack: Stack, visitor: Callable[..., Page], look: Callable[[Page, str], None]
) -> None:
    page = visitor(width=1280, height=900)
    page.goto(f"{stack.portal('dabrowa-gornicza')}/regulamin/")
    look(
        page, "publishing-regulation"
    )  # one width: a long page, and the journey of a resident looks at the others
    entry = page.get_by_role("link", name="§ 11 Reklamacje")
    entry.focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("#par-11$"))
    expect(page.locator("#par-11")).to_be_in_viewport()
    with page.expect_download() as download:
        page.get_by_role("link", name="Pobierz PDF").click()
    assert download.value.suggested_filename == "regulamin-wersja-1.pdf"
    page.emulate_media(media="print")
    expect(page.get_by_role("link", name="Pobierz PDF")).to_be_hidden()
    expect(page.locator("#par-11")).to_be_visible()


def test_a_bulletin_is_written_read_by_another_shown_before_signing_in_and_withdrawn(
    stack: Stack, visitor: Callable[..., Page], look_at_all: Callable[[Page, str], None]
) -> None:
    edyta, filip = of_office(stack, visitor, "edyta"), of_office(stack, visitor, "filip")
    resident = visitor(width=1280, height=900)
    edyta.get_by_role("link", name=re.compile("^Ogłoszenia")).click()
    edyta.get_by_role("link", name="Napisz ogłoszenie").click()
    edyta.get_by_role("radio", name=re.compile("^komunikat")).check()
    edyta.get_by_label(re.compile("^Tytuł")).fill("Przerwa w płatnościach w niedzielę")
    edyta.get_by_label(re.compile("^Treść")).fill("Od **2:00** do 4:00.\n\n- przelew działa\n- kasa działa")
    edyta.get_by_role("checkbox", name=re.compile("^Ważne")).check()
    press(edyta, "Pokaż podgląd")
    look_at_all(edyta, "bulletin-preview")
    press(edyta, "Zapisz projekt")
    look_at_all(edyta, "bulletin-draft")
    filip.goto(edyta.url)
    press(filip, "Zatwierdź treść")
    press(filip, "Opublikuj")
    expect(filip.get_by_role("main")).to_contain_text("opublikowane")
    look_at_all(filip, "bulletin-published")
    for address in ("/", "/logowanie/", "/aktualnosci/", "/pytania/"):
        resident.goto(f"{stack.portal('borki')}{address}")
        if address != "/pytania/":
            expect(resident.get_by_role("main")).to_contain_text("Przerwa w płatnościach w niedzielę")
        look_at_all(resident, f"told{address.strip('/')}")
    resident.goto(f"{stack.portal('borki')}/")
    resident.get_by_role("link", name=re.compile("^Przeczytaj komunikat")).click()
    look_at_all(resident, "told-one")
    filip.get_by_text("Wycofaj", exact=True).first.click()
    filip.get_by_label(re.compile("^Powód wycofania")).fill("Prace skończone.")
    press(filip, "Wycofaj ogłoszenie")
    resident.goto(f"{stack.portal('borki')}/")
    expect(resident.get_by_role("main")).not_to_contain_text("Przerwa w płatnościach w niedzielę")


@pytest.mark.covers("S66", "S12")
def test_a_message_about_a_due_is_answered_and_an_advert_in_it_hidden_and_shown_again(
    stack: Stack, visitor: Callable[..., Page], look_at_all: Callable[[Page, str], None]
) -> None:
    daria, edyta = of_office(stack, visitor, "daria"), of_office(stack, visitor, "edyta")
    bartek = signed_in(
        visitor(width=1280, height=900), f"{stack.portal('borki')}/logowanie/", "bartek@mieszkaniec.example"
    )
    bartek.get_by_role("link", name=DUE).first.click()
    bartek.get_by_role("link", name=re.compile("^Napisz do urzędu o tej należności")).click()
    look_at_all(bartek, "message-none")
    bartek.get_by_label(re.compile("^Twoja wiadomość")).fill(ADVERT)
    press(bartek, "Wyślij do urzędu")
    look_at_all(bartek, "message-waiting")
    daria.get_by_role("link", name=re.compile(r"^Wiadomości( \d+)?$")).click()
    look_at_all(daria, "threads")
    daria.get_by_role("main").get_by_role("link", name=DUE).click()
    look_at_all(daria, "thread")
    thread = daria.url
    daria.get_by_role("link", name=re.compile("^Zgłoś moderatorowi")).click()
    press(daria, "Zgłoś")
    edyta.get_by_role("link", name=re.compile("^Moderacja")).click()
    look_at_all(edyta, "moderation")
    edyta.get_by_role("main").get_by_role("link", name="wiadomość o należności").first.click()
    look_at_all(edyta, "moderated")
    edyta.get_by_label(re.compile("^Powód")).first.fill("To jest reklama.")
    press(edyta, "Ukryj treść")
    expect(edyta.get_by_role("main")).to_contain_text("treść ukryta")
    bartek.reload()
    expect(bartek.get_by_role("main")).to_contain_text("[Treść ukryta przez moderatora]")
    expect(bartek.get_by_role("main")).not_to_contain_text(ADVERT)
    edyta.get_by_text("Przywróć treść", exact=True).first.click()
    edyta.get_by_label(re.compile("^Powód")).fill("Jednak pomyłka.")
    press(edyta, "Przywróć treść")
    daria.goto(thread)
    daria.get_by_label(re.compile("^Odpowiedź")).fill("Proszę pisać o należności.")
    press(daria, "Wyślij odpowiedź")
    expect(daria.get_by_role("main")).to_contain_text("urząd odpowiedział")
    bartek.reload()
    expect(bartek.get_by_role("main")).to_contain_text("Proszę pisać o należności.")
    look_at_all(bartek, "message-answered")
