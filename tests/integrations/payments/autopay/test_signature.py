import json
from dataclasses import replace
from pathlib import Path

import pytest

from integrations.payments.autopay import settings, signature
from integrations.payments.base import OperatorConfig

VECTORS = json.loads((Path(__file__).parents[2] / "vectors/autopay.json").read_text(encoding="utf-8"))
BY_NAME = {vector["name"]: vector for vector in VECTORS["vectors"]}
REQUESTS = {
    "start": signature.START,
    "status": signature.STATUS,
    "cancel": signature.CANCEL,
    "refund": signature.REFUND,
    "gateways": signature.GATEWAYS,
    "legal_data": signature.LEGAL_DATA,
}
NOTICE = BY_NAME["notification"]


def configured(vector, *keys):
    ids = {
        "service_id": "1",
        "hash_algorithm": vector["algorithm"],
        "itn_nodes": "brak",
        "fee_model": "MERCHANT",
    }
    return OperatorConfig(
        "autopay", settings.PROFILES["sandbox"], ids, {"shared_key": keys or (vector["key"],)}
    )


def verifies(claimed, values=None, config=None):
    values = list(NOTICE["values"].values()) if values is None else values
    return signature.signer(claimed, values, config or configured(NOTICE)) is not None


@pytest.mark.parametrize("vector", VECTORS["vectors"], ids=lambda vector: vector["name"])
def test_the_hash_equals_the_vector(vector):
    values = list(vector["values"].values())

    assert signature.sign(values, vector["key"], vector["algorithm"]) == vector["hash"]
    assert signature.signer(vector["hash"], values, configured(vector)) == vector["key"]


@pytest.mark.parametrize(
    "vector",
    [one for one in VECTORS["vectors"] if one["recipe"] in REQUESTS],
    ids=lambda vector: vector["name"],
)
def test_a_request_is_hashed_in_the_order_of_the_numbers_however_it_was_written_down(vector):
    """Bug class 7: the order under the hash is the documentation's, not that of the form."""
    backwards = dict(reversed(vector["values"].items()))

    signed = signature.signed(REQUESTS[vector["recipe"]], backwards, configured(vector))

    assert signed == {**vector["values"], "Hash": vector["hash"]}


@pytest.mark.parametrize("wrong", VECTORS["wrong"], ids=lambda wrong: wrong["name"])
def test_the_usual_wrong_hashes_do_not_verify(wrong):
    """Bug classes 8 and 9: another function, another case, no key."""
    vector = BY_NAME[wrong["of"]]

    assert not verifies(wrong["hash"], list(vector["values"].values()), configured(vector))


@pytest.mark.parametrize(
    "claimed",
    [
        "",
        NOTICE["hash"].upper(),
        NOTICE["hash"][:-1],
        NOTICE["hash"] + "0",
        NOTICE["hash"] + "\n",
        "ł" * 64,
        "0" * 64,
    ],
)
def test_nothing_but_the_exact_hash_verifies(claimed):
    """Bug class 8: missing, empty, cut, upper-case."""
    assert verifies(NOTICE["hash"])
    assert not verifies(claimed)


def test_the_sender_does_not_choose_the_function():
    """Bug class 8: an SHA-256 hash is refused where SHA-512 was agreed, and the other way round."""
    longer = BY_NAME["notification under SHA-512"]

    assert verifies(longer["hash"], config=configured(longer))
    assert not verifies(NOTICE["hash"], config=configured(longer))
    assert not verifies(longer["hash"])


@pytest.mark.parametrize("position", range(len(NOTICE["values"])))
def test_a_change_of_any_value_breaks_the_hash(position):
    values = list(NOTICE["values"].values())
    values[position] += "1"

    assert not verifies(NOTICE["hash"], values)


def test_the_previous_generation_of_the_key_verifies_and_an_older_one_does_not():
    """Bug class 27."""
    assert verifies(NOTICE["hash"], config=configured(NOTICE, "the-new-one", NOTICE["key"]))
    assert not verifies(NOTICE["hash"], config=configured(NOTICE, "the-new-one", "the-one-before"))


def test_new_requests_are_hashed_with_the_current_generation():
    """Bug class 27."""
    vector = BY_NAME["start"]
    config = configured(vector, vector["key"], "the-old-one")

    assert signature.signed(signature.START, vector["values"], config)["Hash"] == vector["hash"]


@pytest.mark.parametrize("key", ["", "  "])
def test_a_key_with_nothing_in_it_cannot_be_configured(key):
    """Bug class 9: a hash over values and nothing must never pass."""
    with pytest.raises(ValueError, match="shared_key"):
        replace(configured(NOTICE), secrets={"shared_key": (key,)})
