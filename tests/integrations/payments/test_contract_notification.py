from dataclasses import replace

import pytest

from integrations.payments.base import (
    BadSignature,
    EventKind,
    Expected,
    Malformed,
    OperatorError,
    RemoteStatus,
    WrongMerchant,
)


def test_a_notification_tells_our_reference_the_operators_id_and_the_amount(bench):
    order, request = bench.notified()

    event = bench.operator.parse_notification(bench.config, request)

    assert event.kind is EventKind.PAYMENT
    assert event.status is RemoteStatus.PAID
    assert event.ref == order.ref
    known = bench.control.transaction(order.ref)["operator_tx_id"]
    assert event.operator_tx_id == (known if bench.notices_name_the_id else "")
    assert (event.amount_gr, event.currency) == (order.amount_gr, "PLN")
    assert event.raw == request.body


def test_the_notification_is_accepted_with_the_answer_that_the_operator_wants(bench):
    _, event = bench.event()

    reply = bench.operator.ack(bench.config, event, accepted=True)

    assert reply.status == 200


def test_a_refused_notification_is_not_answered_with_success(bench):
    assert bench.operator.ack(bench.config, None, accepted=False).status == 400


def test_the_same_notification_again_has_the_same_key(bench):
    bench.control.fault("notify", "duplicate", copies=4)
    order = bench.started()
    bench.control.pay(order.ref)
    requests = bench.receiver.wait(order.ref, 4)

    events = [bench.operator.parse_notification(bench.config, request) for request in requests]

    assert len(events) == 4
    assert len({event.dedupe_key for event in events}) == 1


def test_notifications_of_two_payments_have_different_keys(bench):
    _, first = bench.event()
    _, second = bench.event()

    assert first.dedupe_key != second.dedupe_key


@pytest.mark.parametrize("mode", ["forged", "other_key"])
def test_a_forged_notification_is_refused(bench, mode):
    bench.control.fault("notify", mode)
    _, request = bench.notified()

    with pytest.raises(BadSignature):
        bench.operator.parse_notification(bench.config, request)


def test_a_notification_of_another_gmina_is_refused(bench):
    _, request = bench.notified()

    with pytest.raises((BadSignature, WrongMerchant)):
        bench.operator.parse_notification(bench.stranger, request)


def test_a_well_signed_notification_for_another_merchant_is_refused(bench):
    bench.control.fault("notify", "wrong_merchant")
    _, request = bench.notified()

    with pytest.raises(WrongMerchant):
        bench.operator.parse_notification(bench.config, request)


@pytest.mark.parametrize("mode", ["truncated", "huge"])
def test_a_notification_that_is_no_whole_message_is_refused(bench, mode):
    bench.control.fault("notify", mode)
    _, request = bench.notified()

    with pytest.raises((Malformed, BadSignature)):
        bench.operator.parse_notification(bench.config, request)


@pytest.mark.parametrize("mode", ["reserialised", "extra_fields", "wrong_content_type"])
def test_the_wrapping_of_a_notification_matters_only_where_it_is_signed(bench, mode):
    bench.control.fault("notify", mode)
    order, request = bench.notified()

    if mode not in bench.wrappings:
        with pytest.raises((Malformed, BadSignature)):
            bench.operator.parse_notification(bench.config, request)
        return
    event = bench.operator.parse_notification(bench.config, request)

    assert (event.ref, event.amount_gr) == (order.ref, order.amount_gr)


@pytest.mark.parametrize("amount_gr", [1, 12344, 12346])
def test_another_amount_under_the_old_signature_is_refused(bench, amount_gr):
    _, request = bench.notified()

    with pytest.raises(BadSignature):
        bench.operator.parse_notification(bench.config, bench.changed(request, amount_gr))


def test_our_positive_answer_ends_the_repetitions(bench):
    bench.receiver.on_request = bench.accepting
    order, event = bench.event()
    bench.operator.confirm(bench.config, event, Expected(order.ref, order.amount_gr))
    heard = len(bench.receiver.of(order.ref))

    bench.control.advance(7 * 24 * 3600)

    assert len(bench.receiver.of(order.ref)) == heard


def test_a_refusal_of_ours_is_not_taken_for_an_acceptance(bench):
    bench.receiver.on_request = bench.refusing
    order, _ = bench.notified()
    heard = len(bench.receiver.of(order.ref))

    bench.control.advance(7 * 24 * 3600)

    assert len(bench.receiver.of(order.ref)) > heard


@pytest.mark.parametrize("body", [b"", b"null", b"[]", b"{}", b"\xff\xfe", b"[" * 50_000, b'{"a":' * 9_000])
def test_any_rubbish_is_refused_with_our_own_error(bench, body):
    _, request = bench.notified()

    with pytest.raises(OperatorError) as raised:
        bench.operator.parse_notification(bench.config, replace(request, body=body))

    assert isinstance(raised.value, Malformed | BadSignature)


def test_a_get_is_no_notification(bench):
    _, request = bench.notified()

    with pytest.raises(Malformed):
        bench.operator.parse_notification(bench.config, replace(request, method="GET"))


def test_both_generations_of_the_secrets_verify_and_a_third_does_not(bench):
    order, request = bench.notified()
    ours = bench.config.secrets
    rotated = {name: ("brand-new-secret-1", *values) for name, values in ours.items()}
    forgotten = dict.fromkeys(ours, ("brand-new-secret-1", "brand-new-secret-2"))

    event = bench.operator.parse_notification(replace(bench.config, secrets=rotated), request)

    assert event.ref == order.ref
    with pytest.raises(BadSignature):
        bench.operator.parse_notification(replace(bench.config, secrets=forgotten), request)


def test_the_key_of_an_event_survives_the_rotation_of_the_secrets(bench):
    _, request = bench.notified()
    rotated = {name: ("brand-new-secret-1", *values) for name, values in bench.config.secrets.items()}

    before = bench.operator.parse_notification(bench.config, request)
    after = bench.operator.parse_notification(replace(bench.config, secrets=rotated), request)

    assert before.dedupe_key == after.dedupe_key
