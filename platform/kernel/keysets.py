"""Changing a data keyset: adding a key, making it the one that encrypts, taking the old ones out.

The functions take and give wrapped keysets and touch no database; `context` is what the keyset is bound to
("data|<TERYT>"). Three steps, so that nobody ever meets a ciphertext that he cannot open: everybody learns the new key
before anybody uses it, and the old one goes when nothing needs it.
"""

import json
from typing import Any

import tink
from tink import aead, json_proto_keyset_format, proto_keyset_format, secret_key_access

from kernel import crypto, masters


def key_ids(sealed: bytes, context: str) -> tuple[int, frozenset[int]]:
    """Number of the key that encrypts, and those of all keys."""
    found = crypto.unwrapped(sealed, context).keyset_info()
    return found.primary_key_id, frozenset(key.key_id for key in found.key_info)


def with_new_key(sealed: bytes, context: str) -> tuple[bytes, int]:
    """The keyset with one more AES-256-GCM key that only opens yet, and its number."""
    keyset = _clear(sealed, context)
    taken = {key["keyId"] for key in keyset["key"]}
    while True:
        handle = tink.new_keyset_handle(aead.aead_key_templates.AES256_GCM)
        [key] = json.loads(json_proto_keyset_format.serialize(handle, secret_key_access.TOKEN))["key"]
        if key["keyId"] not in taken:
            break
    keyset["key"].append(key)
    return _wrapped(keyset, context), int(key["keyId"])


def with_primary(sealed: bytes, context: str, key_id: int) -> bytes:
    """The same keys, of which that one encrypts from now on. Raises ValueError when it is not among them."""
    keyset = _clear(sealed, context)
    if key_id not in {key["keyId"] for key in keyset["key"]}:
        raise ValueError(f"key {key_id} is not in the keyset")
    return _wrapped({**keyset, "primaryKeyId": key_id}, context)


def with_primary_only(sealed: bytes, context: str) -> bytes:
    """The keyset without the keys that only open."""
    keyset = _clear(sealed, context)
    kept = [key for key in keyset["key"] if key["keyId"] == keyset["primaryKeyId"]]
    return _wrapped({**keyset, "key": kept}, context)


def rewrapped(sealed: bytes, context: str) -> bytes:
    """The same keyset under the master key that wraps now; the very same bytes when it is so wrapped already.

    Raises tink.TinkError when neither the master key nor the previous one opens it.
    """
    try:
        proto_keyset_format.parse_encrypted(sealed, masters.master(), context.encode())
    except tink.TinkError:
        return _wrapped(_clear(sealed, context), context)
    return sealed


def _clear(sealed: bytes, context: str) -> dict[str, Any]:
    handle = crypto.unwrapped(sealed, context)
    keyset: dict[str, Any] = json.loads(json_proto_keyset_format.serialize(handle, secret_key_access.TOKEN))
    return keyset


def _wrapped(keyset: dict[str, Any], context: str) -> bytes:
    handle = json_proto_keyset_format.parse(json.dumps(keyset), secret_key_access.TOKEN)
    return bytes(proto_keyset_format.serialize_encrypted(handle, masters.master(), context.encode()))
