"""The broker loses every message it ever had: what each of them asked for is done all the same.

Each task of the program is named here with what asks for its work again; a task that is added must say so too. A real worker
runs, but the messages are taken away before it comes to them.
"""

import ast
import json
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path

import pytest
from celery import Celery, current_app
from django.conf import settings
from django.utils import timezone

from kernel import gathering, tenancy
from portal.celery import app as program
from portal.embedded.stack import Stack
from services.accounts.models import Payer
from services.ledger.models import Entry, Seal
from services.notices.models import Message
from services.payments.actions import ask_soon, take_notification
from services.payments.models import OperatorEvent, Payment
from services.payments.models_reconciliation import Reconciliation
from tenants.configuration.models import OperatorAccount
from tenants.directory.events import ask_replay
from tenants.directory.models import Tenant, TenantOperatorEvent
from tenants.jobs.models import JobRun
from tests.factories.accounts import PayerFactory, ResidentFactory
from tests.factories.liabilities import LiabilityFactory
from tests.factories.notifications import notification
from tests.factories.ordering import started
from tests.fixtures.database import ACTOR
from tests.outages.processes import eventually, processes

pytestmark = pytest.mark.xdist_group("stack")

ROOT = Path(__file__).resolve().parents[2]
THE_CLOCK = "the clock rings again"
RECOVERED = {
    "portal.sweep": THE_CLOCK,
    "portal.measure": THE_CLOCK,
    "portal.reconcile": THE_CLOCK,
    "portal.nightly": THE_CLOCK,
    "portal.verify_audit": THE_CLOCK,
    "directory.look_at_certificates": THE_CLOCK,
    "trust_lists.refresh": THE_CLOCK,
    "portal.erase": THE_CLOCK,
    "portal.remind": THE_CLOCK,
    "portal.run_batch": "portal.sweep wakes every job whose gminas are due",
    "notices.deliver_due": "portal.sweep",
    "payments.process_events": "portal.sweep",
    "payments.refresh": "portal.sweep",
    "payments.sweep": "portal.sweep",
    "banking.carry_on": "portal.sweep",
    "banking.carry_on_postings": "portal.sweep",
    "ledger.seal": "portal.sweep",
    "liabilities.work_on_import": "portal.sweep",
    "users.onboard_gmina": "portal.sweep",
    "accounts.match_payers": "portal.reconcile",
    "payments.compare": "portal.reconcile",
    "payments.reconcile": "portal.reconcile",
    "portal.replay": "portal.measure",
    "portal.run_slice": "portal.sweep",
    "portal.drill": "portal.nightly",
}
"""Every task of the program, and which one does its work when its message is lost."""


def tasks_in_the_code() -> set[str]:
    """Names that are sent (`enqueue`, `gather`, `send_task`) or registered (`shared_task`) anywhere in the program."""
    found = set()
    for folder in ("platform", "tenants", "services", "frontend", "integrations"):
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call):
                    found |= set(_task_of(node))
    return found


def _task_of(call: ast.Call) -> Iterator[str]:
    called = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    names = [word.value for word in call.keywords if word.arg == "name"] if called == "shared_task" else []
    if called in ("enqueue", "gather", "send_task"):
        names = call.args[:1]
    for name in names:
        if isinstance(name, ast.Constant):
            yield name.value


def test_every_task_says_who_does_its_work_when_its_message_is_lost():
    program.loader.import_default_modules()
    registered = {name for name in current_app.tasks if not name.startswith(("celery.", "tests."))}
    assert tasks_in_the_code() | registered == RECOVERED.keys()
    rings = {entry["task"] for entry in program.conf.beat_schedule.values()}
    assert {name for name, by in RECOVERED.items() if by == THE_CLOCK} == rings
    assert {by.split()[0] for by in RECOVERED.values() if by != THE_CLOCK} <= rings


def test_a_ring_of_the_clock_that_nobody_heard_is_not_kept():
    for entry in program.conf.beat_schedule.values():
        assert entry["options"]["expires"] == entry["schedule"]


