"""The encryption of an archive that leaves the platform: for a passphrase, or for the holder of an RSA key.

The file is a line of text, a header in JSON, and a stream of Tink's streaming AEAD (AES-256-GCM-HKDF, segments of
1 MiB), which authenticates every segment and their order, so a changed, lost or moved byte is found. The stream's keyset
is made anew for each file and lies in the header, encrypted with AES-256-GCM under a key that comes from the passphrase
(scrypt, RFC 7914) or that is encrypted to the recipient (RSA-OAEP with SHA-256, RFC 8017). The header is the associated
data of the stream.
"""

import base64
import json
import secrets
from dataclasses import dataclass
from io import BufferedWriter
from typing import IO, Any, Final, cast

import tink
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from tink import proto_keyset_format, secret_key_access, streaming_aead

from kernel.errors import InvalidInput

streaming_aead.register()

MAGIC: Final = b"SKARBNIK ARCHIVE 1\n"
SHORTEST_PASSPHRASE: Final = 20
"""Characters. The file may be tried offline for ever, so a short one is refused; five or six random words are right."""

_SCRYPT: Final = {"n": 2**17, "r": 8, "p": 1}
_LARGEST_SCRYPT: Final = 2**20
"""A header may ask for that much work and no more: 1 GiB of memory."""
_NONCE: Final = 12
_CHUNK: Final = 1 << 20
_LONGEST_HEADER: Final = 1 << 16
_OAEP: Final = padding.OAEP(mgf=padding.MGF1(hashes.SHA256()), algorithm=hashes.SHA256(), label=None)


@dataclass(frozen=True, repr=False)
class Lock:
    """To whom the file is closed: `passphrase`, or `recipient` (an RSA public key in PEM, at least 3072 bits)."""

    passphrase: str = ""
    recipient: bytes = b""

    def __post_init__(self) -> None:
        """Raises InvalidInput("archive.passphrase_short") or ("archive.recipient")."""
        if self.recipient:
            _public_key(self.recipient)
        elif len(self.passphrase) < SHORTEST_PASSPHRASE:
            raise InvalidInput("archive.passphrase_short", shortest=SHORTEST_PASSPHRASE)


@dataclass(frozen=True, repr=False)
class Unlock:
    """What opens the file: `passphrase`, or the recipient's RSA private key in PEM (without a password of its own)."""

    passphrase: str = ""
    private_key: bytes = b""


class SealedWriter:
    """A file to write into; closing it ends the stream and leaves `out` open."""

    def __init__(self, out: IO[bytes], lock: Lock) -> None:
        key = secrets.token_bytes(32)
        header: dict[str, Any] = {}
        if lock.recipient:
            header["recipient"] = _text(_public_key(lock.recipient).encrypt(key, _OAEP))
        else:
            salt = secrets.token_bytes(16)
            key = _from_passphrase(lock.passphrase, salt, _SCRYPT)
            header["scrypt"] = {**_SCRYPT, "salt": _text(salt)}
        keyset = tink.new_keyset_handle(streaming_aead.streaming_aead_key_templates.AES256_GCM_HKDF_1MB)
        plain = proto_keyset_format.serialize(keyset, secret_key_access.TOKEN)
        nonce = secrets.token_bytes(_NONCE)
        header["keyset"] = _text(nonce + AESGCM(key).encrypt(nonce, plain, MAGIC))
        head = MAGIC + json.dumps(header).encode() + b"\n"
        out.write(head)
        primitive = keyset.primitive(streaming_aead.StreamingAead)
        self._stream = cast(BufferedWriter, primitive.new_encrypting_stream(_KeptOpen(out), head))

    def write(self, data: bytes) -> int:
        """Encrypt what comes."""
        self._stream.write(data)
        return len(data)

    def flush(self) -> None:
        """Nothing to do before the end: a segment is written when it is full."""

    def close(self) -> None:
        """Write the last segment; without it the file does not open."""
        self._stream.close()


def is_sealed(source: IO[bytes]) -> bool:
    """Whether the file is an encrypted archive; leaves it at its beginning."""
    source.seek(0)
    beginning = source.read(len(MAGIC))
    source.seek(0)
    return beginning == MAGIC


def unseal(source: IO[bytes], out: IO[bytes], unlock: Unlock | None) -> None:
    """Decrypt a file that `is_sealed`.

    Raises InvalidInput("archive.locked") without `unlock`, ("archive.passphrase") when it is not the right one, and
    ("archive.damaged") with the byte after which the content is broken. What is in `out` then is not to be used.
    """
    if unlock is None:
        raise InvalidInput("archive.locked")
    source.seek(len(MAGIC))
    line = source.readline(_LONGEST_HEADER)
    try:
        header = json.loads(line)
        sealed = base64.b64decode(header["keyset"])
        key = _key_of(header, unlock)
    except (ValueError, KeyError, TypeError) as error:
        raise InvalidInput("archive.damaged", place="nagłówek") from error
    try:
        plain = AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], MAGIC)
    except InvalidTag as error:
        raise InvalidInput("archive.passphrase") from error
    keyset = proto_keyset_format.parse(plain, secret_key_access.TOKEN)
    primitive = keyset.primitive(streaming_aead.StreamingAead)
    done = 0
    try:
        with primitive.new_decrypting_stream(source, MAGIC + line) as stream:
            while chunk := stream.read(_CHUNK):
                out.write(chunk)
                done += len(chunk)
    except tink.TinkError as error:
        raise InvalidInput("archive.damaged", place=f"{done} B") from error


def _key_of(header: dict[str, Any], unlock: Unlock) -> bytes:
    if "recipient" in header:
        if not unlock.private_key:
            raise InvalidInput("archive.passphrase")
        private = serialization.load_pem_private_key(unlock.private_key, None)
        if not isinstance(private, rsa.RSAPrivateKey):
            raise InvalidInput("archive.passphrase")
        try:
            return private.decrypt(base64.b64decode(header["recipient"]), _OAEP)
        except ValueError as error:
            raise InvalidInput("archive.passphrase") from error
    cost = {name: int(header["scrypt"][name]) for name in _SCRYPT}
    if cost["n"] * cost["r"] * cost["p"] > _LARGEST_SCRYPT * _SCRYPT["r"]:
        raise ValueError("too costly")
    return _from_passphrase(unlock.passphrase, base64.b64decode(header["scrypt"]["salt"]), cost)


def _from_passphrase(passphrase: str, salt: bytes, cost: dict[str, int]) -> bytes:
    return Scrypt(salt=salt, length=32, **cost).derive(passphrase.encode())


def _public_key(pem: bytes) -> rsa.RSAPublicKey:
    try:
        key = serialization.load_pem_public_key(pem)
    except ValueError as error:
        raise InvalidInput("archive.recipient") from error
    if not isinstance(key, rsa.RSAPublicKey) or key.key_size < 3072:
        raise InvalidInput("archive.recipient")
    return key


def _text(value: bytes) -> str:
    return base64.b64encode(value).decode()


class _KeptOpen:
    """Tink closes what it has written to; the file is still to be synchronised with the disk and renamed."""

    def __init__(self, out: IO[bytes]) -> None:
        self._out = out

    def write(self, data: bytes) -> int:
        """Pass on."""
        return self._out.write(data)

    def writable(self) -> bool:
        """What Tink asks before it begins."""
        return True

    def flush(self) -> None:
        """Pass on."""
        self._out.flush()

    def close(self) -> None:
        """Leave it open."""
