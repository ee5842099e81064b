"""The list of what does not agree: each kind appears, is not doubled, and goes when its cause is mended (issue 4)."""

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone
from guardian.shortcuts import remove_perm

from integrations.emulators.operators import Emulator
from integrations.emulators.przelewy24.sign import NOTIFICATION, sign
from integrations.emulators.registry import start
from integrations.payments.values import RawRequest
from kernel.actors import Actor, ActorKind
from kernel.audit.models import AuditEntry
from kernel.errors import Conflict, InvalidInput, NotFound, Refused
from services.payments.actions import (
    compare_account,
    enter_transfer,
    reconcile_account,
    replay_event,
    resolve_discrepancy,
    take_notification,
)
from services.payments.actions.steps import Step, apply_together
from services.payments.domain.states import Event
from services.payments.models import (
    Discrepancy,
    OperatorEvent,
    Payment,
    PaymentItem,
    Reconciliation,
    Refund,
    SettlementBatch,
    SettlementLine,
)
from services.payments.queries_reconciliation import agreement, discrepancies_seen, open_discrepancies
from services.users.models import User
from tenants.configuration.models import Department, FeeTariff
from tenants.configuration.queries import operator_account_for, operator_accounts
from tests.factories.liabilities import LiabilityFactory
from tests.fixtures.cast import Person
from tests.fixtures.database import SECRETS
from tests.fixtures.running import merchants
from tests.services.payments.reconciling import Reconciled
from tests.services.payments.refunding import approve, clerk, propose

pytestmark = pytest.mark.django_db


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    """An operator of its own, whose clock may be moved."""
    with start("przelewy24", merchants=merchants()) as running:
        yield running


@pytest.fixture
def reconciled(operator, payments, due) -> Reconciled:
    return Reconciled(operator, operator_account_for(due.liability_type.account_nrb))


@pytest.fixture
def paid(payments, due, reconciled) -> Payment:
    """Confirmed today, and the comparison began today."""
    reconciled.run()
    return payments.paid(due)


@pytest.fixture
def daria(person) -> Person:
    return person("daria")


def compare(reconciled: Reconciled, **later: int) -> list[str]:
    """Compare twice, so that a kind that were listed twice would show."""
    for _ in range(2):
        compare_account(reconciled.account.public_id, timezone.now() + timedelta(**later))
    return reconciled.open()


def only(kind: str) -> Discrepancy:
    return Discrepancy.objects.get(kind=kind)


def test_all_is_well_when_what_was_paid_is_paid_out(paid, reconciled):
    reconciled.run(days_later=1)
    assert compare(reconciled) == []
    assert SettlementLine.objects.get().payment == paid


def test_a_payout_that_is_none_of_ours_is_listed_until_the_operator_lists_it_no_more(paid, reconciled):
    reconciled.operator.control.advance(86_400)
    reconciled.operator.control.fault("settlement", "extra_item")
    reconciled.run()
    assert compare(reconciled) == ["settled_unknown"]
    assert only("settled_unknown").details["amount_gr"] == 5000

    reconciled.run()

    assert reconciled.open() == []
    assert only("settled_unknown").resolved_by is None
    assert SettlementLine.objects.filter(is_listed=False).count() == 1


def test_paid_money_without_a_payout_is_listed_after_five_days(paid, reconciled):
    reconciled.operator.control.fault("payouts", "late", times=1000)
    reconciled.run(days_later=2)
    assert compare(reconciled) == []
    reconciled.operator.control.forget_faults()
    reconciled.operator.control.fault("settlement", "missing_item", times=1000)
    reconciled.run(days_later=4)
    assert compare(reconciled) == ["not_settled"]
    assert only("not_settled").payment == paid

    reconciled.operator.control.forget_faults()
    reconciled.run()

    assert reconciled.open() == []


def test_money_without_a_payout_stays_listed_after_35_days(paid, reconciled):
    reconciled.operator.control.fault("settlement", "missing_item", times=1000)
    reconciled.run(days_later=6)
    reconciled.run(days_later=40)
    assert compare(reconciled) == ["not_settled"]


