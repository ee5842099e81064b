import json
import logging
import traceback
from dataclasses import replace
from urllib.parse import quote, quote_plus

import pytest

from integrations.payments.base import Expected, OperatorError, RefundOrder, Retry


def everything_said(caplog):
    return "\n".join(f"{record.getMessage()} {record.__dict__}" for record in caplog.records)


def test_no_log_line_of_a_whole_payment_carries_a_secret_or_a_signature(bench, caplog):
    with caplog.at_level(logging.DEBUG):
        bench.operator.check_access(bench.config)
        order, request = bench.notified()
        event = bench.read(order, request)
        bench.operator.confirm(bench.config, event, Expected(order.ref, order.amount_gr))
        if bench.operator.caps.refund_api:
            bench.operator.refund(bench.config, RefundOrder(order.ref, order.ref, event.operator_tx_id, 100))

    said = everything_said(caplog)
    assert "HTTP" in said  # the calls themselves were logged, so the scan had something to find
    signature = bench.signature(request)
    for secret in (*bench.secret_values, signature, bench.config.account_nrb, "Basic ", "Bearer "):
        assert secret not in said


def test_the_operators_own_log_of_calls_keeps_no_secret_and_no_token(bench):
    """Whoever looks at an emulator's log while developing sees what was said, and nothing to sign in with."""
    bench.control.revoke_tokens()
    bench.operator.check_access(bench.config)
    order, _ = bench.notified()

    log = bench.control.log()

    said = json.dumps(log, ensure_ascii=False)
    assert order.ref in said  # the calls themselves were kept, so the scan had something to find
    for secret in bench.secret_values:
        for form in (secret, quote(secret), quote_plus(secret)):
            assert form not in said
    tokens = [json.loads(line["got"]) for line in log if "access_token" in line["got"]]
    assert {token["access_token"] for token in tokens} <= {"***"}


@pytest.mark.parametrize("mode", ["400", "401", "500", "reset", "bad_body"])
def test_no_error_carries_a_secret(bench, mode):
    bench.need("starts_by_call")
    bench.control.fault("start", mode, times=3)

    with pytest.raises(OperatorError) as raised:
        bench.operator.start(bench.config, bench.order())

    told = "".join(traceback.format_exception(raised.value)) + repr(raised.value.__dict__)
    for secret in bench.secret_values:
        assert secret not in told


def test_a_wrong_key_is_refused_without_being_repeated(bench):
    bench.need("access_secret")
    wrong = replace(
        bench.config, secrets={**bench.config.secrets, bench.access_secret: ("zly-klucz-do-prob",)}
    )

    with pytest.raises(OperatorError) as raised:
        bench.operator.check_access(wrong)

    assert raised.value.code == "operator.credentials"
    assert "zly-klucz" not in str(raised.value)


def test_the_right_keys_pass_the_connection_test(bench):
    assert bench.operator.check_access(bench.config) is None


def test_neither_configuration_nor_order_nor_event_shows_what_is_private(bench):
    order, event = bench.event()
    outcome = Retry("operator.unavailable")

    shown = f"{bench.config!r} {bench.config} {bench.config.secrets!r} {order!r} {event!r} {outcome!r}"

    for secret in (*bench.secret_values, bench.config.account_nrb, order.email):
        assert secret not in shown
