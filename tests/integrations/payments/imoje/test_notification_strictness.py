import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from integrations.payments.base import (
    BadSignature,
    EventKind,
    Malformed,
    RawRequest,
    RemoteStatus,
    WrongMerchant,
)
from integrations.payments.imoje import signature
from integrations.payments.registry import entry

KEY = "klucz-sklepu-borki-1"
MERCHANT = "6yt3gjtm9p7b8h9xsdqz"
SERVICE = "63f574ed-d4ad-407e-9981-39ed7584a7b7"
SALE = {
    "id": "2eea6c95-51fc-446a-bedc-03e4b197ffd0",
    "type": "sale",
    "status": "settled",
    "source": "api",
    "created": 1735686000,
    "modified": 1735689599,
    "serviceId": SERVICE,
    "amount": 1266,
    "currency": "PLN",
    "title": "Opłata za śmieci, maj 1/2",
    "orderId": "ref-1",
    "paymentMethod": "pbl",
    "paymentMethodCode": "ipko",
}
REFUND = {**SALE, "id": "d2b1ef6d-8f1b-4f43-8d31-b7bd2a0a4c11", "type": "refund", "amount": 500}
KNOWN = entry("imoje")
CONFIG = KNOWN.configure(
    KNOWN.profiles["sandbox"],
    merchant_ids={"merchant_id": MERCHANT, "service_id": SERVICE},
    secrets={"service_key": (KEY,), "api_token": ("token-autoryzacyjny-1",)},
)


def raw(document):
    return document if isinstance(document, bytes) else json.dumps(document, ensure_ascii=False).encode()


def signed(body, *, merchant=MERCHANT, service=SERVICE, key=KEY):
    digest = signature.sign(body, key)
    return {"X-Imoje-Signature": f"merchantid={merchant};serviceid={service};signature={digest};alg=sha256"}


def parse(document, headers=None, **named):
    body = raw(document)
    headers = signed(body, **named) if headers is None else headers
    return KNOWN.operator.parse_notification(CONFIG, RawRequest("POST", "/webhook", headers, body))


def sale(**changes):
    return {"transaction": {**SALE, **changes}}


def test_a_proper_notification_is_read():
    event = parse(sale())

    assert (event.kind, event.status) == (EventKind.PAYMENT, RemoteStatus.PAID)
    assert (event.ref, event.operator_tx_id) == ("ref-1", SALE["id"])
    assert (event.amount_gr, event.requested_gr, event.currency) == (1266, 1266, "PLN")
    assert event.method_id == "pbl-ipko"
    assert event.payer_debited_at == datetime(2024, 12, 31, 23, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("new", RemoteStatus.PENDING),
        ("pending", RemoteStatus.PENDING),
        ("authorized", RemoteStatus.PENDING),
        ("submitted_for_settlement", RemoteStatus.PENDING),
        ("settled", RemoteStatus.PAID),
        ("rejected", RemoteStatus.FAILED),
        ("error", RemoteStatus.FAILED),
        ("cancelled", RemoteStatus.CANCELLED),
        ("SETTLED", RemoteStatus.UNKNOWN),
        ("paid", RemoteStatus.UNKNOWN),
        ("canceled", RemoteStatus.UNKNOWN),
    ],
)
def test_only_settled_is_money_and_an_unknown_word_is_for_a_human(word, status):
    event = parse(sale(status=word))

    assert event.status is status
    assert (event.payer_debited_at is not None) == (word == "settled")


def test_the_key_of_an_event_is_that_of_the_values_and_of_no_formatting():
    """Bug class 10: the same message again is the same event, a new state of the transaction is another."""
    first = parse(sale())

    assert parse(json.dumps(sale(), indent=2).encode()).dedupe_key == first.dedupe_key
    assert parse(sale(modified=1735699999)).dedupe_key == first.dedupe_key
    others = [sale(status="pending"), sale(amount=1), sale(orderId="ref-2"), {"transaction": REFUND}]
    keys = {parse(one).dedupe_key for one in others}
    assert len(keys) == 4
    assert first.dedupe_key not in keys
    assert max(len(key) for key in keys) <= 128


@pytest.mark.parametrize(
    "body",
    [
        raw(sale()).replace(b"\xc5\x82", b"\\u0142"),
        raw(sale()).replace(b"1/2", b"1\\/2"),
        raw(sale()).replace(b", ", b","),
        raw(sale()).replace(b", ", b",\r\n"),
        b"\xef\xbb\xbf" + raw(sale()),
        raw({"transaction": dict(reversed(SALE.items()))}),
    ],
    ids=["\\u escapes", "escaped slash", "no spaces", "CRLF", "BOM", "other key order"],
)
def test_the_same_values_in_other_bytes_are_a_forgery(body):
    """Bug class 7."""
    with pytest.raises(BadSignature):
        parse(body, headers=signed(raw(sale())))


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Imoje-Signature": ""},
        {"X-Imoje-Signature": "sha256"},
        {**signed(raw(sale())), "x-imoje-signature": signed(raw(sale()))["X-Imoje-Signature"]},
        {"X-Signature": signed(raw(sale()))["X-Imoje-Signature"]},
    ],
    ids=["none", "empty", "only the function", "twice", "another name"],
)
def test_a_message_without_exactly_one_signature_is_refused(headers):
    """Bug class 8."""
    with pytest.raises(BadSignature):
        parse(sale(), headers=headers)


def test_the_name_of_the_header_has_no_case():
    assert (
        parse(sale(), headers={"x-imoje-signature": signed(raw(sale()))["X-Imoje-Signature"]}).ref == "ref-1"
    )


