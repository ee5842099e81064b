"""The values that pass between the payment domain and an operator. Amounts are integer grosze."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType

PLN = "PLN"
NO_REFUNDS: Mapping[str, int] = MappingProxyType({})


@dataclass(frozen=True)
class Caps:
    """What the generic code may rely on (payments.md 2.5)."""

    list_banks: bool = False
    blik_code: bool = False
    per_payment_account: bool = False
    """The operator sends the money of each payment to the account that `Start.account_nrb` names."""
    refund_api: bool = False
    status_api: bool = False
    status_by_ref: bool = False
    """`fetch_status` finds a transaction by our reference; else only by the operator's id that `start` told."""
    cancel: bool = False
    settlement_api: bool = False
    """`fetch_settlements` tells the payouts of a day, where the contract includes the reports."""
    settlement_notices: bool = False
    """Each payout is told by a message of the kind SETTLEMENT, where the contract includes them."""
    notifies_failure: bool = False
    needs_confirmation: bool = False
    """Money stays with the payer until `confirm` succeeds."""

    @property
    def tells_payouts(self) -> bool:
        """Whether the portal can learn of payouts by itself; else a clerk enters them from the bank statement."""
        return self.settlement_api or self.settlement_notices


@dataclass(frozen=True)
class Link:
    """An address with the words that show it."""

    label: str
    url: str


@dataclass(frozen=True)
class LegalText:
    """A text of the operator that the payer sees before paying. `sentence` is plain text in the asked
    language.

    When `checkbox` is set it is shown unticked, and `id` goes into `Start.consents` if the payer ticks it.
    """

    id: str
    sentence: str
    links: tuple[Link, ...] = ()
    checkbox: bool = False
    required: bool = False


@dataclass(frozen=True)
class Start:
    """The order to begin one payment. `ref` is ours, random, up to 32 characters of A-Z a-z 0-9 _ -.

    `return_url` is where the browser comes back, `notify_url` where the operator posts. `ttl_minutes` is how
    long the payer's link may live at most; an operator that allows less uses less.
    """

    ref: str
    amount_gr: int
    title: str
    email: str = field(repr=False)
    return_url: str
    notify_url: str
    method_id: str | None = None
    currency: str = PLN
    account_nrb: str = field(default="", repr=False)
    receiver_name: str = ""
    ttl_minutes: int = 30
    payer_ip: str = field(default="", repr=False)
    user_agent: str = field(default="", repr=False)
    language: str = "pl"
    consents: tuple[str, ...] = ()


@dataclass(frozen=True)
class Redirect:
    """Send the payer's browser to `url` (already checked against the profile's hosts).

    `operator_tx_id` is the operator's own id of the transaction, where it tells one at the start.
    """

    url: str
    operator_tx_id: str = ""


@dataclass(frozen=True)
class FormPost:
    """Let the payer's browser post `fields` to `url` (already checked against the profile's hosts)."""

    url: str
    fields: tuple[tuple[str, str], ...]
    operator_tx_id: str = ""


@dataclass(frozen=True)
class Pending:
    """Nothing to show: the payer confirms elsewhere (BLIK in the bank's app)."""

    operator_tx_id: str


@dataclass(frozen=True)
class RawRequest:
    """A notification exactly as it came in: the body is not parsed, not decoded, not trimmed."""

    method: str
    path: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    client_ip: str = ""

    def header(self, name: str) -> str:
        """A header whatever its case; empty when absent."""
        return next((value for key, value in self.headers.items() if key.lower() == name.lower()), "")


class EventKind(StrEnum):
    """What a notification is about."""

    PAYMENT = "payment"
    REFUND = "refund"
    CHARGEBACK = "chargeback"
    SETTLEMENT = "settlement"
    INFO = "info"


