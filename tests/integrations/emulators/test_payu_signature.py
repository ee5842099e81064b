import json
from pathlib import Path

import pytest

from integrations.emulators.payu import sign

VECTORS = json.loads((Path(__file__).parents[1] / "vectors/payu.json").read_text(encoding="utf-8"))
BY_NAME = {vector["name"]: vector for vector in VECTORS["vectors"]}


@pytest.mark.parametrize("vector", VECTORS["vectors"], ids=lambda vector: vector["name"])
def test_the_emulators_own_signature_equals_the_vector(vector):
    body, key, algorithm = vector["body"].encode(), vector["key"], vector["algorithm"]

    assert sign.signature(body, key, algorithm) == vector["signature"]
    assert sign.header(body, key, algorithm) == (
        f"sender=checkout;signature={vector['signature']};algorithm={algorithm};content=DOCUMENT"
    )


@pytest.mark.parametrize("wrong", VECTORS["wrong"], ids=lambda wrong: wrong["name"])
def test_the_emulator_does_not_make_the_usual_wrong_signatures(wrong):
    vector = BY_NAME[wrong["of"]]

    assert sign.signature(vector["body"].encode(), vector["key"], vector["algorithm"]) != wrong["signature"]
