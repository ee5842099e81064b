"""The contract between the payment domain and an operator: values in, values out (payments.md 2.1).

Amounts are integer grosze. Nothing here knows a database, a gmina or the current time.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Protocol

from integrations.payments.config import EnvironmentProfile, OperatorConfig, Secrets
from integrations.payments.errors import (
    AnswerLost,
    BadSignature,
    InvalidRequest,
    Malformed,
    NotSupported,
    OperatorError,
    OperatorRefused,
    OperatorUnavailable,
    RefundOutcomeUnknown,
    StartOutcomeUnknown,
    WrongMerchant,
)
from integrations.payments.methods import Hours, Method, MethodGroup, MethodState
from integrations.payments.values import (
    NO_REFUNDS,
    PLN,
    Caps,
    Confirmation,
    Confirmed,
    Event,
    EventKind,
    Expected,
    FormPost,
    HttpReply,
    LegalText,
    Link,
    Mismatch,
    Pending,
    RawRequest,
    Redirect,
    Refund,
    RefundOrder,
    RefundStatus,
    RemoteStatus,
    RemoteTransaction,
    Retry,
    Settlement,
    Start,
)


class Operator(Protocol):
    """A payment operator. Every method raises `OperatorError` and nothing else for what the operator does."""

    code: str
    caps: Caps

    def check_access(self, config: OperatorConfig) -> None:
        """Prove that ids and secrets work ("Sprawdź połączenie"); OperatorError with the reason if not."""

    def list_methods(self, config: OperatorConfig, amount_gr: int, language: str) -> Sequence[Method]:
        """The ways to pay this amount, with their present availability."""

    def legal_texts(
        self, config: OperatorConfig, method_id: str | None, language: str
    ) -> Sequence[LegalText]:
        """The operator's own texts for the page before the payment."""

    def start(self, config: OperatorConfig, order: Start) -> Redirect | FormPost | Pending:
        """Register the payment. StartOutcomeUnknown when it may exist although no answer came."""

    def parse_notification(self, config: OperatorConfig, request: RawRequest) -> Event:
        """Check signature (over what was received) and merchant. Malformed, BadSignature or WrongMerchant."""

    def ack(self, config: OperatorConfig, event: Event | None, *, accepted: bool) -> HttpReply:
        """The answer to a notification; `event` is None when it could not be parsed."""

    def confirm(self, config: OperatorConfig, event: Event, expected: Expected) -> Confirmation:
        """Settle with the operator that the event is true for *our* amount. Never raises OperatorError."""

    def fetch_status(
        self, config: OperatorConfig, ref: str, operator_tx_id: str = ""
    ) -> Sequence[RemoteTransaction]:
        """All transactions that the operator has for our reference; empty when it has none.

        An operator without `caps.status_by_ref` is asked by `operator_tx_id`, and has none without it.
        """

    def cancel(self, config: OperatorConfig, ref: str, operator_tx_id: str = "") -> None:
        """Withdraw an unpaid transaction; NotSupported when `caps.cancel` is False."""

    def refund(self, config: OperatorConfig, order: RefundOrder) -> Refund:
        """Give money back, once per idempotency key. RefundOutcomeUnknown: repeat with the same key."""

    def fetch_refunds(
        self, config: OperatorConfig, operator_tx_id: str, ordered: Mapping[str, int] = NO_REFUNDS
    ) -> Sequence[Refund]:
        """The refunds of one transaction.

        `ordered` are those that we ordered, in grosze by their idempotency keys: an operator that has no list of a
        transaction's refunds is asked for each of them, and tells of no other.
        """

    def fetch_settlements(self, config: OperatorConfig, day: date) -> Sequence[Settlement]:
        """The payouts of that day, line by line; NotSupported when `caps.settlement_api` is False.

        OperatorRefused("settlement.not_enabled") when the gmina's contract does not include them.
        """


__all__ = [
    "NO_REFUNDS",
    "PLN",
    "AnswerLost",
    "BadSignature",
    "Caps",
    "Confirmation",
    "Confirmed",
    "EnvironmentProfile",
    "Event",
    "EventKind",
    "Expected",
    "FormPost",
    "Hours",
    "HttpReply",
    "InvalidRequest",
    "LegalText",
    "Link",
    "Malformed",
    "Method",
    "MethodGroup",
    "MethodState",
    "Mismatch",
    "NotSupported",
    "Operator",
    "OperatorConfig",
    "OperatorError",
    "OperatorRefused",
    "OperatorUnavailable",
    "Pending",
    "RawRequest",
    "Redirect",
    "Refund",
    "RefundOrder",
    "RefundOutcomeUnknown",
    "RefundStatus",
    "RemoteStatus",
    "RemoteTransaction",
    "Retry",
    "Secrets",
    "Settlement",
    "Start",
    "StartOutcomeUnknown",
    "WrongMerchant",
]
