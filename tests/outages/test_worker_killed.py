"""The worker dies between the acceptance of a notification and the end of its processing: the payment arrives once."""

import json
import os
import signal
from pathlib import Path

import httpx
import pytest
from celery import Celery

from kernel.audit.models import AuditEntry
from portal.embedded.stack import Stack
from services.accounts.models import Payer
from services.notices.models import Message
from services.payments.models import OperatorEvent, Payment, PaymentItem
from tests.factories.liabilities import LiabilityFactory
from tests.factories.ordering import started
from tests.outages.processes import eventually, processes

pytestmark = pytest.mark.xdist_group("stack")


def ask_for_sweep(stack: Stack) -> None:
    """What the clock does every twenty seconds."""
    with Celery("clock", broker=stack.environment["BROKER_URL"]) as app:
        app.conf.broker_transport_options = json.loads(stack.environment["BROKER_OPTIONS"])
        app.send_task("portal.sweep")


def mails(stack: Stack) -> list[str]:
    found = httpx.get(f"{stack.mailbox_url}/api/messages", trust_env=False).json()["messages"]
    return [mail["subject"] for mail in found]


def kill(stack: Stack, name: str) -> None:
    """SIGKILL, as in a power cut."""
    process = stack.processes.pop(name)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def test_killed_while_it_asks_the_operator_the_next_worker_finishes_once(own, server, settings, tmp_path):
    with processes(tmp_path / "home", server, own.database) as stack:
        settings.PORTAL_PORT = str(stack.ports.web)
        stack.start_mailbox(always=True)
        stack.start_web(workers=1, threads=4)
        stack.start_worker()
        payment = started(own.person("anna"), LiabilityFactory(payer=Payer.objects.get(external_id="K-anna")))
        own.emulator.control.fault("confirm", "slow", seconds=3)
        own.emulator.control.pay(payment.reference)
        eventually(lambda: Payment.objects.get().state == "paid_unverified", "the worker has begun")
        kill(stack, "worker")

        event = OperatorEvent.objects.get()
        assert (event.verdict, event.processed_at) == ("accepted", None)
        assert Payment.objects.get().state == "paid_unverified"
        assert PaymentItem.objects.get().is_open
        assert not waiting_messages(stack), "the broker has forgotten the message together with its worker"

        stack.start_worker()
        ask_for_sweep(stack)
        eventually(lambda: Payment.objects.get().state == "paid", "the next worker has finished")
        eventually(lambda: len(mails(stack)) == 1, "the letter has arrived")
        ask_for_sweep(stack)
        eventually(lambda: OperatorEvent.objects.get().processed_at, "the event is done")
        eventually(lambda: not waiting_messages(stack), "the second sweep was taken")
        assert len(mails(stack)) == 1
    changes = AuditEntry.objects.filter(action="payment.state", details__after="paid")
    assert changes.count() == 1
    assert Message.objects.filter(kind="payment_paid").count() == 1


def waiting_messages(stack: Stack) -> list[Path]:
    return [
        path
        for path in (stack.home / "broker" / "queue").iterdir()
        if "celery" in path.name and "reply" not in path.name
    ]
