"""Booking many at once: filtered, chosen, looked at, booked one by one, reported one by one."""

from datetime import timedelta

import pytest
from django.utils import timezone

from services.payments.models import Payment
from tests.factories.liabilities import LiabilityFactory
from tests.factories.payments import PaymentFactory
from tests.frontend.reading import error_beside, heading, main, tags, words

pytestmark = pytest.mark.django_db
QUEUE = "/urzad/platnosci/do-zaksiegowania/"
BOOK = "/urzad/platnosci/zaksieguj/"


@pytest.fixture
def three(anna):
    """Three paid payments, the newest first in the list."""
    now, made = timezone.now(), []
    for number in range(3):
        due = LiabilityFactory(
            payer=anna, title=f"Rata numer {number}", due_on=timezone.localdate() + timedelta(30)
        )
        at = now - timedelta(days=number)
        made.append(
            PaymentFactory(
                paid=True, payer=anna, dues=[due], title=due.title, paid_at=at, debited_on=at.date()
            )
        )
    return made


def choose(payments, **more):
    return {
        "payment": [str(payment.public_id) for payment in payments],
        "credited_on": timezone.localdate().isoformat(),
        **more,
    }


def states(payments) -> list[str]:
    return [Payment.objects.get(pk=payment.pk).state for payment in payments]


def test_the_longest_waiting_comes_first_and_the_order_can_be_turned(desk, three):
    page = words(desk("daria").get(QUEUE))
    assert page.index("Rata numer 2") < page.index("Rata numer 1") < page.index("Rata numer 0")
    turned = words(desk("daria").get(f"{QUEUE}?sort=-paid"))
    assert turned.index("Rata numer 0") < turned.index("Rata numer 2")


def test_the_list_can_be_narrowed_to_days_and_types(desk, three, anna, lease):
    rent = PaymentFactory(
        paid=True, payer=anna, dues=[lease], title="Czynsz", account_nrb="74999900130000100020000103"
    )
    since = (timezone.localdate() - timedelta(days=1)).isoformat()
    assert "Rata numer 2" not in words(desk("daria").get(f"{QUEUE}?since={since}"))
    only_rent = words(desk("daria").get(f"{QUEUE}?type={lease.liability_type.public_id}"))
    assert "Czynsz" in only_rent
    assert "Rata numer" not in only_rent
    assert rent.operator_account != three[0].operator_account
    one_account = words(desk("daria").get(f"{QUEUE}?account={rent.operator_account.public_id}"))
    assert "Czynsz" in one_account
    assert "Rata numer" not in one_account


def test_the_first_step_shows_where_the_money_goes_and_books_nothing(desk, three):
    page = desk("daria").post(BOOK, choose(three))
    assert heading(page) == "Sprawdź przed zaksięgowaniem"
    assert "900,00 zł" in words(page)
    assert "Zaksięguj 3 płatności" in words(page)
    assert states(three) == ["paid"] * 3


@pytest.mark.covers("D61")
def test_the_second_step_books_all_and_reports_each(desk, three):
    client = desk("daria")
    page = client.post(BOOK, choose(three, confirmed="1"), follow=True)
    assert states(three) == ["booked"] * 3
    assert heading(page) == "Zaksięgowane"
    report = words(page)
    assert all(f"Rata numer {number}" in report for number in range(3))
    assert "Kwota 900,00 zł" in report
    assert "Wszystko zaksięgowane" in words(client.get(QUEUE))


def test_one_that_fails_stops_none_of_the_others_and_says_why(desk, three):
    Payment.objects.filter(pk=three[1].pk).update(state="mismatch")
    page = desk("daria").post(BOOK, choose(three, confirmed="1"), follow=True)
    assert states(three) == ["booked", "mismatch", "booked"]
    assert heading(page) == "Nie wszystko jest zaksięgowane"
    assert "Niezaksięgowane 1" in words(page)
    assert "jest już w innym stanie" in words(page)


def test_choosing_none_is_refused_and_the_list_stays(desk, three):
    page = desk("daria").post(BOOK, {"credited_on": timezone.localdate().isoformat()})
    assert page.status_code == 422
    assert "Zaznacz co najmniej jedną płatność" in words(page)
    assert "Rata numer 0" in words(page)


def test_without_a_day_the_choice_is_not_lost(desk, three):
    page = desk("daria").post(BOOK, choose(three[:2]) | {"credited_on": ""})
    assert error_beside(page, "credited_on")
    assert main(page).count(" checked") == 2
    assert states(three) == ["paid"] * 3


def test_something_that_is_no_id_is_refused(desk, three):
    page = desk("daria").post(BOOK, choose([], payment=["'; drop table"]))
    assert page.status_code == 422
    assert states(three) == ["paid"] * 3


@pytest.mark.usefixtures("only_real_estate")
def test_payments_of_another_department_are_neither_shown_nor_booked(desk, three):
    client = desk("daria")
    assert "Rata numer" not in words(client.get(QUEUE))
    page = client.post(BOOK, choose(three, confirmed="1"), follow=True)
    assert states(three) == ["paid"] * 3
    assert "Rata numer" not in words(page)
    assert "płatność spoza Twojego przydziału" in words(page)


def test_the_report_is_for_who_booked(desk, three):
    desk("daria").post(BOOK, choose(three, confirmed="1"))
    assert desk("daria").get(f"{BOOK}wynik/")["Location"] == QUEUE


def test_each_payment_is_booked_on_the_day_of_its_transfer_where_that_is_known(desk, three):
    """eKasa § 10 ust. 9: the day of the credit is that of the bank statement, not that of the click."""
    today, client = timezone.localdate(), desk("daria")
    Payment.objects.filter(pk=three[1].pk).update(credited_on=today - timedelta(days=1))
    Payment.objects.filter(pk=three[2].pk).update(credited_on=today - timedelta(days=2))
    assert "Użyj dnia przelewu operatora" in words(client.get(QUEUE))

    page = client.post(BOOK, choose(three, by_transfer="on"))

    assert words(page).count("z przelewu operatora") == 2
    days = [tag["value"] for tag in tags(page, "input") if tag.get("name") == "day"]
    assert sorted(days) == sorted(
        f"{three[n].public_id}:{(today - timedelta(days=n)).isoformat()}" for n in (1, 2)
    )
    client.post(BOOK, choose(three, confirmed="1", day=days))
    assert states(three) == ["booked"] * 3
    booked = {row.pk: row.credited_on for row in Payment.objects.all()}
    assert [booked[payment.pk] for payment in three] == [today - timedelta(days=n) for n in range(3)]


def test_without_the_tick_one_day_is_for_all(desk, three):
    today, client = timezone.localdate(), desk("daria")
    Payment.objects.filter(pk=three[1].pk).update(credited_on=today - timedelta(days=1))
    page = client.post(BOOK, choose(three))
    assert "z przelewu operatora" not in words(page)
    client.post(BOOK, choose(three, confirmed="1"))
    assert set(Payment.objects.values_list("credited_on", flat=True)) == {today}


def test_a_day_that_is_none_is_refused(desk, three):
    page = desk("daria").post(BOOK, choose(three, confirmed="1", day=[f"{three[0].public_id}:jutro"]))
    assert page.status_code == 422
    assert states(three) == ["paid"] * 3
