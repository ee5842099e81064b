"""Opening the encrypted assertion: ECDH-ES on P-256, ConcatKDF with SHA-256, AES key wrap, AES-GCM.

The node deviates from XML Encryption 1.1 in two ways (identity.md, section 1.2): the party fields of the key derivation
are used whole, without stripping a padding byte, and the key's own length decides, not the length in the algorithm's name.
"""

import base64
import binascii
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, keywrap
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.concatkdf import ConcatKDFHash
from lxml import etree

from integrations.identity.base import Rejected
from integrations.identity.login_gov.names import DS, DSIG11, XENC, XENC11
from integrations.identity.login_gov.provider import KeyPair
from integrations.identity.login_gov.reasons import Reason
from integrations.identity.xml import only_child, text_of

_SHAPE = Reason.ENCRYPTION_SHAPE
_WRAPS = {f"{XENC}kw-aes128": 16, f"{XENC}kw-aes192": 24, f"{XENC}kw-aes256": 32}
_CIPHERS = {f"{XENC11}aes{bits}-gcm" for bits in (128, 192, 256)}
_P256 = "urn:oid:1.2.840.10045.3.1.7"
_POINT_BYTES = 65
_IV_BYTES = 12
_TAG_BYTES = 16


@dataclass(frozen=True)
class _Envelope:
    point: ec.EllipticCurvePublicKey
    wrap_bytes: int
    party_fields: bytes
    wrapped_key: bytes
    ciphertext: bytes


def opened(encrypted_assertion: etree._Element, keys: Sequence[KeyPair]) -> bytes:
    """The bytes of the assertion, by whichever key fits. Rejected when the form is another one, no key fits, or the
    ciphertext was changed.

    The bytes are as trustworthy as the signature over `encrypted_assertion`: check that first.
    """
    envelope = _read(encrypted_assertion)
    for key in _content_keys(envelope, keys):
        iv, sealed = envelope.ciphertext[:_IV_BYTES], envelope.ciphertext[_IV_BYTES:]
        try:
            return AESGCM(key).decrypt(iv, sealed, None)
        except (InvalidTag, ValueError):
            raise Rejected(code=Reason.ENCRYPTION_CIPHERTEXT) from None
    raise Rejected("none of our keys fits", code=Reason.ENCRYPTION_KEY)


def _content_keys(envelope: _Envelope, keys: Sequence[KeyPair]) -> Iterator[bytes]:
    for pair in keys:
        shared = pair.private_key.exchange(ec.ECDH(), envelope.point)
        derived = ConcatKDFHash(hashes.SHA256(), envelope.wrap_bytes, envelope.party_fields).derive(shared)
        try:
            yield keywrap.aes_key_unwrap(derived, envelope.wrapped_key)
        except (keywrap.InvalidUnwrap, ValueError):
            continue


def _read(encrypted_assertion: etree._Element) -> _Envelope:
    data = _child(encrypted_assertion, XENC, "EncryptedData")
    if _algorithm(data, XENC, "EncryptionMethod") not in _CIPHERS:
        raise Rejected("the cipher", code=_SHAPE)
    key = _child(_child(data, DS, "KeyInfo"), XENC, "EncryptedKey")
    wrap_bytes = _WRAPS.get(_algorithm(key, XENC, "EncryptionMethod"))
    if wrap_bytes is None:
        raise Rejected("the key wrap", code=_SHAPE)
    agreement = _child(_child(key, DS, "KeyInfo"), XENC, "AgreementMethod")
    if agreement.get("Algorithm") != f"{XENC11}ECDH-ES":
        raise Rejected("the key agreement", code=_SHAPE)
    return _Envelope(
        point=_point(agreement),
        wrap_bytes=wrap_bytes,
        party_fields=_party_fields(agreement),
        wrapped_key=_cipher_value(key),
        ciphertext=_cipher_value(data),
    )


def _point(agreement: etree._Element) -> ec.EllipticCurvePublicKey:
    value = _child(_child(agreement, XENC, "OriginatorKeyInfo"), DS, "KeyValue")
    curve_key = _child(value, DSIG11, "ECKeyValue")
    if _child(curve_key, DSIG11, "NamedCurve").get("URI") != _P256:
        raise Rejected("the curve", code=_SHAPE)
    encoded = _bytes(_child(curve_key, DSIG11, "PublicKey"))
    if len(encoded) != _POINT_BYTES:
        raise Rejected("the point", code=_SHAPE)
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), encoded)
    except ValueError:  # not on the curve: with such points a private key can be guessed piece by piece
        raise Rejected("the point", code=_SHAPE) from None


def _party_fields(agreement: etree._Element) -> bytes:
    derivation = _child(agreement, XENC11, "KeyDerivationMethod")
    if derivation.get("Algorithm") != f"{XENC11}ConcatKDF":
        raise Rejected("the key derivation", code=_SHAPE)
    params = _child(derivation, XENC11, "ConcatKDFParams")
    if _algorithm(params, DS, "DigestMethod") != f"{XENC}sha256":
        raise Rejected("the digest of the key derivation", code=_SHAPE)
    try:
        return b"".join(
            bytes.fromhex(params.get(name, "")) for name in ("AlgorithmID", "PartyUInfo", "PartyVInfo")
        )
    except ValueError:
        raise Rejected("a party field", code=_SHAPE) from None


def _cipher_value(element: etree._Element) -> bytes:
    value = _bytes(_child(_child(element, XENC, "CipherData"), XENC, "CipherValue"))
    if len(value) < _IV_BYTES + _TAG_BYTES - 4:  # the shortest wrapped key has 24 bytes
        raise Rejected("a cipher value", code=_SHAPE)
    return value


def _child(element: etree._Element, namespace: str, name: str) -> etree._Element:
    return only_child(element, f"{{{namespace}}}{name}", _SHAPE)


def _algorithm(element: etree._Element, namespace: str, name: str) -> str:
    return _child(element, namespace, name).get("Algorithm", "")


def _bytes(element: etree._Element) -> bytes:
    try:
        return base64.b64decode("".join(text_of(element, _SHAPE).split()), validate=True)
    except (binascii.Error, ValueError):
        raise Rejected("base64", code=_SHAPE) from None
