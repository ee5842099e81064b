"""OAuth: a token for 12 hours, kept, renewed once when PayU no longer takes it."""

import pytest

from integrations.payments import bearer
from integrations.payments.base import OperatorRefused, OperatorUnavailable

TOKEN_PATH = "/pl/standard/user/oauth/authorize"


@pytest.fixture(autouse=True)
def _no_tokens():
    bearer._tokens.clear()


def asked(bench):
    """How many tokens were asked for."""
    return sum(line["address"] == TOKEN_PATH for line in bench.control.log())


def test_one_token_serves_many_calls(bench):
    before = asked(bench)

    for _ in range(3):
        bench.started()

    assert asked(bench) - before == 1


@pytest.mark.parametrize("death", ["revoked", "expired"])
def test_a_token_that_died_is_renewed_and_the_order_is_registered_once(bench, death):
    bench.started()
    before = asked(bench)
    if death == "revoked":
        bench.control.revoke_tokens()
    else:
        bench.control.advance(43200)

    order = bench.started()

    assert asked(bench) - before == 1
    assert len(bench.books(order)) == 1


def test_two_gminas_never_share_a_token(bench):
    before = asked(bench)

    bench.operator.check_access(bench.config)
    bench.operator.check_access(bench.stranger)

    assert asked(bench) - before == 2


@pytest.mark.parametrize("mode", ["400", "401", "403"])
def test_refused_credentials_are_named_as_such_and_nothing_is_registered(bench, mode):
    bench.control.fault("token", mode)
    order = bench.order()

    with pytest.raises(OperatorRefused) as raised:
        bench.operator.start(bench.config, order)

    assert raised.value.code == "operator.credentials"
    assert bench.books(order) == []


@pytest.mark.parametrize("mode", ["429", "500", "503", "reset", "bad_body", "html"])
def test_without_a_token_nothing_was_sent_so_the_start_can_be_tried_again(bench, mode):
    """payments.md 11.13: only an order that may have been accepted is of unknown outcome."""
    bench.control.fault("token", mode)
    order = bench.order()

    with pytest.raises(OperatorUnavailable) as raised:
        bench.operator.start(bench.config, order)

    assert raised.value.code == "operator.unavailable"
    assert bench.books(order) == []
    assert bench.operator.start(bench.config, order).operator_tx_id
