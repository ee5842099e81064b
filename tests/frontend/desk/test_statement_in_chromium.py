"""The statement of a booked payment in a real browser: on the clerk's page, wide and narrow, and as a file."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from kernel import tenancy
from kernel.actors import Actor, ActorKind
from portal.embedded.stack import Stack
from tests.fixtures.database import working_on
from tests.fixtures.signing import signed_in

pytestmark = pytest.mark.browser
WIDTHS = (1280, 390, 320)


@pytest.fixture(scope="module")
def booked(stack: Stack, server, django_db_blocker) -> str:
    """Public id of a payment of Anna's, booked over two arrears and a reminder."""
    from services.accounts.models import Payer
    from services.users.models import User
    from tenants.directory.queries import scope_of
    from tests.services.payments.booked import arrears

    with django_db_blocker.unblock(), working_on(server, stack.database), tenancy.enter(scope_of("0615022")):
        daria = User.objects.find("daria@urzad.example", "staff")
        assert daria is not None
        actor = Actor(kind=ActorKind.STAFF, ref=str(daria.public_id), user_id=daria.pk)
        payment = arrears(Payer.objects.get(external_id="K-anna"), actor)[0]
    return str(payment.public_id)


def test_the_clerk_reads_and_takes_the_statement(
    booked: str, stack: Stack, visitor: Callable[..., Page], look: Callable[..., None]
) -> None:
    home = f"{stack.portal('borki')}/urzad"
    page = signed_in(visitor(width=WIDTHS[0], height=900), f"{home}/logowanie/", "daria@urzad.example")
    page.goto(f"{home}/platnosci/{booked}/")
    page.get_by_text("Jak policzono odsetki: Podatek od nieruchomości 2025, rata 2").first.click()
    expect(page.get_by_text("309,00 zł × 1 500,00")).to_be_visible()
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        look(page, f"desk-statement-{width}")
    with page.expect_download() as taken:
        page.get_by_role("link", name="Rozliczenie wpłaty (PDF)").click()
    assert taken.value.suggested_filename.startswith("rozliczenie-")
