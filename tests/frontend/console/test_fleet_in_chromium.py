"""P6, P9, P12, P13 in a real Chromium: fleet work, a statement, parity and the public status; accessible, never too wide."""

import re
from collections.abc import Callable
from datetime import date, datetime

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from kernel import tenancy
from kernel.dates import WARSAW
from portal.embedded.stack import Stack
from tenants.directory.models import Tenant
from tenants.fleet.parity import store_parity
from tenants.metering.domain import Charge, days_between
from tenants.metering.models import PriceItem, PriceList, Statement, UsageDay
from tests.fixtures.database import working_on
from tests.frontend.console.test_in_chromium import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("stack")]

BORKI = "0615022"
MONTH, NEXT = date(2026, 1, 1), date(2026, 2, 1)


@pytest.fixture(scope="module", autouse=True)
def january(server, stack: Stack, django_db_blocker) -> None:
    """Borki has been live for years and has used January; the platform has prices; the gminas have told their sums."""
    with django_db_blocker.unblock(), working_on(server, stack.database), tenancy.public():
        if not PriceList.objects.exists():
            prices = PriceList.objects.create(valid_from=date(2025, 1, 1), vat_bp=2300, added_by="tests")
            for charge, price_gr, per in ((Charge.MONTH, 49_900, 1), (Charge.PAYMENTS, 25, 1)):
                PriceItem.objects.create(price_list=prices, charge=charge, price_gr=price_gr, per=per)
        row = Tenant.objects.get(teryt=BORKI)
        Tenant.objects.filter(pk=row.pk).update(activated_at=datetime(2025, 1, 2, tzinfo=WARSAW))
        UsageDay.objects.bulk_create(
            [
                UsageDay(tenant=row, day=day, payments=3, payments_gr=900_00, measured_at=timezone.now())
                for day in days_between(MONTH, NEXT)
            ],
            ignore_conflicts=True,
        )
        Statement.objects.filter(teryt=BORKI, month=MONTH, state="draft").delete()
        sums = {
            "confirmed": 3,
            "confirmed_gr": 300_00,
            "settled_gr": 200_00,
            "booked": 2,
            "oldest_at": None,
        }
        wrong = {"booked_gr": 200_00, "ledger_gr": 199_99, "discrepancies": {"not_settled": 2}}
        store_parity(BORKI, sums | wrong)


@pytest.mark.parametrize("width", [320, 1280])
def test_fleet_work_statements_and_parity_can_be_read_and_used_by_everybody(
    width: int, stack: Stack, visitor: Callable[..., Page], look: Callable[[Page, str], None]
) -> None:
    console, page = stack.portal("console"), visitor(width=width)
    sign_in(page, console)
    for path in ("/prace/", "/prace/nowe/verify/", "/prace/nowe/back_up/", "/zgodnosc/?stan=wszystkie",
                 "/zestawienia/?miesiac=2026-01"):  # fmt: skip
        page.goto(console + path)
        look(page, f"console-fleet{re.sub('[/?=]', '-', path)}-{width}")
    page.goto(f"{console}/prace/nowe/back_up/")
    page.get_by_role("button", name="Zleć prace").click()
    expect(page).to_have_title(re.compile(r"^Błąd: "))
    look(page, f"console-fleet-refused-{width}")


def test_a_verification_is_asked_for_and_followed_to_its_end(
    stack: Stack, visitor: Callable[..., Page], look: Callable[[Page, str], None]
) -> None:
    console, page = stack.portal("console"), visitor(width=1280)
    sign_in(page, console)
    page.goto(f"{console}/prace/nowe/verify/")
    page.get_by_label("Gminy").fill(BORKI)
    page.get_by_label("Tak, zlecam te prace.").check()
    page.get_by_role("button", name="Zleć prace").click()
    expect(page).to_have_url(re.compile("/prace/[0-9a-f-]{36}/$"))
    expect(page.get_by_role("main")).to_contain_text(re.compile("zakończone"), timeout=90_000)
    expect(page.get_by_role("main")).to_contain_text("wpisów księgi")
    look(page, "console-fleet-verified-1280")


@pytest.mark.parametrize("width", [320, 1280])
def test_the_page_of_a_statement_can_be_read_by_everybody(
    width: int, stack: Stack, visitor: Callable[..., Page], look: Callable[[Page, str], None]
) -> None:
    console, page = stack.portal("console"), visitor(width=width)
    sign_in(page, console)
    page.goto(f"{console}/gminy/{BORKI}/zuzycie/")
    page.get_by_label("Miesiąc").fill("2026-01")
    page.get_by_role("button", name="Przygotuj projekt").click()
    expect(page).to_have_url(re.compile("/zestawienia/[0-9a-f-]{36}/$"))
    expect(page.get_by_role("main")).to_contain_text("642,37 zł")
    look(page, f"console-statement-{width}")


@pytest.mark.parametrize("width", [320, 1280])
def test_the_public_status_can_be_read_by_everybody_without_signing_in(
    width: int, stack: Stack, visitor: Callable[..., Page], look: Callable[[Page, str], None]
) -> None:
    page = visitor(width=width)
    page.goto(f"{stack.portal('console')}/stan/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Stan platformy")
    look(page, f"status-{width}")