class Broker:
    """The folder of a stack's broker, and a clock that rings only when the test says so."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self.folder = Path(json.loads(stack.environment["BROKER_OPTIONS"])["data_folder_in"])

    def waiting(self) -> list[str]:
        """Names of the tasks whose messages lie there, but for what the worker takes away while we look."""
        found = []
        for path in self.folder.glob("*.celery.msg"):
            with suppress(FileNotFoundError):
                found.append(json.loads(path.read_text())["headers"]["task"])
        return found

    def lose_everything(self) -> list[str]:
        """Names of what was lost."""
        lost = self.waiting()
        for path in self.folder.iterdir():
            path.unlink(missing_ok=True)
        return lost

    def ring(self, task: str) -> None:
        with Celery("clock", broker=self._stack.environment["BROKER_URL"]) as clock:
            clock.conf.broker_transport_options = json.loads(self._stack.environment["BROKER_OPTIONS"])
            clock.send_task(task)


@contextmanager
def worker(stack: Stack) -> Iterator[None]:
    """A worker without its clock, killed at the end."""
    arguments = ["-m", "celery", "-A", "portal.celery", "worker", "--concurrency", "2", "--pool", "threads"]
    process = stack.spawn("worker", [*arguments, "--loglevel", "WARNING"])
    try:
        yield
    finally:
        del stack.processes["worker"]
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@contextmanager
def stack_of(own, server, home: Path) -> Iterator[tuple[Stack, Broker]]:
    """Processes whose broker is the one that this process sends to, as a web process does."""
    options = settings.CELERY_BROKER_TRANSPORT_OPTIONS
    for name in ("data_folder_in", "control_folder"):
        Path(options[name]).mkdir(parents=True, exist_ok=True)
    changes = {
        "BROKER_URL": settings.CELERY_BROKER_URL,
        "BROKER_OPTIONS": json.dumps(options | {"polling_interval": 0.1}),
    }
    program.set_current()
    with processes(home, server, own.database, **changes) as stack:
        broker = Broker(stack)
        broker.lose_everything()
        yield stack, broker


def test_what_the_lost_messages_of_a_gmina_asked_for_is_done_by_the_sweep(own, server, tmp_path):
    """notices.deliver_due, payments.process_events, payments.refresh, payments.sweep, ledger.seal, portal.run_batch."""
    own.emulator.control.fault("notify", "never")
    notified = started(own.person("anna"), LiabilityFactory(payer=Payer.objects.get(external_id="K-anna")))
    asked = started(own.person("anna"), LiabilityFactory(payer=Payer.objects.get(external_id="K-anna")))
    own.emulator.control.pay(notified.reference)
    own.emulator.control.pay(asked.reference)
    with stack_of(own, server, tmp_path / "home") as (stack, broker):
        stack.start_mailbox(always=True)
        order_id = own.emulator.control.transaction(notified.reference)["operator_tx_id"]
        take_notification(notified.operator_account.public_id, notification(notified, order_id))
        gathering.flush()
        ask_soon(asked)
        Payment.objects.filter(pk=asked.pk).update(
            next_check_at=timezone.now()
        )  # its time has passed meanwhile
        lost = broker.lose_everything()
        assert {"payments.process_events", "payments.refresh"} <= set(lost)
        with worker(stack):
            broker.ring("portal.sweep")
            eventually(lambda: Payment.objects.filter(state="paid").count() == 2, "both are confirmed")
            eventually(lambda: not broker.waiting(), "the worker is idle")
            event = OperatorEvent.objects.get()
            assert event.processed_at
        broker.lose_everything()  # also what the sweep itself has asked for: the letters about the payments
        with worker(stack):
            broker.ring("portal.sweep")
            eventually(lambda: not Message.objects.filter(state="waiting").exists(), "the letters are sent")
            eventually(lambda: Seal.objects.exists() or not Entry.objects.exists(), "the ledger is sealed")


def test_batches_that_were_lost_in_the_middle_of_a_round_are_asked_for_again(own, server, tmp_path):
    with stack_of(own, server, tmp_path / "home") as (stack, broker):
        from portal import jobs

        jobs.measure()  # as the worker does when the clock rings; nobody takes the batches
        assert "portal.run_batch" in broker.lose_everything()
        with worker(stack):
            broker.ring("portal.sweep")
            eventually(lambda: served("measure") == {"0615022", "2465011"}, "the sweep woke the other job")


def test_a_comparison_a_replay_and_a_matching_that_were_lost_come_again(own, server, tmp_path):
    """payments.compare, payments.reconcile, portal.replay, accounts.match_payers."""
    from kernel.tasks import enqueue
    from portal import jobs

    with stack_of(own, server, tmp_path / "home") as (stack, broker):
        event = waiting_event()
        jobs.run_now("measure", ["0615022"])
        with tenancy.public():
            ask_replay("0615022", event.public_id, actor=ACTOR)
        jobs.run_now("reconcile", ["0615022"])
        resident = ResidentFactory()
        payer = PayerFactory(identifier=resident.pesel)
        enqueue("accounts.match_payers")
        lost = broker.lose_everything()
        assert {"portal.replay", "payments.reconcile", "accounts.match_payers"} <= set(lost)
        # The hour after which an account whose run nobody carried out is due again has passed.
        Reconciliation.objects.update(next_run_at=timezone.now() - timedelta(seconds=1))
        with worker(stack):
            broker.ring("portal.reconcile")
            broker.ring("portal.measure")
            eventually(
                lambda: Reconciliation.objects.filter(good_at__isnull=False).exists(), "it was compared"
            )
            eventually(lambda: not replays_waiting(), "the message was looked at again")
            eventually(lambda: resident.representations.filter(payer=payer).exists(), "the file is linked")


def test_setting_up_a_gmina_goes_on_after_its_message_was_lost(own, server, tmp_path):
    """users.onboard_gmina."""
    from kernel.tasks import enqueue
    from tenants.directory import actions

    with stack_of(own, server, tmp_path / "home") as (stack, broker):
        with tenancy.public():
            actions.register_tenant(
                teryt="0201032",
                name="Gmina Próbna",
                kind="rural",
                label="probna",
                setup={"preset": "borki"},
                actor=ACTOR,
            )
            enqueue("users.onboard_gmina", "0201032")
        assert broker.lose_everything() == ["users.onboard_gmina"]
        with worker(stack):
            broker.ring("portal.sweep")
            eventually(lambda: is_tried("0201032"), "its setting up went on")


def is_tried(teryt: str) -> bool:
    """Whether somebody has worked at it since; the preset is another gmina's, so it may not come to an end."""
    with tenancy.public():
        tenant = Tenant.objects.get(teryt=teryt)
    return tenant.state != "provisioning" or bool(tenant.last_error)


def waiting_event() -> OperatorEvent:
    """An accepted message about nothing that we know: the platform's operator may have it carried out again."""
    return OperatorEvent.objects.create(
        operator_account=OperatorAccount.objects.first(),
        dedupe_key="lost",
        verdict="orphan",
        kind="info",
        parsed={
            "kind": "info", "ref": "nobody", "operator_tx_id": "1", "status": "unknown", "amount_gr": 1,
            "requested_gr": 1, "currency": "PLN", "dedupe_key": "lost", "method_id": "", "payer_debited_at": None,
            "refund_key": "", "statement": "",
        },
    )  # fmt: skip


def replays_waiting() -> bool:
    with tenancy.public():
        return TenantOperatorEvent.objects.filter(asked_at__isnull=False).exists()


def served(job: str) -> set[str]:
    with tenancy.public():
        return set(JobRun.objects.filter(job=job, done_at__isnull=False).values_list("tenant", flat=True))
