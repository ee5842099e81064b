"""What each operator tells of its payouts, as its `Caps` say. Reports have their own test, whose operator's days go by."""

from datetime import date, datetime

import pytest

from integrations.payments.base import EventKind, NotSupported, OperatorError, RemoteStatus
from kernel.dates import WARSAW


@pytest.fixture(autouse=True)
def _answering(bench, receiver):
    if hasattr(bench, "answering"):
        receiver.on_request = bench.answering


def today(bench) -> date:
    return datetime.fromtimestamp(bench.control.state()["now"], WARSAW).date()


def test_an_operator_without_reports_has_no_list_of_payouts(bench):
    if bench.operator.caps.settlement_api:
        pytest.skip("it has reports")
    with pytest.raises(NotSupported):
        bench.operator.fetch_settlements(bench.config, today(bench))


def test_a_message_tells_the_transfer_of_the_payment(bench):
    bench.need("settlement_notices")
    order, event = bench.event()
    bench.control.notify(order.ref, kind="settlement")

    told = bench.operator.parse_notification(bench.config, bench.receiver.of(order.ref)[-1])

    assert (told.kind, told.status) == (EventKind.SETTLEMENT, RemoteStatus.PAID)
    assert (told.ref, told.operator_tx_id) == (order.ref, event.operator_tx_id)
    assert told.batch_id
    assert told.settled_on == today(bench)


def test_a_message_of_a_transfer_for_another_merchant_is_refused(bench):
    bench.need("settlement_notices")
    order, _event = bench.event()
    bench.control.notify(order.ref, kind="settlement")

    with pytest.raises(OperatorError):
        bench.operator.parse_notification(bench.stranger, bench.receiver.of(order.ref)[-1])
