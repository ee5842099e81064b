import json
from datetime import datetime, timedelta, timezone

import pytest

from integrations.payments.base import (
    BadSignature,
    EventKind,
    Malformed,
    RawRequest,
    RemoteStatus,
    WrongMerchant,
)
from integrations.payments.payu import signature
from integrations.payments.registry import entry

KEY = "b0431e00000000000000000000000002"
ORDER = {
    "orderId": "WZHF5FFDRJ140731GUEST000P01",
    "extOrderId": "ref-1",
    "orderCreateDate": "2026-03-02T12:55:41.000+01:00",
    "notifyUrl": "https://borki.example.org/webhook/",
    "customerIp": "192.0.2.7",
    "merchantPosId": "300746",
    "description": "Opłata za „śmieci”, rata 1/2",
    "currencyCode": "PLN",
    "totalAmount": "1266",
    "status": "COMPLETED",
}
REFUND = {
    "refundId": "5000000142",
    "extRefundId": "klucz-1",
    "amount": "1000",
    "currencyCode": "PLN",
    "status": "FINALIZED",
    "statusDateTime": "2026-03-03T12:58:14.828+01:00",
    "reason": "refund",
    "reasonDescription": "Zwrot",
    "refundDate": "2026-03-03T12:58:14.828+01:00",
}
REFUND_NOTICE = {"orderId": ORDER["orderId"], "extOrderId": "ref-1", "refund": REFUND}
KNOWN = entry("payu")
CONFIG = KNOWN.configure(
    KNOWN.profiles["sandbox"],
    merchant_ids={"pos_id": "300746", "client_id": "300746"},
    secrets={"client_secret": ("klucz-oauth-1",), "second_key": (KEY,)},
)


def notice(**changes):
    return {
        "order": {**ORDER, **changes},
        "localReceiptDateTime": "2026-03-02T12:58:14.828+01:00",
        "properties": [{"name": "PAYMENT_ID", "value": "151471228"}],
    }


def signed(body, *names):
    header = f"sender=checkout;signature={signature.sign(body, KEY)};algorithm=MD5;content=DOCUMENT"
    return dict.fromkeys(names or signature.HEADERS, header)


def parse(document, headers=None):
    """The event of a document that is signed as it is, unless `headers` say otherwise."""
    body = document if isinstance(document, bytes) else json.dumps(document, ensure_ascii=False).encode()
    request = RawRequest("POST", "/webhook", signed(body) if headers is None else headers, body)
    return KNOWN.operator.parse_notification(CONFIG, request)


def test_a_proper_notification_is_read():
    event = parse(notice())

    assert (event.kind, event.status) == (EventKind.PAYMENT, RemoteStatus.PAID)
    assert (event.operator_tx_id, event.ref) == ("WZHF5FFDRJ140731GUEST000P01", "ref-1")
    assert (event.amount_gr, event.requested_gr, event.currency) == (1266, 1266, "PLN")
    assert event.statement == "151471228"
    assert event.payer_debited_at == datetime(
        2026, 3, 2, 12, 58, 14, 828000, tzinfo=timezone(timedelta(hours=1))
    )


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("NEW", RemoteStatus.PENDING),
        ("PENDING", RemoteStatus.PENDING),
        ("WAITING_FOR_CONFIRMATION", RemoteStatus.PENDING),
        ("COMPLETED", RemoteStatus.PAID),
        ("CANCELED", RemoteStatus.CANCELLED),
        ("completed", RemoteStatus.UNKNOWN),
        ("REFUNDED", RemoteStatus.UNKNOWN),
    ],
)
def test_every_status_has_its_meaning_and_an_unknown_one_is_never_paid(word, status):
    assert parse(notice(status=word)).status is status


def test_each_status_of_one_order_is_an_event_of_its_own():
    """payments.md 11.16: a CANCELED after COMPLETED is kept besides it, not taken for a repetition."""
    keys = {parse(notice(status=word)).dedupe_key for word in ("PENDING", "COMPLETED", "CANCELED")}

    assert len(keys) == 3


def test_the_same_message_in_other_bytes_is_the_same_event_once_it_is_signed():
    """payments.md 11.10."""
    compact = json.dumps(notice(), separators=(",", ":")).encode()
    later = {**notice(), "localReceiptDateTime": "2026-03-02T12:58:15.000+01:00", "newField": [1.5]}

    assert parse(compact).dedupe_key == parse(later).dedupe_key == parse(notice()).dedupe_key


@pytest.mark.parametrize(
    "rewritten",
    [
        lambda body: json.dumps(json.loads(body)).encode(),
        lambda body: json.dumps(json.loads(body), ensure_ascii=False, separators=(",", ":")).encode(),
        lambda body: body.replace(b"/", b"\\/"),
        lambda body: body + b"\r\n",
        lambda body: b"\xef\xbb\xbf" + body,
        lambda body: body.replace(b": ", b":"),
        lambda body: body.replace(b" ", b""),
    ],
    ids=["\\u escapes", "compact", "escaped slashes", "CRLF", "BOM", "no space after colons", "no spaces"],
)
def test_other_bytes_under_the_old_signature_are_a_forgery(rewritten):
    """payments.md 11.7 and 11.19: the bytes are signed, not the values."""
    body = json.dumps(notice(), ensure_ascii=False).encode()
    assert rewritten(body) != body

    with pytest.raises(BadSignature):
        parse(rewritten(body), signed(body))


@pytest.mark.parametrize("name", signature.HEADERS)
def test_one_of_the_two_headers_is_enough_whatever_its_case(name):
    body = json.dumps(notice()).encode()

    assert parse(body, signed(body, name.upper())).ref == "ref-1"
    assert parse(body, signed(body, name.lower())).ref == "ref-1"


