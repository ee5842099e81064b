"""An operator whose messages come to a server that keeps them, to be handed to the platform one by one."""

import time
from dataclasses import dataclass

from integrations.emulators.operators import Control
from integrations.payments.values import RawRequest
from services.payments.actions import process_event, take_notification
from services.payments.models import OperatorEvent, Payment
from tenants.configuration.models import OperatorAccount
from tests.fixtures.receiving import Receiver

PATIENCE = 10.0


@dataclass
class Teller:
    """Borki's taxes are collected by this operator."""

    control: Control
    account: OperatorAccount
    box: Receiver

    def next(self) -> RawRequest:
        """The last message that has come since the last one was taken."""
        path, deadline = f"/webhooks/platnosci/{self.account.public_id}/", time.monotonic() + PATIENCE
        assert self.control.settle()
        while not (found := [request for request in list(self.box.requests) if request.path == path]):
            assert time.monotonic() < deadline, "no message came"
            time.sleep(0.02)
        self.box.requests.clear()
        return found[-1]

    def take(self, payment: Payment, request: RawRequest) -> OperatorEvent:
        """Let the platform take the message and carry it out; it must be answered as the operator wants."""
        reply = take_notification(self.account.public_id, request)
        assert reply.status == 200, reply.body
        event = OperatorEvent.objects.filter(payment=payment).order_by("last_received_at").last()
        assert event is not None
        process_event(event.public_id)
        event.refresh_from_db()
        payment.refresh_from_db()
        return event
