"""Access tokens of operators with OAuth 2.0 client credentials: one per account, kept until shortly before it dies."""

import hashlib
import threading
import time
from collections.abc import Callable

from integrations.payments.config import OperatorConfig
from integrations.payments.http import Answer

EARLY_SECONDS = 60
"""A token is replaced this long before its end, so that none dies on its way."""

_tokens: dict[str, tuple[str, float]] = {}
_lock = threading.Lock()


def call_with_token(
    config: OperatorConfig, fetch: Callable[[], tuple[str, float]], call: Callable[[str], Answer]
) -> Answer:
    """Call with the account's token. `fetch` asks for a new one and tells its life in seconds; `call` sends the request.

    An answer 401 renews the token and calls once more: nothing was accepted without a valid one.
    """
    key = _key(config)
    kept, ends_at = _tokens.get(key, ("", 0.0))
    if kept and time.monotonic() < ends_at:
        answer = call(kept)
        if answer.status != 401:
            return answer
    token, seconds = fetch()
    with _lock:
        _tokens[key] = (token, time.monotonic() + seconds - EARLY_SECONDS)
    return call(token)


def _key(config: OperatorConfig) -> str:
    """Another environment, account or secret is another token; the secret itself is not kept."""
    parts = [config.operator, config.profile.api_url, *sorted(config.merchant_ids.values())]
    parts += [config.secret(name) for name in sorted(config.secrets)]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
