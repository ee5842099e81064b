import pytest

from integrations.emulators.operators.records import Merchant
from integrations.emulators.przelewy24.api import commission_gr

CRC_REFUSAL = {"error": "Incorrect CRC value", "code": 400}
AUTH_REFUSAL = {"error": "Incorrect authentication", "code": 401}


def session_state(emulator, document):
    return emulator.control.transaction(document["sessionId"])["state"]


def order_id(emulator, document):
    return int(emulator.control.transaction(document["sessionId"])["operator_tx_id"])


@pytest.mark.parametrize(
    "auth", [None, ("144354", "zly-klucz"), ("999", "klucz-raportow-borki-1"), ("abc", "x"), ("", "")]
)
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/v1/testAccess"),
        ("POST", "/api/v1/transaction/register"),
        ("PUT", "/api/v1/transaction/verify"),
        ("GET", "/api/v1/transaction/by/sessionId/x"),
        ("GET", "/api/v1/payment/methods/pl"),
        ("POST", "/api/v1/transaction/refund"),
        ("GET", "/api/v1/refund/by/orderId/1"),
    ],
)
def test_no_call_is_answered_without_the_right_key(emulator, shop, method, path, auth):
    body = shop.registration() if method != "GET" else None

    answer = shop.http(method, path, auth=auth, json=body)

    assert answer.status_code == 401
    assert answer.json() == AUTH_REFUSAL
    assert emulator.control.state()["transactions"] == []


def test_the_right_key_passes_the_access_test(shop):
    assert shop.http("GET", "/api/v1/testAccess").json() == {"data": True, "error": ""}


@pytest.mark.parametrize("field", ["sessionId", "amount"])
def test_a_registration_signed_for_other_values_is_refused(emulator, shop, field):
    document = shop.registration()
    document[field] = 1 if field == "amount" else "other"

    answer = shop.http("POST", "/api/v1/transaction/register", json=document)

    assert (answer.status_code, answer.json()) == (400, CRC_REFUSAL)
    assert emulator.control.state()["transactions"] == []


def test_a_registration_in_another_merchants_name_is_refused(emulator, shop):
    document = shop.registration(merchantId=200100, posId=200101)

    assert shop.http("POST", "/api/v1/transaction/register", json=document).status_code == 401
    assert emulator.control.state()["transactions"] == []


@pytest.mark.parametrize(
    "changes",
    [
        {"amount": "12345"},
        {"amount": 123.45},
        {"amount": 0},
        {"amount": -1},
        {"merchantId": "144354"},
        {"currency": "EUR"},
        {"description": ""},
        {"description": "x" * 1025},
        {"email": "x" * 51},
        {"urlReturn": ""},
        {"urlReturn": "http://x/" + "x" * 250},
        {"urlStatus": "http://x/" + "x" * 250},
        {"timeLimit": 100},
        {"timeLimit": -1},
        {"method": "25"},
        {"transferLabel": "x" * 21},
        {"sessionId": "x" * 101},
    ],
)
def test_a_registration_beyond_the_documented_limits_is_refused(emulator, shop, changes):
    answer = shop.http("POST", "/api/v1/transaction/register", json=shop.registration(**changes))

    assert answer.status_code == 400
    assert emulator.control.state()["transactions"] == []


def test_a_session_can_be_registered_once_per_merchant(emulator, shop):
    document = shop.register()

    again = shop.http("POST", "/api/v1/transaction/register", json=shop.registration(**document))

    assert again.status_code == 400
    assert len(emulator.control.state()["transactions"]) == 1


def test_order_ids_do_not_fit_into_32_bits(emulator, shop):
    assert order_id(emulator, shop.register()) > 2**32


def test_a_transaction_that_nobody_paid_cannot_be_verified(emulator, shop):
    document = shop.register()

    answer = shop.verify(shop.verification(document, order_id(emulator, document)))

    assert answer.status_code == 400
    assert session_state(emulator, document) == "started"


