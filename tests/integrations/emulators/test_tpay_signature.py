import base64
import json
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256

from integrations.emulators.tpay import sign

VECTORS = json.loads((Path(__file__).parents[1] / "vectors/tpay.json").read_text(encoding="utf-8"))


def checksum(values, code):
    return sign.md5sum(values["id"], values["tr_id"], values["tr_amount"], values["tr_crc"], code)


@pytest.mark.parametrize("vector", VECTORS["vectors"], ids=lambda vector: vector["name"])
def test_the_emulators_own_checksum_equals_the_vector(vector):
    assert checksum(vector["values"], vector["code"]) == vector["md5sum"]


def test_the_emulators_certificate_is_issued_under_the_roots_that_it_serves():
    authority = sign.Authority()
    leaf = x509.load_pem_x509_certificate(authority.leaf_pem)
    issuer, root = x509.load_pem_x509_certificates(authority.roots_pem)

    leaf.verify_directly_issued_by(issuer)
    issuer.verify_directly_issued_by(root)
    root.verify_directly_issued_by(root)


def test_the_emulators_jws_is_detached_and_verifies_by_hand():
    authority = sign.Authority()

    header, nothing, signature = authority.sign(b"a=1", "https://secure.example/x509/a.pem").split(".")

    key = x509.load_pem_x509_certificate(authority.leaf_pem).public_key()
    raw = base64.urlsafe_b64decode(signature + "=" * (-len(signature) % 4))
    key.verify(raw, f"{header}.YT0x".encode(), PKCS1v15(), SHA256())
    assert nothing == ""
    assert json.loads(base64.urlsafe_b64decode(header + "=" * (-len(header) % 4))) == {
        "alg": "RS256",
        "x5u": "https://secure.example/x509/a.pem",
    }
