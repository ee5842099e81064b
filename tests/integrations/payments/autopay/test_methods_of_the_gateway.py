"""Cancellation, refunds, ISTN, banks and legal texts: what only this gateway has."""

import re
from datetime import datetime

import pytest

from integrations.payments.autopay import answers, legal
from integrations.payments.base import (
    AnswerLost,
    Confirmed,
    EventKind,
    Expected,
    InvalidRequest,
    MethodGroup,
    MethodState,
    NotSupported,
    OperatorError,
    OperatorRefused,
    RefundOrder,
    RefundOutcomeUnknown,
    RemoteStatus,
    StartOutcomeUnknown,
)
from kernel.dates import WARSAW
from tests.integrations.payments.benches.autopay import itn


@pytest.fixture(autouse=True)
def _answering(bench, receiver):
    receiver.on_request = bench.answering


def refund_of(order, event, amount_gr=100, key="k" * 32):
    return RefundOrder(key, order.ref, event.operator_tx_id, amount_gr)


def test_a_start_whose_answer_is_not_signed_by_the_operator_has_an_unknown_outcome(bench):
    """Bug class 13: the payer is not sent to an address that nobody vouches for."""
    bench.control.fault("start", "wrong_hash")
    order = bench.order()

    with pytest.raises(StartOutcomeUnknown):
        bench.operator.start(bench.config, order)

    assert len(bench.books(order)) == 1


def test_an_open_order_is_cancelled_and_the_operator_tells_it(bench):
    order = bench.started()

    bench.operator.cancel(bench.config, order.ref)

    assert bench.control.settle()
    assert [one.status for one in bench.remote(order)] == [RemoteStatus.CANCELLED]
    [message] = bench.receiver.of(order.ref)
    assert bench.operator.parse_notification(bench.config, message).status is RemoteStatus.CANCELLED


def test_a_paid_order_is_not_cancelled(bench):
    order, _ = bench.event()

    with pytest.raises(OperatorRefused) as raised:
        bench.operator.cancel(bench.config, order.ref)

    assert raised.value.code == "cancel.wrong_status"
    assert bench.state(order) == "paid"


def test_an_unknown_or_a_foreign_order_cannot_be_cancelled(bench):
    order = bench.started()

    for config, ref in ((bench.config, "nieznana"), (bench.stranger, order.ref)):
        with pytest.raises(OperatorRefused) as raised:
            bench.operator.cancel(config, ref)
        assert raised.value.code == "cancel.not_found"

    assert bench.state(order) == "started"


@pytest.mark.parametrize("mode", ["wrong_hash", "commit_then_reset", "500", "bad_body"])
def test_a_cancellation_without_a_true_answer_is_undecided(bench, mode):
    bench.control.fault("cancel", mode)

    with pytest.raises(AnswerLost):
        bench.operator.cancel(bench.config, bench.started().ref)


def test_a_refund_whose_answer_is_not_signed_has_an_unknown_outcome_and_is_one_after_the_repetition(bench):
    """Bug class 17."""
    order, event = bench.event()
    bench.control.fault("refund", "wrong_hash")
    wish = refund_of(order, event)

    with pytest.raises(RefundOutcomeUnknown):
        bench.operator.refund(bench.config, wish)
    bench.operator.refund(bench.config, wish)

    assert [row["amount_gr"] for row in bench.refunds(order.ref)] == [100]


def test_the_payers_fee_is_not_ours_to_give_back(bench):
    order, event = bench.event()

    with pytest.raises(OperatorRefused) as raised:
        bench.operator.refund(bench.config, refund_of(order, event, amount_gr=12346))

    assert raised.value.code == "refund.amount_exceeded"
    assert bench.refunds(order.ref) == []


def test_an_unpaid_order_cannot_be_refunded(bench):
    order = bench.started()
    number = bench.control.transaction(order.ref)["operator_tx_id"]

    with pytest.raises(OperatorRefused) as raised:
        bench.operator.refund(bench.config, RefundOrder("k" * 32, order.ref, number, 100))

    assert raised.value.code == "refund.wrong_status"
    assert bench.refunds(order.ref) == []


@pytest.mark.parametrize("key", ["", "k" * 36])
def test_a_key_of_another_length_is_not_sent(bench, key):
    order, event = bench.event()

    with pytest.raises(InvalidRequest):
        bench.operator.refund(bench.config, refund_of(order, event, key=key))

    assert bench.refunds(order.ref) == []