@pytest.mark.parametrize(
    "changes",
    [{"amount": 12344}, {"amount": 12346}, {"currency": "EUR"}, {"sessionId": "other"}, {"orderId": 1}],
)
def test_the_amounts_of_a_verification_are_checked_against_the_operators_books(emulator, shop, changes):
    document = shop.register()
    emulator.control.pay(document["sessionId"])

    answer = shop.verify(shop.verification(document, order_id(emulator, document), **changes))

    assert answer.status_code == 400
    assert session_state(emulator, document) == "paid"


def test_a_verification_with_a_wrong_signature_is_refused(emulator, shop):
    document = shop.register()
    emulator.control.pay(document["sessionId"])
    verification = {**shop.verification(document, order_id(emulator, document)), "sign": "0" * 96}

    answer = shop.verify(verification)

    assert (answer.status_code, answer.json()) == (400, CRC_REFUSAL)
    assert session_state(emulator, document) == "paid"


def test_a_paid_transaction_is_an_advance_until_it_is_verified(emulator, shop):
    document = shop.register()
    path = f"/api/v1/transaction/by/sessionId/{document['sessionId']}"
    assert shop.http("GET", path).json()["data"]["status"] == 0
    emulator.control.pay(document["sessionId"])
    assert shop.http("GET", path).json()["data"]["status"] == 1

    answer = shop.verify(shop.verification(document, order_id(emulator, document)))

    assert answer.json() == {"data": {"status": "success"}, "responseCode": 0}
    data = shop.http("GET", path).json()["data"]
    assert (data["status"], data["amount"], data["currency"]) == (2, 12345, "PLN")
    assert len(data["dateOfTransaction"]) == 12


def test_an_unknown_session_is_not_found(shop):
    answer = shop.http("GET", "/api/v1/transaction/by/sessionId/nieznana")

    assert (answer.status_code, answer.json()["error"]) == (404, "Transaction not found")


def test_neither_the_state_nor_the_log_nor_the_panel_shows_a_key(emulator, shop):
    document = shop.register()
    emulator.control.pay(document["sessionId"])

    shown = "".join(
        shop.http("GET", path, auth=None).text for path in ("/__emu__/state", "/__emu__/log", "/")
    )

    assert document["sessionId"] in shown
    assert shop.crc not in shown
    assert shop.merchant["secrets"]["api_key"] not in shown


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/__emu__/faults", {"where": "start", "mode": "nonsense"}, 400),
        ("/__emu__/faults", {"where": "nowhere", "mode": "500"}, 400),
        ("/__emu__/faults", {}, 400),
        ("/__emu__/faults", {"where": "start", "mode": "500", "times": 0}, 400),
        ("/__emu__/pay/nieznana", {}, 404),
        ("/__emu__/methods/999999", {"active": True}, 404),
        ("/__emu__/clock/advance", {"s": -1}, 400),
        ("/__emu__/merchants", {"name": "x"}, 400),
    ],
)
def test_the_control_api_refuses_what_it_does_not_know(emulator, shop, path, body, status):
    assert shop.http("POST", path, json=body).status_code == status
    assert emulator.control.state()["faults"] == []


def test_a_fault_strikes_as_often_as_ordered_and_only_for_its_merchant(emulator, shop):
    emulator.control.fault("start", "500", times=2, merchant="200101")
    emulator.control.fault("start", "503", times=1)

    statuses = [
        shop.http("POST", "/api/v1/transaction/register", json=shop.registration()).status_code
        for _ in range(3)
    ]

    assert statuses == [503, 200, 200]
    [left] = emulator.control.state()["faults"]
    assert (left["merchant"], left["times"]) == ("200101", 2)


@pytest.mark.parametrize(
    ("commissions", "method", "cost_gr"),
    [
        ("blik=90;transfer=120", "154", 90),
        ("blik=90;transfer=120", "25", 120),
        ("blik=90;transfer=120", "", 120),
        ("blik=90;transfer=120", "218", 100),
        ("", "25", 100),
    ],
)
def test_the_commission_is_that_of_the_merchants_contract(commissions, method, cost_gr):
    merchant = Merchant("1", "Gmina", "0" * 26, {"commissions": commissions}, {})
    assert commission_gr(merchant, method) == cost_gr
