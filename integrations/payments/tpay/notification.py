"""Reading a notification of Tpay from its raw bytes, strictly."""

import hashlib
import re
from urllib.parse import parse_qsl

from integrations.payments.amounts import grosze
from integrations.payments.base import (
    PLN,
    BadSignature,
    Event,
    EventKind,
    Malformed,
    OperatorConfig,
    RawRequest,
    RemoteStatus,
    WrongMerchant,
)
from integrations.payments.tpay import certificates, jws, settings, signature
from integrations.payments.tpay.answers import local_time

_MAX_FIELDS = 100
_TEST_TITLE = re.compile(r"TR-[A-Z0-9]+-TST[A-Z0-9]*X", re.ASCII)
_TITLE = re.compile(r"[A-Za-z0-9-]{1,64}")
_KINDS = {
    "TRUE": (EventKind.PAYMENT, RemoteStatus.PAID),
    "PAID": (EventKind.PAYMENT, RemoteStatus.PAID),
    "CHARGEBACK": (EventKind.CHARGEBACK, RemoteStatus.RETURNED),
}
_IDENTITY = ("id", "tr_id", "tr_date", "tr_crc", "tr_amount", "tr_paid", "tr_status", "tr_currency")


def parse(config: OperatorConfig, request: RawRequest) -> Event:
    """The event of a payment's or a chargeback's notification.

    The order is: the operator's signature over the raw bytes, form, the merchant's checksum, merchant. The
    Content-Type is not looked at: what is signed decides. The message names the transaction by its title (`tr_id`), not
    by the id that the API asks for, so the event's `operator_tx_id` is empty: the record found by `ref` has it.
    OperatorUnavailable when the signer's certificate cannot be had at the moment: Tpay sends the message again.
    """
    if request.method.upper() != "POST":
        raise Malformed("not a POST")
    if len(request.body) > settings.MAX_NOTIFICATION_BYTES:
        raise Malformed("too long")
    _check_signature(config, request)
    values = _values(request.body)
    if not signature.verifies(_one(values, "md5sum"), values, config.generations("security_code")):
        raise BadSignature("md5sum")
    if values["id"] != config.merchant_id("merchant_id"):
        raise WrongMerchant("id")
    _refuse_tests(config, values)
    return _event(values, request.body)


def _check_signature(config: OperatorConfig, request: RawRequest) -> None:
    signed = jws.parse(request.header("X-JWS-Signature"))
    certificates.check_address(config.profile, signed.certificate_url)
    if not any(signed.covers(request.body, key) for key in certificates.keys(config.profile)):
        raise BadSignature("the JWS")


def _event(values: dict[str, str], body: bytes) -> Event:
    kind, status = _KINDS.get(values["tr_status"].upper(), (EventKind.INFO, RemoteStatus.UNKNOWN))
    identity = "\n".join(values.get(key, "") for key in _IDENTITY)
    digest = hashlib.sha256(identity.encode()).hexdigest()
    return Event(
        kind=kind,
        ref=values["tr_crc"],
        operator_tx_id="",
        status=status,
        amount_gr=_amount(values, "tr_paid"),
        requested_gr=_amount(values, "tr_amount"),
        currency=values.get("tr_currency", PLN),  # left out where only PLN is possible
        dedupe_key=f"{kind}:{values['tr_id']}:{digest[:32]}",
        method_id=values.get("tr_channel", ""),
        payer_debited_at=local_time(values["tr_date"]) if kind is EventKind.PAYMENT else None,
        statement=values["tr_id"],
        raw=body,
    )


def _values(body: bytes) -> dict[str, str]:
    try:
        pairs = parse_qsl(
            body.decode("utf-8"), keep_blank_values=True, strict_parsing=True, max_num_fields=_MAX_FIELDS
        )
    except ValueError:
        raise Malformed("not a form") from None
    values = dict(pairs)
    if len(values) != len(pairs):
        raise Malformed("a field appears twice")  # which one is checked would be a guess
    for key in ("id", "tr_id", "tr_date", "tr_crc", "tr_amount", "tr_paid", "tr_status"):
        _one(values, key)
    if not _TITLE.fullmatch(values["tr_id"]):
        raise Malformed("tr_id")
    return values


def _one(values: dict[str, str], key: str) -> str:
    if key not in values:
        raise Malformed(f"{key} is missing")
    return values[key]


def _amount(values: dict[str, str], key: str) -> int:
    try:
        return grosze(values[key])
    except ValueError:
        raise Malformed(f"{key} is not an amount") from None


def _refuse_tests(config: OperatorConfig, values: dict[str, str]) -> None:
    """Nobody paid for a message of the test tool: where money is real it is refused."""
    is_test = values.get("test_mode", "0") not in {"", "0"} or _TEST_TITLE.fullmatch(values["tr_id"])
    if is_test and config.profile.name == settings.PRODUCTION:
        raise Malformed("a test notification")