@pytest.mark.parametrize(
    ("mode", "status"), [("istn", RemoteStatus.REFUNDED), ("rejected_later", RemoteStatus.REFUND_REJECTED)]
)
def test_how_a_refund_ended_is_told_by_istn(bench, mode, status):
    order, event = bench.event()
    bench.control.fault("refund", mode)
    bench.operator.refund(bench.config, refund_of(order, event))
    bench.control.advance(3600)

    told = bench.operator.parse_notification(bench.config, bench.receiver.of(order.ref)[-1])

    assert (told.kind, told.status, told.amount_gr) == (EventKind.REFUND, status, 100)
    assert told.operator_tx_id == event.operator_tx_id


def test_the_transfer_to_the_offices_account_is_told_by_istn_and_confirmed(bench):
    """Bug class 29: the payment can be found on the statement of the account that was named for it."""
    order, event = bench.event()
    [answer] = bench.control.notify(order.ref, kind="settlement")

    request = bench.receiver.of(order.ref)[-1]
    told = bench.operator.parse_notification(bench.config, request)

    assert (told.kind, told.status, told.amount_gr) == (EventKind.SETTLEMENT, RemoteStatus.PAID, 12345)
    assert (told.ref, told.operator_tx_id) == (order.ref, event.operator_tx_id)
    assert f"<receiverNRB>{order.account_nrb}</receiverNRB>" in itn(request)
    assert told.statement == "Podatek od nieruchomości 2026, rata I - Łęczna 7-9"
    assert re.search(r"<remoteOutID>ROZ_\d+</remoteOutID><confirmation>CONFIRMED<", answer["body"])


def test_a_refund_that_we_did_not_order_is_not_asked_about(bench):
    order, event = bench.event()
    bench.operator.refund(bench.config, refund_of(order, event))

    assert bench.operator.fetch_refunds(bench.config, event.operator_tx_id) == []


@pytest.mark.parametrize("mode", ["wrong_hash", "503", "401", "bad_body", "slow"])
def test_a_refund_stays_undecided_when_the_answer_about_it_is_no_answer(bench, mode, impatient):
    order, event = bench.event()
    wish = refund_of(order, event)
    bench.operator.refund(bench.config, wish)
    bench.control.fault("status", mode)

    with pytest.raises(OperatorError):
        bench.operator.fetch_refunds(
            bench.config, event.operator_tx_id, {wish.idempotency_key: wish.amount_gr}
        )


def test_the_stranger_learns_nothing_of_our_refund(bench):
    order, event = bench.event()
    wish = refund_of(order, event)
    bench.operator.refund(bench.config, wish)

    ordered = {wish.idempotency_key: wish.amount_gr}
    assert bench.operator.fetch_refunds(bench.stranger, event.operator_tx_id, ordered) == []


def test_a_list_of_settlements_cannot_be_asked_for(bench):
    with pytest.raises(NotSupported):
        bench.operator.fetch_settlements(bench.config, None)


def test_the_legal_texts_are_plain_with_a_box_where_the_operator_wants_one(bench):
    regulation, privacy = bench.operator.legal_texts(bench.config, bench.bank, "pl")

    assert regulation.sentence == (
        "Zapoznałem się i akceptuję Regulamin świadczenia usług płatniczych oraz Politykę prywatności "
        "Chcę, aby usługa została zrealizowana niezwłocznie."
    )
    assert [link.label for link in regulation.links] == [
        "Regulamin świadczenia usług płatniczych",
        "Politykę prywatności",
    ]
    assert (regulation.checkbox, regulation.required) == (True, True)
    assert (privacy.checkbox, privacy.required) == (False, False)
    assert regulation.id != privacy.id


def test_no_markup_and_no_unsafe_address_of_a_legal_text_reaches_our_page(bench):
    bench.control.fault("lists", "unsafe_html")

    regulation, _ = bench.operator.legal_texts(bench.config, bench.bank, "pl")

    # What was escaped by the operator stays a text; our page escapes it again.
    assert regulation.sentence == "kliknij <b>Tekst</b> stary adres"
    assert regulation.links == ()


@pytest.mark.parametrize(
    ("html", "text", "links"),
    [
        ("", "", []),
        ("a &amp; b", "a & b", []),
        ("<p>a</p><p>b<br>c</p>", "a b c", []),
        ("<a href='https://autopay.eu/r'>R <b>1</b></a>", "R 1", ["https://autopay.eu/r"]),
        ("<a href=https://autopay.eu/r>R</a>", "R", ["https://autopay.eu/r"]),
        ("<a href='//evil.example'>R</a>", "R", []),
        ("<a href='https://127.0.0.1/'>R</a>", "R", []),
        ("<a href='https://a@evil.example/'>R</a>", "R", []),
        ("<a href='data:text/html,x'>R</a>", "R", []),
        ("<a href='https://autopay.eu/r'></a>", "", []),
        ("<style>p{}</style>x<script>y", "x", []),
        ("a < b", "a < b", []),
    ],
)
def test_html_becomes_text_and_links(html, text, links):
    shown, found = legal.plain(html)

    assert shown == text
    assert [link.url for link in found] == links


