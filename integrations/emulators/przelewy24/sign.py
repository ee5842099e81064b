"""The operator's own computation of `sign`: the document is written out by hand, as the specification prints
it.
"""

import hashlib
import hmac
from collections.abc import Mapping

Value = str | int

REGISTER = "sessionId merchantId amount currency"
VERIFY = "sessionId orderId amount currency"
NOTIFICATION = "merchantId posId sessionId amount originAmount currency orderId methodId statement"
REFUND_NOTIFICATION = "orderId sessionId refundsUuid merchantId amount currency status"

_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}


def sign(recipe: str, values: Mapping[str, Value], crc: str) -> str:
    """SHA-384, lower-case hexadecimal, of `{"key":value,…,"crc":"…"}` in the order of the recipe."""
    pairs = [f'"{key}":{_literal(values[key])}' for key in recipe.split()]
    text = "{" + ",".join([*pairs, f'"crc":{_literal(crc)}']) + "}"
    return hashlib.sha384(text.encode("utf-8")).hexdigest()


def matches(claimed: object, recipe: str, values: Mapping[str, Value], crc: str) -> bool:
    """Whether the merchant signed its request properly."""
    expected = sign(recipe, values, crc)
    return isinstance(claimed, str) and hmac.compare_digest(claimed.encode(), expected.encode())


def statement(token: str) -> str:
    """The text by which the payment is found on the bank statement."""
    return f"p24-{token[:3]}-{token[3:6]}-{token[6:9]}"


def _literal(value: Value) -> str:
    if isinstance(value, int):
        return str(value)
    return '"' + "".join(_character(letter) for letter in value) + '"'


def _character(letter: str) -> str:
    if letter in _ESCAPES:
        return _ESCAPES[letter]
    return f"\\u{ord(letter):04x}" if letter < " " else letter
