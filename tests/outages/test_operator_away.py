"""The payment operator is away at each step: no money is lost, no due is freed too early, and the sweep finds the end."""

import time
from datetime import timedelta

import pytest
from django.db.models import F
from django.utils import timezone

from kernel.audit.models import AuditEntry
from kernel.errors import Unavailable
from portal.embedded.postgres import free_port
from portal.jobs import run_now
from services.accounts.models import Payer
from services.notices.models import Message
from services.payments.actions import start_payment, take_notification
from services.payments.methods import method_choices
from services.payments.models import OperatorEvent, Payment, PaymentItem
from services.payments.queries import basket
from tests.factories.liabilities import LiabilityFactory
from tests.factories.notifications import notification
from tests.factories.ordering import order_of, started
from tests.fixtures.committed import Gmina, break_gmina

HTTP_FAULTS = ["500", "503", "429", "reset", "html", "bad_body"]


@pytest.fixture
def due(gmina: Gmina):
    gmina.emulator.control.fault("notify", "never", times=50)
    return LiabilityFactory(payer=Payer.objects.get(public_id=gmina.person("anna").payer_id))


def switch_off(gmina: Gmina) -> None:
    """The operator's address answers nothing at all."""
    gmina.use_operator(f"http://127.0.0.1:{free_port()}")


def switch_on(gmina: Gmina) -> None:
    gmina.use_operator(gmina.emulator.url)


def sweep(gmina: Gmina, *, after: timedelta = timedelta()) -> None:
    """One periodic run, as if `after` had passed for the payments."""
    for payment in Payment.objects.filter(next_check_at__isnull=False):
        payment.next_check_at -= after
        payment.save()
    run_now("sweep", [gmina.scope.tenant_id])


def reread(payment: Payment) -> Payment:
    return Payment.objects.get(pk=payment.pk)


def assert_paid_once(payment: Payment) -> None:
    row = reread(payment)
    assert row.state == "paid"
    changes = AuditEntry.objects.filter(
        action="payment.state", subject_ref=str(row.public_id), details__after="paid"
    )
    assert changes.count() == 1
    assert Message.objects.filter(kind="payment_paid", related_ref=str(row.public_id)).count() == 1
    assert PaymentItem.objects.filter(payment=row, is_open=True).count() == 1


# --- at the start -------------------------------------------------------------------------------------------


def test_when_nobody_answers_at_the_start_nothing_is_begun_and_later_it_works(gmina, due):
    anna = gmina.person("anna")
    order = order_of(anna, [due])
    switch_off(gmina)
    with pytest.raises(Unavailable, match=r"operator\.unavailable"):
        start_payment(order, actor=anna.actor)
    assert not PaymentItem.objects.filter(is_open=True).exists()
    assert not Message.objects.exists()
    switch_on(gmina)
    payment = started(anna, due)
    gmina.emulator.control.pay(payment.reference)
    sweep(gmina, after=timedelta(minutes=2))
    assert_paid_once(payment)


def test_an_operator_that_goes_away_between_list_and_start_frees_the_due_and_writes_no_letter(gmina, due):
    """The payer sees on the page that it did not begin; a letter of a failed payment would only frighten."""
    anna = gmina.person("anna")
    order = order_of(anna, [due])
    gmina.emulator.control.fault("start", "503")
    with pytest.raises(Unavailable):
        start_payment(order, actor=anna.actor)
    payment = Payment.objects.get()
    assert (payment.state, payment.started_at) == ("failed", None)
    assert not PaymentItem.objects.filter(is_open=True).exists()
    assert not Message.objects.exists()
    assert payment.next_check_at is None  # the operator has said no: there is nothing to ask about


