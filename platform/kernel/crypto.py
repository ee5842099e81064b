"""Keys and ciphers. Tink keysets: one pair for each gmina, wrapped by the master key of the platform.

* The *data key* (AES-256-GCM) encrypts columns. Associated data name the gmina, the table, the column and the row, so a
  ciphertext that is moved to another row, column or gmina does not open.
* The *index key* (HMAC-SHA-256 as a PRF) makes blind indexes: equal values can be found without being readable. Under
  names of their own it also makes the codes by which a row can be told from one that somebody wrote into the database.
Destroying a gmina's wrapped keysets makes its personal data unreadable for good.
"""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from hmac import compare_digest

import tink
from django.conf import settings
from tink import aead, json_proto_keyset_format, prf, proto_keyset_format, secret_key_access

from kernel import masters, tenancy

aead.register()
prf.register()


@dataclass(frozen=True)
class WrappedKeys:
    """A gmina's two keysets, encrypted under the master key; safe to store."""

    data_key: bytes
    index_key: bytes


def new_master_keyset() -> str:
    """A new master keyset as base64 of Tink's JSON, the form that MASTER_KEY takes."""
    handle = tink.new_keyset_handle(aead.aead_key_templates.AES256_GCM)
    text = json_proto_keyset_format.serialize(handle, secret_key_access.TOKEN)
    return base64.b64encode(text.encode()).decode()


def new_wrapped_keys(tenant_id: str, master_key: str | None = None) -> WrappedKeys:
    """Make a gmina's keysets; they open only for the same `tenant_id` (TERYT) under the same master key."""
    wrapping = masters.master_of(master_key) if master_key else masters.master()
    data = tink.new_keyset_handle(aead.aead_key_templates.AES256_GCM)
    index = tink.new_keyset_handle(prf.prf_key_templates.HMAC_SHA256)
    return WrappedKeys(
        data_key=proto_keyset_format.serialize_encrypted(data, wrapping, f"data|{tenant_id}".encode()),
        index_key=proto_keyset_format.serialize_encrypted(index, wrapping, f"index|{tenant_id}".encode()),
    )


def clear_keysets(tenant_id: str, wrapped: WrappedKeys, master_key: str | None = None) -> dict[str, str]:
    """The two keysets in the clear, as Tink's JSON: only for a file that is encrypted as a whole.

    `master_key` is that of the platform which wrapped them, ours unless given. Raises tink.TinkError when it is another.
    """
    found = {}
    for name, sealed in (("data", wrapped.data_key), ("index", wrapped.index_key)):
        handle = unwrapped(sealed, f"{name}|{tenant_id}", master_key)
        found[name] = json_proto_keyset_format.serialize(handle, secret_key_access.TOKEN)
    return found


def wrap_keysets(tenant_id: str, clear: Mapping[str, str]) -> WrappedKeys:
    """Wrap keysets from `clear_keysets` by our master key. Raises tink.TinkError or KeyError for anything else."""
    wrapped = {
        name: proto_keyset_format.serialize_encrypted(
            json_proto_keyset_format.parse(clear[name], secret_key_access.TOKEN),
            masters.master(),
            f"{name}|{tenant_id}".encode(),
        )
        for name in ("data", "index")
    }
    return WrappedKeys(data_key=wrapped["data"], index_key=wrapped["index"])


def unwrapped(sealed: bytes, context: str, master_key: str | None = None) -> tink.KeysetHandle:
    """A keyset opened by our master key, by the previous one while it changes, or by the given one.

    Raises tink.TinkError when none of them has wrapped it for this context.
    """
    given = [masters.master_of(master_key)] if master_key else masters.opening()
    failure: tink.TinkError | None = None
    for key in given:
        try:
            return proto_keyset_format.parse_encrypted(sealed, key, context.encode())
        except tink.TinkError as error:
            failure = error
    assert failure is not None
    raise failure


EMPTY_SIZE = 33
"""Bytes of an encrypted empty text: Tink's prefix (5), nonce (12) and tag (16)."""


