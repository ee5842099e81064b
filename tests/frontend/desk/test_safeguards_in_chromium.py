"""Two persons change a bank account, and support looks in by consent: in a real browser, on wide and narrow screens."""

import re
from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from kernel import tenancy
from portal.embedded.stack import Stack
from tests.fixtures.cast import PASSWORD
from tests.fixtures.database import working_on
from tests.fixtures.signing import give_app, signed_in

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module", autouse=True)
def grazyna_is_administrator_too(stack: Stack, server, django_db_blocker) -> None:
    """A second local administrator, for a month already, and a registration that waits."""
    from tenants.directory.queries import scope_of
    from tests.factories.accounts import ResidentFactory
    from tests.factories.safeguards import make_administrator

    with django_db_blocker.unblock(), working_on(server, stack.database), tenancy.enter(scope_of("0615022")):
        user = make_administrator()
        user.email, user.email_confirmed_at = "grazyna@urzad.example", timezone.now()
        from services.users.models import email_index

        user.email_index = email_index(user.email)
        user.set_password(PASSWORD)
        user.save()
        give_app(user)
        ResidentFactory(submitted=True, phone="600700800", address="ul. Jasna 5, 21-345 Borki")


def test_two_persons_change_a_bank_account(
    stack: Stack, visitor: Callable[..., Page], look_at_all: Callable[[Page, str], None]
) -> None:
    desk = f"{stack.portal('borki')}/urzad"
    filip = signed_in(visitor(width=1280, height=900), f"{desk}/logowanie/", "filip@urzad.example")
    filip.goto(f"{desk}/ustawienia/zmiany/")
    look_at_all(filip, "changes-none")
    filip.goto(f"{desk}/ustawienia/operator/")
    filip.get_by_role("main").get_by_role("link", name="Przelewy24 – podatki").first.click()
    filip.get_by_label("Rachunek bankowy (NRB)").fill("20 9999 0013 0000 1000 2000 9999")
    filip.get_by_role("button", name="Zapisz").click()
    expect(filip.get_by_text("Zmiana czeka na zgodę drugiej osoby")).to_be_visible()
    expect(filip.get_by_role("button", name="Zatwierdź zmianę")).to_have_count(0)
    look_at_all(filip, "change-own")
    grazyna = signed_in(visitor(width=1280, height=900), f"{desk}/logowanie/", "grazyna@urzad.example")
    grazyna.get_by_role("link", name=re.compile("Zmiany dwóch osób")).first.click()
    look_at_all(grazyna, "changes")
    grazyna.get_by_role("link", name="Przelewy24 – podatki").click()
    expect(grazyna.get_by_text("20 9999 0013 0000 1000 2000 9999")).to_be_visible()
    look_at_all(grazyna, "change-other")
    grazyna.get_by_label(re.compile("Zmiana zgadza się")).check()
    grazyna.get_by_role("button", name="Zatwierdź zmianę").click()
    expect(grazyna.get_by_text("Zmiana jest zatwierdzona i już obowiązuje.")).to_be_visible()
    look_at_all(grazyna, "change-approved")
    filip.goto(f"{desk}/ustawienia/operator/")
    expect(filip.get_by_text("20 9999 0013 0000 1000 2000 9999").first).to_be_visible()
    # and back, for whoever comes to this gmina next
    filip.get_by_role("main").get_by_role("link", name="Przelewy24 – podatki").first.click()
    filip.get_by_label("Rachunek bankowy (NRB)").fill("31 9999 0013 0000 1000 2000 0101")
    filip.get_by_role("button", name="Zapisz").click()
    expect(filip.get_by_text("Zmiana czeka na zgodę drugiej osoby")).to_be_visible()
    grazyna.goto(f"{desk}/ustawienia/zmiany/")
    grazyna.get_by_role("main").get_by_role("link", name="Przelewy24 – podatki").first.click()
    grazyna.get_by_label(re.compile("Zmiana zgadza się")).check()
    grazyna.get_by_role("button", name="Zatwierdź zmianę").click()
    expect(grazyna.get_by_text("Zmiana jest zatwierdzona i już obowiązuje.")).to_be_visible()


