"""Payments out and their booking: what the finance system reads, and the one act that changes a balance."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from kernel.audit.models import AuditEntry
from kernel.money import from_decimal_text
from services.accounts.models import Payer, Resident
from services.api.queries_payments import STATES, Status
from services.ledger.models import Entry
from services.payments.domain.states import State
from services.payments.models import Payment, PaymentItem, Refund
from tests.api.conftest import error_of, fingerprint
from tests.factories.liabilities import LiabilityFactory, ReminderCostFactory
from tests.factories.payments import PaymentFactory
from tests.services.liabilities.rows import owed
from tests.services.payments.refunding import approve, clerk, propose

pytestmark = pytest.mark.django_db

BOOKING = {"credited_on": "2026-11-19"}


@pytest.fixture
def payer(in_borki):
    return Payer.objects.get(external_id="K-anna")


@pytest.fixture
def pay(payer):
    """`pay()` makes a due of 300 zł that falls due after the payment, and Anna's confirmed payment of it."""

    def make(**changes) -> Payment:
        due = LiabilityFactory(payer=payer, due_on=date(2026, 11, 30), **changes)
        resident = Resident.objects.get(representations__payer=payer)
        return PaymentFactory(
            payer=payer, resident=resident, dues=[due], paid=True, debited_on=date(2026, 11, 18),
            amount_gr=due.principal_gr, operator_id="320145679",
        )  # fmt: skip

    return make


@pytest.mark.covers("D22")
def test_a_paid_payment_is_listed_to_be_booked_with_amounts_and_days(finance, pay):
    payment = pay(external_id="N-1")
    (listed,) = finance.get("payments").json()["results"]
    assert listed["id"] == str(payment.public_id)
    assert (listed["status"], listed["reference"]) == ("to_book", payment.reference)
    assert listed["amount"] == {"amount": "300.00", "currency": "PLN"}
    assert (listed["fee"]["amount"], listed["total"]["amount"]) == ("1.00", "301.00")
    assert (listed["debited_on"], listed["credited_on"], listed["booking"]) == ("2026-11-18", None, None)
    assert listed["items"][0]["external_id"] == "N-1"
    assert (listed["operator"], listed["operator_payment_id"]) == ("przelewy24", "320145679")
    assert "Anna" not in str(listed)
    assert finance.get(f"payments/{payment.public_id}").json() == listed


@pytest.mark.covers("D61", "D62", "D63")
def test_booking_changes_the_balance_frees_the_lock_and_tells_where_the_money_went(finance, pay):
    payment = pay(external_id="N-1")
    assert owed() == 30_000
    booked = finance.post(f"payments/{payment.public_id}/booking", BOOKING)
    assert booked.status_code == 200
    told = booked.json()
    assert (told["status"], told["credited_on"]) == ("booked", "2026-11-19")
    assert told["booking"]["effective_on"] == "2026-11-18"
    (share,) = told["booking"]["shares"]
    assert (share["external_id"], share["principal"]["amount"], share["interest"]["amount"]) == (
        "N-1",
        "300.00",
        "0.00",
    )
    assert told["booking"]["overpayment"]["amount"] == "0.00"
    assert owed() == 0
    assert not PaymentItem.objects.get(payment=payment).is_open
    assert finance.get("payments").json()["results"] == []
    assert finance.get("payments?status=booked").json()["results"] == [told]
    assert finance.get("liabilities/N-1").json()["outstanding_principal"]["amount"] == "0.00"


@pytest.mark.covers("D66")
def test_the_shares_name_costs_interest_and_what_is_left_over(finance, payer):
    due = LiabilityFactory(payer=payer, external_id="N-1", due_on=date(2026, 3, 16))
    cost = ReminderCostFactory(payer=payer, liabilities=[due], external_id="U-1")
    payment = PaymentFactory(
        payer=payer, resident=Resident.objects.get(representations__payer=payer), dues=[due], costs=[cost], paid=True,
        debited_on=date(2026, 11, 18), amount_gr=40_000,
    )  # fmt: skip
    PaymentItem.objects.filter(liability=due).update(interest_gr=8_400)
    told = finance.post(f"payments/{payment.public_id}/booking", BOOKING).json()["booking"]
    shares = {share["external_id"]: share for share in told["shares"]}
    assert shares["U-1"]["reminder_cost"]["amount"] == "16.00"
    assert shares["N-1"]["principal"]["amount"] == "300.00"
    parts = [part for share in told["shares"] for name, part in share.items() if isinstance(part, dict)]
    total = sum(from_decimal_text(part["amount"]) for part in [*parts, told["overpayment"]])
    assert total == 40_000
    assert from_decimal_text(shares["N-1"]["interest"]["amount"]) > 0


def test_who_booked_is_recorded(finance, pay):
    payment = pay()
    finance.post(f"payments/{payment.public_id}/booking", BOOKING)
    entry = AuditEntry.objects.get(action="payment.booked")
    assert (entry.actor_kind, entry.actor_ref) == ("api", str(finance.row.public_id))


