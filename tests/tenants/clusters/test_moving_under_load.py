"""Real processes serve a gmina while it moves: every write that was answered is there once, and money arrives."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import httpx
import psycopg
import pytest

from integrations.emulators.operators import Emulator
from kernel import tenancy
from kernel.actors import system
from kernel.audit.models import AuditEntry
from kernel.tasks import enqueue
from portal.embedded import postgres
from services.accounts.models import Payer
from services.api.actions import make_client
from services.api.v1.examples import DUE_ROW
from services.ledger.models import Entry
from services.ledger.verification import verify
from services.liabilities.models import Liability
from services.payments.actions import take_notification
from services.payments.models import OperatorEvent, Payment
from services.users.domain import API_SCOPES
from tenants.directory.queries import scope_of
from tests.factories.liabilities import LiabilityFactory
from tests.factories.notifications import notification
from tests.factories.ordering import started
from tests.fixtures.committed import Committed, committed_database
from tests.outages.processes import eventually, processes
from tests.outages.test_broker_emptied import stack_of, worker
from tests.tenants.archive.conftest import skarbnik
from tests.tenants.clusters.conftest import BORKI, NORTH, cluster, state, tenant

WRITERS = 3
AFTERWARDS = 5
"""Writes of each writer when the gmina has moved."""
STOP_S = 1.5


@pytest.fixture
def own(
    server: postgres.Server, second_server: postgres.Server, copy_database: Callable[[str], str], settings,
    django_db_blocker, django_db_setup, emulator: Emulator,
) -> Iterator[Committed]:  # fmt: skip
    """Borki in a database of its own, beside an empty second cluster."""
    with (
        committed_database(server, copy_database, django_db_blocker, emulator) as committed,
        cluster(server, committed.database, second_server, settings),
    ):
        yield committed


@dataclass
class Client:
    """Somebody on a gmina's host; `answers` counts the statuses."""

    port: int
    host: str
    headers: dict[str, str] = field(default_factory=dict)
    answers: dict[int, int] = field(default_factory=dict)

    def call(self, method: str, path: str, **options: object) -> httpx.Response:
        headers = {"Host": f"{self.host}.localhost:{self.port}", **self.headers, **options.pop("headers", {})}
        url = f"http://127.0.0.1:{self.port}{path}"
        answer = httpx.request(method, url, headers=headers, timeout=30, trust_env=False, **options)
        self.answers[answer.status_code] = self.answers.get(answer.status_code, 0) + 1
        return answer


def write(client: Client, first: int, done: list[str], moved: threading.Event, over: threading.Event) -> None:
    """Dues of a finance system, one after the other, each until it is taken, until the gmina has moved and a little more."""
    number, left = first, AFTERWARDS
    while left:
        left -= moved.is_set()
        number += 1
        name, is_doubtful = f"M-{number}", False
        while (answer := client.call("PUT", f"/api/v1/liabilities/{name}", json=DUE_ROW)).status_code in (
            429,
            503,
        ):
            if answer.status_code == 503:
                told = (answer.json()["error"]["code"], answer.headers["Retry-After"])
                assert told in (("tenant.moving", "30"), ("service.unavailable", "5"))
                is_doubtful |= told[0] == "service.unavailable"
            # 429: three writers on a fast machine are more than one client may send in a second.
            time.sleep(0.05)
        # The gmina may go away between the commit and the answer: then the second call finds the due as it asks for it.
        is_taken = answer.status_code == 201 or (is_doubtful and answer.json()["result"] == "unchanged")
        assert is_taken, answer.text
        done.append(name)
        time.sleep(0.1)
    over.set()


def look(client: Client, until: threading.Event) -> None:
    while not until.is_set():
        client.call("GET", "/")
        time.sleep(0.05)


