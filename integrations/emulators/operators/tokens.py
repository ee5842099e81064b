"""Bearer tokens for operators with OAuth 2.0 client credentials. They die on the virtual clock."""

import secrets

from integrations.emulators.operators.records import Merchant
from integrations.emulators.operators.store import Store


def issue(store: Store, merchant: Merchant, seconds: float) -> str:
    """A new token that is good for so many seconds."""
    token = secrets.token_hex(20)
    expires_at = store.now() + seconds
    store.insert("tokens", {"token": token, "merchant": merchant.key, "expires_at": expires_at})
    return token


def bearer(store: Store, authorization: str) -> Merchant | None:
    """The merchant of an Authorization header, None when the token is unknown or dead."""
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer":
        return None
    row = store.row("SELECT merchant FROM tokens WHERE token = ? AND expires_at > ?", token, store.now())
    return store.merchant(row["merchant"]) if row else None


def revoke_all(store: Store) -> None:
    """Let every token be dead, as after a change of keys."""
    store.write("DELETE FROM tokens")
