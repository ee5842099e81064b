"""What tenancy costs a request: processor time of web server and PostgreSQL, beside the same view on one plain schema.

The view reads twenty rows of one table and answers them as JSON; each request goes to a gmina drawn at random. Both sides
are served by the same gunicorn with the same number of processes on the same PostgreSQL, in turns, and the time is what
the kernel has counted for their processes, so the client does not count. Neighbours on the same cores make the same work
dearer and never cheaper, so the cheapest round of each side counts. `ratio` is that of one statement, `five_ratio` that of
a view of five; stock django-tenants is measured alike, `stock_ratio`. That one statement is one message, and so no round
trip more than the view's own, is shown by tests/kernel/test_a_statement_brings_its_scope.py.
SCHEMAS=500 REQUESTS=1000 ROUNDS=9.
"""

import http.client
import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from psycopg import sql

from benchmarks.fleets import fleet
from benchmarks.harness import finish, say

SCHEMAS = int(os.environ.get("SCHEMAS", "500"))
REQUESTS = int(os.environ.get("REQUESTS", "1000"))
ROUNDS = int(os.environ.get("ROUNDS", "9"))
GOAL = 1.15
SIDES = ("plain", "ours", "stock")
CLIENTS = 4
TICK = 1 / os.sysconf("SC_CLK_TCK")


@dataclass
class Side:
    """A served side: where, and by which process."""

    port: int
    process: "subprocess.Popen[bytes]"


@dataclass
class Cost:
    """One round of one side, for each request."""

    web_us: float
    database_us: float
    per_second: float

    @property
    def cpu_us(self) -> float:
        """Processor time of both."""
        return self.web_us + self.database_us


def main() -> None:
    """Measure and tell."""
    with fleet(SCHEMAS) as gminas:
        hosts = _furnish(gminas)
        with served(gminas) as sides:
            _warm_up(sides, hosts)
            one = {name: [] for name in SIDES}
            five = {name: [] for name in SIDES}
            for turn in range(ROUNDS):
                for statements, costs in ((1, one), (5, five)):
                    for name in SIDES:
                        costs[name].append(_round(gminas, sides[name], hosts, statements, turn))
            memory = _largest_backend(gminas)
    least = {name: _least(costs) for name, costs in one.items()}
    cheap = {name: cost.cpu_us for name, cost in least.items()}
    dear = {name: _least(costs).cpu_us for name, costs in five.items()}
    say(f"one statement, microseconds a request: {cheap}; five: {dear}")
    finish(
        "tenancy_overhead",
        ratio=cheap["ours"] / cheap["plain"],
        goal=GOAL,
        five_ratio=round(dear["ours"] / dear["plain"], 3),
        five_goal=1.2,
        stock_ratio=round(cheap["stock"] / cheap["plain"], 2),
        stock_five_ratio=round(dear["stock"] / dear["plain"], 2),
        plain_us=round(cheap["plain"]),
        ours_us=round(cheap["ours"]),
        ours_web_us=round(least["ours"].web_us),
        ours_database_us=round(least["ours"].database_us),
        requests_per_second=round(max(cost.per_second for cost in one["ours"])),
        plain_requests_per_second=round(max(cost.per_second for cost in one["plain"])),
        largest_backend_mib=memory,
        gminas=SCHEMAS,
    )


def _furnish(gminas: Any) -> list[str]:
    """Twenty rows for each gmina, and a host; the hosts."""
    from kernel import tenancy
    from tenants.directory.models import Domain, Tenant

    with gminas.admin() as admin:
        for schema in gminas.schemas:
            rows = sql.SQL(
                "INSERT INTO {}.auth_group (name) SELECT 'grupa ' || n FROM generate_series(1, 20) n"
            )
            admin.execute(rows.format(sql.Identifier(schema)))
    with tenancy.public():
        tenants = dict(Tenant.objects.values_list("schema_name", "pk"))
        hosts = [f"{schema.replace('_', '-')}.localhost" for schema in gminas.schemas]
        Domain.objects.bulk_create(
            Domain(domain=host, tenant_id=tenants[schema], is_primary=True)
            for host, schema in zip(hosts, gminas.schemas, strict=True)
        )
    return hosts


