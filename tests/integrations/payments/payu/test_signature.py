import hashlib
import json
from pathlib import Path

import pytest

from integrations.payments.payu import signature
from integrations.payments.registry import entry

VECTORS = json.loads((Path(__file__).parents[2] / "vectors/payu.json").read_text(encoding="utf-8"))
BY_NAME = {vector["name"]: vector for vector in VECTORS["vectors"]}
NOTICE = BY_NAME["an order with diacritics and a slash"]
BODY, KEY, SIGN = NOTICE["body"].encode(), NOTICE["key"], NOTICE["signature"]
HEADER = f"sender=checkout;signature={SIGN};algorithm=MD5;content=DOCUMENT"


def verifies(header, body=BODY, generations=(KEY,)):
    return signature.verifies(header, body, generations)


@pytest.mark.parametrize("vector", VECTORS["vectors"], ids=lambda vector: vector["name"])
def test_the_signature_equals_the_vector(vector):
    body, key, algorithm = vector["body"].encode(), vector["key"], vector["algorithm"]

    assert signature.sign(body, key, algorithm) == vector["signature"]
    assert verifies(f"signature={vector['signature']};algorithm={algorithm}", body, (key,))


@pytest.mark.parametrize("wrong", VECTORS["wrong"], ids=lambda wrong: wrong["name"])
def test_the_usual_wrong_signatures_do_not_verify(wrong):
    """payments.md 11.7 (raw bytes), 11.9 (no key, the key "null"), 11.19 (spaces and diacritics)."""
    vector = BY_NAME[wrong["of"]]

    assert not verifies(
        f"signature={wrong['signature']};algorithm=MD5", vector["body"].encode(), (vector["key"],)
    )


@pytest.mark.parametrize(
    "header",
    [
        f"content=DOCUMENT;algorithm=MD5;signature={SIGN};sender=checkout",
        f"sender=300746;signature={SIGN};algorithm=MD5;content=DOCUMENT",
        f"signature={SIGN};algorithm=MD5;",
        f"sender=a=b; signature={SIGN}; algorithm=MD5",
        f"signature={SIGN};algorithm=MD5;later=1",
    ],
)
def test_the_fields_of_the_header_come_in_any_order_and_may_be_more(header):
    """payments.md 11.8."""
    assert verifies(header)


@pytest.mark.parametrize(
    "header",
    [
        "",
        ";",
        SIGN,
        f"signature={SIGN}",
        "algorithm=MD5",
        "signature=;algorithm=MD5",
        f"signature={SIGN.upper()};algorithm=MD5",
        f"signature={SIGN[:-1]};algorithm=MD5",
        f"signature={SIGN}0;algorithm=MD5",
        f"signature={SIGN}\n;algorithm=MD5\n",
        f"signature={'ł' * 32};algorithm=MD5",
        f"signature={'0' * 32};algorithm=MD5",
        f"signature={SIGN};signature={SIGN};algorithm=MD5",
        f"signature={'0' * 32};signature={SIGN};algorithm=MD5",
        f"signature={SIGN};algorithm=MD5;algorithm=SHA-256",
        f"{HEADER},{HEADER}",
    ],
)
def test_nothing_but_the_exact_signature_verifies(header):
    """payments.md 11.8: missing, empty, double, in upper case."""
    assert verifies(HEADER)
    assert not verifies(header)


@pytest.mark.parametrize(
    "name", ["md5", "SHA", "SHA1", "SHA-1", "SHA-512", "sha256", "none", "NONE", "", "adler32"]
)
def test_the_header_cannot_choose_an_algorithm_that_is_not_on_the_list(name):
    """payments.md 11.8: downgrade of the algorithm."""
    sha1 = hashlib.sha1(BODY + KEY.encode(), usedforsecurity=False).hexdigest()  # an SDK takes it
    for claimed in (SIGN, sha1, "", "0" * 8):
        assert not verifies(f"signature={claimed};algorithm={name}")


def test_a_signature_of_one_algorithm_is_none_of_the_other():
    longer = BY_NAME["an order signed with SHA-256"]["signature"]

    assert verifies(f"signature={longer};algorithm=SHA-256")
    assert not verifies(f"signature={longer};algorithm=MD5")
    assert not verifies(f"signature={SIGN};algorithm=SHA-256")


@pytest.mark.parametrize("at", range(0, len(BODY), 7))
def test_a_change_of_any_byte_breaks_the_signature(at):
    other = bytearray(BODY)
    other[at] ^= 1

    assert not verifies(HEADER, bytes(other))


def test_the_previous_generation_of_the_key_verifies_and_an_older_one_does_not():
    """payments.md 11.27."""
    assert verifies(HEADER, generations=("the-new-one", KEY))
    assert not verifies(HEADER, generations=("the-new-one", "the-one-before"))


@pytest.mark.parametrize("key", ["", "null", "None", KEY.upper(), KEY[:-1], KEY + " ", "0" * 33])
def test_a_second_key_that_is_none_cannot_be_configured(key):
    """payments.md 11.9: nobody may sign with nothing, or with the word for it."""
    known = entry("payu")
    ids = {"pos_id": "300746", "client_id": "300746"}

    with pytest.raises(ValueError, match="second_key"):
        known.configure(
            known.profiles["sandbox"],
            merchant_ids=ids,
            secrets={"client_secret": ("klucz-oauth-1",), "second_key": (key,)},
        )
