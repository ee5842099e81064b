"""Opening an assertion: the node's form and no other, and its ways around the standard (identity.md, section 1.2)."""

import base64
import re

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from lxml import etree

from integrations.emulators.login_gov.dsig import SAML
from integrations.emulators.login_gov.keys import Authority
from integrations.emulators.login_gov.xmlenc import Encryption, encrypt
from integrations.identity.base import Rejected
from integrations.identity.login_gov.encryption import opened
from integrations.identity.login_gov.reasons import Reason
from tests.integrations.identity.login_gov.portal import pair

KEYS = Authority().issue("gmina")
CLEAR = "<a>Zażółć</a>".encode()


def sealed(**options: object) -> str:
    encryption = Encryption(KEYS.certificate, **options)
    text = encrypt(CLEAR, encryption, issuer="login.gov.pl", audience="portal-borki")
    return text.replace("<saml2:EncryptedAssertion>", f'<saml2:EncryptedAssertion xmlns:saml2="{SAML}">', 1)


def read(document: str, *keys: object) -> bytes:
    return opened(etree.fromstring(document), keys or [pair(KEYS)])


@pytest.mark.parametrize("length", [16, 24, 32])
def test_the_keys_own_length_decides_whatever_the_cipher_is_called(length):
    assert read(sealed(key_bytes=length)) == CLEAR


@pytest.mark.parametrize("name", ["aes128-gcm", "aes192-gcm"])
def test_a_shorter_cipher_may_be_named(name):
    assert read(sealed().replace("aes256-gcm", name)) == CLEAR


def test_whichever_of_our_keys_fits_opens_it():
    other = pair(Authority().issue("poprzedni"))

    assert read(sealed(), other, pair(KEYS)) == CLEAR


def test_line_breaks_in_the_values_do_not_matter():
    broken = re.sub(r"(<xenc:CipherValue>.{20})", "\\1\r\n", sealed())

    assert read(broken) == CLEAR


def compressed() -> str:
    point = ec.generate_private_key(ec.SECP256R1()).public_key()
    encoded = point.public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
    return base64.b64encode(encoded).decode()


OTHER_FORMS = {
    "cipher": ("aes256-gcm", "aes256-cbc"),
    "no cipher": ('<xenc:EncryptionMethod Algorithm="http://www.w3.org/2009/xmlenc11#aes256-gcm"/>', ""),
    "key wrap": ("xmlenc#kw-aes256", "xmlenc#kw-tripledes"),
    "key agreement": ("xmlenc11#ECDH-ES", "xmlenc#dh-es"),
    "key derivation": ("xmlenc11#ConcatKDF", "xmlenc11#pbkdf2"),
    "digest of the key derivation": ("xmlenc#sha256", "xmlenc#sha512"),
    "curve": ("1.2.840.10045.3.1.7", "1.3.132.0.10"),
    "compressed point": (r"<dsig11:PublicKey>[^<]*", lambda _: f"<dsig11:PublicKey>{compressed()}"),
    "base64": (r"<dsig11:PublicKey>", "<dsig11:PublicKey>?"),
    "party field": ('PartyUInfo="00', 'PartyUInfo="0x'),
    "short value": (r"<xenc:CipherValue>[^<]*", "<xenc:CipherValue>AAAA"),
    "empty value": (r"<xenc:CipherValue>[^<]*", "<xenc:CipherValue>"),
    "element in a value": (r"<xenc:CipherValue>", "<xenc:CipherValue><x/>"),
    "a second key": (r"<xenc:EncryptedKey>.*</xenc:EncryptedKey>", lambda found: found[0] * 2),
    "no key": (r"<xenc:EncryptedKey>.*</xenc:EncryptedKey>", ""),
}


@pytest.mark.parametrize(("old", "new"), OTHER_FORMS.values(), ids=OTHER_FORMS.keys())
def test_any_other_form_is_refused_before_a_key_is_used(old, new):
    document = sealed()
    changed = re.sub(old, new, document)
    assert changed != document

    with pytest.raises(Rejected) as refusal:
        read(changed)

    assert refusal.value.code == Reason.ENCRYPTION_SHAPE


def test_the_party_fields_belong_to_the_key():
    """They are used whole: with a byte stripped, as the standard has it, the key would not open."""
    with pytest.raises(Rejected) as refusal:
        read(sealed().replace('PartyVInfo="0000000C', 'PartyVInfo="00000C'))

    assert refusal.value.code == Reason.ENCRYPTION_KEY


def test_a_changed_ciphertext_is_not_opened():
    with pytest.raises(Rejected) as refusal:
        read(sealed(breaks_ciphertext=True))

    assert refusal.value.code == Reason.ENCRYPTION_CIPHERTEXT
