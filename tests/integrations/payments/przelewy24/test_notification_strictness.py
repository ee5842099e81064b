import json
from dataclasses import replace

import pytest

from integrations.payments.base import BadSignature, Malformed, RawRequest, WrongMerchant
from integrations.payments.przelewy24 import signature
from integrations.payments.registry import entry

CRC = "crc-borki-tajny-1"
VALUES = {
    "merchantId": 144354,
    "posId": 144354,
    "sessionId": "ref-1",
    "amount": 1266,
    "originAmount": 1266,
    "currency": "PLN",
    "orderId": 4294967297,
    "methodId": 25,
    "statement": "p24-Ł1A/B2",
}
KNOWN = entry("przelewy24")
CONFIG = KNOWN.configure(
    KNOWN.profiles["sandbox"],
    merchant_ids={"merchant_id": "144354", "pos_id": "144354"},
    secrets={"crc": (CRC,), "api_key": ("klucz-raportow-1",)},
)


def parse(body, config=CONFIG):
    raw = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
    return KNOWN.operator.parse_notification(config, RawRequest("POST", "/webhook", {}, raw))


def signed(**changes):
    values = {**VALUES, **changes}
    return {**values, "sign": signature.sign(signature.NOTIFICATION, values, CRC)}


def test_a_proper_notification_is_read():
    event = parse(signed())

    assert (event.operator_tx_id, event.statement) == ("4294967297", "p24-Ł1A/B2")


@pytest.mark.parametrize(
    "body",
    [
        json.dumps(signed()).encode(),
        json.dumps(signed()).replace("/", "\\/").encode(),
        json.dumps(dict(reversed(signed().items())), indent=4).encode(),
        json.dumps(signed(), ensure_ascii=False).replace("\n", "\r\n").encode(),
    ],
    ids=["\\u escapes", "escaped slashes", "other key order", "other whitespace"],
)
def test_other_bytes_for_the_same_signed_values_are_the_same_event(body):
    assert parse(body).dedupe_key == parse(signed()).dedupe_key


@pytest.mark.parametrize("key", [*VALUES, "sign"])
def test_a_missing_value_is_refused(key):
    document = {name: value for name, value in signed().items() if name != key}

    with pytest.raises(BadSignature if key == "sign" else Malformed):
        parse(document)


@pytest.mark.parametrize("key", VALUES)
@pytest.mark.parametrize("value", [None, True, 1.0, [], {}, -1, 2**63])
def test_a_value_of_another_type_is_refused_before_its_signature_is_looked_at(key, value):
    with pytest.raises(Malformed):
        parse({**signed(), key: value})


@pytest.mark.parametrize("key", ["merchantId", "posId", "amount", "originAmount", "orderId", "methodId"])
def test_numbers_in_quotes_are_refused_even_when_signed_that_way(key):
    with pytest.raises(Malformed):
        parse(signed(**{key: str(VALUES[key])}))


@pytest.mark.parametrize(
    "body",
    [
        b"\xef\xbb\xbf" + json.dumps(signed()).encode(),
        json.dumps(signed()).encode("utf-16"),
        json.dumps(signed(), ensure_ascii=False).encode("iso-8859-2"),
        json.dumps(signed()).encode() + b"x",
        json.dumps(signed()).replace("1266", "1266.0").encode(),
        json.dumps(signed()).replace("1266", "NaN").encode(),
        json.dumps(signed()).replace("1266", "1" + "0" * 5000).encode(),
        json.dumps(signed()).replace('"amount"', '"amount": 1, "amount"').encode(),
        json.dumps(signed()).replace("p24-", "\\ud800").encode(),
        b"x" * (64 * 1024 + 1),
    ],
    ids=[
        "BOM",
        "UTF-16",
        "8859-2",
        "trailer",
        "float",
        "NaN",
        "huge number",
        "double key",
        "surrogate",
        "long",
    ],
)
def test_what_is_not_strict_json_is_refused(body):
    with pytest.raises(Malformed):
        parse(body)


@pytest.mark.parametrize("key", ["amount", "originAmount", "sessionId", "orderId", "currency", "statement"])
def test_a_changed_value_under_the_old_signature_is_refused(key):
    other = VALUES[key] + 1 if isinstance(VALUES[key], int) else VALUES[key] + "x"

    with pytest.raises(BadSignature):
        parse({**signed(), key: other})


@pytest.mark.parametrize("key", ["merchantId", "posId"])
def test_a_well_signed_message_for_another_merchant_is_refused(key):
    with pytest.raises(WrongMerchant):
        parse(signed(**{key: 999}))


def test_an_upper_case_signature_is_refused():
    document = signed()

    with pytest.raises(BadSignature):
        parse({**document, "sign": document["sign"].upper()})


def test_a_payment_message_is_not_taken_for_a_refund_message():
    with pytest.raises(Malformed):
        parse({**signed(), "refundsUuid": "r-1"})  # no status: not a refund either


def test_a_key_with_nothing_in_it_cannot_be_configured():
    with pytest.raises(ValueError, match="crc"):
        replace(CONFIG, secrets={"crc": ("",), "api_key": ("klucz-raportow-1",)})
