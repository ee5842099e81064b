"""Autopay's notifications, read and answered: ITN (what became of a payment) and ISTN (where its money was sent)."""

import base64
import binascii
import hashlib
from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import parse_qs

from integrations.payments.autopay import settings, settlement, signature, transactions
from integrations.payments.autopay.documents import Node, read
from integrations.payments.base import (
    BadSignature,
    Event,
    EventKind,
    HttpReply,
    Malformed,
    OperatorConfig,
    RawRequest,
    WrongMerchant,
)

CONFIRMED = "CONFIRMED"


def parse(config: OperatorConfig, request: RawRequest) -> Event:
    """The event of a notification.

    The order is: form, signature, merchant. The hash covers the values of the agreed nodes and not the bytes around them;
    a node that was not agreed is unsigned and makes the whole message a forgery. The Content-Type is not looked at.
    """
    if request.method.upper() != "POST":
        raise Malformed("not a POST")
    try:
        document = _document(request.body)
        is_settlement = settlement.is_told_by(_only_transaction(document))
        event, signed = _settlement(document) if is_settlement else _payment(config, document)
        claimed = document.value("hash")
    except transactions.Unsigned as error:
        raise BadSignature(str(error)) from None
    except ValueError as error:
        raise Malformed(str(error)) from None
    if signature.signer(claimed, signed, config) is None:
        raise BadSignature("hash")
    if document.value("serviceID") != config.merchant_id("service_id"):
        raise WrongMerchant("serviceID")
    if event.kind is EventKind.PAYMENT and settings.payer_bears_the_fee(config):
        _check_start_amount(document)
    return replace(event, raw=request.body)


def reply(config: OperatorConfig, event: Event, *, accepted: bool) -> HttpReply:
    """The confirmation that ends the repetitions, signed with the generation of the key that signed the message.

    Autopay, which may still have the old key while ours are being changed, checks the hash of this answer.
    """
    document = _document(event.raw)
    found = _only_transaction(document)
    if event.kind is EventKind.PAYMENT:
        name, signed = "orderID", _payment(config, document)[1]
    else:
        name, signed = "remoteOutID", _settlement(document)[1]
    key = signature.signer(document.value("hash"), signed, config) or config.secret("shared_key")
    values = (
        config.merchant_id("service_id"),
        found.value(name),
        CONFIRMED if accepted else "NOT" + CONFIRMED,
    )
    digest = signature.sign(values, key, config.merchant_id("hash_algorithm"))
    # The values have been read strictly: no letter of them means anything in XML.
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<confirmationList><serviceID>{values[0]}</serviceID><transactionsConfirmations><transactionConfirmed>"
        f"<{name}>{values[1]}</{name}><confirmation>{values[2]}</confirmation></transactionConfirmed>"
        f"</transactionsConfirmations><hash>{digest}</hash></confirmationList>"
    )
    return HttpReply(200, body.encode(), "application/xml; charset=utf-8")


def _payment(config: OperatorConfig, document: Node) -> tuple[Event, tuple[str, ...]]:
    found = transactions.transaction(_only_transaction(document), settings.agreed_nodes(config))
    is_fee_on_top = settings.payer_bears_the_fee(config)
    paid_gr = found.ours_gr(is_fee_on_top=is_fee_on_top)
    ordered_gr = found.amount_gr if found.start_gr is None else found.start_gr
    # Not the whole message: a further one for the same success only adds the payer's data from the bank statement.
    told = (found.order_id, str(paid_gr), str(ordered_gr), found.currency)
    event = Event(
        kind=EventKind.PAYMENT,
        ref=found.order_id,
        operator_tx_id=found.remote_id,
        status=found.status,
        amount_gr=paid_gr,
        requested_gr=ordered_gr,
        currency=found.currency,
        dedupe_key=f"payment:{found.remote_id}:{found.status}:{_digest(told)}",
        method_id=found.gateway_id,
        payer_debited_at=found.paid_at,
        fee_gr=found.fee_gr(is_fee_on_top=is_fee_on_top),
    )
    return event, (document.value("serviceID"), *found.signed)


def _settlement(document: Node) -> tuple[Event, tuple[str, ...]]:
    found = settlement.transfer(_only_transaction(document))
    event = Event(
        kind=EventKind.REFUND if found.is_refund else EventKind.SETTLEMENT,
        ref=found.order_id,
        operator_tx_id=found.remote_id,
        status=found.status,
        amount_gr=found.amount_gr,
        requested_gr=found.amount_gr,
        currency=found.currency,
        dedupe_key=f"settlement:{found.remote_out_id}:{found.status}:{_digest((str(found.amount_gr), found.currency))}",
        statement=found.title,
        batch_id=found.remote_out_id,
        settled_on=found.transferred_on,
    )
    return event, (document.value("serviceID"), *found.signed)


def _check_start_amount(document: Node) -> None:
    if not _only_transaction(document).value(settings.START_AMOUNT):
        raise Malformed(f"{settings.START_AMOUNT} was agreed and is missing")


def _document(body: bytes) -> Node:
    if len(body) > settings.MAX_NOTIFICATION_BYTES:
        raise ValueError("too long")
    fields = parse_qs(body.decode("ascii"), keep_blank_values=True, strict_parsing=True, max_num_fields=10)
    if len(fields.get("transactions", [])) != 1:
        raise ValueError("not one field with transactions")
    # A "+" that the sender did not escape arrives as a space, and some encoders break lines (neither is published).
    packed = "".join(fields["transactions"][0].replace(" ", "+").split())
    try:
        return read(base64.b64decode(packed, validate=True))
    except binascii.Error:
        raise ValueError("not Base64") from None


def _only_transaction(document: Node) -> Node:
    parent = document.child("transactions")
    found = parent.child("transaction") if parent else None
    if document.name != "transactionList" or parent is None or found is None or len(parent.children) != 1:
        raise ValueError("not one transaction")
    return found


def _digest(values: Iterable[str]) -> str:
    return hashlib.sha256("|".join(values).encode()).hexdigest()[:32]
