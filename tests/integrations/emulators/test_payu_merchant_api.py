import pytest

from integrations.emulators.registry import start
from tests.integrations.emulators.payu_shop import BORKI, DABROWA, ORDERS, WEB, Shop


@pytest.fixture(scope="module")
def running():
    with start("payu", merchants=[BORKI, DABROWA]) as emulator:
        yield emulator


@pytest.fixture
def emulator(running):
    yield running
    running.control.reset()


@pytest.fixture
def shop(emulator):
    return Shop(emulator.url)


def status_of(shop, order):
    answer = shop.http("GET", f"{ORDERS}/{order['orderId']}")
    assert answer.status_code == 200, answer.text
    [found] = answer.json()["orders"]
    return found


@pytest.mark.parametrize(
    ("changes", "status", "word"),
    [
        ({"client_secret": "zly-klucz"}, 401, "invalid_client"),
        ({"client_secret": ""}, 401, "invalid_client"),
        ({"client_secret": DABROWA["secrets"]["client_secret"]}, 401, "invalid_client"),
        ({"client_id": "999"}, 401, "invalid_client"),
        ({"client_id": BORKI["ids"]["pos_id"]}, 401, "invalid_client"),
        ({"grant_type": "partner"}, 400, "unsupported_grant_type"),
    ],
)
def test_a_token_is_given_only_for_the_right_client(shop, changes, status, word):
    answer = shop.authorize(**changes)

    assert (answer.status_code, answer.json()["error"]) == (status, word)


def test_a_token_lives_for_43199_seconds(emulator, shop):
    answer = shop.authorize().json()
    assert (answer["token_type"], answer["expires_in"]) == ("bearer", 43199)
    shop.token = answer["access_token"]
    assert shop.http("GET", "/api/v2_1/paymethods").status_code == 200

    emulator.control.advance(43200)

    assert shop.http("GET", "/api/v2_1/paymethods").status_code == 401


@pytest.mark.parametrize("authorization", ["", "Bearer", "Bearer nieznany", "Basic MTox", "nieznany"])
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", ORDERS),
        ("GET", f"{ORDERS}/x"),
        ("DELETE", f"{ORDERS}/x"),
        ("POST", f"{ORDERS}/x/refunds"),
        ("GET", f"{ORDERS}/x/refunds"),
        ("GET", "/api/v2_1/paymethods"),
    ],
)
def test_no_call_is_answered_without_a_token(emulator, shop, method, path, authorization):
    body = shop.document() if method == "POST" else None

    answer = shop.http(method, path, headers={"Authorization": authorization}, json=body)

    assert (answer.status_code, answer.json()["status"]["statusCode"]) == (401, "UNAUTHORIZED")
    assert emulator.control.transactions() == []


