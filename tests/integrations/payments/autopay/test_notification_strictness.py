import base64
import json
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest

from integrations.payments.autopay import settings, signature
from integrations.payments.base import (
    BadSignature,
    EventKind,
    Malformed,
    OperatorConfig,
    RawRequest,
    RemoteStatus,
    WrongMerchant,
)
from integrations.payments.registry import entry

OPERATOR = entry("autopay").operator
KEY = "1test1"
VECTORS = json.loads((Path(__file__).parents[2] / "vectors/autopay.json").read_text(encoding="utf-8"))
BY_NAME = {vector["name"]: vector for vector in VECTORS["vectors"]}
PAID = {
    "orderID": "11",
    "remoteID": "91",
    "amount": "12.11",
    "currency": "PLN",
    "gatewayID": "1",
    "paymentDate": "20010101111111",
    "paymentStatus": "SUCCESS",
    "paymentStatusDetails": "AUTHORIZED",
    "startAmount": "11.11",
}


def configured(*, fee_model="PAYER", nodes="customerData,startAmount", keys=(KEY,)):
    ids = {"service_id": "1", "hash_algorithm": "SHA256", "fee_model": fee_model, "itn_nodes": nodes}
    return OperatorConfig("autopay", settings.PROFILES["sandbox"], ids, {"shared_key": keys})


def document(content, values, *, service_id="1", key=KEY):
    digest = signature.sign([service_id, *values], key)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><transactionList><serviceID>{service_id}</serviceID>'
        f"<transactions><transaction>{content}</transaction></transactions><hash>{digest}</hash></transactionList>"
    )


def nodes(values):
    return "".join(f"<{name}>{value}</{name}>" for name, value in values.items())


def itn(service_id="1", key=KEY, **changes):
    values = {name: value for name, value in {**PAID, **changes}.items() if value is not None}
    return document(nodes(values), values.values(), service_id=service_id, key=key)


def request(xml):
    raw = xml if isinstance(xml, bytes) else xml.encode()
    return RawRequest("POST", "/webhook", {}, urlencode({"transactions": base64.b64encode(raw)}).encode())


def parse(xml, config=None):
    return OPERATOR.parse_notification(config or configured(), request(xml))


@pytest.mark.parametrize(
    "name",
    [
        name
        for name, vector in BY_NAME.items()
        if vector["recipe"] == "itn" and vector["algorithm"] == "SHA256"
    ],
)
def test_the_notifications_of_the_vectors_are_read(name):
    vector = BY_NAME[name]
    told = dict(vector["values"])
    service_id = told.pop("serviceID")
    data = {key: told.pop(key) for key in settings.CUSTOMER_NODES if key in told}
    start = {key: told.pop(key) for key in ("startAmount",) if key in told}
    group = f"<customerData>{nodes({k: v.replace('&', '&amp;') for k, v in data.items()})}</customerData>"
    content = nodes(told) + (group if data else "") + nodes(start)
    xml = document(content, list(vector["values"].values())[1:], service_id=service_id, key=vector["key"])
    assert vector["hash"] in xml
    ids = {
        "service_id": service_id,
        "hash_algorithm": "SHA256",
        "fee_model": "PAYER" if start else "MERCHANT",
        "itn_nodes": "startAmount,title,customerData",  # the order of the agreement is not the order of the hash
    }

    event = parse(
        xml, OperatorConfig("autopay", settings.PROFILES["sandbox"], ids, {"shared_key": (vector["key"],)})
    )

    assert (event.ref, event.operator_tx_id) == (told["orderID"], told["remoteID"])
    assert event.requested_gr == int((start or told)[next(iter(start), "amount")].replace(".", ""))


def test_with_the_fee_on_top_the_event_tells_the_amount_of_the_order():
    """Bug class 6."""
    event = parse(itn())

    assert (event.amount_gr, event.requested_gr) == (1111, 1111)


