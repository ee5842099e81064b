"""The `sign` of Przelewy24: SHA-384 of compact JSON in a fixed key order (payments.md section 3)."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping

from integrations.payments.checks import is_any_of

Value = str | int

REGISTER = ("sessionId", "merchantId", "amount", "currency")
VERIFY = ("sessionId", "orderId", "amount", "currency")
NOTIFICATION = (
    "merchantId",
    "posId",
    "sessionId",
    "amount",
    "originAmount",
    "currency",
    "orderId",
    "methodId",
    "statement",
)
REFUND_NOTIFICATION = ("orderId", "sessionId", "refundsUuid", "merchantId", "amount", "currency", "status")

_SIGN = re.compile(r"[0-9a-f]{96}")


def sign(keys: Iterable[str], values: Mapping[str, Value], crc: str) -> str:
    """The lower-case hexadecimal signature of the named values.

    UTF-8 and slashes stay unescaped, integers stay integers: `"1"` and `1` give different signatures.
    """
    document = json.dumps(
        {**{key: values[key] for key in keys}, "crc": crc}, ensure_ascii=False, separators=(",", ":")
    )
    return hashlib.sha384(document.encode()).hexdigest()


def verifies(
    claimed: object, keys: Iterable[str], values: Mapping[str, Value], generations: Iterable[str]
) -> bool:
    """Whether the claimed signature is that of any generation of the CRC key, compared in constant time.

    Only 96 lower-case hexadecimal digits are a signature: Przelewy24 sends no other form.
    """
    if not isinstance(claimed, str) or not _SIGN.fullmatch(claimed):
        return False
    keys = tuple(keys)
    return is_any_of(claimed, [sign(keys, values, crc) for crc in generations])
