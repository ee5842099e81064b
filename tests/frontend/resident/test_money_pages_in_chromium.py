"""The pages about money in a real browser, on paper-narrow and wide screens: any day, warning, calculator, overpayment."""

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from kernel import tenancy
from portal.embedded.stack import Stack
from tests.fixtures.cast import PASSWORD
from tests.fixtures.database import working_on
from tests.fixtures.signing import type_code

pytestmark = pytest.mark.browser
WIDTHS = (1280, 390, 320)


@pytest.fixture(scope="module", autouse=True)
def celinas_dues(stack: Stack, server, django_db_blocker) -> None:
    """Celina owes two instalments and a rent, with a reminder, another tax together with Bartek, and has paid too much of a
    tax. Made before the browser: Django would not stand its event loop."""
    from services.accounts.models import Payer
    from services.liabilities.models import Debtor
    from tenants.directory.queries import scope_of
    from tests.factories.liabilities import LiabilityFactory, OverpaymentFactory, ReminderCostFactory

    with django_db_blocker.unblock(), working_on(server, stack.database), tenancy.enter(scope_of("0615022")):
        payer = Payer.objects.get(external_id="K-celina")
        first = LiabilityFactory(
            external_id="C-1", payer=payer, instalment=2, due_on=date(2026, 5, 15), principal_gr=123_400
        )
        LiabilityFactory(external_id="C-2", payer=payer)
        LiabilityFactory(external_id="C-3", payer=payer, lease=True, due_on=date(2026, 3, 31))
        shared = LiabilityFactory(
            external_id="C-4",
            payer=payer,
            instalment=None,
            title="Podatek od domu",
            document_number="FN.3120.2.2026",
            due_on=timezone.localdate() + timedelta(days=40),
        )
        Debtor.objects.create(liability=shared, payer=Payer.objects.get(external_id="K-bartek"))
        ReminderCostFactory(external_id="C-U", payer=payer, liabilities=[first])
        OverpaymentFactory(external_id="C-N", payer=payer, arose_on=date(2026, 6, 1))


@pytest.fixture
def celina(stack: Stack, visitor: Callable[..., Page]) -> Page:
    page = visitor(width=WIDTHS[0], height=900)
    page.goto(f"{stack.portal('borki')}/logowanie/")
    page.get_by_label("Adres e-mail").fill("celina@mieszkaniec.example")
    page.get_by_label("Hasło").fill(PASSWORD)
    page.get_by_role("button", name=re.compile("Zaloguj")).click()
    expect(page).to_have_url(re.compile("/naleznosci/"))
    return page


def test_the_statement_to_another_day(celina: Page, look_at_all: Callable[[Page, str], None]) -> None:
    look_at_all(celina, "dues")
    celina.get_by_role("link", name="Ile zapłacę innego dnia?").click()
    look_at_all(celina, "day-empty")
    celina.get_by_label("Kiedy chcesz zapłacić?").fill(
        (timezone.localdate() + timedelta(days=30)).isoformat()
    )
    celina.get_by_role("button", name="Policz").click()
    expect(celina.get_by_role("main")).to_contain_text("Razem")
    look_at_all(celina, "day")
    celina.emulate_media(media="print")
    expect(celina.get_by_role("button", name="Policz")).to_be_hidden()
    expect(celina.get_by_text("Wydrukowano")).to_be_visible()


def test_the_warning_before_paying(celina: Page, look_at_all: Callable[[Page, str], None]) -> None:
    for box in celina.get_by_role("checkbox").all():
        box.uncheck()
    celina.get_by_role("checkbox", name=re.compile("2026, rata 3")).check()
    celina.get_by_role("button", name="Przejdź do płatności").click()
    expect(celina.get_by_role("main")).to_contain_text("Pieniądze nie pójdą w całości")
    look_at_all(celina, "warning")
    celina.get_by_role("link", name=re.compile("Dodaj wcześniejsze zaległości")).click()
    expect(celina.get_by_role("main")).not_to_contain_text("Pieniądze nie pójdą w całości")


