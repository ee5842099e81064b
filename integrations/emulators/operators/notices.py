"""The messages to the merchants, right and wrong. How a right one looks belongs to the protocol."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import parse_qsl, urlencode

from integrations.emulators.operators.faults import Fault
from integrations.emulators.operators.records import Merchant, Refund, Transaction

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
_ENOUGH_TO_BE_HUGE = 2 * 1024 * 1024


@dataclass(frozen=True)
class Message:
    """What goes over the wire: the body and its headers besides Content-Type."""

    body: bytes
    content_type: str = JSON
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Notice:
    """What one message tells. `merchant` is named in it, the keys of `signer` sign it: a fault may let them be
    two. `mode` is the fault's, "" without one; `now` is the virtual time.
    """

    kind: str
    transaction: Transaction
    merchant: Merchant
    signer: Merchant
    refund: Refund | None
    mode: str
    now: float

    @property
    def paid_gr(self) -> int:
        """The amount to tell: what was paid, before that what was ordered (grosze)."""
        paid = self.transaction.paid_gr
        return self.transaction.amount_gr if paid is None else paid


def changed(notice: Notice, everyone: list[Merchant]) -> Notice:
    """The notice with what its fault lets the operator lie about; it is signed afterwards."""
    told, ours = notice.transaction, notice.merchant
    other = next((one for one in everyone if one.key != ours.key), _stranger(ours))
    match notice.mode:
        case "forged":
            return replace(notice, signer=_with_keys_of_nobody(ours))
        case "other_key":
            return replace(notice, signer=other)
        case "wrong_merchant":
            return replace(notice, merchant=other)
        case "wrong_amount":
            less = replace(told, amount_gr=told.amount_gr - 1, paid_gr=notice.paid_gr - 1)
            return replace(notice, transaction=less)
        case "wrong_currency":
            return replace(notice, transaction=replace(told, currency="EUR"))
        case "unknown_ref":
            return replace(notice, transaction=replace(told, ref=f"nieznany-{told.id}"))
    return notice


def spoilt(message: Message, mode: str) -> Message:
    """The message with what its fault does to the finished bytes."""
    match mode:
        case "truncated":
            return replace(message, body=message.body[: len(message.body) // 2])
        case "wrong_content_type":
            return replace(message, content_type="text/html; charset=iso-8859-2")
        case "huge":
            return replace(message, body=message.body + b" " * _ENOUGH_TO_BE_HUGE)
        case "reserialised":
            return replace(message, body=rewritten(message))
    return message


def copies(fault: Fault | None) -> int:
    """How many times the message is sent at one moment."""
    if fault is not None and fault.mode == "duplicate":
        return int(fault.number("copies", 5))
    return 2 if fault is not None and fault.mode == "replay" else 1


def compact(document: object) -> bytes:
    """JSON without spaces and without escapes of Polish letters."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def rewritten(message: Message) -> bytes:
    """The same values in other bytes: JSON with another order, escapes and spaces, a form in another order."""
    if message.content_type.startswith(JSON):
        backwards = dict(reversed(json.loads(message.body).items()))
        return json.dumps(backwards, indent=2).replace("/", "\\/").encode()
    pairs = parse_qsl(message.body.decode(), keep_blank_values=True)
    return urlencode(list(reversed(pairs))).encode()


def _with_keys_of_nobody(merchant: Merchant) -> Merchant:
    return replace(merchant, secrets={name: value[::-1] + "x" for name, value in merchant.secrets.items()})


def _stranger(merchant: Merchant) -> Merchant:
    ids = {name: value[:-1] + ("1" if value[-1:] != "1" else "2") for name, value in merchant.ids.items()}
    return replace(_with_keys_of_nobody(merchant), key=merchant.key + "-inny", ids=ids)
