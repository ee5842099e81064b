"""Payouts of Przelewy24: report/history and report/batch/details (payments.md section 3), with the faults of section 10."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import httpx
import pytest

from integrations.emulators.registry import start
from integrations.payments.base import AnswerLost, Expected, OperatorRefused, RefundOrder, Settlement, Start
from integrations.payments.przelewy24.answers import WARSAW
from tests.fixtures.hours import begin_after_payouts
from tests.integrations.payments.benches.przelewy24 import Przelewy24Bench

DAY = 86_400


@pytest.fixture(scope="module")
def emulator():
    """An operator of its own, whose clock may be moved."""
    with start("przelewy24", merchants=Przelewy24Bench.merchants) as running:
        yield running


@pytest.fixture
def bench(emulator, receiver) -> Iterator[Przelewy24Bench]:
    begin_after_payouts(emulator.control)
    yield Przelewy24Bench(emulator.url, emulator.control, receiver)
    emulator.control.reset()
    emulator.control.forget_faults()


def confirmed(bench: Przelewy24Bench, **changes: object) -> Start:
    order, event = bench.event(**changes)
    bench.operator.confirm(bench.config, event, Expected(order.ref, order.amount_gr))
    return order


def today(bench: Przelewy24Bench) -> date:
    return datetime.fromtimestamp(bench.control.state()["now"], WARSAW).date()


def paid_out(bench: Przelewy24Bench, days: int = 1) -> list[Settlement]:
    """What the report of the day tells that is so many days after now."""
    bench.control.advance(days * DAY)
    return list(bench.operator.fetch_settlements(bench.config, today(bench)))


def test_a_confirmed_payment_is_paid_out_on_the_next_day(bench):
    order = confirmed(bench)

    lines = paid_out(bench)

    known = bench.control.transaction(order.ref)
    batch = f"{today(bench) - timedelta(days=1):%Y%m%d}"
    assert lines == [
        Settlement(known["operator_tx_id"], order.ref, 12345, known["fee_gr"], batch, today(bench))
    ]


def test_a_payment_that_was_not_confirmed_is_not_paid_out(bench):
    bench.event()
    assert paid_out(bench) == []


def test_nobody_sees_the_payouts_of_another(bench):
    confirmed(bench)
    paid_out(bench)
    assert list(bench.operator.fetch_settlements(bench.stranger, today(bench))) == []


def test_a_refund_lowers_the_payout(bench):
    order = confirmed(bench)
    known = bench.control.transaction(order.ref)["operator_tx_id"]
    bench.operator.refund(bench.config, RefundOrder("zwrot-1", order.ref, known, 2345))

    refund = paid_out(bench)[1]

    assert (refund.operator_tx_id, refund.amount_gr, refund.fee_gr) == (known, -2345, 0)
    assert refund.refund_id


def test_all_pages_of_a_batch_are_read(bench, monkeypatch):
    monkeypatch.setattr("integrations.emulators.przelewy24.reports._PAGE", 2)
    refs = {confirmed(bench).ref for _ in range(5)}
    assert {line.ref for line in paid_out(bench)} == refs


@pytest.mark.parametrize(
    ("mode", "changed"),
    [
        ("missing_item", lambda lines: lines[1:]),
        ("extra_item", lambda lines: [line.ref.startswith("unknown-") for line in lines]),
        ("other_fee", lambda lines: [line.fee_gr for line in lines]),
    ],
)
def test_a_wrong_batch_is_told_as_it_is(bench, mode, changed):
    confirmed(bench)
    right = paid_out(bench)
    bench.control.fault("settlement", mode)

    wrong = list(bench.operator.fetch_settlements(bench.config, today(bench)))

    assert changed(wrong) != changed(right) or len(wrong) != len(right)
    assert list(bench.operator.fetch_settlements(bench.config, today(bench))) == right


def test_a_payout_three_days_later_is_told_on_its_day(bench):
    confirmed(bench)
    bench.control.fault("payouts", "late", times=3)
    assert [len(paid_out(bench)) for _ in range(3)] == [0, 0, 1]


def test_without_the_reports_in_the_contract_the_reason_is_told(bench):
    bench.control.fault("payouts", "403")
    with pytest.raises(OperatorRefused) as refusal:
        bench.operator.fetch_settlements(bench.config, today(bench))
    assert refusal.value.code == "settlement.not_enabled"


@pytest.mark.parametrize("place", ["payouts", "settlement"])
@pytest.mark.parametrize("mode", ["bad_body", "html", "reset", "500"])
def test_a_broken_report_is_no_empty_one(bench, place, mode):
    confirmed(bench)
    paid_out(bench)
    bench.control.fault(place, mode)
    with pytest.raises(AnswerLost):
        bench.operator.fetch_settlements(bench.config, today(bench))


@pytest.mark.parametrize(
    "path", ["history?dateFrom=20261120&dateTo=20261120", "batch/details?batch=20261120"]
)
def test_no_report_without_the_right_key(bench, path):
    answer = httpx.get(f"{bench.control.url}/api/v1/report/{path}", auth=("144354", "zly"), trust_env=False)
    assert answer.status_code == 401