def test_less_than_the_amount_of_the_order_is_told_as_what_it_is():
    """Bug class 5."""
    event = parse(itn(amount="11.10"))

    assert (event.amount_gr, event.requested_gr) == (1110, 1111)


def test_without_a_fee_on_top_the_whole_amount_is_told():
    """Bug class 6: nobody has agreed that more than the order is a fee."""
    event = parse(itn(), configured(fee_model="MERCHANT"))

    assert (event.amount_gr, event.requested_gr) == (1211, 1111)


def test_a_message_without_the_agreed_start_amount_is_refused():
    """Bug class 6."""
    with pytest.raises(Malformed, match="startAmount"):
        parse(itn(startAmount=None))


@pytest.mark.parametrize(
    ("status", "details", "told"),
    [
        ("PENDING", "", RemoteStatus.PENDING),
        ("SUCCESS", "ACCEPTED", RemoteStatus.PAID),
        ("SUCCESS", "", RemoteStatus.PAID),
        ("FAILURE", "REJECTED_BY_USER", RemoteStatus.FAILED),
        ("FAILURE", "A_NEW_DETAIL", RemoteStatus.FAILED),
        ("FAILURE", "CANCELLED", RemoteStatus.CANCELLED),
        ("FAILURE", "EXPIRED", RemoteStatus.EXPIRED),
    ],
)
def test_every_status_is_told_and_only_a_success_has_a_time_of_payment(status, details, told):
    event = parse(itn(paymentStatus=status, paymentStatusDetails=details))

    assert event.status is told
    assert (event.payer_debited_at is not None) == (told is RemoteStatus.PAID)


@pytest.mark.parametrize(
    ("text", "offset"),
    [
        ("20260102235959", 1),
        ("20260703000000", 2),
        ("20260329015959", 1),
        ("20260329030000", 2),
        ("20261025030000", 1),
    ],
)
def test_the_time_is_that_of_polish_clocks(text, offset):
    """The documentation says "CET"; payments.md 2.4: around midnight and both nights of the change of time."""
    at = parse(itn(paymentDate=text)).payer_debited_at

    assert at.utcoffset() == timedelta(hours=offset)
    assert at.replace(tzinfo=None) == datetime.strptime(text, "%Y%m%d%H%M%S")  # noqa: DTZ007


def test_a_second_success_with_the_payers_data_is_the_same_event():
    group = "<customerData><lName>Próbna</lName><fName>Anna</fName></customerData>"
    content = nodes(PAID).replace("<startAmount>", group + "<startAmount>")
    values = [*list(PAID.values())[:-1], "Anna", "Próbna", "11.11"]

    first, second = parse(itn()), parse(document(content, values))

    assert first.dedupe_key == second.dedupe_key


@pytest.mark.parametrize(
    "changes",
    [
        {"paymentStatus": "PENDING"},
        {"paymentStatus": "FAILURE"},
        {"remoteID": "92"},
        {"orderID": "12"},
        {"startAmount": "11.10"},
        {"currency": "EUR"},
    ],
)
def test_another_status_transaction_or_amount_is_another_event(changes):
    """Bug class 10: a true message after a false one is not taken for its repetition."""
    assert parse(itn(**changes)).dedupe_key != parse(itn()).dedupe_key


@pytest.mark.parametrize("name", [name for name in PAID if name not in {"gatewayID", "paymentStatusDetails"}])
def test_a_missing_or_empty_value_is_refused(name):
    for value in (None, ""):
        with pytest.raises(Malformed):
            parse(itn(**{name: value}))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("amount", "12,11"),
        ("amount", "12.1"),
        ("amount", "+12.11"),
        ("amount", "-12.11"),
        ("amount", "1e3"),
        ("amount", "012.11"),
        ("amount", "١.١١"),
        ("startAmount", "11.111"),
        ("currency", "pln"),
        ("orderID", "a/b"),
        ("orderID", "x" * 33),
        ("remoteID", "9 1"),
        ("gatewayID", "1x"),
        ("paymentDate", "20260231111111"),
        ("paymentDate", "2026010111111"),
        ("paymentStatus", "success"),
        ("paymentStatus", "PAID"),
    ],
)
def test_a_value_of_another_form_is_refused_even_when_signed_that_way(name, value):
    """Bug class 18."""
    with pytest.raises(Malformed):
        parse(itn(**{name: value}))


