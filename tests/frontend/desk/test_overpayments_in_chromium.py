"""The whole way of an overpayment in a real browser, on wide and narrow screens: asked, withdrawn, credited, taken back."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from kernel import tenancy
from portal.embedded.stack import Stack
from tests.fixtures.database import working_on
from tests.fixtures.signing import signed_in

pytestmark = pytest.mark.browser
WIDTHS = (1280, 390, 320)


@pytest.fixture(scope="module", autouse=True)
def bartek_has_paid_too_much(stack: Stack, server, django_db_blocker) -> None:
    from services.accounts.models import Payer
    from tenants.directory.queries import scope_of
    from tests.factories.liabilities import LiabilityFactory, OverpaymentFactory, ReminderCostFactory

    with django_db_blocker.unblock(), working_on(server, stack.database), tenancy.enter(scope_of("0615022")):
        payer = Payer.objects.get(external_id="K-bartek")
        first = LiabilityFactory(
            external_id="O-1", payer=payer, instalment=2, due_on=date(2026, 3, 15), principal_gr=123_400
        )
        ReminderCostFactory(external_id="O-U", payer=payer, liabilities=[first])
        LiabilityFactory(external_id="O-2", payer=payer, due_on=date(2026, 9, 15))
        OverpaymentFactory(external_id="O-N", payer=payer, arose_on=date(2026, 6, 1), amount_gr=150_000)


def test_from_a_request_to_a_decision_that_is_taken_back(
    stack: Stack, visitor: Callable[..., Page], look_at_all: Callable[[Page, str], None]
) -> None:
    portal = stack.portal("borki")
    bartek = signed_in(visitor(width=1280, height=900), f"{portal}/logowanie/", "bartek@mieszkaniec.example")
    bartek.get_by_role("link", name="Wszystkie nadpłaty i wnioski").click()
    look_at_all(bartek, "list")
    bartek.get_by_role("link", name="Podatek od nieruchomości").click()
    bartek.get_by_role("radio", name="Zwrócić").check()
    bartek.get_by_role("button", name="Wyślij wniosek").click()
    look_at_all(bartek, "waiting")

    clerk = signed_in(visitor(width=1280, height=900), f"{portal}/urzad/logowanie/", "daria@urzad.example")
    clerk.goto(f"{portal}/urzad/nadplaty/")
    look_at_all(clerk, "desk-queue")
    clerk.get_by_role("link", name="Bartek").click()
    expect(clerk.get_by_role("main")).to_contain_text("Najpierw zaległości")
    look_at_all(clerk, "desk-request")

    bartek.get_by_role("link", name="Wycofaj wniosek").click()
    look_at_all(bartek, "withdraw")
    bartek.get_by_role("button", name="Wycofaj wniosek").click()
    expect(bartek.get_by_role("main")).to_contain_text("Urząd go nie rozpatrywał")
    look_at_all(bartek, "withdrawn")

    clerk.goto(f"{portal}/urzad/nadplaty/?state=withdrawn")
    expect(clerk.get_by_role("main")).to_contain_text("wycofany przez płatnika")
    look_at_all(clerk, "desk-withdrawn")
    clerk.get_by_role("link", name="Bez wniosku").click()
    look_at_all(clerk, "desk-held")
    clerk.get_by_role("link", name="Bartek").click()
    look_at_all(clerk, "desk-credit")
    clerk.get_by_role("button", name="Zalicz z urzędu").click()
    expect(clerk).to_have_title(re.compile("^Błąd: "))
    look_at_all(clerk, "desk-credit-refused")
    clerk.get_by_role("checkbox").check()
    clerk.get_by_role("button", name="Zalicz z urzędu").click()
    expect(clerk.get_by_role("main")).to_contain_text("wykonane")
    look_at_all(clerk, "desk-credited")
    clerk.get_by_role("link", name="Zaliczenie", exact=True).click()
    look_at_all(clerk, "desk-decision")

    bartek.reload()
    look_at_all(bartek, "credited")
    clerk.get_by_role("link", name="Cofnij to rozstrzygnięcie").click()
    look_at_all(clerk, "desk-take-back")
    clerk.get_by_label("Powód poprawki").fill("zaliczono za wcześnie")
    clerk.get_by_role("checkbox").check()
    clerk.get_by_role("button", name="Wycofaj zapis").click()
    expect(clerk.get_by_role("main")).to_contain_text("cofnięte")
    look_at_all(clerk, "desk-taken-back")
    bartek.reload()
    expect(bartek.get_by_role("main")).to_contain_text("zaliczono za wcześnie")
    look_at_all(bartek, "taken-back")
