import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from integrations.payments.tpay import jws, signature

VECTORS = json.loads((Path(__file__).parents[2] / "vectors/tpay.json").read_text(encoding="utf-8"))
BY_NAME = {vector["name"]: vector for vector in VECTORS["vectors"]}
JWS = VECTORS["jws"]
KEY = load_pem_public_key(JWS["public_key"].encode())


@pytest.mark.parametrize("vector", VECTORS["vectors"], ids=lambda vector: vector["name"])
def test_the_checksum_equals_the_vector(vector):
    assert signature.md5sum(vector["values"], vector["code"]) == vector["md5sum"]
    assert signature.verifies(vector["md5sum"], vector["values"], ("another", vector["code"]))


@pytest.mark.parametrize("wrong", VECTORS["wrong"], ids=lambda wrong: wrong["name"])
def test_the_usual_wrong_checksums_do_not_verify(wrong):
    """Classes 8, 9 and 18."""
    vector = BY_NAME[wrong["of"]]

    assert not signature.verifies(wrong["md5sum"], vector["values"], (vector["code"],))


@pytest.mark.parametrize("key", signature.SIGNED)
def test_a_change_of_any_signed_value_breaks_the_checksum(key):
    vector = BY_NAME["the documentation's values"]

    changed = {**vector["values"], key: vector["values"][key] + "0"}

    assert not signature.verifies(vector["md5sum"], changed, (vector["code"],))


def test_the_detached_signature_covers_the_vectors_body():
    assert jws.parse(JWS["header"]).covers(JWS["body"].encode(), KEY)


@pytest.mark.parametrize(
    "body",
    [JWS["body"] + "&", JWS["body"].replace("%C5%82", "l"), JWS["body"].lower(), "", JWS["body"] + "\n"],
)
def test_the_detached_signature_covers_no_other_body(body):
    """Class 7."""
    assert not jws.parse(JWS["header"]).covers(body.encode(), KEY)