def prefix_of(key_id: int) -> bytes:
    """The five bytes with which Tink's ciphertexts under that key begin."""
    return b"\x01" + key_id.to_bytes(4, "big")


def is_ciphertext(value: bytes) -> bool:
    """Whether the bytes begin as Tink's ciphertexts do; no text begins with that control character."""
    return value[:1] == b"\x01"


class Keyring:
    """Opened keys of one gmina (or of the platform, for its own accounts)."""

    def __init__(self, tenant_id: str, data: aead.Aead, index: prf.PrfSet, data_key_id: int) -> None:
        self._tenant_id = tenant_id
        self.mark = prefix_of(data_key_id)
        """First bytes of everything that is encrypted now; older ciphertexts begin otherwise."""
        self._data = data
        self._index = index

    def encrypt(self, plain: bytes, context: str) -> bytes:
        """Encrypt; `context` names table, column and row and must be the same when decrypting."""
        return bytes(self._data.encrypt(plain, f"{self._tenant_id}|{context}".encode()))

    def decrypt(self, sealed: bytes, context: str) -> bytes:
        """Decrypt. Raises tink.TinkError when the bytes, the key or the context are not the right ones."""
        return bytes(self._data.decrypt(sealed, f"{self._tenant_id}|{context}".encode()))

    def blind_index(self, value: str, purpose: str) -> bytes:
        """16 bytes that are equal for equal `value` and `purpose` within one gmina, and tell nothing otherwise."""
        return bytes(self._index.primary().compute(f"{purpose}|{value}".encode(), 16))

    def mac(self, message: bytes, purpose: str) -> tuple[int, bytes]:
        """Number of the key in use, and 32 bytes over `message` that nobody makes without that key."""
        key_id = self._index.primary_id()
        return key_id, self._mac(self._index.primary(), message, purpose)

    def is_mac(self, tag: bytes, message: bytes, purpose: str, key_id: int) -> bool:
        """Whether `tag` is what `mac` gave for this message; a key that the gmina does not have says no."""
        key = self._index.all().get(key_id)
        return key is not None and compare_digest(self._mac(key, message, purpose), tag)

    @staticmethod
    def _mac(key: prf.Prf, message: bytes, purpose: str) -> bytes:
        return bytes(key.compute(f"mac|{purpose}|".encode() + message, 32))


@lru_cache(maxsize=4096)
def _open(tenant_id: str, wrapped: WrappedKeys) -> Keyring:
    data = unwrapped(wrapped.data_key, f"data|{tenant_id}")
    index = unwrapped(wrapped.index_key, f"index|{tenant_id}")
    key_id = data.keyset_info().primary_key_id
    return Keyring(tenant_id, data.primitive(aead.Aead), index.primitive(prf.PrfSet), key_id)


@cache
def _platform_keys() -> WrappedKeys:
    encoded = settings.PLATFORM_KEYS
    data, index = (base64.b64decode(part) for part in encoded.split("."))
    return WrappedKeys(data, index)


def new_platform_keys(master_key: str) -> str:
    """Keys for the platform's own accounts, wrapped by `master_key`, in the form that PLATFORM_KEYS takes."""
    wrapped = new_wrapped_keys("", master_key)
    return ".".join(base64.b64encode(part).decode() for part in (wrapped.data_key, wrapped.index_key))


def keyring() -> Keyring:
    """The opened keys of the current scope. Raises NoTenant outside any."""
    scope = tenancy.current()
    if scope.is_public:
        return _open("", _platform_keys())
    if not scope.wrapped_data_key:
        raise tenancy.NoTenant(f"the scope of {scope.schema_name} carries no keys")
    return _open(scope.tenant_id, WrappedKeys(scope.wrapped_data_key, scope.wrapped_index_key))


def blind_index(value: str, purpose: str) -> bytes:
    """Blind index of `value` under the current scope's index key; 16 bytes."""
    return keyring().blind_index(value, purpose)