def test_no_write_is_lost_or_doubled_and_a_payment_under_way_arrives(own, server, tmp_path):
    own.emulator.control.fault("notify", "never", times=50)
    payment = started(own.person("anna"), LiabilityFactory(payer=Payer.objects.get(external_id="K-anna")))
    own.emulator.control.pay(payment.reference)
    order_id = own.emulator.control.transaction(payment.reference)["operator_tx_id"]
    message, account_id = notification(payment, order_id), payment.operator_account.public_id
    scopes = tuple(sorted(scope.value for scope in API_SCOPES))
    entries = Entry.objects.count()
    _, token = make_client(name="System FK", scopes=scopes, expires_on=None, actor=system("tests"))

    with processes(tmp_path / "home", server, own.database) as stack:
        stack.start_web(workers=2, threads=6)
        stack.start_worker()
        port = stack.ports.web
        bearer = {"Authorization": f"Bearer {token}"}
        writers = [Client(port, "borki", bearer) for _ in range(WRITERS)]
        resident, other = Client(port, "borki"), Client(port, "dabrowa-gornicza")
        done: list[list[str]] = [[] for _ in writers]
        overs, moved = [threading.Event() for _ in writers], threading.Event()
        threads = [
            threading.Thread(target=write, args=(writers[n], 1000 * (n + 1), done[n], moved, overs[n]))
            for n in range(WRITERS)
        ]
        threads += [threading.Thread(target=look, args=(one, moved)) for one in (resident, other)]
        assert other.call("GET", "/").status_code == 200
        for thread in threads:
            thread.start()
        eventually(lambda: sum(map(len, done)) > 3, "the writers write")
        with psycopg.connect(server.url("skarbnik_app", own.database)) as holder:
            holder.execute("SELECT 1")  # a transaction that the stop has to wait for
            move = skarbnik("move_gmina", BORKI, NORTH, "--patience", "30")
            eventually(lambda: state() == "stopped", "it stops")
            begun = time.monotonic()
            eventually(lambda: resident.call("GET", "/").status_code == 503, "residents are told")
            page = resident.call("POST", "/logowanie/", data={"email": "anna@mieszkaniec.example"})
            assert (page.status_code, "Przenosimy dane" in page.text) == (503, True)
            assert "Nic nie zostało zapisane" in page.text
            reply = resident.call(
                "POST",
                f"/webhooks/platnosci/{account_id}/",
                content=message.body,
                headers=dict(message.headers),
            )
            assert reply.status_code == 503
            during = sum(map(len, done))
            time.sleep(max(0.0, STOP_S - (time.monotonic() - begun)))
            assert sum(map(len, done)) == during, "somebody wrote during the write stop"
        told = move.communicate(timeout=120)[0]
        assert move.returncode == 0, told
        moved.set()
        for thread in threads:
            thread.join(120)
        assert all(over.is_set() for over in overs), [client.answers for client in writers]
        reply = resident.call(
            "POST", f"/webhooks/platnosci/{account_id}/", content=message.body, headers=dict(message.headers)
        )
        assert reply.status_code == 200
        with tenancy.enter(scope_of(BORKI)):
            eventually(lambda: Payment.objects.get(pk=payment.pk).state == "paid", "the payment arrives")

    assert "nobody could write for" in told
    assert tenant().shard == NORTH
    assert set(other.answers) == {200}, "the other gmina noticed"
    assert set(resident.answers) == {200, 503}
    expected = {name for names in done for name in names}
    assert all(client.answers[503] for client in writers)
    with tenancy.enter(scope_of(BORKI)):
        found = Liability.objects.filter(external_id__startswith="M-")
        assert sorted(found.values_list("external_id", flat=True)) == sorted(expected)
        assert Entry.objects.count() == entries + len(expected)
        assert OperatorEvent.objects.count() == 1
        assert AuditEntry.objects.filter(action="liability.put").count() == len(expected)
        assert verify().findings == ()
        paid = AuditEntry.objects.filter(
            action="payment.state", subject_ref=str(payment.public_id), details__after="paid"
        )
        assert paid.count() == 1


def test_a_task_that_comes_in_the_write_stop_is_done_after_it(own, server, tmp_path):
    """Without the clock: no sweep finds it, so the task itself was tried again."""
    own.emulator.control.fault("notify", "never")
    payment = started(own.person("anna"), LiabilityFactory(payer=Payer.objects.get(external_id="K-anna")))
    own.emulator.control.pay(payment.reference)
    order_id = own.emulator.control.transaction(payment.reference)["operator_tx_id"]
    with stack_of(own, server, tmp_path / "home") as (stack, broker), worker(stack):
        take_notification(payment.operator_account.public_id, notification(payment, order_id))
        broker.lose_everything()
        event = str(OperatorEvent.objects.get().public_id)
        with psycopg.connect(server.url("skarbnik_app", own.database)) as holder:
            holder.execute("SELECT 1")
            move = skarbnik("move_gmina", BORKI, NORTH, "--patience", "60")
            eventually(lambda: state() == "stopped", "it stops")
            with tenancy.enter(own.scope):
                enqueue("payments.process_events", [event])
            eventually(lambda: "payments.process_events" not in broker.waiting(), "the worker takes it")
            time.sleep(1)
            assert (state(), move.poll()) == ("stopped", None)
        told = move.communicate(timeout=120)[0]
        assert move.returncode == 0, told
        with tenancy.enter(scope_of(BORKI)):
            eventually(lambda: Payment.objects.get(pk=payment.pk).state == "paid", "it is done after all")
