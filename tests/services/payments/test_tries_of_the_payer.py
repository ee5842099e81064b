"""One payment, several transactions at the operator: the operator's id, and money that came twice."""

import json
from base64 import b64decode

import pytest

from integrations.payments import registry
from integrations.payments.przelewy24.operator import Przelewy24
from integrations.payments.values import Confirmed, Redirect
from kernel.audit.models import AuditEntry
from services.payments.actions import process_event, take_notification
from services.payments.models import OperatorEvent, Payment
from tests.factories.notifications import notification

pytestmark = pytest.mark.django_db


class Trying(Przelewy24):
    """An operator that tells an id at the start and may take money for one reference twice."""

    def start(self, config, order):
        return Redirect(super().start(config, order).url, operator_tx_id="4294967000")

    def confirm(self, config, event, expected):
        return Confirmed(event.operator_tx_id, expected.amount_gr)


@pytest.fixture
def started(payments, due, monkeypatch) -> Payment:
    monkeypatch.setattr(registry, "operator", lambda code: Trying())
    return payments.start(due)


def told(payment: Payment, order_id: int) -> OperatorEvent:
    take_notification(payment.operator_account.public_id, notification(payment, order_id))
    event = OperatorEvent.objects.latest("id")
    process_event(event.public_id)
    event.refresh_from_db()
    return event


def test_the_operators_id_is_kept_from_the_start(started):
    assert started.operator_id == "4294967000"


def test_the_try_that_brought_the_money_gives_the_payment_its_id(started):
    event = told(started, 4294967007)
    started.refresh_from_db()
    assert (started.state, started.operator_id, event.verdict) == ("paid", "4294967007", "accepted")


def test_money_that_came_twice_is_kept_as_a_message_without_a_payment(started):
    told(started, 4294967007)

    second = told(started, 4294967008)

    started.refresh_from_db()
    assert (started.state, started.operator_id) == ("paid", "4294967007")
    assert (second.verdict, second.payment_id) == ("orphan", started.pk)
    entry = AuditEntry.objects.get(action="payment.paid_twice")
    assert entry.details["amount_gr"] == started.total_gr


def test_the_same_message_again_is_not_a_second_payment(started):
    told(started, 4294967007)

    again = told(started, 4294967007)

    assert (again.verdict, again.deliveries) == ("accepted", 2)
    assert not AuditEntry.objects.filter(action="payment.paid_twice").exists()


def test_a_message_that_is_no_text_keeps_its_bytes(payments, started):
    request = notification(started, 1)
    body = json.dumps({"x": "ł"}).encode("utf-16")

    reply = take_notification(started.operator_account.public_id, type(request)("POST", "/", {}, body))

    assert reply.status == 400
    raw = OperatorEvent.objects.get().raw
    assert b64decode(raw.removeprefix("base64:")) == body