def test_booking_twice_with_another_key_is_the_same_booking(finance, pay):
    payment = pay(external_id="N-1")
    first = finance.post(f"payments/{payment.public_id}/booking", BOOKING).json()
    second = finance.post(f"payments/{payment.public_id}/booking", BOOKING).json()
    assert first == second
    assert Entry.objects.filter(code="payment").count() == 1


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({}, 400, "request.invalid"),
        ({"credited_on": None}, 400, "request.invalid"),
        ({"credited_on": "19.11.2026"}, 400, "request.invalid"),
        ({"credited_on": "2026-11-17"}, 400, "payment.credited_before_paid"),
        ({"credited_on": str(timezone.localdate() + timedelta(days=1))}, 400, "payment.credited_in_future"),
    ],
)
def test_a_wrong_day_is_refused_and_books_nothing(body, status, code, finance, pay, in_borki):
    payment = pay(external_id="N-1")
    before = fingerprint(in_borki)
    assert error_of(finance.post(f"payments/{payment.public_id}/booking", body), status)["code"] == code
    assert fingerprint(in_borki) == before
    assert owed() == 30_000


def test_a_payment_that_is_not_paid_cannot_be_booked(finance, payer):
    due = LiabilityFactory(payer=payer, external_id="N-1")
    payment = PaymentFactory(
        payer=payer, resident=Resident.objects.get(representations__payer=payer), dues=[due]
    )
    error = error_of(finance.post(f"payments/{payment.public_id}/booking", BOOKING), 409)
    assert error["code"] == "payment.illegal_transition"
    assert owed() == 30_000
    assert PaymentItem.objects.get().is_open


def test_an_unknown_payment_is_a_404(finance):
    assert error_of(finance.get(f"payments/{uuid4()}"), 404)["code"] == "payment.unknown"
    assert error_of(finance.post(f"payments/{uuid4()}/booking", BOOKING), 404)["code"] == "payment.unknown"


def test_payments_are_read_page_by_page(finance, pay):
    made = [str(pay().public_id) for _ in range(5)]
    seen, cursor = [], ""
    while cursor is not None:
        page = finance.get(f"payments?limit=2&cursor={cursor}").json()
        seen += [one["id"] for one in page["results"]]
        cursor = page["next_cursor"]
    assert seen == made


def test_every_internal_state_has_one_public_status(finance, pay):
    assert sorted(state for states in STATES.values() for state in states) == sorted(State)
    payment = pay()
    for status in Status:
        for state in STATES[status]:
            booked_at = timezone.now() if state == State.BOOKED else None
            Payment.objects.filter(pk=payment.pk).update(state=state, booked_at=booked_at)
            assert finance.get(f"payments/{payment.public_id}").json()["status"] == status.value
            assert len(finance.get(f"payments?status={status.value}").json()["results"]) == 1


def status_of(finance, payment: Payment) -> str:
    """The public status, which is the same in the payment and in the lists."""
    told = finance.get(f"payments/{payment.public_id}").json()["status"]
    for status in Status:
        listed = finance.get(f"payments?status={status.value}").json()["results"]
        assert [one["id"] for one in listed] == ([str(payment.public_id)] if status.value == told else [])
    return told


def test_what_was_not_given_back_is_to_be_booked_in_its_own_amount(finance, pay, person):
    payment = pay(external_id="N-1")
    refund = approve(propose(payment, person("daria"), 10_000), clerk())
    Refund.objects.filter(pk=refund.pk).update(
        state="completed", sent_at=timezone.now(), ended_at=timezone.now()
    )
    Payment.objects.filter(pk=payment.pk).update(state=State.PARTLY_REFUNDED)

    assert status_of(finance, payment) == "to_book"
    assert finance.get(f"payments/{payment.public_id}").json()["amount"]["amount"] == "200.00"
    booked = finance.post(f"payments/{payment.public_id}/booking", BOOKING).json()
    assert (booked["status"], booked["amount"]["amount"]) == ("booked", "200.00")
    assert owed() == 10_000


@pytest.mark.parametrize("state", [State.PAID, State.PARTLY_REFUNDED])
def test_while_a_refund_is_under_way_it_is_to_be_clarified_and_cannot_be_booked(finance, pay, person, state):
    payment = pay(external_id="N-1")
    propose(payment, person("daria"), 10_000)
    Payment.objects.filter(pk=payment.pk).update(state=state)

    assert status_of(finance, payment) == "to_clarify"
    assert finance.post(f"payments/{payment.public_id}/booking", BOOKING).status_code == 409
    assert owed() == 30_000


def test_money_that_went_back_in_part_after_booking_is_to_be_clarified(finance, pay):
    payment = pay()
    finance.post(f"payments/{payment.public_id}/booking", BOOKING)
    Payment.objects.filter(pk=payment.pk).update(state=State.PARTLY_REFUNDED)

    assert status_of(finance, payment) == "to_clarify"


def test_a_status_that_does_not_exist_is_refused(finance):
    assert error_of(finance.get("payments?status=paid"), 400)["field"] == "status"


def test_a_page_costs_the_same_however_many_payments_are_on_it(
    finance, pay, django_assert_max_num_queries, known_switches
):
    for _ in range(6):
        payment = pay()
        assert finance.post(f"payments/{payment.public_id}/booking", BOOKING).status_code == 200
    with django_assert_max_num_queries(14):
        assert len(finance.get("payments?status=booked").json()["results"]) == 6