def test_legal_texts_that_are_not_signed_are_an_error(bench):
    bench.control.fault("lists", "wrong_hash")

    with pytest.raises(AnswerLost):
        bench.operator.legal_texts(bench.config, bench.bank, "pl")


def test_without_a_bank_the_operators_own_page_shows_the_texts(bench):
    assert bench.operator.legal_texts(bench.config, None, "pl") == []


def test_a_bank_has_the_limits_that_the_operator_names(bench):
    """Bug class 18: 0.01 and 100000.00 are exact."""
    found = {method.id: method for method in bench.operator.list_methods(bench.config, 1, "pl")}

    assert (found["509"].group, found["509"].min_gr, found["509"].max_gr) == (MethodGroup.BLIK, 1, 100_000_00)
    assert (found["1500"].group, found["1500"].min_gr) == (MethodGroup.CARD, 10)
    assert (found["27"].group, found["27"].max_gr) == (MethodGroup.TRANSFER, None)


@pytest.mark.parametrize(
    ("changes", "state", "group"),
    [
        ({"state": "OK"}, MethodState.OK, MethodGroup.TRANSFER),
        ({"state": "TEMPORARY_DISABLED"}, MethodState.TEMP_OFF, MethodGroup.TRANSFER),
        ({"state": "DISABLED"}, MethodState.OFF, MethodGroup.TRANSFER),
        ({"state": "A_NEW_STATE"}, MethodState.TEMP_OFF, MethodGroup.TRANSFER),
        ({"groupType": "FR"}, MethodState.OK, MethodGroup.TRADITIONAL),
        ({"groupType": None, "gatewayID": None, "id": 509}, MethodState.OK, MethodGroup.BLIK),
        ({"groupType": "NOWE"}, MethodState.OK, MethodGroup.OTHER),
    ],
)
def test_states_and_groups_are_ours_and_an_unknown_one_is_no_promise(bench, changes, state, group):
    listed = {
        "gatewayID": 3,
        "name": "Bank",
        "groupType": "PBL",
        "state": "OK",
        "currencies": [{"currency": "PLN"}],
    }

    found = answers.method({**listed, **changes}, bench.config.profile)

    assert (found.state, found.group) == (state, group)


@pytest.mark.parametrize(
    "changes",
    [{"availableFor": "B2B"}, {"currencies": [{"currency": "EUR"}]}, {"currencies": []}, {"gatewayID": "x"}],
)
def test_a_way_to_pay_that_is_not_for_residents_in_zloty_is_left_out(bench, changes):
    listed = {
        "gatewayID": 3,
        "name": "Bank",
        "groupType": "PBL",
        "state": "OK",
        "currencies": [{"currency": "PLN"}],
    }

    assert answers.method({**listed, **changes}, bench.config.profile) is None


@pytest.mark.parametrize("limit", [True, "1.00", float("1.5")])
def test_a_limit_that_is_not_an_exact_number_is_an_error(bench, limit):
    listed = {"gatewayID": 3, "state": "OK", "currencies": [{"currency": "PLN", "maxAmount": limit}]}

    with pytest.raises(AnswerLost):
        answers.method(listed, bench.config.profile)


def test_istn_tells_the_number_and_the_day_of_the_transfer(bench):
    order, _ = bench.event()
    bench.control.notify(order.ref, kind="settlement")

    told = bench.operator.parse_notification(bench.config, bench.receiver.of(order.ref)[-1])

    assert re.fullmatch(r"ROZ_\d{8}", told.batch_id)
    assert told.settled_on == datetime.fromtimestamp(bench.control.state()["now"], WARSAW).date()


def test_the_fee_that_the_payer_paid_on_top_is_told_by_message_and_status(bench):
    order, event = bench.event()
    [found] = bench.operator.fetch_status(bench.config, order.ref)
    confirmed = bench.operator.confirm(bench.config, event, Expected(order.ref, order.amount_gr))

    assert isinstance(confirmed, Confirmed)
    assert (event.fee_gr, found.fee_gr, confirmed.fee_gr) == (100, 100, 100)