def test_a_clerk_sees_a_masked_field_for_a_reason(
    stack: Stack, visitor: Callable[..., Page], look_at_all: Callable[[Page, str], None]
) -> None:
    desk = f"{stack.portal('borki')}/urzad"
    daria = signed_in(visitor(width=1280, height=900), f"{desk}/logowanie/", "daria@urzad.example")
    daria.goto(f"{desk}/rejestracje/")
    daria.get_by_role("main").get_by_role("link", name=re.compile("Próbna")).first.click()
    expect(daria.get_by_text("600700800")).to_have_count(0)
    look_at_all(daria, "masked")
    daria.get_by_role("link", name=re.compile("pokaż.*Telefon")).click()
    look_at_all(daria, "reveal")
    daria.get_by_label("kontaktuję się z tą osobą").check()
    daria.get_by_role("button", name="Pokaż").click()
    expect(daria.get_by_text("600700800")).to_be_visible()
    look_at_all(daria, "revealed")


def test_support_looks_in_by_consent_and_the_office_throws_it_out(
    stack: Stack, visitor: Callable[..., Page], look_at_all: Callable[[Page, str], None]
) -> None:
    desk = f"{stack.portal('borki')}/urzad"
    filip = signed_in(visitor(width=1280, height=900), f"{desk}/logowanie/", "filip@urzad.example")
    filip.get_by_role("link", name="Wsparcie platformy").first.click()
    look_at_all(filip, "support-none")
    filip.get_by_role("link", name="Daj zgodę").click()
    look_at_all(filip, "support-consent")
    filip.get_by_label("Na czyim koncie").select_option(label="Daria Urzędowa (urzędnik)")
    filip.get_by_label("W czym wsparcie ma pomóc").fill("Nie widać wpłat z wczoraj.")
    filip.get_by_role("button", name="Daj zgodę").click()
    olga = signed_in(
        visitor(width=1280, height=900), f"{stack.portal('console')}/logowanie/", "olga@platforma.example"
    )
    olga.goto(f"{stack.portal('console')}/gminy/0615022/wsparcie/")
    look_at_all(olga, "console-consents")
    olga.get_by_label(re.compile("Nie widać wpłat")).check()
    olga.get_by_label("Powód wejścia").fill("Zgłoszenie 12 z gminy.")
    secrecy = olga.get_by_label(re.compile("zachowam w tajemnicy"))
    if secrecy.count():
        secrecy.check()
    olga.get_by_role("button", name="Przygotuj wejście").click()
    look_at_all(olga, "console-door")
    olga.get_by_role("link", name="Przejdź do panelu gminy").click()
    look_at_all(olga, "support-door")
    olga.get_by_role("button", name="Wejdź do panelu").click()
    expect(olga.get_by_text("Dostęp wsparcia platformy: tylko czytanie")).to_be_visible()
    look_at_all(olga, "support-inside")
    olga.goto(f"{desk}/naleznosci/")
    look_at_all(olga, "support-liabilities")
    olga.goto(f"{desk}/rejestracje/")
    expect(olga.get_by_text("Próbna")).to_have_count(0)
    filip.goto(f"{desk}/wsparcie/")
    look_at_all(filip, "support-running")
    filip.get_by_role("button", name="Przerwij dostęp").click()
    expect(filip.get_by_text("Dostęp jest przerwany.")).to_be_visible()
    olga.goto(f"{desk}/naleznosci/")
    expect(olga.get_by_role("heading", level=1)).to_have_text("Dostęp wsparcia się skończył")
    look_at_all(olga, "support-over")
    olga.goto(f"{desk}/")
    expect(olga).to_have_url(re.compile("/logowanie/"))


def test_the_pages_of_authorisations_are_clean(
    stack: Stack, visitor: Callable[..., Page], look_at_all: Callable[[Page, str], None]
) -> None:
    desk = f"{stack.portal('borki')}/urzad"
    filip = signed_in(visitor(width=1280, height=900), f"{desk}/logowanie/", "filip@urzad.example")
    filip.goto(f"{desk}/pracownicy/")
    look_at_all(filip, "staff")
    filip.get_by_role("link", name="Upoważnienia").click()
    look_at_all(filip, "authorisations")
    filip.get_by_role("main").get_by_role("link", name="Daria Urzędowa").first.click()
    look_at_all(filip, "member")
    filip.get_by_role("link", name=re.compile("^Przedłuż")).click()
    look_at_all(filip, "extend")
    filip.go_back()
    filip.get_by_role("link", name="Zamknij konto").click()
    look_at_all(filip, "close")
