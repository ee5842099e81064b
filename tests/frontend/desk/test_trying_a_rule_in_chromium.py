"""Trying a rule in a real browser: from the list of rules to a result, at every width, and on to its planning."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from kernel import tenancy
from portal.embedded.stack import Stack
from tests.fixtures.database import working_on
from tests.frontend.desk.test_pages_in_chromium import WIDTHS, sign_in

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module", autouse=True)
def booked_payments(stack: Stack, server, django_db_blocker) -> None:
    """Three payers paid parts of a tax and of a lease; the due of one of them was changed afterwards. Made before the
    browser: Django would not stand its event loop."""
    from tenants.directory.queries import scope_of
    from tests.factories.accounts import PayerFactory
    from tests.factories.bookings import booked
    from tests.factories.liabilities import ACTOR, LiabilityFactory

    today = timezone.localdate()
    with django_db_blocker.unblock(), working_on(server, stack.database), tenancy.enter(scope_of("0615022")):
        for number in range(3):
            payer = PayerFactory(external_id=f"R-{number}")
            overdue = {"payer": payer, "due_on": today - timedelta(days=150 + number)}
            tax = LiabilityFactory(external_id=f"R-{number}-1", principal_gr=123_400, **overdue)
            lease = LiabilityFactory(external_id=f"R-{number}-2", lease=True, **overdue)
            booked(payer, {tax: 50_000 + 777 * number}, paid_on=today, actor=ACTOR)
            booked(payer, {lease: 10_000 + 777 * number}, paid_on=today, actor=ACTOR)
        tax.due_on -= timedelta(days=100)
        tax.save()


def test_a_rule_is_tried_and_planned_from_its_result(
    stack: Stack, visitor: Callable[..., Page], look: Callable[..., None]
) -> None:
    page = visitor(width=WIDTHS[0], height=900)
    sign_in(page, stack, "filip")
    page.goto(f"{stack.portal('borki')}/urzad/ustawienia/zaliczanie/")
    page.get_by_role("link", name="Wypróbuj regułę").click()
    page.get_by_role("radiogroup", name=re.compile("art. 55")).get_by_label(re.compile("dokładne")).check()
    page.get_by_label(re.compile("najpierw na odsetki")).uncheck()
    page.get_by_role("button", name="Wypróbuj").click()
    expect(page).to_have_url(re.compile("#wynik$"))
    result = page.get_by_role("region", name="Wynik próby")
    expect(result).to_contain_text("Do zapłaty zostałoby mniej")
    expect(result.get_by_role("table", name="Wpłaty, których nie da się porównać")).to_be_visible()
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        look(page, f"rule-trial-{width}")
    page.set_viewport_size({"width": WIDTHS[0], "height": 900})
    with page.expect_download() as download:
        page.get_by_role("link", name="Pobierz różnice (CSV)").click()
    assert download.value.suggested_filename.startswith("proba-reguly-")
    page.get_by_role("link", name="Zaplanuj tę regułę").click()
    expect(page).to_have_url(re.compile("/zaliczanie/nowa/"))
    expect(
        page.get_by_role("radiogroup", name=re.compile("art. 55")).get_by_label(re.compile("dokładne"))
    ).to_be_checked()
    expect(page.get_by_label(re.compile("najpierw na odsetki"))).not_to_be_checked()


def test_a_period_without_payments_is_a_clean_page(
    stack: Stack, visitor: Callable[..., Page], look: Callable[..., None]
) -> None:
    page = visitor(width=WIDTHS[0], height=900)
    sign_in(page, stack, "filip")
    page.goto(f"{stack.portal('borki')}/urzad/ustawienia/zaliczanie/proba/")
    for label in ("Zaksięgowane od", "Zaksięgowane do"):
        page.get_by_label(label).fill("2020-01-01")
    page.get_by_role("button", name="Wypróbuj").click()
    expect(page.get_by_role("heading", name="W tym okresie nie zaksięgowano płatności")).to_be_visible()
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        look(page, f"rule-trial-empty-{width}")