def test_payments_from_before_the_comparison_began_are_not_missed(payments, due, reconciled):
    payments.paid(due)
    Payment.objects.update(paid_at=timezone.now() - timedelta(days=1))
    reconciled.operator.control.fault("settlement", "missing_item", times=1000)
    reconciled.run()
    reconciled.run(days_later=10)
    assert reconciled.open() == []


def test_another_amount_paid_out_is_listed(paid, reconciled):
    reconciled.run(days_later=1)
    SettlementLine.objects.update(amount_gr=paid.total_gr - 1)
    assert compare(reconciled) == ["amount_differs"]
    details = only("amount_differs").details
    assert (details["amount_gr"], details["expected_gr"]) == (paid.total_gr - 1, paid.total_gr)

    reconciled.run()

    assert reconciled.open() == []


def test_a_fee_other_than_the_payer_was_shown_is_listed(paid, reconciled):
    reconciled.operator.control.advance(86_400)
    reconciled.operator.control.fault("settlement", "other_fee")
    reconciled.run()
    assert compare(reconciled) == ["fee_differs"]
    assert only("fee_differs").details["expected_gr"] == paid.fee_gr

    reconciled.run()

    assert reconciled.open() == []


def test_a_fee_that_the_office_bears_is_not_compared(paid, reconciled):
    FeeTariff.objects.update(bearer="office")
    reconciled.operator.control.advance(86_400)
    reconciled.operator.control.fault("settlement", "other_fee")
    reconciled.run()
    assert compare(reconciled) == []


def test_a_transfer_that_is_the_payout_confirms_it_and_proposes_the_day_of_credit(paid, reconciled, daria):
    reconciled.run(days_later=1)
    batch, today = SettlementBatch.objects.get(), timezone.localdate()

    batch = enter_transfer(
        batch_id=batch.public_id, amount_gr=paid.amount_gr, bank_on=today, actor=daria.actor
    )

    assert batch.confirmed_at is not None
    paid.refresh_from_db()
    assert (paid.credited_on, paid.state) == (today, "paid")
    again = enter_transfer(
        batch_id=batch.public_id, amount_gr=paid.amount_gr, bank_on=today, actor=daria.actor
    )
    assert again.entered_at == batch.entered_at
    assert AuditEntry.objects.filter(action="settlement.transfer_entered").count() == 1


def test_another_transfer_than_the_payout_is_listed_until_it_is_corrected(paid, reconciled, daria):
    reconciled.run(days_later=1)
    batch, today = SettlementBatch.objects.get(), timezone.localdate()
    values = {"batch_id": batch.public_id, "bank_on": today, "actor": daria.actor}

    enter_transfer(**values, amount_gr=paid.amount_gr - 100)

    assert compare(reconciled) == ["transfer_differs"]
    paid.refresh_from_db()
    assert paid.credited_on is None
    enter_transfer(**values, amount_gr=paid.amount_gr)
    assert compare(reconciled) == []
    paid.refresh_from_db()
    assert paid.credited_on == today


def test_a_payout_that_changes_after_its_transfer_is_no_longer_confirmed(paid, reconciled, daria):
    reconciled.run(days_later=1)
    batch = SettlementBatch.objects.get()
    values = {"amount_gr": paid.amount_gr, "bank_on": timezone.localdate(), "actor": daria.actor}
    enter_transfer(batch_id=batch.public_id, **values)
    reconciled.operator.control.fault("settlement", "extra_item")

    reconciled.run()

    batch.refresh_from_db()
    assert batch.confirmed_at is None
    assert reconciled.open() == ["settled_unknown", "transfer_differs"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"amount_gr": -1}, "settlement.amount"), ({"bank_on": "tomorrow"}, "settlement.bank_day")],
)
def test_an_impossible_transfer_is_refused(paid, reconciled, daria, changes, code):
    reconciled.run(days_later=1)
    today = timezone.localdate()
    if "bank_on" in changes:
        changes = {"bank_on": today + timedelta(days=1)}
    values = {
        "batch_id": SettlementBatch.objects.get().public_id,
        "amount_gr": 1,
        "bank_on": today,
        "actor": daria.actor,
    }
    with pytest.raises(InvalidInput) as refusal:
        enter_transfer(**(values | changes))
    assert refusal.value.code == code
    assert SettlementBatch.objects.get().bank_amount_gr is None


