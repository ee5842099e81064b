"""Encrypting an assertion as the node does: ECDH-ES with COI's length-prefixed party fields, AES key wrap, AES-GCM."""

import base64
import os
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives import hashes, keywrap
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.concatkdf import ConcatKDFHash
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

XENC = "http://www.w3.org/2001/04/xmlenc#"
XENC11 = "http://www.w3.org/2009/xmlenc11#"
KW_AES256 = f"{XENC}kw-aes256"
P256 = "urn:oid:1.2.840.10045.3.1.7"
P384 = "urn:oid:1.3.132.0.34"
_KEK_BYTES = 32
_IV_BYTES = 12

_TEMPLATE = (
    f'<saml2:EncryptedAssertion><xenc:EncryptedData xmlns:xenc="{XENC}" Type="{XENC}Element">'
    f'<xenc:EncryptionMethod Algorithm="{XENC11}aes256-gcm"/>'
    '<ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><xenc:EncryptedKey>'
    f'<xenc:EncryptionMethod Algorithm="{KW_AES256}"/><ds:KeyInfo>'
    f'<xenc:AgreementMethod Algorithm="{XENC11}ECDH-ES"><xenc11:KeyDerivationMethod xmlns:xenc11="{XENC11}" '
    f'Algorithm="{XENC11}ConcatKDF"><xenc11:ConcatKDFParams AlgorithmID="{{algorithm}}" PartyUInfo="{{issuer}}" '
    f'PartyVInfo="{{audience}}"><ds:DigestMethod Algorithm="{XENC}sha256"/></xenc11:ConcatKDFParams>'
    "</xenc11:KeyDerivationMethod><xenc:OriginatorKeyInfo><ds:KeyValue>"
    '<dsig11:ECKeyValue xmlns:dsig11="http://www.w3.org/2009/xmldsig11#"><dsig11:NamedCurve URI="{curve}"/>'
    "<dsig11:PublicKey>{point}</dsig11:PublicKey></dsig11:ECKeyValue></ds:KeyValue></xenc:OriginatorKeyInfo>"
    "</xenc:AgreementMethod></ds:KeyInfo><xenc:CipherData><xenc:CipherValue>{wrapped}</xenc:CipherValue>"
    "</xenc:CipherData></xenc:EncryptedKey></ds:KeyInfo><xenc:CipherData><xenc:CipherValue>{sealed}"
    "</xenc:CipherValue></xenc:CipherData></xenc:EncryptedData></saml2:EncryptedAssertion>"
)


@dataclass(frozen=True)
class Encryption:
    """For whom to encrypt. The defaults are right; the rest is for faults and for what the node does at times."""

    certificate: x509.Certificate
    key_bytes: int = 32
    """16 while aes256-gcm is declared: production did that once."""
    curve: str = P256
    breaks_point: bool = False
    breaks_ciphertext: bool = False


def encrypt(assertion: bytes, encryption: Encryption, *, issuer: str, audience: str) -> str:
    """The EncryptedAssertion as XML that stands where the prefix saml2 is declared."""
    recipient = encryption.certificate.public_key()
    if not isinstance(recipient, ec.EllipticCurvePublicKey):
        raise ValueError("the certificate's key is not on P-256")
    ephemeral = ec.generate_private_key(ec.SECP256R1())
    fields = [_prefixed(text) for text in (KW_AES256, issuer, audience)]
    shared = ephemeral.exchange(ec.ECDH(), recipient)
    derived = ConcatKDFHash(hashes.SHA256(), _KEK_BYTES, b"".join(fields)).derive(shared)
    key, iv = os.urandom(encryption.key_bytes), os.urandom(_IV_BYTES)
    sealed = bytearray(AESGCM(key).encrypt(iv, assertion, None))
    if encryption.breaks_ciphertext:
        sealed[len(sealed) // 2] ^= 1
    point = bytearray(ephemeral.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))
    if encryption.breaks_point:
        point[-1] ^= 1
    return _TEMPLATE.format(
        algorithm=fields[0].hex().upper(),
        issuer=fields[1].hex().upper(),
        audience=fields[2].hex().upper(),
        curve=encryption.curve,
        point=_base64(bytes(point)),
        wrapped=_base64(keywrap.aes_key_wrap(derived, key)),
        sealed=_base64(iv + bytes(sealed)),
    )


def _prefixed(text: str) -> bytes:
    data = text.encode()
    return len(data).to_bytes(4, "big") + data


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()
