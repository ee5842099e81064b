"""A fleet of small gminas with an application of its own, whose migrations each test writes."""

from __future__ import annotations

import importlib
import io
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.test import override_settings

from kernel import tenancy
from portal.embedded import postgres
from portal.embedded.postgres import POSTGRES_BIN_PATH
from tenants.directory.models import Tenant, TenantState
from tests.kernel.conftest import own_database

__all__ = ["own_database"]

ROOT = Path(__file__).parents[3]
HEAD = "from django.db import migrations, models\nimport django.db.models.deletion\n"
LETTERS = """
    operations = [
        migrations.CreateModel("Author", [
            ("id", models.BigAutoField(primary_key=True)),
            ("name", models.CharField(max_length=40, unique=True)),
        ]),
        migrations.CreateModel("Letter", [
            ("id", models.BigAutoField(primary_key=True)),
            ("text", models.TextField()),
            ("author", models.ForeignKey("probna.author", django.db.models.deletion.PROTECT)),
            ("readers", models.ManyToManyField("probna.author", related_name="+")),
        ]),
    ]
"""
STAMP = """
    operations = [migrations.AddField("letter", "stamp", models.IntegerField(default=7, db_default=7))]
"""


@dataclass
class Application:
    """`probna`: an application in a folder of its own that only gminas have."""

    folder: Path
    package: str

    def migration(self, name: str, body: str, *, after: str = "") -> None:
        """Write a migration file."""
        text = f"{HEAD}class Migration(migrations.Migration):\n"
        text += (
            f"    initial = {not after}\n    dependencies = {[('probna', after)] if after else []}\n{body}"
        )
        (self.folder / self.package / "migrations" / f"{name}.py").write_text(text)
        importlib.invalidate_caches()

    @property
    def settings(self) -> dict[str, list[str]]:
        """What makes it part of every gmina."""
        return {
            "INSTALLED_APPS": [*settings.INSTALLED_APPS, self.package],
            "TENANT_APPS": [*settings.TENANT_APPS, self.package],
        }