@contextmanager
def served(gminas: Any) -> Iterator[dict[str, Side]]:
    """All sides, each by a gunicorn of its own; they are asked in turns."""
    from portal.embedded.postgres import free_port

    sides: dict[str, Side] = {}
    try:
        for name in SIDES:
            role = "skarbnik_app" if name == "ours" else "postgres"
            environment = {
                **os.environ,
                "DJANGO_SETTINGS_MODULE": f"benchmarks.tenancy.{name}",
                "DATABASE_URL": gminas.server.url(role, "bench"),
                "PLAIN_SCHEMA": gminas.schemas[0],
                "LOG_LEVEL": "ERROR",
            }
            port = free_port()
            command = [
                sys.executable,
                "-m",
                "gunicorn",
                "portal.wsgi:application",
                "--bind",
                f"127.0.0.1:{port}",
            ]
            command += [
                "--workers",
                "2",
                "--threads",
                "2",
                "--worker-class",
                "gthread",
                "--log-level",
                "error",
            ]
            sides[name] = Side(port, subprocess.Popen(command, env=environment))
        yield sides
    finally:
        for side in sides.values():
            side.process.terminate()
        for side in sides.values():
            side.process.wait(30)


def _warm_up(sides: dict[str, Side], hosts: list[str]) -> None:
    """Wait until each side answers, and let every process and every backend see every gmina."""
    for side in sides.values():
        until = time.monotonic() + 60
        while True:
            try:
                _ask(side.port, hosts[:1], 1)
                break
            except OSError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.2)
        for _ in range(4):
            _ask(side.port, hosts, 1)


def _round(gminas: Any, side: Side, hosts: list[str], statements: int, turn: int) -> Cost:
    dice = random.Random(f"{turn}.{statements}")
    asked = [dice.choice(hosts) for _ in range(REQUESTS)]
    web, database, start = _web_seconds(side), _database_seconds(gminas), time.perf_counter()
    _ask(side.port, asked, statements)
    seconds = time.perf_counter() - start
    web, database = _web_seconds(side) - web, _database_seconds(gminas) - database
    return Cost(
        web_us=web / REQUESTS * 1e6,
        database_us=database / REQUESTS * 1e6,
        per_second=REQUESTS / seconds,
    )


def _ask(port: int, hosts: list[str], statements: int) -> None:
    errors: list[BaseException] = []

    def work(first: int) -> None:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            for host in hosts[first::CLIENTS]:
                connection.request("GET", f"/{statements}/", headers={"Host": host})
                answer = connection.getresponse()
                text = answer.read()
                assert answer.status == 200, (answer.status, text[:200])
                assert text.count(b"grupa") == 20, text[:200]
            connection.close()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=work, args=(first,)) for first in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]


def _web_seconds(side: Side) -> float:
    return sum(_seconds(pid) for pid in [side.process.pid, *_children(side.process.pid)])


def _database_seconds(gminas: Any) -> float:
    return sum(_seconds(pid) for pid in _children(gminas.server.process.pid))


def _children(parent: int) -> list[int]:
    return [int(pid) for pid in Path(f"/proc/{parent}/task/{parent}/children").read_text().split()]


def _seconds(pid: int) -> float:
    """Processor time that a process has used, in its own code and in the kernel."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) * TICK


def _largest_backend(gminas: Any) -> float:
    """MiB of the largest backend of our side, shared memory not counted."""
    with gminas.admin() as admin:
        rows = admin.execute("SELECT pid FROM pg_stat_activity WHERE usename = 'skarbnik_app'").fetchall()
    return max(_private_mib(int(pid)) for (pid,) in rows)


def _private_mib(pid: int) -> float:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    kib = sum(int(line.split()[1]) for line in lines if line.startswith(("Private_Clean:", "Private_Dirty:")))
    return round(kib / 1024, 1)


def _least(costs: list[Cost]) -> Cost:
    """The round that was disturbed least."""
    return min(costs, key=lambda cost: cost.cpu_us)


if __name__ == "__main__":
    main()
