import json
from pathlib import Path

import pytest

from integrations.payments.imoje import signature

VECTORS = json.loads((Path(__file__).parents[2] / "vectors/imoje.json").read_text(encoding="utf-8"))
BY_NAME = {vector["name"]: vector for vector in VECTORS["vectors"]}
NOTICE = BY_NAME["notification"]
BODY = NOTICE["text"].encode()
SHA256 = NOTICE["digest"]


def header(digest=SHA256, algorithm="sha256", merchant="m", service="s"):
    return f"merchantid={merchant};serviceid={service};signature={digest};alg={algorithm}"


@pytest.mark.parametrize("vector", VECTORS["vectors"], ids=lambda vector: vector["name"])
def test_the_digest_equals_the_vector(vector):
    body = vector["text"].encode()
    claimed = signature.claim(header(vector["digest"], vector["algorithm"]))

    assert signature.sign(body, vector["key"], vector["algorithm"]) == vector["digest"]
    assert signature.verifies(claimed, body, (vector["key"],))


@pytest.mark.parametrize("wrong", VECTORS["wrong"], ids=lambda wrong: wrong["name"])
def test_the_usual_wrong_digests_do_not_verify(wrong):
    """Bug class 7: the bytes are signed as they came, with their escapes and spaces."""
    vector = BY_NAME[wrong["of"]]
    try:
        claimed = signature.claim(header(wrong["digest"], vector["algorithm"]))
    except ValueError:
        return  # not even of the form of a signature

    assert not signature.verifies(claimed, vector["text"].encode(), (vector["key"],))


@pytest.mark.parametrize(
    "algorithm",
    [
        "md5",
        "sha1",
        "crc32b",
        "none",
        "",
        "SHA256",
        "sha256 ",
        "sha3-256",
        "sha512/256",
        "blake2b",
        "ripemd160",
    ],
)
def test_a_function_outside_the_list_is_refused_whatever_the_digest(algorithm):
    """Bug class 8: the header names the function, so an attacker could name the weakest one."""
    with pytest.raises(ValueError, match=r"header|list"):
        signature.claim(header(algorithm=algorithm))


@pytest.mark.parametrize("algorithm", ["sha224", "sha384", "sha512"])
def test_a_digest_of_one_function_is_not_taken_under_the_name_of_another(algorithm):
    """Bug class 8: the length belongs to the function, a shortened digest proves nothing."""
    length = signature.ALGORITHMS[algorithm]
    with pytest.raises(ValueError, match="form"):
        signature.claim(header(algorithm=algorithm))

    claimed = signature.claim(header((SHA256 * 2)[:length], algorithm))

    assert not signature.verifies(claimed, BODY, (NOTICE["key"],))


def test_nobody_signs_with_a_function_outside_the_list():
    with pytest.raises(KeyError):
        signature.sign(BODY, NOTICE["key"], "md5")


@pytest.mark.parametrize(
    "text",
    [
        "",
        ";",
        SHA256,
        f"signature={SHA256};alg=sha256",
        f"merchantid=m;serviceid=s;signature={SHA256}",
        f"merchantid=m;serviceid=s;signature={SHA256};alg=sha256;",
        f"merchantid=m;serviceid=s;signature={SHA256};alg=sha256;alg=sha256",
        f"merchantid=m;serviceid=s;signature={SHA256};signature={SHA256};alg=sha256",
        f"merchantid=;serviceid=s;signature={SHA256};alg=sha256",
        "merchantid=m;serviceid=s;signature=;alg=sha256",
        f"merchantid=m;serviceid=s;signature={SHA256.upper()};alg=sha256",
        f"merchantid=m;serviceid=s;signature={SHA256[:-1]};alg=sha256",
        f"merchantid=m;serviceid=s;signature={SHA256}0;alg=sha256",
        f"merchantid=m;serviceid=s;signature={SHA256[:-1]}ł;alg=sha256",
        f"MerchantId=m;serviceid=s;signature={SHA256};alg=sha256",
        f"merchantid=m;serviceid=s;signature={SHA256};alg=sha256, {header()}",
        f"merchantid=m,serviceid=s,signature={SHA256},alg=sha256",
    ],
)
def test_nothing_but_the_exact_form_of_the_header_is_read(text):
    """Bug class 8: missing, empty and doubled parts, upper-case digits."""
    with pytest.raises(ValueError, match=r"header|list|form"):
        signature.claim(text)


def test_the_parts_of_the_header_may_stand_in_any_order():
    claimed = signature.claim(f"alg=sha256;signature={SHA256};serviceid=s;merchantid=m")

    assert claimed == signature.claim(header())
    assert (claimed.merchant_id, claimed.service_id) == ("m", "s")


def test_the_previous_generation_of_the_key_verifies_and_an_older_one_does_not():
    """Bug class 27."""
    claimed = signature.claim(header())

    assert signature.verifies(claimed, BODY, ("the-new-one", NOTICE["key"]))
    assert not signature.verifies(claimed, BODY, ("the-new-one", "the-one-before"))


@pytest.mark.parametrize(
    "body", [BODY + b"\n", b"\xef\xbb\xbf" + BODY, BODY.replace(b":", b": "), BODY[:-1], b""]
)
def test_every_byte_of_the_body_counts(body):
    """Bug class 7: line ends, BOM, spaces."""
    assert not signature.verifies(signature.claim(header()), body, (NOTICE["key"],))
