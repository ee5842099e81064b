"""What became of a request about an overpayment: each state in words, the day with which it counts, and withdrawing it."""

from datetime import date
from uuid import uuid4

import pytest
from django.utils import timezone

from frontend.resident import decisions
from frontend.resident.wording import OVERPAYMENT_STATES
from kernel.fields import new_public_id
from services.ledger.models import Entry
from services.payments.actions import (
    book_payment,
    credit_ex_officio,
    credit_overpayment,
    refund_overpayment,
    reverse_entry,
)
from services.payments.crediting import fingerprint, split_ex_officio
from services.payments.models import OverpaymentRequest, Payment, RequestState
from tests.factories.liabilities import LiabilityFactory, OverpaymentFactory
from tests.factories.payments import PaymentFactory
from tests.frontend.reading import words

pytestmark = pytest.mark.django_db
AROSE = date(2026, 6, 1)


@pytest.fixture
def overpayment(payer):
    return OverpaymentFactory(payer=payer, arose_on=AROSE)


@pytest.fixture
def address(overpayment) -> str:
    return f"/nadplaty/{overpayment.public_id}/"


@pytest.fixture
def daria(person):
    return person("daria").actor


@pytest.fixture
def asked(resident, overpayment):
    """`asked("refund")`: a waiting request of Anna's."""
    return lambda kind, due=None: OverpaymentRequest.objects.create(
        overpayment=overpayment, resident=resident, kind=kind, liability=due
    )


def withdrawing(address, row) -> str:
    return f"{address}wnioski/{row.public_id}/wycofaj/"


def test_a_waiting_request_is_withdrawn_after_a_question(browser, asked, address):
    row = asked("refund")
    assert withdrawing(address, row) in browser.get(address).content.decode()
    assert "Urząd nie rozpatrzy tego wniosku" in words(browser.get(withdrawing(address, row)))
    row.refresh_from_db()
    assert row.state == "waiting"
    answer = browser.post(withdrawing(address, row), follow=True)
    assert answer.redirect_chain == [(address, 302)]
    row.refresh_from_db()
    assert row.state == "withdrawn"
    shown = words(answer)
    assert "Wniosek wycofano w dniu" in shown
    assert "Wyślij wniosek" in shown
    assert browser.get(withdrawing(address, row))["Location"] == address


def test_what_was_decided_meanwhile_is_not_withdrawn_and_that_is_said(browser, asked, address, daria):
    row = asked("refund")
    refund_overpayment(request_id=row.public_id, refunded_on=timezone.localdate(), actor=daria)
    answer = browser.post(withdrawing(address, row), follow=True)
    assert "Ten wniosek załatwiono już inaczej." in answer.content.decode()
    row.refresh_from_db()
    assert row.state == "done"


@pytest.mark.covers("D53")
def test_a_credit_says_from_which_day_it_counts_and_where_it_went(browser, asked, address, due, daria):
    credit_overpayment(request_id=asked("credit", due).public_id, actor=daria)
    shown = words(browser.get(address))
    assert "Urząd zaliczył 50,00 zł. Liczy się to od 1 czerwca 2026" in shown
    assert f"{due.title}: należność główna 50,00 zł" in shown


def test_a_refund_says_its_day(browser, asked, address, daria):
    refund_overpayment(request_id=asked("refund").public_id, refunded_on=date(2026, 11, 3), actor=daria)
    assert "Urząd zwrócił 50,00 zł w dniu 3 listopada 2026." in words(browser.get(address))


def test_an_act_of_the_office_without_a_request_is_shown_and_cannot_be_withdrawn(
    browser, address, overpayment, due, daria
):
    split = split_ex_officio(overpayment, timezone.localdate())
    row = credit_ex_officio(
        decision_id=new_public_id(),
        overpayment_id=overpayment.public_id,
        shown=fingerprint(split),
        actor=daria,
    )
    shown = words(browser.get(address))
    assert "Zaliczenie z urzędu" in shown
    assert browser.post(withdrawing(address, row)).status_code == 404
    row.refresh_from_db()
    assert row.state == "done"


def test_a_decision_taken_back_is_told_with_its_reason_and_leaves_no_shares(
    browser, asked, address, due, daria
):
    credit_overpayment(request_id=asked("credit", due).public_id, actor=daria)
    entry = Entry.objects.get(code="overpaid_credit")
    reverse_entry(entry_id=entry.public_id, reason="zły rok", corrected_on=timezone.localdate(), actor=daria)
    shown = words(browser.get(address))
    assert "urząd cofnął zaliczenie 50,00 zł, więc ta kwota jest znowu nadpłatą. Powód: zły rok" in shown
    assert "Na co poszła nadpłata" not in shown
    assert "Wyślij wniosek" in shown


def test_the_list_keeps_what_is_settled(browser, asked, address, daria):
    assert "w urzędzie" in words(browser.get("/nadplaty/"))
    row = asked("refund")
    assert "wniosek czeka na urząd" in words(browser.get("/nadplaty/"))
    refund_overpayment(request_id=row.public_id, refunded_on=timezone.localdate(), actor=daria)
    page = browser.get("/nadplaty/")
    assert "rozliczona 0,00 zł" in words(page)
    assert f'href="{address}"' in page.content.decode()


def test_who_has_none_is_told_what_an_overpayment_is(browser):
    assert "Nie masz nadpłat" in words(browser.get("/nadplaty/"))


def test_a_neighbour_sees_and_withdraws_nothing(client_for, scope, asked, address, overpayment):
    row = asked("refund")
    celina = client_for("celina", scope)
    assert "Nie masz nadpłat" in words(celina.get("/nadplaty/"))
    for method in (celina.get, celina.post):
        assert method(withdrawing(address, row)).status_code == 404
    own = OverpaymentFactory(payer=celinas_payer())
    assert celina.post(withdrawing(f"/nadplaty/{own.public_id}/", row)).status_code == 404
    row.refresh_from_db()
    assert row.state == "waiting"


def celinas_payer():
    from services.accounts.models import Payer

    return Payer.objects.get(external_id="K-celina")


def test_every_state_has_its_word_and_its_sentence():
    assert set(OVERPAYMENT_STATES) == set(decisions._TEXTS) == {state.value for state in RequestState}


def test_a_request_that_does_not_exist_is_not_found(browser, address):
    assert browser.post(f"{address}wnioski/{uuid4()}/wycofaj/").status_code == 404


@pytest.mark.covers("D61")
def test_a_payment_that_was_booked_anew_shows_where_its_money_went_in_the_end(
    browser, payer, resident, due, daria
):
    payment = PaymentFactory(paid=True, payer=payer, resident=resident, dues=[due])
    Payment.objects.filter(pk=payment.pk).update(debited_on=due.due_on)
    for reason in ("zły dzień", ""):
        book_payment(payment_id=payment.public_id, credited_on=timezone.localdate(), actor=daria)
        if reason:
            entry = Entry.objects.get(code="payment")
            reverse_entry(
                entry_id=entry.public_id, reason=reason, corrected_on=timezone.localdate(), actor=daria
            )
            assert "Na co poszła wpłata" not in words(browser.get(f"/platnosci/{payment.public_id}/"))
            LiabilityFactory(payer=payer, instalment=2, principal_gr=1_000, due_on=date(2026, 5, 15))
    shown = words(browser.get(f"/platnosci/{payment.public_id}/"))
    assert shown.count(f"{due.title}: należność główna") == 1
    assert "rata 2: należność główna 10,00 zł" in shown