def test_a_payment_unverified_for_an_hour_is_listed(payments, due, reconciled):
    payment = payments.start(due)
    apply_together([Step(payment, Event.PAID_REPORTED)])
    assert compare(reconciled, minutes=59) == []
    assert compare(reconciled, minutes=61) == ["unverified"]

    reconciled.operator.control.pay(payment.reference)
    reconciled.run()

    assert compare(reconciled, minutes=61) == []


def test_a_mismatch_is_listed_until_a_person_settles_it(payments, due, reconciled):
    payment = payments.start(due)
    apply_together([Step(payment, Event.MISMATCH_FOUND, failure_code="event.amount", received=(1, "PLN"))])
    assert compare(reconciled) == ["mismatch"]
    Payment.objects.filter(pk=payment.pk).update(state="failed", received_gr=None)
    assert compare(reconciled) == []


def test_a_due_that_was_paid_twice_is_listed(payments, due, reconciled):
    first = payments.start(due)
    Payment.objects.filter(pk=first.pk).update(state="expired")
    PaymentItem.objects.filter(payment=first).update(is_open=False)
    second = payments.paid(due)
    apply_together([Step(first, Event.PAID_CONFIRMED, operator_id="1", paid_at=timezone.now())])
    assert compare(reconciled) == ["paid_twice", "paid_twice"]
    assert set(Discrepancy.objects.values_list("payment", flat=True)) == {first.pk, second.pk}
    Payment.objects.filter(pk=first.pk).update(state="refunded")
    assert compare(reconciled) == []


def test_a_second_transaction_in_a_payout_is_money_that_came_twice(paid, reconciled):
    reconciled.run(days_later=1)
    SettlementLine.objects.create(
        batch=SettlementBatch.objects.get(),
        operator_tx_id="4294999999",
        reference=paid.reference,
        amount_gr=paid.total_gr,
        fee_gr=100,
        payment=paid,
    )
    assert compare(reconciled) == ["paid_twice"]


def test_a_refund_without_an_end_is_listed(paid, reconciled, daria):
    refund = approve(propose(paid, daria), clerk())
    assert compare(reconciled) == []
    Refund.objects.filter(pk=refund.pk).update(approved_at=timezone.now() - timedelta(days=4))
    assert compare(reconciled) == ["refund_stuck"]
    Refund.objects.filter(pk=refund.pk).update(state="completed", ended_at=timezone.now())
    assert compare(reconciled) == []


def test_money_that_went_away_after_booking_is_listed(paid, reconciled):
    Payment.objects.filter(pk=paid.pk).update(state="chargeback", booked_at=timezone.now())
    assert compare(reconciled) == ["taken_back"]
    assert only("taken_back").details["state"] == "chargeback"


def test_many_forged_messages_of_a_day_are_one_entry(reconciled):
    for number in range(4):
        forge(reconciled, number)
    assert compare(reconciled) == []
    forge(reconciled, 4)
    assert compare(reconciled) == ["forged_often"]
    assert compare(reconciled, days=8) == []


def forge(reconciled: Reconciled, number: int) -> None:
    OperatorEvent.objects.create(
        operator_account=reconciled.account, dedupe_key=f"refused:{number}", verdict="forged"
    )