@pytest.mark.parametrize("mode", ["commit_then_reset", "500", "bad_body", "no_token"])
def test_a_lost_answer_to_the_start_keeps_the_due_locked_until_the_operator_says_that_nothing_came(
    gmina, due, mode
):
    anna = gmina.person("anna")
    order = order_of(anna, [due])
    gmina.emulator.control.fault("start", mode)
    start_payment(order, actor=anna.actor)
    payment = Payment.objects.get()
    assert payment.state == "unknown"
    switch_off(gmina)
    sweep(gmina, after=timedelta(hours=2))
    assert reread(payment).state == "unknown"
    assert PaymentItem.objects.filter(is_open=True).count() == 1
    switch_on(gmina)
    Payment.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    sweep(gmina, after=timedelta(hours=2))
    assert reread(payment).state == "expired"
    assert not PaymentItem.objects.filter(is_open=True).exists()


def test_killed_before_the_operator_was_asked_the_due_is_free_again_after_a_few_minutes(gmina, due):
    """The attempt was committed, then the process died: the payer never got a link."""
    payment = started(gmina.person("anna"), due)
    row = Payment.objects.get(pk=payment.pk)
    row.state, row.reference = "created", "never-told-to-the-operator"
    row.started_at, row.expires_at, row.redirect_url = None, None, ""
    row.next_check_at = timezone.now() + timedelta(minutes=2)
    row.save()
    sweep(gmina)
    assert reread(payment).state == "created"
    sweep(gmina, after=timedelta(minutes=3))
    assert reread(payment).state == "expired"
    assert not PaymentItem.objects.filter(is_open=True).exists()


class Killed(BaseException):
    """The process is gone: no handler of an error sees it."""


def test_killed_after_the_operator_took_the_order_the_due_is_free_when_the_link_is_dead(
    gmina, due, monkeypatch
):
    """The operator knows the order and waits for a payer who never got the link (payments.md 2.2)."""

    def die(*args: object, **answer: object) -> None:
        raise Killed

    anna = gmina.person("anna")
    monkeypatch.setattr("services.payments.actions.start._keep", die)
    with pytest.raises(Killed):
        start_payment(order_of(anna, [due]), actor=anna.actor)
    payment = Payment.objects.get()
    sweep(gmina, after=timedelta(minutes=3))
    assert reread(payment).state == "pending"
    assert PaymentItem.objects.filter(is_open=True).count() == 1
    Payment.objects.update(expires_at=F("expires_at") - timedelta(hours=1))
    sweep(gmina, after=timedelta(hours=2))
    assert reread(payment).state == "expired"
    assert not PaymentItem.objects.filter(is_open=True).exists()


def test_while_the_list_of_banks_cannot_be_had_the_last_one_is_shown_as_switched_off(gmina, due, monkeypatch):
    anna = gmina.person("anna")
    payer = Payer.objects.get(public_id=anna.payer_id)
    group = basket(payer, [due.public_id], timezone.localdate(), None).groups[0]
    before = method_choices(group, timezone.localdate())
    assert any(choice.is_available for choice in before)
    an_hour_later = time.time() + 3600
    monkeypatch.setattr("django.core.cache.backends.locmem.time.time", lambda: an_hour_later)
    gmina.emulator.control.fault("lists", "500")
    away = method_choices(group, timezone.localdate())
    assert {choice.id for choice in away} == {choice.id for choice in before}
    assert not any(choice.is_available for choice in away)
    assert {choice.reason for choice in away} <= {"temporarily_off", "amount"}
    assert any(choice.is_available for choice in method_choices(group, timezone.localdate()))


def test_without_any_list_of_banks_nothing_is_begun(gmina, due):
    order = order_of(gmina.person("anna"), [due])
    switch_off(gmina)  # forgets the lists too
    with pytest.raises(Unavailable, match=r"operator\.unavailable"):
        start_payment(order, actor=gmina.person("anna").actor)
    assert not Payment.objects.exists()


# --- when we ask what became of it --------------------------------------------------------------------------