def test_an_order_is_answered_302_with_json_and_location(emulator, shop):
    document = shop.document()

    answer = shop.http("POST", ORDERS, json=document)

    body = answer.json()
    assert answer.status_code == 302
    assert answer.headers["location"] == body["redirectUri"]
    assert body["status"] == {"statusCode": "SUCCESS"}
    assert body["extOrderId"] == document["extOrderId"]
    assert emulator.control.transaction(body["orderId"])["amount_gr"] == 12345
    assert "123,45" in WEB.get(body["redirectUri"]).text


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"totalAmount": 12345}, "ERROR_VALUE_INVALID"),
        ({"totalAmount": "123.45"}, "ERROR_VALUE_INVALID"),
        ({"totalAmount": "0"}, "ERROR_VALUE_INVALID"),
        ({"totalAmount": "-1"}, "ERROR_VALUE_INVALID"),
        ({"totalAmount": None}, "ERROR_VALUE_MISSING"),
        ({"currencyCode": "EUR"}, "ERROR_VALUE_INVALID"),
        ({"currencyCode": None}, "ERROR_VALUE_MISSING"),
        ({"customerIp": "0.0.0.0"}, "ERROR_VALUE_INVALID"),  # noqa: S104 -- a value that PayU refuses
        ({"customerIp": "2001:db8::1"}, "ERROR_VALUE_INVALID"),
        ({"customerIp": None}, "ERROR_VALUE_MISSING"),
        ({"description": ""}, "ERROR_VALUE_MISSING"),
        ({"description": "x" * 4001}, "ERROR_VALUE_INVALID"),
        ({"visibleDescription": "x" * 81}, "ERROR_VALUE_INVALID"),
        ({"notifyUrl": "http://x/" + "x" * 1024}, "ERROR_VALUE_INVALID"),
        ({"extOrderId": "x" * 1025}, "ERROR_VALUE_INVALID"),
        ({"validityTime": "0"}, "ERROR_VALUE_INVALID"),
        ({"validityTime": "15m"}, "ERROR_VALUE_INVALID"),
        ({"products": []}, "ERROR_VALUE_MISSING"),
        ({"products": [{"name": "x", "unitPrice": 1, "quantity": "1"}]}, "ERROR_VALUE_INVALID"),
        ({"products": "x"}, "ERROR_VALUE_INVALID"),
        ({"payMethods": {"payMethod": {"type": "PBL", "value": "nieznany"}}}, "ERROR_VALUE_INVALID"),
    ],
)
def test_an_order_beyond_the_documented_limits_is_refused(emulator, shop, changes, code):
    answer = shop.http("POST", ORDERS, json=shop.document(**changes))

    assert (answer.status_code, answer.json()["status"]["statusCode"]) == (400, code)
    assert emulator.control.transactions() == []


@pytest.mark.parametrize("body", [b"", b"[]", b"x", b"{"])
def test_an_order_that_is_no_json_object_is_refused(emulator, shop, body):
    answer = shop.http("POST", ORDERS, content=body)

    assert (answer.status_code, answer.json()["status"]["statusCode"]) == (400, "ERROR_SYNTAX")
    assert emulator.control.transactions() == []


def test_an_order_in_the_name_of_another_point_of_sale_is_refused(emulator, shop):
    answer = shop.http("POST", ORDERS, json=shop.document(merchantPosId=DABROWA["ids"]["pos_id"]))

    assert answer.status_code == 403
    assert answer.json()["status"]["codeLiteral"] == "INVALID_AUTH_FOR_THIS_ORDER"
    assert emulator.control.transactions() == []


def test_a_reference_is_taken_once_by_one_point_of_sale(emulator, shop):
    order = shop.order()

    again = shop.http("POST", ORDERS, json=shop.document(extOrderId=order["extOrderId"]))
    other = Shop(emulator.url, DABROWA).order(extOrderId=order["extOrderId"])

    assert (again.status_code, again.json()["status"]["statusCode"]) == (400, "ERROR_ORDER_NOT_UNIQUE")
    assert other["orderId"] != order["orderId"]
    assert len(emulator.control.transactions()) == 2


def test_orders_without_a_reference_are_all_taken(emulator, shop):
    first, second = shop.order(extOrderId=None), shop.order(extOrderId=None)

    assert first["orderId"] != second["orderId"]
    assert len(emulator.control.transactions()) == 2


def test_an_order_goes_from_new_to_completed_and_keeps_its_amount_as_a_text(emulator, shop):
    order = shop.order()
    assert (status_of(shop, order)["status"], status_of(shop, order)["totalAmount"]) == ("NEW", "12345")

    emulator.control.pay(order["extOrderId"])

    found = status_of(shop, order)
    assert (found["status"], found["totalAmount"], found["currencyCode"]) == ("COMPLETED", "12345", "PLN")
    assert found["merchantPosId"] == BORKI["ids"]["pos_id"]


def test_an_order_cannot_be_asked_for_by_the_merchants_reference_or_by_another_merchant(emulator, shop):
    order = shop.order()

    assert shop.http("GET", f"{ORDERS}/{order['extOrderId']}").status_code == 404
    assert Shop(emulator.url, DABROWA).http("GET", f"{ORDERS}/{order['orderId']}").status_code == 404


