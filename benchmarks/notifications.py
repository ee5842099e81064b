"""Notifications accepted in a second, beside a bare view that inserts one row, and the time until their payments are PAID.

Ours is the whole work on an operator's message: account, signature over the raw bytes, event stored with its text
encrypted, job asked for, answer. The other is a Django view that inserts one row, at an address beside ours. Both are
served by the same gunicorn processes through the same middleware, which finds the gmina of the host, on the same
PostgreSQL, and asked by the same client over HTTP on loopback, in turns; `ratio` is our messages per second divided by
the other's. No worker runs meanwhile. `stock_per_second` is the same view in a Django without middleware and gminas.

Then a worker is started and BURST payments, which the payers have made without any message reaching us, are notified as
fast as we take them. A time to PAID runs from the sending of the message to the transition that follows the operator's
own confirmation; operator, mailbox and client share the cores with us. `…_ms_per_payment` is the processor time that each of
the processes spent on a payment of the burst: it changes little when others use the machine, as the waiting does. All of it
for 1,000 payments, divided by the cores, is what the burst takes at least. MESSAGES and ROUNDS size the first part;
MESSAGES=50 ROUNDS=1 BURST=20 is quick.
"""

import http.client
import json
import os
import signal
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from benchmarks.bare.views import TABLE
from benchmarks.harness import finish, gmina, say
from benchmarks.spending import spent

PRESET = "borki"
MESSAGES = int(os.environ.get("MESSAGES", "400"))
ROUNDS = int(os.environ.get("ROUNDS", "5"))
BURST = int(os.environ.get("BURST", "1000"))
WARMING = 8
SENDERS = 8
"""Connections of the client at one time: as many as the web server has threads."""
PATIENCE = 300.0
GOAL = 0.5


@dataclass(frozen=True)
class Post:
    """One request: where and what."""

    path: str
    body: bytes


