"""Autopay behind the common contract: background start, ITN, status, cancellation, refunds, banks and legal texts."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime

from integrations.payments.amounts import zloty
from integrations.payments.autopay import answers, legal, notification, settings, signature, transactions
from integrations.payments.autopay.client import Client, message_id
from integrations.payments.autopay.registration import language as gateway_language
from integrations.payments.autopay.registration import registration
from integrations.payments.base import (
    NO_REFUNDS,
    PLN,
    AnswerLost,
    Caps,
    Confirmation,
    Event,
    Expected,
    HttpReply,
    LegalText,
    Method,
    NotSupported,
    OperatorConfig,
    OperatorRefused,
    RawRequest,
    Redirect,
    Refund,
    RefundOrder,
    RefundOutcomeUnknown,
    RefundStatus,
    RemoteTransaction,
    Settlement,
    Start,
    StartOutcomeUnknown,
)
from integrations.payments.checks import check_refund, objects
from integrations.payments.confirming import confirm_by_status

_REFUND_REASONS = {
    "BALANCE_ERROR": "refund.insufficient_funds",
    "TRANSACTION_NOT_FOUND": "refund.not_found",
    "TRANSACTION_NOT_IN_REFUNDABLE_STATUS": "refund.wrong_status",
    "TRANSACTION_TOO_OLD_TO_REFUND": "refund.too_old",
    "MESSAGE_ID_NOT_UNIQUE": "refund.key_reused",
    "INCORRECT_AMOUNT": "refund.amount_exceeded",  # not published
}
_CANCEL_REASONS = {
    "CANCELED_PARTIALLY": "cancel.partly",  # something of it was paid already
    "INCORRECT_PAYMENT_STATUS": "cancel.wrong_status",
    "TRANSACTION_NOT_FOUND": "cancel.not_found",
}


class Autopay:
    """The adapter. It keeps no state: everything comes with the configuration."""

    code = settings.CODE
    caps = Caps(
        list_banks=True,
        per_payment_account=True,
        refund_api=True,
        status_api=True,
        status_by_ref=True,
        cancel=True,
        settlement_notices=True,
        notifies_failure=True,
    )

    def check_access(self, config: OperatorConfig) -> None:
        """Any signed question proves ServiceID and key: here the list of banks."""
        self.list_methods(config, 1, "pl")

    def list_methods(self, config: OperatorConfig, amount_gr: int, language: str) -> Sequence[Method]:
        """`POST gatewayList/v3`: all ways to pay, with their limits; Autopay does not ask for the amount."""
        values = {"MessageID": message_id(), "Currencies": PLN, "Language": gateway_language(language)}
        found = answers.listed(Client(config).list("/gatewayList/v3", signature.GATEWAYS, values))
        listed = [answers.method(item, config.profile) for item in objects(found.get("gatewayList") or [])]
        return [method for method in listed if method is not None]

    def legal_texts(
        self, config: OperatorConfig, method_id: str | None, language: str
    ) -> Sequence[LegalText]:
        """`POST legalData`: the texts for one way to pay. Without one there are none: Autopay's own page shows them."""
        if method_id is None:
            return []
        values = {
            "MessageID": message_id(),
            "GatewayID": method_id,
            "Language": gateway_language(language),
        }
        found = answers.listed(Client(config).list("/legalData", signature.LEGAL_DATA, values))
        return legal.legal_texts(config, found)

    def start(self, config: OperatorConfig, order: Start) -> Redirect:
        """The background start: an order in a form, answered with the address where the payer goes on.

        A lost start cannot charge anyone, because the payer never got the link; still StartOutcomeUnknown is
        raised, so that the caller decides by the status pull. An answer that is not signed decides nothing.
        """
        values = registration(
            order, datetime.now(UTC)
        )  # the end of the link's life is a time, not a duration
        try:
            found = answers.document(Client(config).start(values, order.notify_url))
            if answers.text(found, "confirmation") == "NOTCONFIRMED":
                raise OperatorRefused(answers.text(found, "reason")[:200])
            answers.check_hash(config, found, "status", "redirecturl", "orderID", "remoteID")
            url, remote_id = answers.text(found, "redirecturl"), answers.text(found, "remoteID")
            is_ours = answers.text(found, "orderID") == order.ref
        except AnswerLost as error:
            raise StartOutcomeUnknown(error.detail) from None
        if not (url and remote_id and is_ours):
            raise StartOutcomeUnknown("an answer without a link for this order")
        try:
            return Redirect(url=config.profile.checked_redirect(url), operator_tx_id=remote_id)
        except ValueError as error:
            raise OperatorRefused(str(error), code="operator.foreign_redirect") from None

    def parse_notification(self, config: OperatorConfig, request: RawRequest) -> Event:
        """See `notification.parse`."""
        return notification.parse(config, request)

    def ack(self, config: OperatorConfig, event: Event | None, *, accepted: bool) -> HttpReply:
        """The signed confirmation in XML. Anything else makes Autopay repeat the message."""
        if event is None:
            return HttpReply(400, b"REFUSED")
        return notification.reply(config, event, accepted=accepted)

    def confirm(self, config: OperatorConfig, event: Event, expected: Expected) -> Confirmation:
        """`POST webapi/transactionStatus`: the transaction of the event must be a success of *our* amount."""
        return confirm_by_status(event, expected, lambda: self._reported_one(config, event, expected))

    def _reported_one(
        self, config: OperatorConfig, event: Event, expected: Expected
    ) -> RemoteTransaction | None:
        """The transaction of the event, with our own amount where it covers that."""
        known = self._reported(config, expected.ref)
        found = next((one for one in known if one.remote_id == event.operator_tx_id), None)
        if found is None:
            return None
        return RemoteTransaction(
            operator_tx_id=found.remote_id,
            ref=found.order_id,
            status=found.status,
            amount_gr=expected.amount_gr if _covers(config, found, expected.amount_gr) else found.amount_gr,
            currency=found.currency,
            paid_at=found.paid_at,
            fee_gr=found.fee_gr(is_fee_on_top=settings.payer_bears_the_fee(config)),
        )

    def fetch_status(
        self, config: OperatorConfig, ref: str, operator_tx_id: str = ""
    ) -> Sequence[RemoteTransaction]:
        """`POST webapi/transactionStatus`: every try of the payer is a transaction of its own, so there may be several."""
        return [answers.transaction(config, found) for found in self._reported(config, ref)]

    def _reported(self, config: OperatorConfig, ref: str) -> Sequence[transactions.Reported]:
        answer = Client(config).ask("/webapi/transactionStatus", signature.STATUS, {"OrderID": ref})
        return answers.reported(config, answers.document(answer), ref)

    def cancel(self, config: OperatorConfig, ref: str, operator_tx_id: str = "") -> None:
        """`POST webapi/transactionCancel` for all unpaid tries of this reference; none can be made afterwards.

        OperatorRefused when one of them was paid: the status pull tells which.
        """
        asked = {"MessageID": message_id(), "OrderID": ref}
        found = answers.document(Client(config).ask("/webapi/transactionCancel", signature.CANCEL, asked))
        reason = answers.text(found, "reason")
        if answers.text(found, "confirmation") == "CONFIRMED":
            answers.check_hash(config, found, "serviceID", "messageID", "confirmation", "reason")
            if answers.text(found, "messageID") != asked["MessageID"]:
                raise AnswerLost("the answer to another question", code="operator.bad_answer")
            if reason == "CANCELED_FULLY":
                return
        raise OperatorRefused(reason[:200], code=_CANCEL_REASONS.get(reason, "cancel.refused"))

    def refund(self, config: OperatorConfig, order: RefundOrder) -> Refund:
        """`POST settlementapi/transactionRefund`; a MessageID that Autopay knows is confirmed again and not carried out.

        Done within 30 minutes; a failure is told by ISTN or in a report of the next working day.
        """
        check_refund(order, max_key=settings.MAX_REFUND_KEY)
        asked = {
            "MessageID": _message_of(order.idempotency_key),
            "RemoteID": order.operator_tx_id,
            "Amount": zloty(order.amount_gr),
            "Currency": PLN,
        }
        try:
            answer = Client(config).order("/settlementapi/transactionRefund", signature.REFUND, asked)
            found = answers.document(answer)
            answers.check_hash(config, found, "serviceID", "messageID")
            is_ours = answers.text(found, "messageID") == asked["MessageID"]
        except AnswerLost as error:
            raise RefundOutcomeUnknown(error.detail) from None
        except OperatorRefused as error:
            code = _REFUND_REASONS.get(error.detail.split(" ")[0], error.code)
            raise OperatorRefused(error.detail, code=code) from None
        if not is_ours:
            raise RefundOutcomeUnknown("the answer to another refund")
        return Refund(order.idempotency_key, order.operator_tx_id, order.amount_gr, RefundStatus.PENDING)

    def fetch_refunds(
        self, config: OperatorConfig, operator_tx_id: str, ordered: Mapping[str, int] = NO_REFUNDS
    ) -> Sequence[Refund]:
        """`POST settlementapi/outDetails/v2` for each refund that we ordered: Autopay tells of one by its MessageID, without
        the amount, and lists those of a transaction nowhere. One that it does not know is left out.
        """
        found = []
        for key, amount_gr in ordered.items():
            message = _message_of(key)
            status = answers.refund_status(config, Client(config).out_details(message), message)
            if status is not None:
                found.append(Refund(key, operator_tx_id, amount_gr, status))
        return found

    def fetch_settlements(self, config: OperatorConfig, day: date) -> Sequence[Settlement]:
        """Autopay tells of its transfers itself, by ISTN, and has no list of them to ask for."""
        raise NotSupported("settlements")


def _covers(config: OperatorConfig, found: transactions.Reported, amount_gr: int) -> bool:
    """Whether a successful transaction is one of our amount.

    With the fee on top and no `startAmount` in the answer it can only be no less than our amount: the exact one has been
    compared in the signed notification.
    """
    if found.start_gr is not None:
        is_same = found.start_gr == amount_gr
        return is_same and found.ours_gr(is_fee_on_top=settings.payer_bears_the_fee(config)) == amount_gr
    if settings.payer_bears_the_fee(config):
        return found.amount_gr >= amount_gr
    return found.amount_gr == amount_gr


def _message_of(key: str) -> str:
    """The MessageID of a refund: 32 letters and digits that are the same for the same key, whatever its length."""
    return hashlib.sha256(key.encode()).hexdigest()[:32]