@pytest.mark.parametrize("name", signature.HEADERS)
def test_a_true_header_does_not_save_a_forged_one(name):
    """payments.md 11.8: two signatures that contradict each other."""
    body = json.dumps(notice()).encode()
    headers = {**signed(body), name: f"signature={'0' * 32};algorithm=MD5"}

    with pytest.raises(BadSignature):
        parse(body, headers)


@pytest.mark.parametrize("headers", [{}, {"OpenPayu-Signature": ""}, {"Signature": "x"}])
def test_a_notification_without_a_signature_is_refused(headers):
    """payments.md 11.8."""
    with pytest.raises(BadSignature):
        parse(notice(), headers)


@pytest.mark.parametrize("pos_id", ["145227", "0300746", "300746 ", " "])
def test_a_well_signed_message_for_another_point_of_sale_is_refused(pos_id):
    """payments.md 11.5 and 11.10."""
    with pytest.raises(WrongMerchant):
        parse(notice(merchantPosId=pos_id))


@pytest.mark.parametrize(
    "name", ["orderId", "extOrderId", "merchantPosId", "currencyCode", "totalAmount", "status"]
)
@pytest.mark.parametrize("value", [None, "", 1, True, 1.0, [], {}, "\ud800"])
def test_a_value_that_is_missing_or_no_text_is_refused(name, value):
    body = json.dumps(notice(**{name: value})).encode()

    with pytest.raises(Malformed):
        parse(body)


@pytest.mark.parametrize(
    "amount", ["12.66", "12,66", "-1266", "+1266", "01266", "1266 ", "1e3", "0x10", "１２", "1" * 16, "12 66"]
)
def test_an_amount_is_whole_grosze_or_nothing(amount):
    """payments.md 11.18."""
    with pytest.raises(Malformed):
        parse(notice(totalAmount=amount))


@pytest.mark.parametrize("amount_gr", [0, 1, 10, 30, 99999999])
def test_every_grosz_is_read_as_it_is(amount_gr):
    """payments.md 11.18."""
    assert parse(notice(totalAmount=str(amount_gr))).amount_gr == amount_gr


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b'{"order": []}',
        b'{"order": {}, "refund": 1}',
        b"\xef\xbb\xbf{}",
        json.dumps(notice()).encode("utf-16"),
        json.dumps(notice(), ensure_ascii=False).replace("„", "").replace("”", "").encode("iso-8859-2"),
        json.dumps(notice()).encode() + b"x",
        json.dumps(notice()).replace('"order"', '"later": NaN, "order"').encode(),
        json.dumps(notice()).replace('"totalAmount"', '"totalAmount": "1", "totalAmount"').encode(),
        b"[" * 60_000,
    ],
    ids=[
        "empty", "null", "list", "nothing", "order is a list", "refund is a number", "BOM", "UTF-16", "8859-2", "trailer",
        "NaN", "double key", "deep",
    ],
)  # fmt: skip
def test_what_is_not_a_strict_document_is_refused_even_when_it_is_signed(body):
    with pytest.raises(Malformed):
        parse(body)


def test_a_body_beyond_the_limit_is_not_even_hashed():
    """payments.md 11.25."""
    with pytest.raises(Malformed):
        parse(b" " * (64 * 1024 + 1))


@pytest.mark.parametrize("time", ["", "yesterday", None, 5, "2026-13-40T00:00:00Z"])
def test_a_time_that_cannot_be_read_is_left_out_and_the_payment_counts(time):
    event = parse({**notice(), "localReceiptDateTime": time})

    assert (event.status, event.payer_debited_at) == (RemoteStatus.PAID, None)


def test_a_time_without_a_zone_is_polish_time():
    event = parse({**notice(), "localReceiptDateTime": "2026-07-02T12:58:14.828"})

    assert event.payer_debited_at.utcoffset() == timedelta(hours=2)


@pytest.mark.parametrize(
    "properties", [None, {}, [1], [{"name": "PAYMENT_ID"}], [{"name": "PAYMENT_ID", "value": 1}]]
)
def test_a_payment_without_its_number_is_a_payment(properties):
    """payments.md 11.28: an empty statement is accepted."""
    assert parse({**notice(), "properties": properties}).statement == ""


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("FINALIZED", RemoteStatus.REFUNDED),
        ("CANCELED", RemoteStatus.REFUND_REJECTED),
        ("PENDING", RemoteStatus.PENDING),
        ("COMPLETED", RemoteStatus.UNKNOWN),
    ],
)
def test_a_refunds_notification_is_read(word, status):
    event = parse({**REFUND_NOTICE, "refund": {**REFUND, "status": word}})

    assert (event.kind, event.status) == (EventKind.REFUND, status)
    assert (event.ref, event.amount_gr, event.refund_key) == ("ref-1", 1000, "klucz-1")


def test_an_amount_of_a_refund_may_be_a_number():
    assert parse({**REFUND_NOTICE, "refund": {**REFUND, "amount": 1000}}).amount_gr == 1000


def test_a_refund_that_the_office_made_in_payus_panel_has_no_key_of_ours():
    refund = {name: value for name, value in REFUND.items() if name != "extRefundId"}

    event = parse({**REFUND_NOTICE, "refund": refund})

    assert (event.kind, event.refund_key) == (EventKind.REFUND, "")


def test_two_refunds_of_one_order_are_two_events():
    """payments.md 11.17."""
    other = {**REFUND, "refundId": "5000000143"}

    assert parse(REFUND_NOTICE).dedupe_key != parse({**REFUND_NOTICE, "refund": other}).dedupe_key


def test_a_message_with_an_order_and_a_refund_is_never_a_payment():
    assert parse({**REFUND_NOTICE, **notice()}).kind is EventKind.REFUND
