"""Tpay behind the common contract: transactions with the account to pay to, notifications, status, refunds."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

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
    RemoteTransaction,
    Retry,
    Settlement,
    Start,
    StartOutcomeUnknown,
)
from integrations.payments.checks import objects, refuse
from integrations.payments.confirming import confirm_by_status
from integrations.payments.http import Answer
from integrations.payments.legal import documents_text
from integrations.payments.tpay import answers, notification, refunds, settings
from integrations.payments.tpay.client import Client, error_text, read
from integrations.payments.tpay.registration import registration


class Tpay:
    """The adapter. It keeps no state besides access tokens and the operator's certificate."""

    code = settings.CODE
    caps = Caps(list_banks=True, per_payment_account=True, refund_api=True, status_api=True, cancel=True)

    def check_access(self, config: OperatorConfig) -> None:
        """`POST oauth/auth`: client_id and client_secret. The security code is proved only by a notification."""
        Client(config).new_token()

    def list_methods(self, config: OperatorConfig, amount_gr: int, language: str) -> Sequence[Method]:
        """`GET transactions/channels`. The list is the same for every amount, so the limits of each channel decide;
        names come in Polish only.
        """
        document = _read(Client(config).get("/transactions/channels"))
        return [answers.method(item, config.profile) for item in objects(document.get("channels"))]

    def legal_texts(
        self, config: OperatorConfig, method_id: str | None, language: str
    ) -> Sequence[LegalText]:
        """Whoever chooses the bank on our page does not see Tpay's page with its regulations, so we name them."""
        terms = Link(settings.REGULATIONS_LABEL, settings.REGULATIONS_URL)
        privacy = Link(settings.PRIVACY_LABEL, settings.PRIVACY_URL)
        return [documents_text(settings.TERMS_ID, settings.TERMS_SENTENCE, language, terms, privacy)]

    def start(self, config: OperatorConfig, order: Start) -> Redirect:
        """`POST transactions`, then the payer goes to the answered address.

        A lost start cannot charge anyone, because the payer never got the link, and nobody can ask for it by our
        reference either: it is over with the time limit.
        """
        document = registration(config, order)
        try:
            made = _read(Client(config).post("/transactions", document=document))
            transaction_id, url = made.get("transactionId"), made.get("transactionPaymentUrl")
            if not isinstance(transaction_id, str) or not isinstance(url, str) or not transaction_id:
                raise AnswerLost("an answer without an id or an address")
            asked_gr = answers.amount_gr(made.get("amount"))
        except AnswerLost as error:
            raise StartOutcomeUnknown(error.detail) from None
        if (asked_gr, made.get("currency"), made.get("hiddenDescription")) != (
            order.amount_gr,
            order.currency,
            order.ref,
        ):
            raise OperatorRefused("a transaction of other values", code="operator.bad_answer")
        try:
            return Redirect(url=config.profile.checked_redirect(url), operator_tx_id=transaction_id)
        except ValueError as error:
            raise OperatorRefused(str(error), code="operator.foreign_redirect") from None

    def parse_notification(self, config: OperatorConfig, request: RawRequest) -> Event:
        """See `notification.parse`."""
        return notification.parse(config, request)

    def ack(self, config: OperatorConfig, event: Event | None, *, accepted: bool) -> HttpReply:
        """The body is exactly `TRUE`. A refusal never says `FALSE`, which would tell Tpay to return the money."""
        return HttpReply(200, b"TRUE") if accepted else HttpReply(400, b"REFUSED")

    def confirm(self, config: OperatorConfig, event: Event, expected: Expected) -> Confirmation:
        """`GET transactions/{id}`: what was signed must be what the operator's books say now."""
        if not event.operator_tx_id:
            return Retry("confirm.unknown_transaction", "the start was not answered")
        return confirm_by_status(
            event,
            expected,
            lambda: self._find(config, event.operator_tx_id),
            agrees=lambda found: event.statement in {"", found.statement},
        )

    def fetch_status(
        self, config: OperatorConfig, ref: str, operator_tx_id: str = ""
    ) -> Sequence[RemoteTransaction]:
        """`GET transactions/{id}`; empty without the id, and when this account has no such transaction."""
        found = self._find(config, operator_tx_id) if operator_tx_id else None
        if found is None:
            return []
        if found.ref != ref:
            raise AnswerLost("a transaction of another reference", code="operator.bad_answer")
        return [found]

    def _find(self, config: OperatorConfig, operator_tx_id: str) -> RemoteTransaction | None:
        answer = Client(config).get("/transactions", operator_tx_id)
        return None if answer.status == 404 else answers.transaction(_read(answer))

    def cancel(self, config: OperatorConfig, ref: str, operator_tx_id: str = "") -> None:
        """`POST transactions/{id}/cancel`, for a transaction that nobody has paid. Without the id there is none."""
        if not operator_tx_id:
            raise OperatorRefused("the transaction's id is not known")
        _read(Client(config).post("/transactions", operator_tx_id, "cancel"))

    def refund(self, config: OperatorConfig, order: RefundOrder) -> Refund:
        """See `refunds.refund`."""
        return refunds.refund(config, order, self._find)

    def fetch_refunds(
        self, config: OperatorConfig, operator_tx_id: str, ordered: Mapping[str, int] = NO_REFUNDS
    ) -> Sequence[Refund]:
        """`GET transactions/{id}/refunds`; empty when there is none."""
        return refunds.listed(config, operator_tx_id)

    def fetch_settlements(self, config: OperatorConfig, day: date) -> Sequence[Settlement]:
        """Tpay has reports, but the form of their files is not published; the bank statement is the source."""
        raise NotSupported("settlements")


def _read(answer: Answer) -> Mapping[str, Any]:
    if answer.status not in {200, 201}:
        refuse(answer, error_text(answer))
    document = read(answer)
    if document.get("result", "success") != "success":
        raise OperatorRefused(error_text(answer))
    return document