def test_a_message_without_a_payment_is_listed_and_goes_when_it_is_replayed(payments, due, reconciled):
    platform = platform_actor()
    payment = payments.start(due)
    own_name = payment.reference
    reconciled.operator.control.pay(own_name)
    Payment.objects.filter(pk=payment.pk).update(reference="not-known-yet")
    take_notification(reconciled.account.public_id, told(reconciled, own_name))
    event = OperatorEvent.objects.get()
    assert (event.verdict, compare(reconciled)) == ("orphan", ["unknown_message"])
    with pytest.raises(Conflict, match="no_payment"):
        replay_event(event_id=event.public_id, actor=platform)
    Payment.objects.filter(pk=payment.pk).update(reference=own_name)

    replay_event(event_id=event.public_id, actor=platform)
    replay_event(event_id=event.public_id, actor=platform)

    payment.refresh_from_db()
    event.refresh_from_db()
    assert (payment.state, event.verdict, event.payment) == ("paid", "accepted", payment)
    assert event.processed_at is not None
    assert compare(reconciled) == []
    assert AuditEntry.objects.filter(action="notification.replayed").count() == 1


def told(reconciled: Reconciled, reference: str) -> RawRequest:
    """The notification as the operator signs it."""
    known = reconciled.operator.control.transaction(reference)
    ids = reconciled.account.merchant_ids
    values = {
        "merchantId": int(ids["merchant_id"]),
        "posId": int(ids["pos_id"]),
        "sessionId": reference,
        "amount": known["amount_gr"],
        "originAmount": known["amount_gr"],
        "currency": "PLN",
        "orderId": int(known["operator_tx_id"]),
        "methodId": int(known["paid_method"]),
        "statement": "p24",
    }
    body = json.dumps(values | {"sign": sign(NOTIFICATION, values, SECRETS["crc"])}).encode()
    return RawRequest("POST", "/webhooks/", {"Content-Type": "application/json"}, body, "127.0.0.1")


def platform_actor() -> Actor:
    return Actor(kind=ActorKind.PLATFORM, ref="olga")


@pytest.mark.parametrize(("verdict", "code"), [("forged", "event.refused"), ("malformed", "event.refused")])
def test_a_message_that_was_not_believed_is_not_replayed(reconciled, verdict, code):
    event = OperatorEvent.objects.create(operator_account=reconciled.account, dedupe_key="x", verdict=verdict)
    with pytest.raises(Conflict, match=code):
        replay_event(event_id=event.public_id, actor=platform_actor())
    assert not AuditEntry.objects.filter(action="notification.replayed").exists()


def test_the_message_of_a_second_transaction_is_not_replayed(paid, reconciled):
    event = OperatorEvent.objects.create(
        operator_account=reconciled.account, dedupe_key="x", verdict="orphan", payment=paid
    )
    assert compare(reconciled) == ["paid_twice"]
    with pytest.raises(Conflict, match="paid_twice"):
        replay_event(event_id=event.public_id, actor=platform_actor())


def test_nobody_of_the_gmina_replays_a_message(reconciled, daria, paid):
    event = OperatorEvent.objects.create(
        operator_account=reconciled.account, dedupe_key="x", verdict="accepted", payment=paid
    )
    with pytest.raises(Refused):
        replay_event(event_id=event.public_id, actor=daria.actor)
    event.refresh_from_db()
    assert event.processed_at is None


def test_dues_locked_by_a_dead_link_or_by_money_nobody_books_are_listed(payments, payer, reconciled):
    unpaid, booked_late = (LiabilityFactory(payer=payer) for _ in range(2))
    waiting, money = payments.start(unpaid), payments.paid(booked_late)
    assert compare(reconciled) == []
    Payment.objects.filter(pk=waiting.pk).update(expires_at=timezone.now() - timedelta(hours=25))
    Payment.objects.filter(pk=money.pk).update(paid_at=timezone.now() - timedelta(days=8))
    assert compare(reconciled) == ["long_lock", "long_lock"]
    PaymentItem.objects.update(is_open=False)
    assert compare(reconciled) == []


# --- resolving ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def stranger(paid, reconciled) -> Discrepancy:
    """A payout that is none of ours."""
    reconciled.operator.control.advance(86_400)
    reconciled.operator.control.fault("settlement", "extra_item", times=1000)
    reconciled.run()
    return only("settled_unknown")