def main() -> None:
    """Measure and print."""
    signal.signal(
        signal.SIGTERM, lambda number, frame: sys.exit(1)
    )  # the processes that it starts end with it
    with (
        tempfile.TemporaryDirectory(prefix="skarbnik-bench-") as home,
        gmina(PRESET) as scope,
        served(Path(home), scope) as stack,
    ):
        say(f"starting {BURST + WARMING} payments, and paying them at the operator")
        payments = paid_at_the_operator(stack)
        say(f"{ROUNDS} rounds of {MESSAGES} messages and of as many rows")
        bare, stock, ours = rounds(stack, scope.host, payments)
        say(f"a burst of {BURST} messages")
        waits, milliseconds = burst(stack, scope.host, payments)
    finish(
        "notifications",
        ratio=ours / bare,
        goal=GOAL,
        accepted_per_second=round(ours),
        bare_per_second=round(bare),
        stock_per_second=round(stock),
        burst=len(waits),
        p50_seconds_to_paid=round(waits[len(waits) // 2], 2),
        p95_seconds_to_paid=round(waits[len(waits) * 95 // 100], 2),
        **{f"{name}_ms_per_payment": round(each, 1) for name, each in milliseconds.items()},
        cores=len(os.sched_getaffinity(0)),
    )


@contextmanager
def served(home: Path, scope: Any) -> Iterator[Any]:
    """The operators' emulators, the mailbox and the web server as `make run` starts them; the worker comes later."""
    import psycopg

    from kernel.actors import system
    from portal.embedded.postgres import free_port
    from portal.embedded.stack import Ports, Stack
    from tenants.directory.presets import load_preset
    from tenants.directory.setup import install_preset

    with psycopg.connect(os.environ["PROVISIONING_DATABASE_URL"], autocommit=True) as connection:
        connection.execute(TABLE)
    stack = Stack(home=home, ports=Ports(*(free_port() for _ in range(4))))
    stack.environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "benchmarks.bare.settings",
        "BROKER_OPTIONS": stack.broker_options(home / "broker"),
        "EMAIL_URL": f"smtp://127.0.0.1:{stack.ports.smtp}",
        "LOG_LEVEL": "ERROR",
    }
    install_preset(
        scope,
        load_preset(PRESET),
        operator_secrets=stack.operator_secrets(),
        operator_api_urls=stack.emulator_urls,
        actor=system("benchmark"),
    )
    try:
        stack.start_emulators()
        stack.start_mailbox(always=True)
        stack.start_web(application="benchmarks.bare.wsgi:application")
        yield stack
    finally:
        stack.stop()


def paid_at_the_operator(stack: Any) -> Sequence[Any]:
    """Payments that their payers have made at the operator, while no message could reach us: they wait for the burst."""
    from integrations.emulators.operators import Control
    from integrations.payments import registry
    from integrations.payments.values import Start
    from tenants.configuration.queries import operator_config

    control = Control(stack.emulator_urls["przelewy24"])
    control.fault("notify", "never", times=BURST + WARMING)
    payments = started(BURST + WARMING)
    operator, config = registry.operator("przelewy24"), operator_config(payments[0].operator_account)
    for payment in payments:
        address = stack.portal(PRESET)
        order = Start(
            payment.reference, payment.total_gr, payment.title, "anna@mieszkaniec.example", address, address
        )
        operator.start(config, order)
        payment.operator_id = control.pay(payment.reference)["operator_tx_id"]
    control.close()
    return payments


def started(number: int) -> list[Any]:
    """Payments of a due each, written as they are once the operator has taken their orders."""
    from django.utils import timezone

    from kernel.actors import system
    from services.accounts.models import Payer, Resident
    from services.accounts.queries import person_index
    from services.liabilities.actions.imports import import_dues
    from services.liabilities.models import Liability
    from services.payments.models import Payment, PaymentItem
    from services.users.models import User
    from tenants.configuration.queries import operator_account_for

    now, today, pesel = timezone.now(), timezone.localdate(), "75870300017"
    rows = [
        {
            "external_id": f"D-{place}",
            "payer_external_id": "K-1",
            "payer_kind": "person",
            "payer_name": "Anna Przykładowa",
            "liability_type": "property_tax",
            "title": f"Podatek {place}",
            "year": today.year,
            "due_on": (today + timedelta(days=10)).isoformat(),
            "principal": f"{100 + place}.00",
        }
        for place in range(number)
    ]
    run = import_dues(rows, source="command", actor=system("benchmark"))
    assert run.created == number, run.findings
    user = User.objects.create_user(
        email="anna@mieszkaniec.example", kind="resident", full_name="Anna Przykładowa"
    )
    resident = Resident.objects.create(
        user=user, state="active", first_name="Anna", last_name="Przykładowa", pesel=pesel,
        person_index=person_index(pesel), address="ul. Próbna 1, 00-001 Próba", phone="",
        submitted_at=now, activated_at=now,
    )  # fmt: skip
    dues = list(Liability.objects.select_related("liability_type").order_by("pk"))
    nrb, payer = dues[0].liability_type.account_nrb, Payer.objects.get()
    account = operator_account_for(nrb)
    payments = Payment.objects.bulk_create(
        Payment(
            reference=uuid.uuid4().hex, state="started", resident=resident, payer=payer, operator_account=account,
            allocation_regime="tax", account_nrb=nrb, title=due.title, amount_gr=due.principal_gr, fee_gr=0,
            method_id="25", method_name="Bank", method_group="bank", quoted_on=today, start_key=uuid.uuid4(),
            started_at=now, expires_at=now + timedelta(hours=1), next_check_at=now + timedelta(hours=1),
        )
        for due in dues
    )  # fmt: skip
    PaymentItem.objects.bulk_create(
        PaymentItem(payment=payment, liability=due, principal_gr=due.principal_gr, interest_gr=0)
        for payment, due in zip(payments, dues, strict=True)
    )
    return payments


def message(stack: Any, payment: Any, statement: str = "p24-A1") -> Post:
    """What Przelewy24 posts of a paid payment, signed; another statement makes it another message."""
    from integrations.emulators.przelewy24.sign import NOTIFICATION, sign

    account = payment.operator_account
    values: dict[str, str | int] = {
        "merchantId": int(account.merchant_ids["merchant_id"]),
        "posId": int(account.merchant_ids["pos_id"]),
        "sessionId": payment.reference,
        "amount": payment.total_gr,
        "originAmount": payment.total_gr,
        "currency": "PLN",
        "orderId": int(payment.operator_id),
        "methodId": 25,
        "statement": statement,
    }
    crc = stack.operator_secrets()[account.account_nrb]["crc"]
    body = json.dumps(values | {"sign": sign(NOTIFICATION, values, crc)}).encode()
    return Post(f"/webhooks/platnosci/{account.public_id}/", body)


def rounds(stack: Any, host: str, payments: Sequence[Any]) -> tuple[float, float, float]:
    """Rows, rows without middleware, and messages per second, each side's least disturbed round.

    What the messages asked for is forgotten again.
    """
    from services.payments.models import OperatorEvent

    number = MESSAGES * (ROUNDS + 1)
    posts = [message(stack, payments[place % len(payments)], f"p24-{place}") for place in range(number)]
    seconds: dict[str, list[float]] = {"/bare/": [], "/stock/": [], "ours": []}
    for turn in range(ROUNDS + 1):
        some = posts[turn * MESSAGES : (turn + 1) * MESSAGES]
        for side, times in seconds.items():
            asked = some if side == "ours" else [Post(side, one.body) for one in some]
            times.append(send(stack, host, asked)[0])
    events = OperatorEvent.objects.filter(verdict="accepted", deliveries=1)
    assert events.count() == number
    events.delete()
    for path in (stack.home / "broker" / "queue").iterdir():
        path.unlink()
    bare, stock, ours = (MESSAGES / min(times[1:]) for times in seconds.values())  # the first round warms up
    return bare, stock, ours


def send(stack: Any, host: str, posts: Sequence[Post]) -> tuple[float, list[float]]:
    """Send from several connections at one time; seconds in all, and the Unix time at which each one was sent."""
    sent_at = [0.0] * len(posts)
    errors: list[BaseException] = []
    headers = {"Host": f"{host}:{stack.ports.web}", "Content-Type": "application/json"}

    def work(first: int) -> None:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", stack.ports.web, timeout=60)
            for place in range(first, len(posts), SENDERS):
                sent_at[place] = time.time()
                connection.request("POST", posts[place].path, posts[place].body, headers)
                answer = connection.getresponse()
                text = answer.read()
                assert (answer.status, text) == (200, b"OK"), (answer.status, text[:200])
            connection.close()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=work, args=(first,)) for first in range(SENDERS)]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - start
    if errors:
        raise errors[0]
    return seconds, sent_at


def burst(stack: Any, host: str, payments: Sequence[Any]) -> tuple[list[float], dict[str, float]]:
    """Seconds from each message to PAID, sorted, and milliseconds of processor for each payment, by process.

    What is spent until the last payment is PAID counts, so part of what follows a payment does, too.
    """
    stack.start_worker()
    warming, measured = payments[:WARMING], payments[WARMING:]
    send(stack, host, [message(stack, payment) for payment in warming])
    paid_at(warming)
    pids = {name: process.pid for name, process in stack.processes.items()}
    pids |= {"postgresql": postmaster(), "client": os.getpid()}
    posts = [message(stack, payment) for payment in measured]
    before = spent(pids)
    _, sent_at = send(stack, host, posts)
    times = paid_at(measured)
    after = spent(pids)
    waits = [times[str(payment.public_id)] - at for payment, at in zip(measured, sent_at, strict=True)]
    return sorted(waits), {name: (after[name] - before[name]) * 1000 / len(measured) for name in pids}


def postmaster() -> int:
    """Process id of the PostgreSQL server that we are connected to."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        stat = Path(f"/proc/{cursor.fetchone()[0]}/stat").read_text()
    return int(stat.rpartition(")")[2].split()[1])


def paid_at(payments: Sequence[Any]) -> dict[str, float]:
    """Wait until all are PAID; the Unix time of each transition, as the audit log has it."""
    from kernel.audit.models import AuditEntry

    wanted = {str(payment.public_id) for payment in payments}
    entries = AuditEntry.objects.filter(action="payment.state", details__after="paid", subject_ref__in=wanted)
    deadline = time.monotonic() + PATIENCE
    while entries.count() < len(wanted):
        if time.monotonic() > deadline:
            raise SystemExit(f"{entries.count()} of {len(wanted)} payments are paid after {PATIENCE:.0f} s")
        time.sleep(0.5)
    return {entry.subject_ref: entry.at.timestamp() for entry in entries}


if __name__ == "__main__":
    main()
