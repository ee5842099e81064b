"""Przelewy24 behind the common contract: register, redirect, notification, verify, status, refunds, reports."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from integrations.payments.base import (
    NO_REFUNDS,
    PLN,
    AnswerLost,
    Caps,
    Confirmation,
    Confirmed,
    Event,
    Expected,
    HttpReply,
    LegalText,
    Link,
    Method,
    Mismatch,
    NotSupported,
    OperatorConfig,
    OperatorError,
    OperatorRefused,
    RawRequest,
    Redirect,
    Refund,
    RefundOrder,
    RefundOutcomeUnknown,
    RefundStatus,
    RemoteStatus,
    RemoteTransaction,
    Retry,
    Settlement,
    Start,
    StartOutcomeUnknown,
)
from integrations.payments.checks import check_refund, difference, mapping, objects, refuse
from integrations.payments.legal import documents_text
from integrations.payments.przelewy24 import answers, notification, reports, settings, signature
from integrations.payments.przelewy24.client import Client, error_text
from integrations.payments.przelewy24.registration import registration

_TOKEN = re.compile(r"[A-Za-z0-9-]{8,100}")
_REFUND_REASONS = {
    "Insufficient funds available": "refund.insufficient_funds",
    "The amount of refund exceeds available amount for the transaction": "refund.amount_exceeded",
    "Transaction in wrong status - cannot refund": "refund.wrong_status",
    "Transaction not found": "refund.not_found",
}


class Przelewy24:
    """The adapter. It keeps no state: everything comes with the configuration."""

    code = settings.CODE
    caps = Caps(
        list_banks=True,
        refund_api=True,
        status_api=True,
        status_by_ref=True,
        settlement_api=True,
        needs_confirmation=True,
    )

    def check_access(self, config: OperatorConfig) -> None:
        """`GET testAccess`: posId and the reports key. The CRC key is proved only by a registered payment."""
        answer = Client(config).get("/testAccess")
        if answer.status != 200:
            refuse(answer, error_text(answer))
        if answer.json().get("data") is not True:
            raise OperatorRefused(error_text(answer), code="operator.credentials")

    def list_methods(self, config: OperatorConfig, amount_gr: int, language: str) -> Sequence[Method]:
        """`GET payment/methods/{pl|en}` for this amount; empty when the operator has none for it."""
        answer = Client(config).get(
            "/payment/methods", _language(language), params={"amount": amount_gr, "currency": PLN}
        )
        if answer.status == 404:
            return []
        if answer.status != 200:
            refuse(answer, error_text(answer))
        return [answers.method(item, config.profile) for item in objects(answer.json().get("data"))]

    def legal_texts(
        self, config: OperatorConfig, method_id: str | None, language: str
    ) -> Sequence[LegalText]:
        """With this box ticked Przelewy24 skips its own consent page; unticked it shows that page itself."""
        terms = Link(settings.REGULATIONS_LABEL, settings.REGULATIONS_URL)
        privacy = Link(settings.PRIVACY_LABEL, settings.PRIVACY_URL)
        sentences = settings.CONSENT_SENTENCE
        return [documents_text(settings.CONSENT_ID, sentences, language, terms, privacy, checkbox=True)]

    def start(self, config: OperatorConfig, order: Start) -> Redirect:
        """`POST transaction/register`, then the payer goes to `/trnRequest/{token}`.

        A lost start cannot charge anyone, because the payer never got the link; still StartOutcomeUnknown is
        raised, so that the caller decides by the status pull.
        """
        payload = registration(config, order)
        try:
            answer = Client(config).send("POST", "/transaction/register", payload)
            if answer.status != 200:
                refuse(answer, error_text(answer))
            token = str(mapping(answer.json().get("data")).get("token") or "")
        except AnswerLost as error:
            raise StartOutcomeUnknown(error.detail) from None
        if not _TOKEN.fullmatch(token):
            raise StartOutcomeUnknown("an answer without a token")
        url = config.profile.payer_url.rstrip("/") + "/trnRequest/" + token
        try:
            return Redirect(url=config.profile.checked_redirect(url))
        except ValueError as error:
            raise OperatorRefused(str(error), code="operator.foreign_redirect") from None

    def parse_notification(self, config: OperatorConfig, request: RawRequest) -> Event:
        """See `notification.parse`."""
        return notification.parse(config, request)

    def ack(self, config: OperatorConfig, event: Event | None, *, accepted: bool) -> HttpReply:
        """HTTP 200 with any body. It does not end the repetitions: only a successful verify does."""
        return HttpReply(200, b"OK") if accepted else HttpReply(400, b"REFUSED")

    def confirm(self, config: OperatorConfig, event: Event, expected: Expected) -> Confirmation:
        """`PUT transaction/verify` with *our* amount; without it the money stays with the payer as an
        advance.

        A refusal may answer a verify that we repeat after a lost answer, so the status API has the last word.
        """
        contradiction = difference(event, expected)
        return contradiction or self._verify(config, event, expected)

    def _verify(
        self, config: OperatorConfig, event: Event, expected: Expected, *, is_again: bool = False
    ) -> Confirmation:
        try:
            answer = Client(config).send("PUT", "/transaction/verify", _verification(config, event, expected))
            if answer.status == 400:
                return self._after_refused_verify(config, event, expected, error_text(answer), is_again)
            if answer.status != 200:
                refuse(answer, error_text(answer))
            status = mapping(answer.json().get("data")).get("status")
        except OperatorError as error:
            return Retry(error.code, error.detail)
        if status != "success":
            return Retry("verify.no_success", str(status)[:50])
        return Confirmed(event.operator_tx_id, expected.amount_gr, event.payer_debited_at)

    def _after_refused_verify(
        self, config: OperatorConfig, event: Event, expected: Expected, reason: str, is_again: bool
    ) -> Confirmation:
        try:
            known = self.fetch_status(config, expected.ref)
        except OperatorError as error:
            return Retry(error.code, error.detail)
        for found in known:
            if found.operator_tx_id == event.operator_tx_id and found.status is RemoteStatus.PENDING:
                return Retry("confirm.pending")
            ours = (found.operator_tx_id, found.amount_gr, found.currency) == (
                event.operator_tx_id,
                expected.amount_gr,
                expected.currency,
            )
            if ours and found.needs_confirmation and not is_again:
                # The money may have come between our verify and our question: its refusal is older than the status.
                return self._verify(config, event, expected, is_again=True)
            if ours and found.status is RemoteStatus.PAID and not found.needs_confirmation:
                return Confirmed(found.operator_tx_id, found.amount_gr, found.paid_at)
        return Mismatch("verify.refused", reason)

    def fetch_status(
        self, config: OperatorConfig, ref: str, operator_tx_id: str = ""
    ) -> Sequence[RemoteTransaction]:
        """`GET transaction/by/sessionId/{ref}`; empty when Przelewy24 does not know the reference."""
        answer = Client(config).get("/transaction/by/sessionId", ref)
        if answer.status == 404:
            return []
        if answer.status != 200:
            refuse(answer, error_text(answer))
        found = answers.transaction(mapping(answer.json().get("data")))
        if found.ref != ref:
            raise AnswerLost("a transaction of another reference", code="operator.bad_answer")
        return [found]

    def cancel(self, config: OperatorConfig, ref: str, operator_tx_id: str = "") -> None:
        """Przelewy24 cancels nothing: the time limit of the registration ends an unpaid transaction."""
        raise NotSupported("cancel")

    def refund(self, config: OperatorConfig, order: RefundOrder) -> Refund:
        """`POST transaction/refund`. The same key twice answers "Request already exists": the first one
        counts.
        """
        payload = _refund_request(order)
        try:
            answer = Client(config).send("POST", "/transaction/refund", payload)
            if answer.status == 400 and error_text(answer) in {"Request already exists", "Concurrent call"}:
                return self._existing_refund(config, order)
            if answer.status == 409:
                reason = error_text(answer)
                raise OperatorRefused(reason, code=_REFUND_REASONS.get(reason, "refund.refused"))
            if answer.status not in {200, 201}:
                refuse(answer, error_text(answer))
            accepted = objects(answer.json().get("data"))
            if not accepted or any(item.get("status") is not True for item in accepted):
                raise AnswerLost("an answer without the refund", code="operator.bad_answer")
        except AnswerLost as error:
            raise RefundOutcomeUnknown(error.detail) from None
        return Refund(order.idempotency_key, order.operator_tx_id, order.amount_gr, RefundStatus.PENDING)

    def _existing_refund(self, config: OperatorConfig, order: RefundOrder) -> Refund:
        for known in self.fetch_refunds(config, order.operator_tx_id):
            if known.key == order.idempotency_key:
                if known.amount_gr != order.amount_gr:
                    raise OperatorRefused("the key was used for another amount", code="refund.key_reused")
                return known
        raise RefundOutcomeUnknown("the operator has the key, but not yet the refund")

    def fetch_refunds(
        self, config: OperatorConfig, operator_tx_id: str, ordered: Mapping[str, int] = NO_REFUNDS
    ) -> Sequence[Refund]:
        """`GET refund/by/orderId/{orderId}`; empty when there is none."""
        answer = Client(config).get("/refund/by/orderId", operator_tx_id)
        if answer.status == 404:
            return []
        if answer.status != 200:
            refuse(answer, error_text(answer))
        data = mapping(answer.json().get("data"))
        return [answers.refund(item, operator_tx_id) for item in objects(data.get("refunds"))]

    def fetch_settlements(self, config: OperatorConfig, day: date) -> Sequence[Settlement]:
        """`GET report/history` and `report/batch/details`, which Przelewy24 switches on by contract; see `reports`."""
        return reports.settlements(Client(config), day)


def _verification(config: OperatorConfig, event: Event, expected: Expected) -> dict[str, Any]:
    values: dict[str, str | int] = {
        "merchantId": int(config.merchant_id("merchant_id")),
        "posId": int(config.merchant_id("pos_id")),
        "sessionId": expected.ref,
        "amount": expected.amount_gr,
        "currency": expected.currency,
        "orderId": int(event.operator_tx_id),
    }
    return {**values, "sign": signature.sign(signature.VERIFY, values, config.secret("crc"))}


def _refund_request(order: RefundOrder) -> dict[str, Any]:
    check_refund(order, max_key=settings.MAX_REFUND_KEY)
    item: dict[str, Any] = {
        "orderId": int(order.operator_tx_id),
        "sessionId": order.ref,
        "amount": order.amount_gr,
    }
    if order.title:
        item["description"] = order.title[: settings.MAX_REFUND_DESCRIPTION]
    payload = {"requestId": order.idempotency_key, "refundsUuid": order.idempotency_key, "refunds": [item]}
    return {**payload, "urlStatus": order.notify_url} if order.notify_url else payload


def _language(language: str) -> str:
    return language if language in settings.CONSENT_SENTENCE else "pl"
