"""A burst is settled together: what one of many payments meets is none of the others' business (decision 16)."""

from collections.abc import Sequence
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from integrations.payments import registry
from integrations.payments.przelewy24.operator import Przelewy24
from integrations.payments.values import Confirmed
from kernel.audit.models import AuditEntry
from services.notices.models import Message
from services.payments.actions import process_events, steps, take_notification
from services.payments.models import OperatorEvent, Payment, PaymentItem
from services.payments.tasks import process_events as process_events_job
from tenants.configuration.models import OperatorAccount
from tests.factories.liabilities import LiabilityFactory
from tests.factories.notifications import notification

pytestmark = pytest.mark.django_db


@pytest.fixture
def paid(payments, payer):
    """`paid(number)`: payments that their payers have made, each told of by a message that nobody has carried out."""
    payments.operator.control.fault("notify", "never", times=100)

    def make(number: int, first: int = 1) -> list[Payment]:
        dues = [LiabilityFactory(payer=payer, instalment=place) for place in range(first, first + number)]
        made = [payments.start(due) for due in dues]
        for payment in made:
            told = payments.operator.control.pay(payment.reference)
            take_notification(
                payment.operator_account.public_id, notification(payment, told["operator_tx_id"])
            )
        return made

    return make


def waiting() -> list[UUID]:
    rows = OperatorEvent.objects.filter(processed_at__isnull=True, verdict="accepted")
    return list(rows.order_by("pk").values_list("public_id", flat=True))


def states(payments: Sequence[Payment]) -> list[str]:
    known = dict(Payment.objects.filter(pk__in=[one.pk for one in payments]).values_list("pk", "state"))
    return [known[one.pk] for one in payments]


def steps_of(payment: Payment) -> list[tuple[str, str]]:
    entries = AuditEntry.objects.filter(action="payment.state", subject_ref=str(payment.public_id))
    return [(entry.details["before"], entry.details["after"]) for entry in entries.order_by("pk")]


def letters(payment: Payment) -> int:
    return Message.objects.filter(kind="payment_paid", related_ref=str(payment.public_id)).count()


def test_each_of_many_is_paid_with_its_own_history_letter_and_day(paid):
    made = paid(12)
    process_events(waiting())
    assert states(made) == ["paid"] * 12
    for payment in made:
        payment.refresh_from_db()
        assert steps_of(payment)[-2:] == [("started", "paid_unverified"), ("paid_unverified", "paid")]
        assert letters(payment) == 1
        assert payment.debited_on is not None
        assert payment.next_check_at is None
        assert PaymentItem.objects.filter(payment=payment, is_open=True).count() == 1
    assert waiting() == []


def test_a_longer_list_needs_no_more_statements(paid):
    counted = []
    for number, first in ((2, 1), (9, 3)):
        paid(number, first)
        with CaptureQueriesContext(connection) as said:
            process_events(waiting())
        counted.append(len(said))
    assert counted[0] == counted[1]


def test_the_same_list_again_changes_nothing(paid):
    made = paid(3)
    events = waiting()
    process_events(events)
    entries = AuditEntry.objects.count()
    process_events(events)
    assert AuditEntry.objects.count() == entries
    assert [letters(payment) for payment in made] == [1] * 3


def test_one_that_the_operator_cannot_confirm_now_waits_and_the_others_are_paid(paid, payments):
    made = paid(4)
    payments.operator.control.fault("confirm", "500", times=1)
    process_events(waiting())
    assert sorted(states(made)) == ["paid", "paid", "paid", "paid_unverified"]
    (left,) = OperatorEvent.objects.filter(public_id__in=waiting())
    assert left.payment.state == "paid_unverified"
    assert left.payment.next_check_at is not None
    process_events(waiting())
    assert states(made) == ["paid"] * 4


def test_one_with_another_amount_is_a_mismatch_and_the_others_are_paid(paid, payments, payer):
    made = paid(2)
    odd = payments.start(LiabilityFactory(payer=payer, instalment=50))
    told = payments.operator.control.pay(odd.reference, amount_gr=odd.total_gr - 1)
    take_notification(
        odd.operator_account.public_id,
        notification(odd, told["operator_tx_id"], amount=odd.total_gr - 1),
    )
    process_events(waiting())
    assert states([*made, odd]) == ["paid", "paid", "mismatch"]
    odd.refresh_from_db()
    assert (odd.received_gr, odd.received_currency) == (odd.total_gr - 1, "PLN")
    assert letters(odd) == 0


def test_one_that_cannot_be_settled_takes_none_of_the_others_down(paid, monkeypatch, caplog):
    """Whatever it is: here the row of one payment cannot be made ready in the transaction of all."""
    made = paid(5)
    schedule_check = steps.schedule_check

    def fails_for_one(row, now):
        if row.pk == made[2].pk and row.state == "paid":
            raise RuntimeError("not this one")
        schedule_check(row, now)

    monkeypatch.setattr(steps, "schedule_check", fails_for_one)
    process_events_job([str(event_id) for event_id in waiting()])
    assert states(made) == ["paid", "paid", "paid_unverified", "paid", "paid"]
    assert [letters(payment) for payment in made] == [1, 1, 0, 1, 1]
    assert [steps_of(payment).count(("paid_unverified", "paid")) for payment in made] == [1, 1, 0, 1, 1]
    assert OperatorEvent.objects.get(public_id__in=waiting()).payment == made[2]
    assert "not this one" in caplog.text


def test_an_account_with_broken_settings_holds_up_no_other_account(paid, payments):
    made = paid(3)
    ours = made[0].operator_account
    other = OperatorAccount.objects.create(
        operator=ours.operator,
        label="zepsute",
        profile=ours.profile,
        api_url=ours.api_url,
        merchant_ids={},
        secrets={},
        account_nrb="",
        is_active=False,
    )
    Payment.objects.filter(pk=made[1].pk).update(operator_account=other)
    process_events_job([str(event_id) for event_id in waiting()])
    assert states(made) == ["paid", "paid_unverified", "paid"]
    assert OperatorEvent.objects.get(public_id__in=waiting()).payment == made[1]


def test_two_transactions_of_one_payment_in_one_list_are_money_that_came_twice(paid, monkeypatch):
    class Believing(Przelewy24):
        """An operator that takes money for one reference twice."""

        def confirm(self, config, event, expected):
            return Confirmed(event.operator_tx_id, expected.amount_gr)

    monkeypatch.setattr(registry, "operator", lambda code: Believing())
    (payment,) = paid(1)
    take_notification(payment.operator_account.public_id, notification(payment, "4294967999"))
    process_events(waiting())
    payment.refresh_from_db()
    first, second = OperatorEvent.objects.order_by("pk")
    assert (payment.state, payment.operator_id) == ("paid", str(first.parsed["operator_tx_id"]))
    assert (first.verdict, second.verdict) == ("accepted", "orphan")
    assert AuditEntry.objects.filter(action="payment.paid_twice").count() == 1
    assert letters(payment) == 1
    assert waiting() == []
