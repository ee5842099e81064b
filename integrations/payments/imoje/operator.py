"""imoje behind the common contract: transaction, redirect, notification, status, cancellation, refunds, channels."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from integrations.payments.base import (
    NO_REFUNDS,
    AnswerLost,
    Caps,
    Confirmation,
    Event,
    Expected,
    FormPost,
    HttpReply,
    InvalidRequest,
    LegalText,
    Link,
    Method,
    NotSupported,
    OperatorConfig,
    OperatorRefused,
    OperatorUnavailable,
    RawRequest,
    Redirect,
    Refund,
    RefundOrder,
    RefundOutcomeUnknown,
    RemoteStatus,
    RemoteTransaction,
    Settlement,
    Start,
    StartOutcomeUnknown,
)
from integrations.payments.checks import check_refund, mapping, objects, refuse
from integrations.payments.confirming import confirm_by_status
from integrations.payments.http import Answer
from integrations.payments.imoje import answers, notification, settings
from integrations.payments.imoje.client import Client, error_text
from integrations.payments.imoje.registration import registration, title
from integrations.payments.legal import documents_text

_MAX_REFUND_KEY = 35
_KEY = re.compile(r"[A-Za-z0-9_-]*")


class Imoje:
    """The adapter. It keeps no state: everything comes with the configuration."""

    code = settings.CODE
    caps = Caps(list_banks=True, refund_api=True, status_api=True, cancel=True, notifies_failure=True)

    def check_access(self, config: OperatorConfig) -> None:
        """`GET service/{id}`: both ids and the token. The shop's key is proved only by a notification."""
        self._service(config)

    def list_methods(self, config: OperatorConfig, amount_gr: int, language: str) -> Sequence[Method]:
        """The shop's channels that `transaction` starts by a redirect, with their limits and whether they work now."""
        listed = objects(self._service(config).get("paymentMethods"))
        channels = [answers.method(item, config.profile) for item in listed]
        return [channel for channel in channels if channel is not None]

    def _service(self, config: OperatorConfig) -> dict[str, Any]:
        service_id = config.merchant_id("service_id")
        answer = Client(config).get("service", service_id)
        if answer.status == 404:  # not published: how a shop of another merchant is refused
            raise OperatorRefused("no such shop", code="operator.credentials")
        service = mapping(_accepted(answer).get("service"))
        if service.get("id") != service_id:
            raise AnswerLost("another shop", code="operator.bad_answer")
        if service.get("isActive") is not True:
            raise OperatorRefused("the shop is switched off in imoje")
        return service

    def legal_texts(
        self, config: OperatorConfig, method_id: str | None, language: str
    ) -> Sequence[LegalText]:
        """imoje's own shop modules show these two documents beside the channels, without a box to tick."""
        terms = Link(settings.REGULATIONS_LABEL, settings.REGULATIONS_URL)
        privacy = Link(settings.PRIVACY_LABEL, settings.PRIVACY_URL)
        return [documents_text(settings.TERMS_ID, settings.TERMS_SENTENCE, language, terms, privacy)]

    def start(self, config: OperatorConfig, order: Start) -> Redirect | FormPost:
        """`POST transaction`; the payer goes to the address of its `action`, mostly by a redirect.

        A lost start cannot charge anyone, because the payer never got the link. imoje finds a transaction by its own id
        only, so without an answer only the end of the link's life decides.
        """
        # The end of the link's life is a moment, not a duration.
        document = registration(config, order, datetime.now(UTC))
        try:
            answer = Client(config).post("transaction", payload=document)
            if answer.status == 406:  # the channel was switched off after it had been listed
                raise OperatorRefused(error_text(answer), code="start.method")
            data = _accepted(answer)
            told = mapping(data.get("transaction"))
            if (told.get("orderId"), told.get("amount")) != (order.ref, order.amount_gr):
                raise AnswerLost("another transaction", code="operator.bad_answer")
            way = answers.started(data)
        except AnswerLost as error:
            raise StartOutcomeUnknown(error.detail) from None
        try:
            config.profile.checked_redirect(way.url)
        except ValueError as error:
            raise OperatorRefused(str(error), code="operator.foreign_redirect") from None
        return way

    def parse_notification(self, config: OperatorConfig, request: RawRequest) -> Event:
        """See `notification.parse`."""
        return notification.parse(config, request)

    def ack(self, config: OperatorConfig, event: Event | None, *, accepted: bool) -> HttpReply:
        """`{"status":"ok"}` ends the repetitions; anything else makes imoje repeat the message."""
        if event is None or not accepted:
            return HttpReply(400, b'{"status":"error"}', "application/json")
        return HttpReply(200, b'{"status":"ok"}', "application/json")

    def confirm(self, config: OperatorConfig, event: Event, expected: Expected) -> Confirmation:
        """`GET transaction/{id}`: the transaction of the event must be settled with *our* reference and amount."""

        def ask() -> RemoteTransaction | None:
            known = self._sale(config, event.operator_tx_id)
            return known.transaction if known else None

        return confirm_by_status(event, expected, ask)

    def fetch_status(
        self, config: OperatorConfig, ref: str, operator_tx_id: str = ""
    ) -> Sequence[RemoteTransaction]:
        """`GET transaction/{id}`; empty without an id of imoje, or when imoje does not know it."""
        known = self._sale(config, operator_tx_id) if operator_tx_id else None
        if known is None:
            return []
        if known.transaction.ref != ref:
            raise AnswerLost("a transaction of another reference", code="operator.bad_answer")
        return [known.transaction]

    def _sale(self, config: OperatorConfig, operator_tx_id: str) -> answers.Found | None:
        answer = Client(config).get("transaction", operator_tx_id)
        if answer.status == 404:
            return None
        if answer.status != 200:
            refuse(answer, error_text(answer))
        found = answers.sale(answer)
        ours = (operator_tx_id, config.merchant_id("service_id"))
        if (found.transaction.operator_tx_id, found.service_id) != ours:
            raise AnswerLost("another transaction or shop", code="operator.bad_answer")
        return found

    def cancel(self, config: OperatorConfig, ref: str, operator_tx_id: str = "") -> None:
        """`POST payment/cancel` for the payment that the transaction belongs to; OperatorRefused when it is not unpaid.

        NotSupported where imoje names no such payment: then `validTo` of the order ends it.
        """
        found = self._sale(config, operator_tx_id) if operator_tx_id else None
        if found is None or found.transaction.ref != ref:
            raise OperatorRefused("no such transaction", code="cancel.not_found")
        if not found.payment_id:
            raise NotSupported("cancel")
        if found.transaction.status is not RemoteStatus.PENDING:
            raise OperatorRefused(str(found.transaction.status), code="cancel.wrong_status")
        asked = {"serviceId": found.service_id, "paymentId": found.payment_id}
        cancelled = _accepted(Client(config).post("payment", "cancel", payload=asked))
        if answers.status(cancelled.get("status")) is not RemoteStatus.CANCELLED:
            raise OperatorRefused(str(cancelled.get("status"))[:50], code="cancel.wrong_status")

    def refund(self, config: OperatorConfig, order: RefundOrder) -> Refund:
        """`POST transaction/{id}/refund`, after imoje's list and `can-refund` have been asked.

        imoje knows no idempotency key, so ours ends the refund's title, which imoje keeps: a repeated order finds it in the
        list. Where imoje gives no list, only a refund is ordered that it would not carry out twice; else NotSupported.
        """
        check_refund(order, max_key=_MAX_REFUND_KEY)
        if not _KEY.fullmatch(order.idempotency_key):
            raise InvalidRequest("the key", code="refund.key_length")
        known = _before_sending(lambda: self._known_refund(config, order))
        if known is not None:
            return known
        end = answers.refund_title_end(order.idempotency_key)
        asked = {
            "type": "refund",
            "serviceId": config.merchant_id("service_id"),
            "amount": order.amount_gr,
            "title": (title(order.title, settings.MAX_TITLE - len(end)) or "Zwrot") + end,
        }
        try:
            answer = Client(config).post("transaction", order.operator_tx_id, "refund", payload=asked)
            found = answers.refund(
                mapping(_accepted(answer, "refund.refused").get("transaction")), order.operator_tx_id
            )
        except AnswerLost as error:
            raise RefundOutcomeUnknown(error.detail) from None
        if (found.amount_gr, found.key) != (order.amount_gr, order.idempotency_key):
            raise RefundOutcomeUnknown("the answer to another refund")
        return found

    def _known_refund(self, config: OperatorConfig, order: RefundOrder) -> Refund | None:
        """The refund that this key has made already; None when it can be ordered. OperatorRefused says why it cannot."""
        sale = self._sale(config, order.operator_tx_id)
        if sale is None or sale.transaction.ref != order.ref:
            raise OperatorRefused("no such transaction", code="refund.not_found")
        if sale.payment_id:
            for known in self._listed(config, sale):
                if known.key == order.idempotency_key:
                    if known.amount_gr != order.amount_gr:
                        raise OperatorRefused("the key was used for another amount", code="refund.key_reused")
                    return known
        asked = {"amount": order.amount_gr}
        answer = Client(config).post("transaction", order.operator_tx_id, "can-refund", payload=asked)
        limits = answers.refundable(_accepted(answer, "refund.refused"))
        if sale.transaction.status is not RemoteStatus.PAID or not limits.is_possible:
            raise OperatorRefused(str(sale.transaction.status), code="refund.wrong_status")
        if not limits.allows(order.amount_gr):
            raise OperatorRefused(f"up to {limits.max_gr}", code="refund.amount_exceeded")
        if not limits.has_balance:
            raise OperatorRefused("the shop's balance", code="refund.insufficient_funds")
        if not sale.payment_id and limits.allows_twice(order.amount_gr):
            raise NotSupported("a part that could be given back twice")
        return None

    def fetch_refunds(
        self, config: OperatorConfig, operator_tx_id: str, ordered: Mapping[str, int] = NO_REFUNDS
    ) -> Sequence[Refund]:
        """`GET payment/{id}` of the payment that the transaction belongs to; NotSupported where imoje names none."""
        sale = self._sale(config, operator_tx_id)
        if sale is None:
            return []
        if not sale.payment_id:
            raise NotSupported("refunds")
        return self._listed(config, sale)

    def _listed(self, config: OperatorConfig, sale: answers.Found) -> list[Refund]:
        """Published: a payment lists its transactions, of the types sale and refund. Not published: that a transaction
        which was started without a link has a payment, too; the published example of one names it.
        """
        listed = _accepted(Client(config).get("payment", sale.payment_id))
        if listed.get("orderId") != sale.transaction.ref:
            raise AnswerLost("a payment of another reference", code="operator.bad_answer")
        return [
            answers.refund(item, sale.transaction.operator_tx_id)
            for item in objects(listed.get("transactions"))
            if item.get("type") == "refund"
        ]

    def fetch_settlements(self, config: OperatorConfig, day: date) -> Sequence[Settlement]:
        """imoje publishes no settlement API: the bank statement is the source."""
        raise NotSupported("settlements")


def _accepted(answer: Answer, code: str | None = None) -> dict[str, Any]:
    """The document of an answer with status 200; other answers raise what they mean, a refusal for good with `code`."""
    if answer.status == 200:
        return answer.json()
    try:
        refuse(answer, error_text(answer))
    except OperatorRefused as error:
        if code is None or error.code != OperatorRefused.default_code:
            raise
        raise OperatorRefused(error.detail, code=code) from None


def _before_sending(ask: Callable[[], Refund | None]) -> Refund | None:
    """A lost answer to a question that comes before an order leaves nothing unknown: nothing was ordered."""
    try:
        return ask()
    except AnswerLost as error:
        raise OperatorUnavailable(error.detail, code=error.code) from None
