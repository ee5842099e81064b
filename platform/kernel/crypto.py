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

from kernel import tenancy

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


@lru_cache(maxsize=4)
def _master_of(encoded: str) -> aead.Aead:
    text = base64.b64decode(encoded).decode()
    handle = json_proto_keyset_format.parse(text, secret_key_access.TOKEN)
    return handle.primitive(aead.Aead)


def _master() -> aead.Aead:
    return _master_of(settings.MASTER_KEY)


def new_wrapped_keys(tenant_id: str, master_key: str | None = None) -> WrappedKeys:
    """Make a gmina's keysets; they open only for the same `tenant_id` (TERYT) under the same master key."""
    master = _master_of(master_key) if master_key else _master()
    data = tink.new_keyset_handle(aead.aead_key_templates.AES256_GCM)
    index = tink.new_keyset_handle(prf.prf_key_templates.HMAC_SHA256)
    return WrappedKeys(
        data_key=proto_keyset_format.serialize_encrypted(data, master, f"data|{tenant_id}".encode()),
        index_key=proto_keyset_format.serialize_encrypted(index, master, f"index|{tenant_id}".encode()),
    )


def clear_keysets(tenant_id: str, wrapped: WrappedKeys, master_key: str | None = None) -> dict[str, str]:
    """The two keysets in the clear, as Tink's JSON: only for a file that is encrypted as a whole.

    `master_key` is that of the platform which wrapped them, ours unless given. Raises tink.TinkError when it is another.
    """
    master = _master_of(master_key) if master_key else _master()
    found = {}
    for name, sealed in (("data", wrapped.data_key), ("index", wrapped.index_key)):
        handle = proto_keyset_format.parse_encrypted(sealed, master, f"{name}|{tenant_id}".encode())
        found[name] = json_proto_keyset_format.serialize(handle, secret_key_access.TOKEN)
    return found


def wrap_keysets(tenant_id: str, clear: Mapping[str, str]) -> WrappedKeys:
    """Wrap keysets from `clear_keysets` by our master key. Raises tink.TinkError or KeyError for anything else."""
    wrapped = {
        name: proto_keyset_format.serialize_encrypted(
            json_proto_keyset_format.parse(clear[name], secret_key_access.TOKEN),
            _master(),
            f"{name}|{tenant_id}".encode(),
        )
        for name in ("data", "index")
    }
    return WrappedKeys(data_key=wrapped["data"], index_key=wrapped["index"])


class Keyring:
    """Opened keys of one gmina (or of the platform, for its own accounts)."""

    def __init__(self, tenant_id: str, data: aead.Aead, index: prf.PrfSet) -> None:
        self._tenant_id = tenant_id
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
    data = proto_keyset_format.parse_encrypted(wrapped.data_key, _master(), f"data|{tenant_id}".encode())
    index = proto_keyset_format.parse_encrypted(wrapped.index_key, _master(), f"index|{tenant_id}".encode())
    return Keyring(tenant_id, data.primitive(aead.Aead), index.primitive(prf.PrfSet))


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
