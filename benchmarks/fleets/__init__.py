"""Many gminas for benchmarks: real schemas, copied from the recording that provisioning uses, on a server of their own."""

import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from benchmarks.harness import say

APPLICATION = "probna"
HEAD = "from django.db import migrations, models\nimport django.db.models.deletion\n"
LETTERS = """
    operations = [
        migrations.CreateModel("Author", [("id", models.BigAutoField(primary_key=True))]),
        migrations.CreateModel("Letter", [
            ("id", models.BigAutoField(primary_key=True)),
            ("text", models.TextField()),
            ("author", models.ForeignKey("probna.author", django.db.models.deletion.PROTECT)),
        ]),
    ]
"""


@dataclass
class Fleet:
    """Gminas with all of our tables, and an application of their own whose migrations a benchmark writes."""

    folder: Path
    server: Any
    schemas: list[str]

    def migration(self, name: str, body: str, *, after: str) -> None:
        """Add a migration to the application."""
        write_migration(self.folder, name, body, after)

    def skarbnik(self, *arguments: str) -> float:
        """Seconds of a command in a process of its own, its start included."""
        start = time.perf_counter()
        command = [sys.executable, "-m", "portal", *arguments]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return time.perf_counter() - start

    def processor_time(self, *arguments: str) -> float:
        """The same, as seconds of the processor that the command's own process needs: what other work does not change."""
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        self.skarbnik(*arguments)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    def admin(self) -> psycopg.Connection[Any]:
        """A superuser's connection."""
        return psycopg.connect(self.server.url("postgres", "bench"), autocommit=True)

    def last_report(self) -> dict[str, Any]:
        """What the last job of the runner told."""
        with self.admin() as admin:
            row = admin.execute("SELECT report FROM fleet_fleetjob ORDER BY id DESC LIMIT 1").fetchone()
        assert row is not None
        report: dict[str, Any] = row[0]
        return report

    def stock(self, sample: int) -> float:
        """Seconds that stock `migrate_schemas` needs for one gmina: the mean of the last ones."""
        from django.core.management import call_command
        from django.db import connection

        from kernel import tenancy

        schemas = self.schemas[-sample:]
        start = time.perf_counter()
        with tenancy.public():
            for schema in schemas:
                call_command("migrate_schemas", schema_name=schema, tenant=True, verbosity=0)
        connection.close()
        return (time.perf_counter() - start) / len(schemas)


def write_migration(folder: Path, name: str, body: str, after: str = "") -> None:
    """A migration file of the application."""
    dependencies = [(APPLICATION, after)] if after else []
    text = f"{HEAD}class Migration(migrations.Migration):\n    initial = {not after}\n"
    path = folder / APPLICATION / "migrations" / f"{name}.py"
    path.write_text(f"{text}    dependencies = {dependencies}\n{body}", encoding="utf-8")


@contextmanager
def fleet(count: int, *, durable: bool = False) -> Iterator[Fleet]:
    """`count` gminas on a PostgreSQL of their own for the block. fsync is off unless it is a part of what is measured."""
    from portal.embedded import postgres

    with tempfile.TemporaryDirectory(prefix="skarbnik-bench-") as name:
        folder = Path(name)
        _write_application(folder)
        server = postgres.start(folder / "postgres", durable=durable)
        try:
            postgres.prepare_roles(server)
            postgres.prepare_database(server, "bench")
            os.environ["DATABASE_URL"] = server.url("skarbnik_app", "bench")
            os.environ["PROVISIONING_DATABASE_URL"] = server.url("skarbnik_provisioner", "bench")
            os.environ["DJANGO_SETTINGS_MODULE"] = "fleet_settings"
            os.environ["PYTHONPATH"] = f"{folder}:{os.environ.get('PYTHONPATH', '')}"
            sys.path.insert(0, str(folder))
            import django

            django.setup()
            yield Fleet(folder, server, _build(count))
        finally:
            server.stop()


def _write_application(folder: Path) -> None:
    (folder / APPLICATION / "migrations").mkdir(parents=True)
    for module in ("__init__.py", "models.py", "migrations/__init__.py"):
        (folder / APPLICATION / module).write_text("")
    write_migration(folder, "0001_initial", LETTERS)
    (folder / "fleet_settings.py").write_text(
        "from portal.settings.test import *\n"
        f"INSTALLED_APPS = [*INSTALLED_APPS, {APPLICATION!r}]\nTENANT_APPS = [*TENANT_APPS, {APPLICATION!r}]\n"
    )


def _build(count: int) -> list[str]:
    """Register and build the gminas, two at a time."""
    from django.core.management import call_command
    from django.db import connection

    from kernel import tenancy
    from tenants.directory.models import Tenant
    from tenants.schemas import recording
    from tenants.schemas.making import provisioner

    with open(os.devnull, "w") as nowhere:
        call_command("fleet_migrate", stdout=nowhere)
    teryts = [f"{number:07d}" for number in range(1, count + 1)]
    with tenancy.public():
        Tenant.objects.bulk_create(
            Tenant(
                teryt=teryt, name=f"Gmina {teryt}", kind="rural", state="active", schema_name=f"gmina_{teryt}",
                data_key=b"", index_key=b"", setup={},
            )
            for teryt in teryts
        )  # fmt: skip
    with provisioner() as session:
        made = recording.current(session)
    connection.close()
    start = time.perf_counter()

    def work(own: list[str]) -> None:
        for some in chunks(own, 50):  # PostgreSQL never forgets the relations that a session has seen
            with provisioner() as session:
                for teryt in some:
                    name = f"gmina_{teryt}"
                    recording.replay(
                        session, made, tenancy.Scope(schema_name=name, role=name, tenant_id=teryt)
                    )

    threads = [threading.Thread(target=work, args=(teryts[number::2],)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    say(f"{count} gminas built in {time.perf_counter() - start:.0f} s")
    return [f"gmina_{teryt}" for teryt in teryts]


def chunks(items: list[str], size: int) -> Iterator[list[str]]:
    """The items in lists of `size`."""
    for start in range(0, len(items), size):
        yield items[start : start + size]