@pytest.mark.parametrize("key", ["", "null", "None", KEY + " "])
def test_a_digest_over_another_key_or_none_is_refused(key):
    """Bug class 9: the body and nothing, or the word null, must never pass."""
    with pytest.raises(BadSignature):
        parse(sale(), key=key)


@pytest.mark.parametrize("secret", ["", "   "])
def test_a_shop_without_a_key_cannot_be_configured(secret):
    """Bug class 9."""
    with pytest.raises(ValueError, match="service_key"):
        replace(CONFIG, secrets={"service_key": (secret,), "api_token": ("token-autoryzacyjny-1",)})


@pytest.mark.parametrize(
    "named",
    [{"merchant": "9mkvs1m0a7szxlxpxkvr"}, {"service": "8010f629-dcc7-4391-82ab-10e6a9ddeff9"}],
    ids=["merchantid", "serviceid"],
)
def test_a_well_signed_message_whose_header_names_another_shop_is_refused(named):
    with pytest.raises(WrongMerchant):
        parse(sale(), **named)


def test_a_well_signed_message_whose_body_names_another_shop_is_refused():
    """Bug class 10: the header is not signed, the body is."""
    with pytest.raises(WrongMerchant):
        parse(sale(serviceId="8010f629-dcc7-4391-82ab-10e6a9ddeff9"))


@pytest.mark.parametrize("name", ["id", "type", "status", "amount", "currency", "orderId", "serviceId"])
def test_a_missing_value_is_refused(name):
    with pytest.raises(Malformed):
        parse({"transaction": {key: value for key, value in SALE.items() if key != name}})


@pytest.mark.parametrize("amount", ["1266", 1266.0, 12.66, True, None, -1, 2**63, [1266]])
def test_an_amount_that_is_no_whole_number_of_grosze_is_refused_although_it_is_signed(amount):
    """Bug class 18."""
    with pytest.raises(Malformed):
        parse(sale(amount=amount))


@pytest.mark.parametrize(
    "changes",
    [
        {"type": "payout"},
        {"id": "../x"},
        {"id": "x" * 65},
        {"orderId": ""},
        {"orderId": 7},
        {"currency": "P\x00"},
    ],
)
def test_a_value_of_another_form_is_refused_although_it_is_signed(changes):
    with pytest.raises(Malformed):
        parse(sale(**changes))


@pytest.mark.parametrize(
    "body",
    [
        raw(sale()).replace(b'"amount"', b'"amount": 1, "amount"'),
        raw(sale()).replace(b"1266", b"NaN"),
        raw(sale()).replace(b"1266", b"1" + b"0" * 5000),
        raw(sale()) + b"x",
        json.dumps(sale(), ensure_ascii=False).encode("iso-8859-2"),
        raw({"transaction": [SALE]}),
        raw({"transaction": None}),
    ],
    ids=["double key", "NaN", "huge number", "trailer", "8859-2", "list", "null"],
)
def test_what_is_not_strict_json_is_refused_although_it_is_signed(body):
    with pytest.raises(Malformed):
        parse(body)


def test_a_message_of_more_than_64_kilobytes_is_not_even_hashed():
    """Bug class 25."""
    with pytest.raises(Malformed):
        parse(raw(sale()) + b" " * 64 * 1024)


def test_a_refund_tells_our_key_and_the_payment_it_belongs_to():
    told = {
        "transaction": {**REFUND, "title": "Zwrot nadpłaty #r_1-2"},
        "originalTransactionId": SALE["id"],
    }

    event = parse(told)

    assert (event.kind, event.status) == (EventKind.REFUND, RemoteStatus.REFUNDED)
    assert (event.refund_key, event.operator_tx_id, event.amount_gr) == ("r_1-2", SALE["id"], 500)


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("rejected", RemoteStatus.REFUND_REJECTED),
        ("error", RemoteStatus.REFUND_REJECTED),
        ("cancelled", RemoteStatus.REFUND_REJECTED),
        ("pending", RemoteStatus.PENDING),
        ("lost", RemoteStatus.UNKNOWN),
    ],
)
def test_a_refund_that_is_not_settled_is_not_done(word, status):
    assert parse({"transaction": {**REFUND, "status": word}}).status is status


@pytest.mark.parametrize(
    "title", [None, "Zwrot z panelu", "Zwrot #", "#abc", "Zwrot #a b", "Zwrot #" + "x" * 36]
)
def test_a_refund_from_the_panel_has_the_operators_own_id_for_a_key(title):
    """Bug class 17: two refunds of the same words must not be taken for one."""
    event = parse({"transaction": {**REFUND, "title": title}})

    assert event.refund_key == REFUND["id"]


def test_a_message_of_a_payment_link_alone_is_kept_and_changes_nothing():
    """Links and card profiles are made in imoje's panel; a refusal would only have them repeated for days."""
    event = parse({"payment": {"id": "p-1", "status": "cancelled", "orderId": "FV/7", "serviceId": SERVICE}})

    assert (event.kind, event.status, event.ref) == (EventKind.INFO, RemoteStatus.UNKNOWN, "FV/7")
    with pytest.raises(WrongMerchant):
        parse({"payment": {"id": "p-1", "serviceId": "8010f629-dcc7-4391-82ab-10e6a9ddeff9"}})


def test_the_positive_answer_is_exactly_what_imoje_waits_for():
    reply = KNOWN.operator.ack(CONFIG, parse(sale()), accepted=True)

    assert (reply.status, reply.body, reply.content_type) == (200, b'{"status":"ok"}', "application/json")


@pytest.mark.parametrize("document", [None, sale()])
def test_a_refusal_cannot_be_read_as_success(document):
    event = parse(document) if document else None

    reply = KNOWN.operator.ack(CONFIG, event, accepted=False)

    assert reply.status == 400
    assert b"ok" not in reply.body