@pytest.mark.parametrize("name", PAID)
def test_a_changed_value_under_the_old_hash_is_refused(name):
    xml = itn()
    other = {"currency": "EUR", "paymentStatus": "FAILURE", "paymentDate": "20010101111112"}
    changed = other.get(name) or PAID[name].replace("1", "2", 1).replace("AUTHORIZED", "ACCEPTED")

    with pytest.raises(BadSignature):
        parse(xml.replace(f"<{name}>{PAID[name]}<", f"<{name}>{changed}<"))


def test_values_cannot_be_moved_from_one_node_to_another():
    """The hash has no names: the same chain must not be read as another message."""
    values = {**PAID, "gatewayID": "", "paymentStatusDetails": "1|20010101111111"}

    with pytest.raises((Malformed, BadSignature)):
        parse(document(nodes(values), PAID.values()))


@pytest.mark.parametrize("name", ["title", "addressIP", "newField", "cardData"])
def test_a_node_that_was_not_agreed_is_unsigned_and_makes_the_message_a_forgery(name):
    content = nodes({**PAID, name: "x"})

    with pytest.raises(BadSignature):
        parse(document(content, [*PAID.values()]))
    with pytest.raises(BadSignature):
        parse(document(content, [*PAID.values(), "x"]))


def test_a_part_of_the_payers_data_that_we_do_not_know_makes_the_message_a_forgery():
    content = nodes(PAID) + "<customerData><amount>1.00</amount></customerData>"

    with pytest.raises(BadSignature):
        parse(document(content, PAID.values()))


@pytest.mark.parametrize("name", ["amount", "orderID", "paymentStatus", "startAmount"])
def test_a_value_that_appears_twice_is_refused(name):
    xml = itn().replace(f"<{name}>", f"<{name}>{PAID[name]}</{name}><{name}>", 1)

    with pytest.raises(Malformed):
        parse(xml)


def test_two_transactions_in_one_message_are_refused():
    one = f"<transaction>{nodes(PAID)}</transaction>"

    with pytest.raises(Malformed):
        parse(itn().replace("</transactions>", f"{one}</transactions>"))


@pytest.mark.parametrize(
    "xml",
    [
        b"",
        b"{}",
        b"<transactionList/>",
        b"<x/>",
        itn().replace("</hash>", "").encode(),
        itn().encode("utf-16"),
        itn(paymentStatusDetails="ŻÓŁĆ").encode("iso-8859-2"),
        itn().replace("<transactionList>", '<!DOCTYPE x [<!ENTITY e "e">]><transactionList>', 1).encode(),
        itn().replace("<transactionList>", "<!DOCTYPE transactionList><transactionList>", 1).encode(),
        itn().replace("<orderID>11", "<orderID>&e;11").encode(),
        itn().replace("<orderID>11</orderID>", "<orderID><b>11</b></orderID>").encode(),
        itn().replace("<transactions>", "<transactions>text").encode(),
        b"<a>" * 5000 + b"</a>" * 5000,
        b"<transactionList>" + b"<a/>" * 6000 + b"</transactionList>",
    ],
    ids=[
        "empty", "JSON", "no transactions", "other root", "not closed", "UTF-16", "8859-2", "entity", "doctype",
        "undeclared entity", "element for text", "text for element", "deep", "long",
    ],
)  # fmt: skip
def test_what_is_not_plain_xml_of_one_transaction_is_refused(xml):
    with pytest.raises(Malformed):
        parse(xml)


