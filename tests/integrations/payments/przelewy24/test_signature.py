import json
from pathlib import Path

import pytest

from integrations.payments.przelewy24 import signature

VECTORS = json.loads((Path(__file__).parents[2] / "vectors/przelewy24.json").read_text(encoding="utf-8"))
RECIPES = {
    "register": signature.REGISTER,
    "verify": signature.VERIFY,
    "notification": signature.NOTIFICATION,
    "refund_notification": signature.REFUND_NOTIFICATION,
}
BY_NAME = {vector["name"]: vector for vector in VECTORS["vectors"]}
NOTICE = BY_NAME["notification with a diacritic, a slash and a 64-bit order id"]


def verifies(claimed, values=None, generations=(NOTICE["crc"],)):
    return signature.verifies(claimed, signature.NOTIFICATION, values or NOTICE["values"], generations)


@pytest.mark.parametrize("vector", VECTORS["vectors"], ids=lambda vector: vector["name"])
def test_the_signature_equals_the_vector(vector):
    assert signature.sign(RECIPES[vector["recipe"]], vector["values"], vector["crc"]) == vector["sign"]


@pytest.mark.parametrize("vector", VECTORS["vectors"], ids=lambda vector: vector["name"])
def test_the_order_in_which_the_values_came_does_not_matter(vector):
    backwards = dict(reversed(vector["values"].items()))

    assert signature.sign(RECIPES[vector["recipe"]], backwards, vector["crc"]) == vector["sign"]


@pytest.mark.parametrize("wrong", VECTORS["wrong"], ids=lambda wrong: wrong["name"])
def test_the_usual_wrong_signatures_do_not_verify(wrong):
    vector = BY_NAME[wrong["of"]]

    assert not signature.verifies(
        wrong["sign"], RECIPES[vector["recipe"]], vector["values"], (vector["crc"],)
    )


@pytest.mark.parametrize(
    "claimed",
    [
        None,
        "",
        1,
        True,
        [],
        {"sign": NOTICE["sign"]},
        NOTICE["sign"].upper(),
        NOTICE["sign"][:-1],
        NOTICE["sign"] + "0",
        NOTICE["sign"] + "\n",
        " " + NOTICE["sign"],
        "ł" * 96,
        "0" * 96,
    ],
)
def test_nothing_but_the_exact_signature_verifies(claimed):
    assert verifies(NOTICE["sign"])
    assert not verifies(claimed)


@pytest.mark.parametrize("key", signature.NOTIFICATION)
def test_a_change_of_any_value_breaks_the_signature(key):
    value = NOTICE["values"][key]
    other = value + 1 if isinstance(value, int) else value + "x"

    assert not verifies(NOTICE["sign"], {**NOTICE["values"], key: other})


@pytest.mark.parametrize("key", ["merchantId", "posId", "amount", "originAmount", "orderId", "methodId"])
def test_a_number_in_quotes_has_another_signature(key):
    assert not verifies(NOTICE["sign"], {**NOTICE["values"], key: str(NOTICE["values"][key])})


def test_the_previous_generation_of_the_key_verifies_and_an_older_one_does_not():
    assert verifies(NOTICE["sign"], generations=("the-new-one", NOTICE["crc"]))
    assert not verifies(NOTICE["sign"], generations=("the-new-one", "the-one-before"))


def test_an_empty_statement_can_be_signed():
    values = {**NOTICE["values"], "statement": ""}
    claimed = signature.sign(signature.NOTIFICATION, values, NOTICE["crc"])

    assert verifies(claimed, values)