@pytest.mark.parametrize("mode", [*HTTP_FAULTS, "404", "closed port"])
def test_an_operator_that_does_not_tell_is_asked_again_until_it_does(gmina, due, mode):
    payment = started(gmina.person("anna"), due)
    gmina.emulator.control.pay(payment.reference)
    if mode == "closed port":
        switch_off(gmina)
    else:
        gmina.emulator.control.fault("status", mode)
    sweep(gmina, after=timedelta(minutes=2))
    row = reread(payment)
    assert (row.state, row.checks) == ("started", 1)
    assert row.next_check_at > timezone.now()
    assert PaymentItem.objects.filter(is_open=True).count() == 1
    switch_on(gmina)
    sweep(gmina)  # not yet: the next question has its time
    assert reread(payment).state == "started"
    sweep(gmina, after=timedelta(minutes=10))
    assert_paid_once(payment)


def test_while_the_operator_is_away_no_payment_is_given_up_however_old(gmina, due):
    payment = started(gmina.person("anna"), due)
    Payment.objects.update(expires_at=timezone.now() - timedelta(hours=20))
    switch_off(gmina)
    for _ in range(3):
        sweep(gmina, after=timedelta(hours=2))
    assert reread(payment).state == "started"
    assert PaymentItem.objects.filter(is_open=True).count() == 1
    gmina.emulator.control.pay(payment.reference, late=True)
    switch_on(gmina)
    sweep(gmina, after=timedelta(hours=2))
    assert_paid_once(payment)


# --- when we confirm ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", [*HTTP_FAULTS, "commit_then_reset", "closed port"])
def test_money_that_was_reported_and_could_not_be_confirmed_is_confirmed_by_the_sweep(gmina, due, mode):
    payment = started(gmina.person("anna"), due)
    gmina.emulator.control.pay(payment.reference)
    order_id = gmina.emulator.control.transaction(payment.reference)["operator_tx_id"]
    reply = take_notification(payment.operator_account.public_id, notification(payment, order_id))
    assert reply.status == 200
    if mode == "closed port":
        switch_off(gmina)
    else:
        gmina.emulator.control.fault("confirm", mode)
    sweep(gmina)
    row = reread(payment)
    assert row.state == "paid_unverified"
    assert OperatorEvent.objects.get().processed_at is None
    assert PaymentItem.objects.filter(is_open=True).count() == 1
    assert not Message.objects.exists()
    switch_on(gmina)
    sweep(gmina)
    assert_paid_once(payment)
    assert OperatorEvent.objects.get().processed_at is not None
    sweep(gmina, after=timedelta(hours=2))
    assert_paid_once(payment)


# --- one trouble does not stop the rest ---------------------------------------------------------------------


def test_one_account_whose_settings_are_broken_does_not_stop_the_payments_of_the_others(gmina, due):
    """A fault that no operator error foresees: the account's secrets are gone."""
    anna = gmina.person("anna")
    broken = started(anna, LiabilityFactory(payer=Payer.objects.get(public_id=anna.payer_id), lease=True))
    good = started(anna, due)
    for payment in (broken, good):
        gmina.emulator.control.pay(payment.reference)
        order_id = gmina.emulator.control.transaction(payment.reference)["operator_tx_id"]
        take_notification(payment.operator_account.public_id, notification(payment, order_id))
    account = broken.operator_account
    kept, account.secrets = account.secrets, {}
    account.save()
    sweep(gmina, after=timedelta(minutes=2))
    assert_paid_once(good)
    account.secrets = kept
    account.save()
    sweep(gmina)
    assert_paid_once(broken)


def test_one_gmina_in_trouble_does_not_stop_the_next_one(own):
    due = LiabilityFactory(payer=Payer.objects.get(public_id=own.person("anna").payer_id))
    payment = started(own.person("anna"), due)
    own.emulator.control.pay(payment.reference)
    break_gmina("2465011")
    Payment.objects.update(next_check_at=timezone.now())
    run_now("sweep", ["2465011", own.scope.tenant_id])
    assert_paid_once(payment)
