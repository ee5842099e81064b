"""The operator's own signature of its messages, and the token of its merchants."""

import hashlib
import hmac

from integrations.emulators.operators.records import Merchant
from integrations.emulators.operators.store import Store
from integrations.emulators.serving import Exchange


def digest(body: bytes, key: str, algorithm: str) -> str:
    """The hexadecimal digest of the body with the shop's key behind it."""
    made = hashlib.new(algorithm)
    made.update(body)
    made.update(key.encode("utf-8"))
    return made.hexdigest()


def header(named: Merchant, signer: Merchant, body: bytes, algorithm: str = "sha256") -> str:
    """The value of X-Imoje-Signature, written out by hand."""
    signature = digest(body, signer.secrets["service_key"], algorithm)
    return (
        f"merchantid={named.ids['merchant_id']};serviceid={named.ids['service_id']}"
        f";signature={signature};alg={algorithm}"
    )


def owner(store: Store, exchange: Exchange) -> Merchant | None:
    """The merchant of the bearer token, if the path names it, too."""
    scheme, _, token = exchange.headers.get("authorization", "").partition(" ")
    for merchant in store.merchants():
        is_named = exchange.params.get("merchant_id") == merchant.ids["merchant_id"]
        is_right = hmac.compare_digest(merchant.secrets["api_token"].encode(), token.encode())
        if scheme.lower() == "bearer" and is_named and is_right:
            return merchant
    return None