def test_all_instalments_of_a_decision_and_a_part_of_one(
    celina: Page, look_at_all: Callable[[Page, str], None]
) -> None:
    look_at_all(celina, "decision")
    celina.set_viewport_size({"width": 320, "height": 900})
    celina.get_by_role("link", name=re.compile("Zapłać wszystkie raty")).click()
    main = celina.get_by_role("main")
    expect(main).to_contain_text("rata 2")
    expect(main).to_contain_text("rata 3")
    look_at_all(celina, "all-instalments")
    celina.get_by_text("Zapłacę część").click()
    part = celina.get_by_label(re.compile("rata 3"))
    part.fill("1000000")
    celina.get_by_role("button", name="Przelicz").click()
    expect(celina).to_have_title(re.compile("^Błąd: "))
    expect(part).to_have_value("1000000")
    look_at_all(celina, "part-refused")
    part.fill("100,50")
    celina.get_by_role("button", name="Przelicz").click()
    expect(main).to_contain_text("część, całość to")
    look_at_all(celina, "part")
    celina.get_by_role("radio").first.check()
    celina.get_by_role("button", name="Dalej").click()
    expect(main).to_contain_text("część, całość to")
    look_at_all(celina, "part-checkout")


def test_a_co_owner_pays_half(celina: Page, look_at_all: Callable[[Page, str], None]) -> None:
    for box in celina.get_by_role("checkbox").all():
        box.uncheck()
    celina.get_by_role("checkbox", name=re.compile("Podatek od domu")).check()
    celina.get_by_role("button", name="Przejdź do płatności").click()
    main = celina.get_by_role("main")
    expect(main).to_contain_text("Należność wspólna z 1 inną osobą")
    celina.get_by_text("Zapłacę część").click()
    look_at_all(celina, "co-owner")
    celina.get_by_role("link", name=re.compile("Zapłacę połowę: 150,00")).click()
    expect(celina.get_by_label("Podatek od domu")).to_have_value("150,00")
    expect(main).to_contain_text("część, całość to 300,00")
    look_at_all(celina, "half")


def test_asking_for_a_credit_and_deciding_it(
    celina: Page, stack: Stack, visitor: Callable[..., Page], look_at_all: Callable[[Page, str], None]
) -> None:
    table = celina.get_by_role("table", name="Nadpłaty")
    table.get_by_role("link", name="Podatek od nieruchomości").click()
    look_at_all(celina, "overpayment")
    celina.get_by_role("button", name="Wyślij wniosek").click()
    expect(celina).to_have_title(re.compile("^Błąd: "))
    look_at_all(celina, "overpayment-refused")
    celina.get_by_role("radio", name="Zaliczyć na moją należność").check()
    celina.get_by_label("Należność, na którą zaliczyć").select_option(index=1)
    celina.get_by_role("button", name="Wyślij wniosek").click()
    expect(celina.get_by_role("main")).to_contain_text("Wniosek czeka na urząd")
    look_at_all(celina, "overpayment-waiting")
    clerk = visitor(width=1280, height=900)
    clerk.goto(f"{stack.portal('borki')}/urzad/logowanie/")
    clerk.get_by_label("adres e-mail").fill("daria@urzad.example")
    clerk.get_by_label("Hasło").fill(PASSWORD)
    clerk.get_by_role("button", name="Zaloguj się").click()
    type_code(clerk, "daria@urzad.example")
    clerk.goto(f"{stack.portal('borki')}/urzad/nadplaty/")
    look_at_all(clerk, "desk-overpayments")
    clerk.get_by_role("link", name="Celina Przykładowa").click()
    look_at_all(clerk, "desk-overpayment")
    clerk.set_viewport_size({"width": 1280, "height": 900})
    clerk.get_by_role("button", name="Zalicz nadpłatę").click()
    expect(clerk.get_by_role("main")).to_contain_text("Żaden wniosek nie czeka")
    celina.goto(f"{stack.portal('borki')}/naleznosci/")
    expect(celina.get_by_role("table", name="Nadpłaty")).to_have_count(0)


def test_the_public_calculator(
    stack: Stack, visitor: Callable[..., Page], look_at_all: Callable[[Page, str], None]
) -> None:
    page = visitor()
    page.goto(f"{stack.portal('borki')}/kalkulator/")
    look_at_all(page, "calculator-empty")
    page.get_by_role("button", name="Policz odsetki").click()
    expect(page).to_have_title(re.compile("^Błąd: "))
    look_at_all(page, "calculator-refused")
    page.get_by_label("Kwota należności").fill("1 000,00")
    page.get_by_label("Termin płatności").fill("2025-03-17")
    page.get_by_label("Dzień zapłaty").fill("2026-03-17")
    page.get_by_role("button", name="Policz odsetki").click()
    expect(page.get_by_role("main")).to_contain_text("125,00")
    look_at_all(page, "calculator")
