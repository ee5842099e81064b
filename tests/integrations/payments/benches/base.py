"""What the contract tests need of an operator: its emulator, two merchants, and the few things that differ."""

import uuid
from dataclasses import replace
from typing import ClassVar

import httpx
import pytest

from integrations.emulators.operators import Control
from integrations.payments.base import (
    EnvironmentProfile,
    Event,
    FormPost,
    HttpReply,
    MethodGroup,
    OperatorConfig,
    Pending,
    RawRequest,
    Redirect,
    RemoteTransaction,
    Start,
)
from integrations.payments.registry import entry
from tests.fixtures.receiving import Receiver


class Bench:
    """An operator on the bench. A subclass says what its protocol has; `need` skips what it has not."""

    code: ClassVar[str]
    merchants: ClassVar[tuple[dict, dict]]
    """Ours and a stranger's at the emulator: name, account, ids, secrets (ids and secrets named as in the registry)."""
    bank: ClassVar[str]
    """A method of the emulator that takes every amount at every hour."""
    confirm_place: ClassVar[str] = "status"
    """The place whose faults strike `confirm`; "" when confirm asks nobody."""
    wrappings: ClassVar[frozenset[str]] = frozenset({"wrong_content_type"})
    """Which of reserialised, extra_fields and wrong_content_type leave a notification true: where the raw body is signed,
    other bytes for the same values are a forgery."""
    groups: ClassVar[frozenset[MethodGroup]] = frozenset(
        {MethodGroup.TRANSFER, MethodGroup.BLIK, MethodGroup.CARD}
    )
    access_secret: ClassVar[str] = ""
    """The secret that `check_access` proves."""
    status_tells: ClassVar[frozenset[str]] = frozenset()
    """What the status API tells of a payment: "paid_at", "fee", "method"."""
    has_icons = True
    has_legal_texts = True
    starts_by_call = True
    """Whether `start` asks the operator; else the payer's browser brings the order in a form."""
    tells_returned = True
    lists_refunds = True
    refunds_have_keys = True
    """Whether the operator knows our idempotency key."""
    refunds_are_told = True
    notices_name_the_id = True
    """Whether a notification names the operator's id that `start` told; else the product takes it from its own record."""

    def __init__(self, url: str, control: Control, receiver: Receiver) -> None:
        ours, theirs = self.merchants
        self.operator = entry(self.code).operator
        self.config = self.configured(url, ours)
        self.stranger = self.configured(url, theirs)
        self.control = control
        self.receiver = receiver
        self.secret_values = tuple(ours["secrets"].values())
        self._tx_ids: dict[str, str] = {}

    def configured(self, url: str, merchant: dict) -> OperatorConfig:
        profile = EnvironmentProfile("emulator", url, (url.removeprefix("http://"),), allow_loopback=True)
        return entry(self.code).configure(
            profile,
            merchant_ids=merchant["ids"],
            secrets={name: (value,) for name, value in merchant["secrets"].items()},
            account_nrb=merchant["account"],
        )

    # --- what only the protocol knows -------------------------------------------------------------------------------
    def signature(self, request: RawRequest) -> str:
        """The signature of a notification, wherever it is."""
        raise NotImplementedError

    def changed(self, request: RawRequest, amount_gr: int) -> RawRequest:
        """The notification with another amount, under the signature that it had."""
        raise NotImplementedError

    def told_title(self, title: str) -> str:
        """The title as the protocol's characters and limits leave it."""
        return title

    def need(self, *names: str) -> None:
        """Skip the test when the protocol has not these capabilities of `Caps`, or of the bench."""
        for name in names:
            source = self.operator.caps if hasattr(self.operator.caps, name) else self
            if not getattr(source, name):
                pytest.skip(f"{self.code} has no {name}")

    # --- a payment --------------------------------------------------------------------------------------------------
    def order(self, **changes: object) -> Start:
        ref = uuid.uuid4().hex
        order = Start(
            ref=ref,
            amount_gr=12345,
            title="Podatek od nieruchomości 2026, rata I – Łęczna 7/9",
            email="anna@example.org",
            return_url="http://borki.localhost:8000/platnosci/1/",
            notify_url=self.receiver.url(ref),
            method_id=self.bank,
            account_nrb=self.config.account_nrb,
            receiver_name="Gmina Borki",
            payer_ip="192.0.2.7",
            user_agent="Mozilla/5.0",
        )
        return replace(order, **changes)

    def started(self, **changes: object) -> Start:
        order = self.order(**changes)
        answer = self.operator.start(self.config, order)
        self._tx_ids[order.ref] = answer.operator_tx_id
        if isinstance(answer, FormPost):
            self.opened(answer)
        return order

    def opened(self, answer: Redirect | FormPost | Pending) -> httpx.Response:
        """The operator's page in the payer's browser."""
        assert not isinstance(answer, Pending)
        if isinstance(answer, Redirect):
            return httpx.get(answer.url, follow_redirects=True, trust_env=False)
        return httpx.post(answer.url, data=dict(answer.fields), follow_redirects=True, trust_env=False)

    def notified(self, **changes: object) -> tuple[Start, RawRequest]:
        """A payment that the payer made, with the last notification as it came over HTTP."""
        order = self.started(**changes)
        self.control.pay(order.ref)
        assert self.control.settle()
        return order, self.receiver.wait(order.ref)[-1]

    def event(self, **changes: object) -> tuple[Start, Event]:
        order, request = self.notified(**changes)
        return order, self.read(order, request)

    def read(self, order: Start, request: RawRequest) -> Event:
        """The event of a notification as the product takes it: with the operator's id of its own record, if need be."""
        event = self.operator.parse_notification(self.config, request)
        return replace(event, operator_tx_id=event.operator_tx_id or self._tx_ids[order.ref])

    def accepting(self, request: RawRequest) -> HttpReply:
        """The answer of a merchant that takes a notification: for `receiver.on_request`."""
        event = self.operator.parse_notification(self.config, request)
        return self.operator.ack(self.config, event, accepted=True)

    def refusing(self, request: RawRequest) -> HttpReply:
        """The answer of a merchant that does not."""
        return self.operator.ack(self.config, None, accepted=False)

    # --- what the operator knows ------------------------------------------------------------------------------------
    def remote(self, order: Start) -> list[RemoteTransaction]:
        """The status pull as the product does it: with the operator's id where `start` told one."""
        return list(self.operator.fetch_status(self.config, order.ref, self._tx_ids.get(order.ref, "")))

    def books(self, order: Start) -> list[dict]:
        """The operator's own records of the order."""
        return self.control.transactions(order.ref)

    def state(self, order: Start) -> str:
        return self.control.transaction(order.ref)["state"]

    @property
    def taken(self) -> str:
        """The state of a payment whose money is ours."""
        return "confirmed" if self.operator.caps.needs_confirmation else "paid"

    def refunds(self, order_ref: str) -> list[dict]:
        """The operator's own records of the refunds of one payment."""
        transaction = self.control.transaction(order_ref)
        return [row for row in self.control.state()["refunds"] if row["transaction_id"] == transaction["id"]]
