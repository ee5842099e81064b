import json
from pathlib import Path

import pytest

from integrations.emulators.autopay import sign

VECTORS = json.loads((Path(__file__).parents[1] / "vectors/autopay.json").read_text(encoding="utf-8"))
BY_NAME = {vector["name"]: vector for vector in VECTORS["vectors"]}
PATHS = {
    "start": "/payment",
    "status": "/webapi/transactionStatus",
    "cancel": "/webapi/transactionCancel",
    "refund": "/settlementapi/transactionRefund",
    "gateways": "/gatewayList/v3",
    "legal_data": "/legalData",
}


@pytest.mark.parametrize("vector", VECTORS["vectors"], ids=lambda vector: vector["name"])
def test_the_emulators_own_hash_equals_the_vector(vector):
    values = list(vector["values"].values())

    assert sign.digest(values, vector["key"], vector["algorithm"]) == vector["hash"]


@pytest.mark.parametrize(
    "vector", [one for one in VECTORS["vectors"] if one["recipe"] in PATHS], ids=lambda vector: vector["name"]
)
def test_the_emulator_knows_the_order_of_every_request(vector):
    names = sign.recipe(PATHS[vector["recipe"]])
    backwards = dict(reversed(vector["values"].items()))

    assert sign.digest([backwards.get(name, "") for name in names], vector["key"]) == vector["hash"]


@pytest.mark.parametrize("wrong", VECTORS["wrong"], ids=lambda wrong: wrong["name"])
def test_the_emulator_never_makes_the_usual_wrong_hashes(wrong):
    vector = BY_NAME[wrong["of"]]

    assert sign.digest(list(vector["values"].values()), vector["key"], vector["algorithm"]) != wrong["hash"]