class RemoteStatus(StrEnum):
    """A transaction's state as the operator tells it. UNKNOWN is for a human, never for PAID."""

    PENDING = "pending"
    PAID = "paid"
    FAILED = "failed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    RETURNED = "returned"
    REFUNDED = "refunded"
    REFUND_REJECTED = "refund_rejected"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Event:
    """A notification whose signature and merchant have been checked.

    `requested_gr` is the amount of the order, `amount_gr` the amount paid. `dedupe_key` is the same for the
    same message sent again, whatever its formatting. `refund_key` is our idempotency key in a refund's
    notification. `operator_tx_id` is empty where the message names the transaction by our reference alone.
    `fee_gr` is the payer's fee where the message tells it. `batch_id` and `settled_on` are of a settlement: the operator's
    number of the transfer and the day on which it was made.
    """

    kind: EventKind
    ref: str
    operator_tx_id: str
    status: RemoteStatus
    amount_gr: int
    requested_gr: int
    currency: str
    dedupe_key: str
    method_id: str = ""
    payer_debited_at: datetime | None = None
    refund_key: str = ""
    statement: str = ""
    fee_gr: int | None = None
    batch_id: str = ""
    settled_on: date | None = None
    raw: bytes = field(default=b"", repr=False)


@dataclass(frozen=True)
class Expected:
    """What our own record of the attempt says. Confirmation compares with this, never with the message."""

    ref: str
    amount_gr: int
    currency: str = PLN


@dataclass(frozen=True)
class HttpReply:
    """The exact answer that the operator wants to its notification."""

    status: int
    body: bytes = b""
    content_type: str = "text/plain; charset=utf-8"


@dataclass(frozen=True)
class Confirmed:
    """The operator agrees with our record: the money is ours. `fee_gr` is the payer's fee where it tells that, too."""

    operator_tx_id: str
    amount_gr: int
    payer_debited_at: datetime | None = None
    fee_gr: int | None = None


@dataclass(frozen=True)
class Mismatch:
    """The message or the operator contradicts our record. A person decides; the lock stays."""

    code: str
    detail: str = ""


@dataclass(frozen=True)
class Retry:
    """Undecided: ask again later. `code` tells the alarm what is wrong."""

    code: str
    detail: str = ""


Confirmation = Confirmed | Mismatch | Retry


@dataclass(frozen=True)
class RemoteTransaction:
    """One transaction as the operator's status API tells it; one `ref` can have several."""

    operator_tx_id: str
    ref: str
    status: RemoteStatus
    amount_gr: int
    currency: str
    needs_confirmation: bool = False
    method_id: str = ""
    registered_at: datetime | None = None
    paid_at: datetime | None = None
    paid_at_text: str = ""
    fee_gr: int | None = None
    batch_id: str = ""
    statement: str = ""

    def as_event(self) -> Event:
        """The event to confirm when the notification never came and the poller found the payment."""
        return Event(
            kind=EventKind.PAYMENT,
            ref=self.ref,
            operator_tx_id=self.operator_tx_id,
            status=self.status,
            amount_gr=self.amount_gr,
            requested_gr=self.amount_gr,
            currency=self.currency,
            dedupe_key=f"status:{self.operator_tx_id}:{self.status}:{self.amount_gr}:{self.currency}",
            method_id=self.method_id,
            payer_debited_at=self.paid_at,
            statement=self.statement,
            fee_gr=self.fee_gr,
        )


class RefundStatus(StrEnum):
    """A refund's state at the operator."""

    PENDING = "pending"
    COMPLETED = "completed"
    REJECTED = "rejected"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class RefundOrder:
    """The order to give money back. The same `idempotency_key` (up to 35 characters) never refunds twice."""

    idempotency_key: str
    ref: str
    operator_tx_id: str
    amount_gr: int
    title: str = ""
    notify_url: str = ""


@dataclass(frozen=True)
class Refund:
    """A refund as the operator tells it. `key` is our idempotency key where the operator returns it."""

    key: str
    operator_tx_id: str
    amount_gr: int
    status: RefundStatus
    requested_at: datetime | None = None
    batch_id: str = ""


@dataclass(frozen=True)
class Settlement:
    """One line of the operator's settlement: a transaction, or a refund, in one payout (`batch_id`).

    `amount_gr` is what the payer paid, negative for a refund; `fee_gr` is what the operator kept of it, None when it does
    not tell. `refund_id` is the operator's number of a refund. `settled_on` is the day of the payout, None until it is made.
    """

    operator_tx_id: str
    ref: str
    amount_gr: int
    fee_gr: int | None
    batch_id: str
    settled_on: date | None
    refund_id: str = ""
