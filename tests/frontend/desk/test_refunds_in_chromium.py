"""The whole way of a refund in a real browser, on wide and narrow screens: paid twice, proposed, approved."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from integrations.emulators.operators.control_client import Control
from kernel import tenancy
from portal.embedded.stack import Stack
from tests.fixtures.cast import PASSWORD
from tests.fixtures.committed import Gmina
from tests.fixtures.database import working_on
from tests.fixtures.signing import give_app, signed_in

pytestmark = pytest.mark.browser
WIDTHS = (1280, 390, 320)


@pytest.fixture(scope="module", autouse=True)
def bartek_paid_twice(stack: Stack, server, django_db_blocker) -> None:
    """One attempt was given up, its due was paid again, and then the first money came; and one payment is a mismatch."""
    from services.accounts.models import Payer
    from services.payments.actions import refresh_payment
    from services.payments.models import Payment
    from tenants.directory.queries import scope_of
    from tests.factories.accounts import StaffRoleFactory, StaffUserFactory
    from tests.factories.liabilities import LiabilityFactory
    from tests.factories.ordering import started
    from tests.services.payments.refunding import grant_everything

    control = Control(stack.emulator_urls["przelewy24"])
    with (
        django_db_blocker.unblock(),
        working_on(server, stack.database),
        tenancy.enter(scope_of("0615022")) as scope,
    ):
        bartek = Gmina(scope, None).person("bartek")
        payer = Payer.objects.get(external_id="K-bartek")
        due = LiabilityFactory(external_id="R-1", payer=payer, instalment=3)
        late = started(bartek, due)
        Payment.objects.filter(pk=late.pk).update(expires_at=timezone.now() - timedelta(minutes=1))
        refresh_payment(late.public_id)
        good = started(bartek, due)
        for payment in (good, late):
            control.pay(payment.reference, late=True)
            refresh_payment(payment.public_id)
        other = started(bartek, LiabilityFactory(external_id="R-2", payer=payer, instalment=4))
        Payment.objects.filter(pk=other.pk).update(amount_gr=other.amount_gr + 500)
        control.pay(other.reference)
        refresh_payment(other.public_id)
        user = StaffUserFactory(email="halina@urzad.example", full_name="Halina Urzędowa", password=PASSWORD)
        user.email_confirmed_at = timezone.now()
        user.save()
        StaffRoleFactory(user=user)
        give_app(user)
        grant_everything(user)
    control.close()


def test_money_that_came_twice_goes_back_by_two_persons(
    stack: Stack, visitor: Callable[..., Page], look_at_all: Callable[[Page, str], None]
) -> None:
    desk = f"{stack.portal('borki')}/urzad"
    daria = signed_in(visitor(width=1280, height=900), f"{desk}/logowanie/", "daria@urzad.example")
    daria.goto(f"{desk}/platnosci/do-zaksiegowania/")
    look_at_all(daria, "to-book")
    daria.goto(f"{desk}/zwroty/")
    look_at_all(daria, "none")
    daria.get_by_role("link", name=re.compile(r"^Do wyjaśnienia")).click()
    look_at_all(daria, "to-clarify")
    daria.get_by_role("main").get_by_role("link", name="Bartek").first.click()
    expect(daria.get_by_role("main")).to_contain_text("Wygląda na to, że zapłacono dwa razy")
    look_at_all(daria, "payment")
    daria.get_by_role("link", name="Zaproponuj zwrot").click()
    look_at_all(daria, "propose")
    daria.get_by_role("button", name="Zaproponuj zwrot").click()
    expect(daria).to_have_title(re.compile("^Błąd: "))
    look_at_all(daria, "propose-refused")
    daria.get_by_label("Powód").fill("Druga wpłata na tę samą ratę.")
    daria.get_by_role("checkbox").check()
    daria.get_by_role("button", name="Zaproponuj zwrot").click()
    expect(daria.get_by_role("main")).to_contain_text("Czeka na inną osobę")
    look_at_all(daria, "own")

    halina = signed_in(visitor(width=1280, height=900), f"{desk}/logowanie/", "halina@urzad.example")
    halina.goto(f"{desk}/zwroty/")
    look_at_all(halina, "list")
    halina.get_by_role("main").get_by_role("link", name="Bartek").click()
    look_at_all(halina, "approve")
    halina.get_by_role("checkbox").check()
    halina.get_by_role("button", name="Zatwierdź zwrot").click()
    expect(halina.get_by_role("main")).to_contain_text("w toku u operatora")
    look_at_all(halina, "pending")
    halina.get_by_role("link", name="Podatek od nieruchomości").click()
    look_at_all(halina, "payment-going-back")

    bartek = signed_in(
        visitor(width=390, height=844), f"{stack.portal('borki')}/logowanie/", "bartek@mieszkaniec.example"
    )
    bartek.goto(f"{stack.portal('borki')}/platnosci/")
    bartek.get_by_role("row").filter(has_text="Zwrot w toku").get_by_role("link").click()
    expect(bartek.get_by_role("main")).to_contain_text("Zwrot w toku:")
    look_at_all(bartek, "resident")


def test_a_mismatch_is_settled(
    stack: Stack, visitor: Callable[..., Page], look_at_all: Callable[[Page, str], None]
) -> None:
    desk = f"{stack.portal('borki')}/urzad"
    daria = signed_in(visitor(width=1280, height=900), f"{desk}/logowanie/", "daria@urzad.example")
    daria.goto(f"{desk}/platnosci/niezgodnosci/")
    look_at_all(daria, "mismatches")
    daria.get_by_role("main").get_by_role("link", name="Bartek").click()
    look_at_all(daria, "mismatch")
    daria.get_by_label("Powód").first.fill("Operator potwierdził kwotę.")
    daria.get_by_role("checkbox").check()
    daria.get_by_role("button", name="Przyjmij tę kwotę").click()
    expect(daria.get_by_role("main")).to_contain_text("Wpłynęło naprawdę")
    look_at_all(daria, "mismatch-accepted")