def test_an_encoding_that_the_document_declares_does_not_matter():
    xml = itn(paymentStatusDetails="ŻÓŁĆ").replace('encoding="UTF-8"', 'encoding="ISO-8859-2"')

    assert parse(xml).ref == "11"


def test_line_breaks_around_the_values_change_nothing():
    """The documentation prints its documents with them."""
    xml = itn().replace("><", ">\r\n\t<").replace("SUCCESS", "\n\tSUCCESS\n")

    assert parse(xml).dedupe_key == parse(itn()).dedupe_key


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"transactions=",
        b"transactions=%00",
        b"transactions=!!!!",
        b"other=PHg+",
        b"transactions=PHg+&transactions=PHg+",
        b"\xff\xfe",
        b"transactions=" + b"A" * (64 * 1024),
    ],
)
def test_what_is_not_one_field_in_base64_is_refused(body):
    """Bug class 25: at most 64 kB."""
    with pytest.raises(Malformed):
        OPERATOR.parse_notification(configured(), RawRequest("POST", "/webhook", {}, body))


def test_base64_that_was_not_escaped_or_was_broken_into_lines_is_read():
    packed = base64.encodebytes(itn(paymentStatusDetails="ŻŻŻ>>>???").encode()).decode()
    assert "+" in packed or "/" in packed

    for body in (f"transactions={packed}".replace("\n", "%0A"), f"transactions={quote(packed)}"):
        assert (
            OPERATOR.parse_notification(configured(), RawRequest("POST", "/", {}, body.encode())).ref == "11"
        )


def test_a_well_signed_message_for_another_service_is_refused():
    """Bug class 10."""
    with pytest.raises(WrongMerchant):
        parse(itn(service_id="2"))


def test_a_message_of_the_old_key_is_answered_under_the_old_key():
    """Bug class 27: the operator, who still has the old one, checks our answer with it."""
    config = configured(keys=("klucz-nowy-1", KEY))

    reply = OPERATOR.ack(config, parse(itn(), config), accepted=True)

    assert signature.sign(["1", "11", "CONFIRMED"], KEY) in reply.body.decode()


def test_the_answer_is_that_of_the_documentation():
    vector = BY_NAME["reply to a notification"]
    event = parse(itn())

    taken = OPERATOR.ack(configured(), event, accepted=True)
    refused = OPERATOR.ack(configured(), event, accepted=False)

    assert (taken.status, taken.content_type) == (200, "application/xml; charset=utf-8")
    assert "<confirmation>CONFIRMED</confirmation>" in taken.body.decode()
    assert f"<hash>{vector['hash']}</hash>" in taken.body.decode()
    assert "<confirmation>NOTCONFIRMED</confirmation>" in refused.body.decode()


def test_a_transfer_is_not_a_payment():
    """An ISTN tells of money on its way to the office; no status of it makes a payment paid."""
    values = {
        "isRefund": "false", "orderID": "11", "remoteID": "91", "remoteOutID": "ROZ_1", "amount": "11.11",
        "currency": "PLN", "transferDate": "20260102101112", "transferStatus": "SUCCESS", "title": "Podatek",
    }  # fmt: skip

    event = parse(document(nodes(values), values.values()))

    assert (event.kind, event.status) == (EventKind.SETTLEMENT, RemoteStatus.PAID)
    assert (event.ref, event.operator_tx_id, event.amount_gr) == ("11", "91", 1111)
    assert (
        "<remoteOutID>ROZ_1</remoteOutID>" in OPERATOR.ack(configured(), event, accepted=True).body.decode()
    )
    for changes in ({"isRefund": ""}, {"transferStatus": "DONE"}, {"remoteOutID": ""}, {"amount": "x"}):
        changed = {**values, **changes}
        with pytest.raises(Malformed):
            parse(document(nodes(changed), changed.values()))
    with pytest.raises(BadSignature):
        parse(document(nodes({**values, "paymentStatus": "SUCCESS"}), values.values()))
