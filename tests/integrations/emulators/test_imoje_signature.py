import json
from pathlib import Path

import pytest

from integrations.emulators.imoje import sign
from integrations.emulators.operators.records import Merchant

VECTORS = json.loads((Path(__file__).parents[1] / "vectors/imoje.json").read_text(encoding="utf-8"))
BY_NAME = {vector["name"]: vector for vector in VECTORS["vectors"]}


def merchant(name: str, key: str) -> Merchant:
    ids = {"merchant_id": f"m-{name}", "service_id": f"s-{name}"}
    return Merchant(name, name, "", ids, {"service_key": key, "api_token": "t"})


@pytest.mark.parametrize("vector", VECTORS["vectors"], ids=lambda vector: vector["name"])
def test_the_emulators_own_digest_equals_the_vector(vector):
    assert sign.digest(vector["text"].encode(), vector["key"], vector["algorithm"]) == vector["digest"]


@pytest.mark.parametrize("wrong", VECTORS["wrong"], ids=lambda wrong: wrong["name"])
def test_the_usual_wrong_digests_are_not_made(wrong):
    vector = BY_NAME[wrong["of"]]

    assert sign.digest(vector["text"].encode(), vector["key"], vector["algorithm"]) != wrong["digest"]


def test_the_header_names_one_shop_and_carries_the_digest_of_the_other_where_the_operator_lies():
    vector = BY_NAME["notification"]
    named, signer = merchant("borki", "another-key"), merchant("dabrowa", vector["key"])

    assert sign.header(named, signer, vector["text"].encode()) == (
        f"merchantid=m-borki;serviceid=s-borki;signature={vector['digest']};alg=sha256"
    )
