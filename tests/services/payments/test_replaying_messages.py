"""A message that was kept is taken up again by the platform: once, if it is to be believed, and by nobody of a gmina."""

import json

import pytest

from integrations.emulators.przelewy24.sign import NOTIFICATION, sign
from integrations.payments.values import RawRequest
from kernel.actors import Actor, ActorKind
from kernel.audit.models import AuditEntry
from kernel.errors import Conflict, Refused
from services.payments.actions import (
    replay_event,
    take_notification,
)
from services.payments.models import (
    OperatorEvent,
    Payment,
)
from tests.fixtures.cast import Person
from tests.fixtures.database import SECRETS
from tests.services.payments.reconciling import Reconciled, compare
from tests.services.payments.reconciling import emulator as emulator
from tests.services.payments.reconciling import paid as paid
from tests.services.payments.reconciling import reconciled as reconciled

pytestmark = pytest.mark.django_db


@pytest.fixture
def daria(person) -> Person:
    return person("daria")


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
    event.refresh_from_db()
    assert (event.verdict, event.processed_at) == ("orphan", None)
    assert not AuditEntry.objects.filter(action="notification.replayed").exists()


def test_nobody_of_the_gmina_replays_a_message(reconciled, daria, paid):
    event = OperatorEvent.objects.create(
        operator_account=reconciled.account, dedupe_key="x", verdict="accepted", payment=paid
    )
    with pytest.raises(Refused):
        replay_event(event_id=event.public_id, actor=daria.actor)
    event.refresh_from_db()
    assert event.processed_at is None