def test_an_unpaid_order_can_be_withdrawn_once_and_a_paid_one_never(emulator, shop):
    order, paid = shop.order(), shop.order()
    emulator.control.pay(paid["extOrderId"])

    first, second = (shop.http("DELETE", f"{ORDERS}/{order['orderId']}") for _ in range(2))
    refused = shop.http("DELETE", f"{ORDERS}/{paid['orderId']}")

    assert (first.status_code, second.status_code, refused.status_code) == (200, 400, 400)
    assert (status_of(shop, order)["status"], status_of(shop, paid)["status"]) == ("CANCELED", "COMPLETED")
    assert not emulator.control.pay(order["extOrderId"])["paid"]


def test_ways_to_pay_have_values_limits_and_a_status(emulator, shop):
    emulator.control.switch_method("bk", active=False)
    try:
        answer = shop.http("GET", "/api/v2_1/paymethods", params={"lang": "pl"}).json()
    finally:
        emulator.control.switch_method("bk", active=True)

    by_value = {one["value"]: one for one in answer["payByLinks"]}
    assert by_value["blik"]["maxAmount"] == 100_000_00
    assert (by_value["bk"]["status"], by_value["bm"]["status"]) == ("TEMPORARY_DISABLED", "ENABLED")
    assert WEB.get(by_value["bm"]["brandImageUrl"]).headers["content-type"].startswith("image/svg+xml")


def test_the_same_refund_again_is_the_same_refund_even_without_a_key(emulator, shop):
    order = shop.order()
    emulator.control.pay(order["extOrderId"])

    refunds = [shop.refund(order, amount="4000").json()["refund"]["refundId"] for _ in range(2)]
    keyed = [shop.refund(order, amount="4000", extRefundId=key) for key in ("k1", "k1", "k2")]

    assert refunds[0] == refunds[1]
    ids = [answer.json()["refund"]["refundId"] for answer in keyed]
    assert ids[0] == ids[1] not in {ids[2], refunds[0]}
    listed = shop.http("GET", f"{ORDERS}/{order['orderId']}/refunds").json()
    assert [one["amount"] for one in listed] == ["4000", "4000", "4000"]


def test_without_an_amount_everything_that_is_left_is_given_back(emulator, shop):
    order = shop.order()
    emulator.control.pay(order["extOrderId"])
    shop.refund(order, amount="345", extRefundId="k1")

    rest = shop.refund(order, extRefundId="k2").json()

    assert (rest["refund"]["amount"], rest["refund"]["status"]) == ("12000", "PENDING")
    emulator.control.advance(3600)
    listed = shop.http("GET", f"{ORDERS}/{order['orderId']}/refunds").json()
    assert {one["status"] for one in listed} == {"FINALIZED"}
    assert status_of(shop, order)["status"] == "COMPLETED"


@pytest.mark.parametrize(
    ("wish", "literal"),
    [
        ({"amount": "12346"}, "AMOUNT_TO_BIG"),
        ({"amount": "2", "extRefundId": "used"}, "REFUND_IDEMPOTENCY_MISMATCH"),
        ({"amount": "0"}, None),
        ({"amount": "1.00"}, None),
        ({"description": ""}, None),
    ],
)
def test_a_refund_beyond_the_order_is_refused(emulator, shop, wish, literal):
    order = shop.order()
    emulator.control.pay(order["extOrderId"])
    shop.refund(order, amount="1", extRefundId="used")

    answer = shop.refund(order, **wish)

    assert answer.status_code == 400
    assert answer.json()["status"].get("codeLiteral") == literal
    assert len(emulator.control.state()["refunds"]) == 1


def test_an_unpaid_or_foreign_order_cannot_be_refunded(emulator, shop):
    order = shop.order()

    unpaid = shop.refund(order, amount="1")
    emulator.control.pay(order["extOrderId"])
    foreign = Shop(emulator.url, DABROWA).refund(order, amount="1")

    assert unpaid.json()["status"]["codeLiteral"] == "TRANS_NOT_ENDED"
    assert foreign.status_code == 404
    assert emulator.control.state()["refunds"] == []
