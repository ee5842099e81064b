"""The master key of the platform: what wraps the keysets of gminas, and where it comes from.

`MASTER_KEY` carries a Tink keyset as `new_keys` prints it (from the environment, or from the file that MASTER_KEY_FILE
names). Instead, `MASTER_KEY_URI` may name a key of a key management service; the service is reached by a `tink.KmsClient`,
so the key itself never enters our process. `KMS_CLIENTS` lists the clients this program has: the one for `file://` keeps
the keyset in a file, for tests and for small deployments; one for a cloud or an HSM is one more class.

While the master key changes, `MASTER_KEY_PREVIOUS` (or `MASTER_KEY_PREVIOUS_URI`) still opens what the old key has wrapped.
"""

import base64
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

import tink
from django.conf import settings
from tink import aead, json_proto_keyset_format, secret_key_access

aead.register()


class FileKms(tink.KmsClient):  # type: ignore[misc]
    """Keys that lie in files: `file:///run/secrets/master.json` names a Tink keyset in JSON."""

    def does_support(self, key_uri: str) -> bool:
        """Whether the address is that of a file."""
        return key_uri.startswith("file:///")

    def get_aead(self, key_uri: str) -> aead.Aead:
        """The key in the file. Raises OSError when it cannot be read and tink.TinkError when it holds no keyset."""
        text = Path(unquote(urlsplit(key_uri).path)).read_text(encoding="utf-8")
        return json_proto_keyset_format.parse(text, secret_key_access.TOKEN).primitive(aead.Aead)


KMS_CLIENTS: Final[tuple[tink.KmsClient, ...]] = (FileKms(),)


@lru_cache(maxsize=8)
def master_of(encoded: str) -> aead.Aead:
    """The master key from base64 of Tink's JSON."""
    text = base64.b64decode(encoded).decode()
    return json_proto_keyset_format.parse(text, secret_key_access.TOKEN).primitive(aead.Aead)


@lru_cache(maxsize=8)
def master_at(uri: str) -> aead.Aead:
    """The master key that a key management service keeps. Raises ValueError when no client knows such addresses."""
    for client in KMS_CLIENTS:
        if client.does_support(uri):
            return client.get_aead(uri)
    raise ValueError(f"no key management service for {urlsplit(uri).scheme!r} addresses")


def master() -> aead.Aead:
    """The key that wraps."""
    return master_at(settings.MASTER_KEY_URI) if settings.MASTER_KEY_URI else master_of(settings.MASTER_KEY)


def opening() -> Iterator[aead.Aead]:
    """The keys that may open, the one that wraps first."""
    yield master()
    if settings.MASTER_KEY_PREVIOUS_URI:
        yield master_at(settings.MASTER_KEY_PREVIOUS_URI)
    if settings.MASTER_KEY_PREVIOUS:
        yield master_of(settings.MASTER_KEY_PREVIOUS)
