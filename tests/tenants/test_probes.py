"""P15: each gmina tells the platform what waits in its queues and since when, and nothing else."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from kernel import tenancy
from kernel.errors import NotFound
from portal.jobs import run_now
from portal.probes import payments_by_state, probes_of_gmina
from services.accounts.models import Payer
from services.api.models import ApiClient
from services.notices.models import Message
from services.payments.models import OperatorEvent, Payment
from services.payments.models_reconciliation import Reconciliation
from services.users.models import StaffRole
from tenants.configuration.models import OperatorAccount
from tenants.jobs import queries
from tenants.jobs.actions import store_probes
from tenants.jobs.domain import LATE_AFTER, Queue
from tenants.jobs.models import PaymentStates, Probe
from tests.factories.payments import PaymentFactory

NOW = timezone.now()
HOUR = timedelta(hours=1)


def found(queue: Queue):
    (one,) = [one for one in probes_of_gmina(NOW) if one.queue == queue]
    return one


def test_every_queue_is_told_of_even_when_nothing_waits(in_borki):
    told = probes_of_gmina(NOW)
    assert [one.queue for one in told] == [queue.value for queue in Queue]
    assert found(Queue.MESSAGES).since is None


def test_the_oldest_message_that_is_not_sent_counts(in_borki):
    for hours, state in ((5, "sent"), (3, "waiting"), (1, "waiting"), (9, "dead")):
        message = Message.objects.create(
            kind="probe", recipient="a@b.example", subject="s", body="b", state=state, next_attempt_at=NOW
        )
        Message.objects.filter(pk=message.pk).update(created_at=NOW - hours * HOUR)
    assert (found(Queue.MESSAGES).waiting, found(Queue.MESSAGES).since) == (2, NOW - 3 * HOUR)


def test_the_oldest_operators_message_that_is_not_carried_out_counts(in_borki):
    account = OperatorAccount.objects.first()
    for number, (hours, verdict, done) in enumerate(
        ((4, "forged", None), (3, "accepted", NOW), (2, "accepted", None), (1, "accepted", None))
    ):
        event = OperatorEvent.objects.create(
            operator_account=account, dedupe_key=str(number), verdict=verdict, processed_at=done
        )
        OperatorEvent.objects.filter(pk=event.pk).update(received_at=NOW - hours * HOUR)
    assert (found(Queue.EVENTS).waiting, found(Queue.EVENTS).since) == (2, NOW - 2 * HOUR)


def test_the_oldest_payment_that_the_office_has_not_booked_counts(in_borki):
    payer = Payer.objects.get(external_id="K-anna")
    for hours, state in ((9, "booked"), (7, "paid"), (2, "paid")):
        payment = PaymentFactory(payer=payer)
        Payment.objects.filter(pk=payment.pk).update(
            state=state, paid_at=NOW - hours * HOUR, booked_at=NOW if state == "booked" else None
        )
    assert (found(Queue.PAYMENTS).waiting, found(Queue.PAYMENTS).since) == (2, NOW - 7 * HOUR)
    assert payments_by_state() == {"booked": 1, "paid": 2}


def test_the_account_that_agreed_the_longest_ago_counts_and_failures_wait(in_borki):
    account = OperatorAccount.objects.first()
    Reconciliation.objects.create(
        operator_account=account, since_on=date(2026, 1, 1), next_run_at=NOW, good_at=NOW - 30 * HOUR,
        failure_code="operator.away",
    )  # fmt: skip
    assert (found(Queue.RECONCILIATION).waiting, found(Queue.RECONCILIATION).since) == (1, NOW - 30 * HOUR)


def test_the_nearest_last_day_of_a_token_and_of_an_authorisation_is_told(in_borki):
    today = timezone.localdate()
    for number, days in enumerate((-1, 5, 90)):
        ApiClient.objects.create(
            name=f"FK {number}", prefix=f"p{number}", digest=b"", expires_on=today + timedelta(days=days)
        )
    role = StaffRole.objects.first()
    StaffRole.objects.filter(pk=role.pk).update(valid_to=today + timedelta(days=3))
    assert (found(Queue.TOKENS).waiting, timezone.localdate(found(Queue.TOKENS).ends_at)) == (
        2,
        today + timedelta(days=5),
    )
    assert timezone.localdate(found(Queue.AUTHORISATIONS).ends_at) == today + timedelta(days=3)


def test_the_gminas_own_job_writes_them_once_for_each_queue(borki, dabrowa):
    with tenancy.enter(borki):
        Message.objects.create(
            kind="probe", recipient="a@b.example", subject="s", body="b", next_attempt_at=NOW
        )
    for _ in range(2):
        run_now("measure", ["0615022", "2465011"])
    with tenancy.public():
        assert Probe.objects.count() == 2 * len(Queue)
        assert PaymentStates.objects.count() == 2
        assert {probe.queue: probe.waiting for probe in queries.probes_of("0615022")}["messages"] == 1
        assert {probe.queue: probe.waiting for probe in queries.probes_of("2465011")}["messages"] == 0
        assert [probe.tenant_id for probe in queries.oldest_in("messages")] == ["0615022"]
        ages = {one.queue: one for one in queries.queue_ages()}
        assert (ages["messages"].waiting, ages["messages"].gminas) == (1, 1)


def test_the_platform_keeps_only_numbers_and_times():
    kinds = {field.name: field.get_internal_type() for field in Probe._meta.concrete_fields}
    texts = {name for name, kind in kinds.items() if kind in ("CharField", "TextField", "JSONField")}
    assert texts == {"queue"}


def test_who_has_waited_too_long_or_ends_soon_needs_somebody():
    late = Probe(queue="events", since=NOW - LATE_AFTER[Queue.EVENTS] - HOUR, waiting=1)
    assert late.needs_somebody(NOW)
    assert not Probe(queue="events", since=NOW, waiting=1).needs_somebody(NOW)
    assert Probe(queue="tokens", ends_at=NOW + timedelta(days=2)).needs_somebody(NOW)
    assert not Probe(queue="tokens", ends_at=NOW + timedelta(days=60)).needs_somebody(NOW)


def test_probes_of_an_unknown_gmina_are_refused(db):
    with pytest.raises(NotFound):
        store_probes("0000000", [], {}, NOW)
    with tenancy.public():
        assert not PaymentStates.objects.exists()