def test_what_a_person_resolved_with_a_note_stays_resolved(stranger, reconciled, daria):
    row = resolve_discrepancy(
        discrepancy_id=stranger.public_id, note=" Wpłata z terminala. ", actor=daria.actor
    )
    assert (row.state, row.note, row.resolved_by_id) == ("resolved", "Wpłata z terminala.", daria.user_id)
    resolve_discrepancy(discrepancy_id=stranger.public_id, note="Wpłata z terminala.", actor=daria.actor)

    reconciled.run()

    assert reconciled.open() == []
    entries = AuditEntry.objects.filter(action="discrepancy.resolved")
    assert [entry.details for entry in entries] == [{"kind": "settled_unknown"}]


def test_what_went_by_itself_and_comes_back_is_open_again(stranger, reconciled):
    reconciled.operator.control.forget_faults()
    reconciled.run()
    assert reconciled.open() == []
    reconciled.operator.control.fault("settlement", "extra_item")
    reconciled.run()
    assert reconciled.open() == ["settled_unknown"]
    assert Discrepancy.objects.count() == 1


@pytest.mark.parametrize("note", ["", "   ", "x" * 501])
def test_without_a_note_nothing_is_resolved(stranger, daria, note):
    with pytest.raises(InvalidInput, match=r"discrepancy\.note"):
        resolve_discrepancy(discrepancy_id=stranger.public_id, note=note, actor=daria.actor)
    stranger.refresh_from_db()
    assert stranger.state == "open"


def test_a_second_person_is_told_that_it_was_resolved(stranger, daria):
    resolve_discrepancy(discrepancy_id=stranger.public_id, note="Wyjaśnione.", actor=daria.actor)
    with pytest.raises(Conflict, match=r"discrepancy\.resolved"):
        resolve_discrepancy(discrepancy_id=stranger.public_id, note="Moja notatka.", actor=clerk().actor)
    assert only("settled_unknown").note == "Wyjaśnione."


@pytest.mark.parametrize("name", ["edyta", "filip", "anna"])
def test_whoever_may_not_settle_money_resolves_nothing(stranger, person, name):
    with pytest.raises((Refused, NotFound)):
        resolve_discrepancy(discrepancy_id=stranger.public_id, note="Nic.", actor=person(name).actor)
    with pytest.raises((Refused, NotFound)):
        enter_transfer(
            batch_id=stranger.batch.public_id,
            amount_gr=1,
            bank_on=timezone.localdate(),
            actor=person(name).actor,
        )
    stranger.refresh_from_db()
    assert stranger.state == "open"
    assert SettlementBatch.objects.get().bank_amount_gr is None


def test_a_clerk_of_other_dues_sees_and_resolves_only_what_names_no_payment(paid, reconciled, daria):
    other = clerk()
    user = User.objects.get(pk=other.user_id)
    for department in Department.objects.all():
        remove_perm("configuration.handle_department", user, department)
    apply_together([Step(paid, Event.CHARGEBACK_REPORTED)])
    Payment.objects.filter(pk=paid.pk).update(booked_at=timezone.now())
    compare(reconciled)
    row = only("taken_back")
    assert list(open_discrepancies(daria.actor)) == [row]
    assert not discrepancies_seen(other.actor).exists()
    with pytest.raises(NotFound):
        resolve_discrepancy(discrepancy_id=row.public_id, note="Nic.", actor=other.actor)
    row.refresh_from_db()
    assert row.state == "open"


def test_details_name_no_person(stranger, paid, payments):
    text = str([row.details for row in Discrepancy.objects.all()])
    assert paid.payer.name not in text
    assert payments.who.email not in text


def test_the_platform_is_told_counts_and_the_account_furthest_behind(stranger, reconciled):
    assert agreement().discrepancies == 1
    assert agreement().reconciled_at is None  # two accounts were never reconciled
    for account in operator_accounts():
        reconcile_account(account.public_id, reconciled.today)
    first = min(Reconciliation.objects.values_list("good_at", flat=True))
    assert agreement().reconciled_at == first
