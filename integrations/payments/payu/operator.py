"""PayU behind the common contract: order, redirect, notification, status, cancellation, refunds and banks."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import NoReturn

from integrations.payments.base import (
    NO_REFUNDS,
    AnswerLost,
    Caps,
    Confirmation,
    Event,
    Expected,
    HttpReply,
    LegalText,
    Link,
    Method,
    NotSupported,
    OperatorConfig,
    OperatorRefused,
    RawRequest,
    Redirect,
    Refund,
    RefundOrder,
    RefundOutcomeUnknown,
    RemoteTransaction,
    Settlement,
    Start,
    StartOutcomeUnknown,
)
from integrations.payments.checks import check_refund, mapping, objects, refuse
from integrations.payments.confirming import confirm_by_status
from integrations.payments.http import Answer
from integrations.payments.legal import documents_text
from integrations.payments.payu import answers, notification, settings
from integrations.payments.payu.client import Client, error_codes, error_text
from integrations.payments.payu.registration import language as payu_language
from integrations.payments.payu.registration import registration

_ORDER_ID = re.compile(r"[A-Za-z0-9]{8,64}")
_REGISTERED = frozenset({200, 201, 302})
_METHOD_IS_OFF = "OPENPAYU_PAYMENT_CREATE_BLOCKED_CHECKOUT_PAY_METHOD"
# The literals of refused refunds are not published with the API; an unknown one is still a refusal.
_REFUND_REASONS = {
    "NO_BALANCE": "refund.insufficient_funds",
    "AMOUNT_TO_BIG": "refund.amount_exceeded",
    "TRANS_NOT_ENDED": "refund.wrong_status",
    "REFUND_IDEMPOTENCY_MISMATCH": "refund.key_reused",
}


class PayU:
    """The adapter. It keeps no state: everything comes with the configuration."""

    code = settings.CODE
    caps = Caps(list_banks=True, refund_api=True, status_api=True, cancel=True, notifies_failure=True)

    def check_access(self, config: OperatorConfig) -> None:
        """A token and the list of banks prove client_id and client_secret. The second key is proved only by a
        notification, pos_id only by an order.
        """
        self.list_methods(config, 1, "pl")

    def list_methods(self, config: OperatorConfig, amount_gr: int, language: str) -> Sequence[Method]:
        """`GET paymethods`: all ways to pay, with their limits; PayU does not ask for the amount."""
        answer = Client(config).get("paymethods", params={"lang": payu_language(language)})
        if answer.status != 200:
            refuse(answer, error_text(answer))
        found = mapping(answers.document(answer))
        return [answers.method(item, config.profile) for item in objects(found.get("payByLinks"))]

    def legal_texts(
        self, config: OperatorConfig, method_id: str | None, language: str
    ) -> Sequence[LegalText]:
        """What PayU obliges a merchant with a list of banks of his own to tell. It shows the rest itself, on the page
        between ours and the bank's.
        """
        chosen = payu_language(language)
        terms = Link(settings.TERMS_LABEL, settings.TERMS_URL[chosen])
        privacy = Link(settings.PRIVACY_LABEL, settings.PRIVACY_URL)
        return [documents_text(settings.TERMS_ID, settings.TERMS_SENTENCE, chosen, terms, privacy)]

    def start(self, config: OperatorConfig, order: Start) -> Redirect:
        """`POST orders`, answered 302 (201 for some methods) with the payer's link in JSON.

        A lost start cannot charge anyone, because the payer never got the link. An order that "is not unique" is our own
        from before, so its outcome is as unknown as that of the lost one.
        """
        payload = registration(config, order)
        try:
            answer = Client(config).post("orders", payload=payload)
            if answer.status not in _REGISTERED:
                _refuse_start(answer)
            return _redirect(config, order, answer)
        except AnswerLost as error:
            raise StartOutcomeUnknown(error.detail) from None

    def parse_notification(self, config: OperatorConfig, request: RawRequest) -> Event:
        """See `notification.parse`."""
        return notification.parse(config, request)

    def ack(self, config: OperatorConfig, event: Event | None, *, accepted: bool) -> HttpReply:
        """HTTP 200 ends the repetitions; anything else is repeated for three days."""
        return HttpReply(200) if accepted else HttpReply(400, b"REFUSED")

    def confirm(self, config: OperatorConfig, event: Event, expected: Expected) -> Confirmation:
        """The status API must say the same as the notification and as our own record."""
        return confirm_by_status(event, expected, lambda: self._order(config, event.operator_tx_id))

    def fetch_status(
        self, config: OperatorConfig, ref: str, operator_tx_id: str = ""
    ) -> Sequence[RemoteTransaction]:
        """`GET orders/{orderId}`. PayU finds nothing by our reference, so without its own id there is no answer."""
        found = self._order(config, operator_tx_id) if operator_tx_id else None
        if found is None:
            return []
        if found.ref != ref:
            raise AnswerLost("an order of another reference", code="operator.bad_answer")
        return [found]

    def _order(self, config: OperatorConfig, order_id: str) -> RemoteTransaction | None:
        answer = Client(config).get("orders", order_id)
        if answer.status == 404:
            return None
        if answer.status != 200:
            refuse(answer, error_text(answer))
        return answers.order(answer, order_id, config.merchant_id("pos_id"))

    def cancel(self, config: OperatorConfig, ref: str, operator_tx_id: str = "") -> None:
        """`DELETE orders/{orderId}`. OperatorRefused when there is none, or when it was paid."""
        if not operator_tx_id:
            raise OperatorRefused("an order without the operator's id", code="cancel.not_found")
        answer = Client(config).delete("orders", operator_tx_id)
        if answer.status == 404:
            raise OperatorRefused(error_text(answer), code="cancel.not_found")
        if answer.status == 400:
            raise OperatorRefused(error_text(answer), code="cancel.wrong_status")
        if answer.status != 200:
            refuse(answer, error_text(answer))

    def refund(self, config: OperatorConfig, order: RefundOrder) -> Refund:
        """`POST orders/{orderId}/refunds`. The same data again answer with the refund that there is.

        The amount is always sent: without it PayU would give back everything. PayU tells how it ended at the
        order's own address for notifications, not at `order.notify_url`.
        """
        check_refund(order, max_key=settings.MAX_REFUND_KEY)
        payload = {
            "refund": {
                "description": order.title[: settings.MAX_REFUND_DESCRIPTION] or settings.REFUND_DESCRIPTION,
                "amount": str(order.amount_gr),
                "extRefundId": order.idempotency_key,
                "currencyCode": "PLN",
            }
        }
        try:
            answer = Client(config).post("orders", order.operator_tx_id, "refunds", payload=payload)
            if answer.status not in {200, 201}:
                _refuse_refund(answer)
            found = answers.refund(
                mapping(mapping(answers.document(answer)).get("refund")), order.operator_tx_id
            )
        except AnswerLost as error:
            raise RefundOutcomeUnknown(error.detail) from None
        if found.key != order.idempotency_key:
            raise RefundOutcomeUnknown("an answer of another refund")
        if found.amount_gr != order.amount_gr:
            raise OperatorRefused("the key was used for another amount", code="refund.key_reused")
        return found

    def fetch_refunds(
        self, config: OperatorConfig, operator_tx_id: str, ordered: Mapping[str, int] = NO_REFUNDS
    ) -> Sequence[Refund]:
        """`GET orders/{orderId}/refunds`; empty when there is none."""
        answer = Client(config).get("orders", operator_tx_id, "refunds")
        if answer.status == 404:
            return []
        if answer.status != 200:
            refuse(answer, error_text(answer))
        return answers.refunds(answer, operator_tx_id)

    def fetch_settlements(self, config: OperatorConfig, day: date) -> Sequence[Settlement]:
        """PayU switches its reports on by contract; until then the bank statement is the source."""
        raise NotSupported("settlements")


def _redirect(config: OperatorConfig, order: Start, answer: Answer) -> Redirect:
    found = mapping(answers.document(answer))
    order_id, url = found.get("orderId"), found.get("redirectUri")
    if not isinstance(order_id, str) or not _ORDER_ID.fullmatch(order_id) or not isinstance(url, str):
        raise StartOutcomeUnknown("an answer without order and link")
    if found.get("extOrderId", order.ref) != order.ref:
        raise StartOutcomeUnknown("an answer of another order")
    try:
        return Redirect(url=config.profile.checked_redirect(url), operator_tx_id=order_id)
    except ValueError as error:
        raise OperatorRefused(str(error), code="operator.foreign_redirect") from None


def _refuse_start(answer: Answer) -> NoReturn:
    codes = error_codes(answer)
    if "ERROR_ORDER_NOT_UNIQUE" in codes:
        raise StartOutcomeUnknown("the order exists already")
    if _METHOD_IS_OFF in codes:
        raise OperatorRefused(error_text(answer), code="start.method_unavailable")
    refuse(answer, error_text(answer))


def _refuse_refund(answer: Answer) -> NoReturn:
    if answer.status == 404:
        raise OperatorRefused(error_text(answer), code="refund.not_found")
    known = [_REFUND_REASONS[code] for code in error_codes(answer) if code in _REFUND_REASONS]
    if answer.status == 400 and known:
        raise OperatorRefused(error_text(answer), code=known[0])
    refuse(answer, error_text(answer))