@dataclass
class Fleet:
    """Small gminas in a database of its own; `admin` is a superuser who looks at what really stands there."""

    server: postgres.Server
    database: str
    admin: psycopg.Connection[Any]
    application: Application
    teryts: list[str] = field(default_factory=list)

    def add(self, count: int, *, state: str = TenantState.ACTIVE) -> list[str]:
        """Found gminas that lack the application's migrations and nothing else."""
        first = len(self.teryts) + 1
        new = [f"{number:07d}" for number in range(first, first + count)]
        for teryt in new:
            self._build(teryt)
        with tenancy.public():
            Tenant.objects.bulk_create(
                Tenant(
                    teryt=teryt, name=f"Gmina {teryt}", kind="rural", schema_name=f"gmina_{teryt}",
                    state=state, data_key=b"", index_key=b"", setup={},
                )
                for teryt in new
            )  # fmt: skip
        self.teryts += new
        return new

    def _build(self, teryt: str) -> None:
        name = f"gmina_{teryt}"
        sql = [f"CREATE SCHEMA {name} AUTHORIZATION {name}"]
        known = self.admin.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name]).fetchone()
        if not known:
            self.admin.execute(f"CREATE ROLE {name} NOLOGIN")
        for login in ("skarbnik_app", "skarbnik_provisioner"):
            sql.append(f"GRANT {name} TO {login} WITH INHERIT FALSE, SET TRUE")
        for table in ("django_migrations", "django_content_type", "auth_permission"):
            sql += [
                f"CREATE TABLE {name}.{table} (LIKE gmina_0615022.{table} INCLUDING ALL)",
                f"ALTER TABLE {name}.{table} OWNER TO {name}",
                f"INSERT INTO {name}.{table} SELECT * FROM gmina_0615022.{table}"
                f" WHERE to_jsonb({table})::text NOT LIKE '%probna%'",
                f"SELECT setval(pg_get_serial_sequence('{name}.{table}', 'id'), 100000)",
            ]
        body = "SELECT pg_get_functiondef('gmina_0615022.skarbnik_stable_id'::regproc)"
        [function] = self.admin.execute(body).fetchone() or [""]
        sql.append(function.replace("gmina_0615022", name))
        sql.append(f"ALTER FUNCTION {name}.skarbnik_stable_id() OWNER TO {name}")
        for table in ("django_content_type", "auth_permission"):
            sql.append(
                f"CREATE TRIGGER stable_id BEFORE INSERT ON {name}.{table}"
                f" FOR EACH ROW EXECUTE FUNCTION {name}.skarbnik_stable_id()"
            )
        self.admin.execute(";\n".join(sql))

    def run(self, *arguments: str) -> str:
        """`skarbnik fleet_migrate` in this process; what it prints. The small gminas are no schema to record."""
        printed = io.StringIO()
        call_command("fleet_migrate", "--no-recording", *arguments, stdout=printed)
        return printed.getvalue()

    def command(self, *arguments: str) -> list[str]:
        """The same for a process of its own."""
        return [sys.executable, "-m", "portal", "fleet_migrate", "--no-recording", *arguments]

    def environment(self) -> dict[str, str]:
        """What such a process needs to see the application."""
        module = f"settings_{self.application.package}"
        text = "from portal.settings.test import *\n"
        for name in ("INSTALLED_APPS", "TENANT_APPS"):
            text += f"{name} = [*{name}, {self.application.package!r}]\n"
        (self.application.folder / f"{module}.py").write_text(text)
        path = f"{self.application.folder}:{ROOT / 'platform'}:{ROOT}"
        return os.environ | {"DJANGO_SETTINGS_MODULE": module, "PYTHONPATH": path}

    def columns(self, teryt: str, table: str = "probna_letter") -> set[str]:
        """Names of a table's columns in a gmina."""
        query = (
            "SELECT column_name FROM information_schema.columns WHERE table_schema = %s AND table_name = %s"
        )
        return {name for (name,) in self.admin.execute(query, [f"gmina_{teryt}", table])}

    def applied(self, teryt: str) -> list[str]:
        """The application's recorded migrations in a gmina."""
        query = f"SELECT name FROM gmina_{teryt}.django_migrations WHERE app = 'probna' ORDER BY name"
        return [name for (name,) in self.admin.execute(query)]

    def migrated(self) -> list[str]:
        """Gminas with every migration of the application, among the small ones."""
        names = sorted(
            path.stem
            for path in (self.application.folder / self.application.package / "migrations").glob("0*")
        )
        return [teryt for teryt in self.teryts if self.applied(teryt) == names]

    def dump(self, teryt: str) -> str:
        """The gmina's schema as pg_dump writes it, without the gmina's name and what changes from dump to dump."""
        text = subprocess.run(
            [str(POSTGRES_BIN_PATH / "pg_dump"), "-s", "-n", f"gmina_{teryt}", self.server.url("postgres", self.database)],
            check=True, capture_output=True, text=True,
        ).stdout  # fmt: skip
        return re.sub(r"^\\(un)?restrict .*$", "", text, flags=re.MULTILINE).replace(teryt, "")


@pytest.fixture
def application(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Application]:
    """The application, without migrations."""
    package = f"probna_{uuid4().hex[:8]}"
    folder = tmp_path / package / "migrations"
    folder.mkdir(parents=True)
    for module in ("__init__.py", "models.py"):  # without models.py there would be no content types
        (tmp_path / package / module).write_text("")
    (folder / "__init__.py").write_text("")
    config = f"from django.apps import AppConfig\nclass Config(AppConfig):\n    name = {package!r}\n    label = 'probna'\n"
    (tmp_path / package / "apps.py").write_text(config)
    monkeypatch.syspath_prepend(str(tmp_path))
    own = Application(tmp_path, package)
    with override_settings(**own.settings):
        yield own
    ContentType.objects.clear_cache()


@pytest.fixture
def fleet(own_database: str, server: postgres.Server, application: Application) -> Iterator[Fleet]:
    """Borki, Dąbrowa Górnicza, and as many small gminas as the test adds."""
    with psycopg.connect(server.url("postgres", own_database), autocommit=True) as admin:
        yield Fleet(server, own_database, admin, application)


@pytest.fixture
def letters(fleet: Fleet) -> Callable[[int], Fleet]:
    """`letters(10)`: ten small gminas whose letters have no stamp yet; the next migration adds it."""

    def make(count: int) -> Fleet:
        fleet.add(count)
        fleet.application.migration("0001_initial", LETTERS)
        fleet.run()
        fleet.application.migration("0002_stamp", STAMP, after="0001_initial")
        return fleet

    return make
