"""The desk's queue of requests about overpayments: credit, refund, refuse."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from services.accounts.models import Resident
from services.ledger.models import AccountKind, Entry
from services.ledger.queries import balances
from services.payments.models import OverpaymentRequest
from tests.factories.liabilities import LiabilityFactory, OverpaymentFactory
from tests.frontend.reading import error_beside, words

pytestmark = pytest.mark.django_db
QUEUE = "/urzad/nadplaty/"


@pytest.fixture
def overpayment(anna):
    return OverpaymentFactory(payer=anna, arose_on=date(2026, 6, 1))


@pytest.fixture
def asked(anna, overpayment):
    """`asked("credit", due)`: Anna's request."""
    resident = Resident.objects.get(representations__payer=anna)
    return lambda kind, due=None: OverpaymentRequest.objects.create(
        overpayment=overpayment, resident=resident, kind=kind, liability=due
    )


def held(overpayment) -> int:
    return -balances([overpayment.public_id], AccountKind.OVERPAYMENT)[overpayment.public_id]


def entries() -> int:
    return Entry.objects.filter(code__startswith="overpaid").count()


def test_the_queue_holds_what_waits_and_counts_it(desk, asked, due, anna):
    assert "Żaden wniosek nie czeka" in words(desk("daria").get(QUEUE))
    row = asked("credit", due)
    page = desk("daria").get(QUEUE)
    assert anna.name in words(page)
    assert f"{QUEUE}{row.public_id}/" in page.content.decode()


def test_the_page_shows_what_crediting_does_and_does_it(desk, asked, anna, overpayment):
    due = LiabilityFactory(payer=anna, due_on=date(2026, 9, 15))
    row = asked("credit", due)
    daria = desk("daria")
    shown = words(daria.get(f"{QUEUE}{row.public_id}/"))
    assert "1 czerwca 2026" in shown
    assert f"{due.title} należność główna" in shown
    assert daria.post(f"{QUEUE}{row.public_id}/zalicz/")["Location"] == QUEUE
    assert (held(overpayment), entries()) == (0, 1)
    daria.post(f"{QUEUE}{row.public_id}/zalicz/")
    assert entries() == 1
    assert "Rozliczono 50,00 zł, z dniem 1 czerwca 2026" in words(daria.get(f"{QUEUE}{row.public_id}/"))


def test_a_refund_is_written_with_its_day(desk, asked, overpayment):
    row, daria = asked("refund"), desk("daria")
    assert (
        daria.post(f"{QUEUE}{row.public_id}/zwroc/", {"refunded_on": timezone.localdate()}).status_code == 302
    )
    assert (held(overpayment), entries()) == (0, 1)


def test_a_refund_on_an_impossible_day_is_refused_beside_the_field(desk, asked, overpayment):
    row = asked("refund")
    tomorrow = timezone.localdate() + timedelta(days=1)
    page = desk("daria").post(f"{QUEUE}{row.public_id}/zwroc/", {"refunded_on": tomorrow})
    assert page.status_code == 422
    assert error_beside(page, "refunded_on").startswith("Podaj dzień zwrotu")
    assert (held(overpayment), entries()) == (5_000, 0)


def test_a_refusal_without_a_reason_is_asked_for_and_with_one_is_sent(desk, asked, overpayment):
    row, daria = asked("refund"), desk("daria")
    page = daria.post(f"{QUEUE}{row.public_id}/odrzuc/", {"reason": ""})
    assert error_beside(page, "reason").startswith("Napisz powód.")
    row.refresh_from_db()
    assert row.state == "waiting"
    assert daria.post(f"{QUEUE}{row.public_id}/odrzuc/", {"reason": "Są zaległości."})["Location"] == QUEUE
    row.refresh_from_db()
    assert (row.state, row.reason, held(overpayment)) == ("rejected", "Są zaległości.", 5_000)


def test_the_other_way_of_settling_is_refused(desk, asked, overpayment):
    row = asked("refund")
    desk("daria").post(f"{QUEUE}{row.public_id}/zalicz/")
    assert (held(overpayment), entries()) == (5_000, 0)


def test_a_clerk_of_another_department_has_no_such_request(desk, asked, overpayment, only_real_estate):
    row, daria = asked("refund"), desk("daria")
    assert "Żaden wniosek nie czeka" in words(daria.get(QUEUE))
    assert daria.get(f"{QUEUE}{row.public_id}/").status_code == 404
    day = {"refunded_on": timezone.localdate()}
    assert daria.post(f"{QUEUE}{row.public_id}/zwroc/", day).status_code == 404
    assert (held(overpayment), entries()) == (5_000, 0)


@pytest.mark.parametrize("name", ["edyta", "filip"])
def test_moderator_and_administrator_do_not_decide(desk, asked, overpayment, name):
    row = asked("refund")
    page = desk(name).post(f"{QUEUE}{row.public_id}/zwroc/", {"refunded_on": timezone.localdate()})
    assert page.status_code == 403
    assert (held(overpayment), entries()) == (5_000, 0)
