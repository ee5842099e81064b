"""What leaves a request carries its gmina: cached values, files, messages, letters, metrics, other processes."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.cache import caches
from django.db import models
from django.test import Client

from kernel import tenancy
from kernel.tasks import TENANT_HEADER, enqueue
from portal.celery import app
from portal.metrics import REQUESTS
from services.notices.models import Message
from tenants.archive.files import folder_of
from tests.fixtures.cast import GMINAS
from tests.kernel.test_tenant_tasks import messages

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).parents[2]
PACKAGES = ("platform", "tenants", "services", "integrations", "frontend")

KEPT_IN_THE_PROCESS = {
    "integrations/finance/statements/banks/__init__.py": "parsers by the bank's format",
    "integrations/identity/soap.py": "a template of the protocol",
    "integrations/payments/bearer.py": "by a digest of address, account and secret: who has them all may have the token",
    "integrations/payments/http.py": "settings of TLS; a client in a context variable, while one account is asked",
    "integrations/payments/tpay/certificates.py": "public certificates, by their address",
    "platform/kernel/audit/attempts.py": "which function decides; registered at the start",
    "platform/kernel/crypto.py": "keyrings by TERYT and wrapped keys; opened with the TERYT as associated data",
    "platform/kernel/dates.py": "public holidays",
    "platform/kernel/logs.py": "which function decides; registered at the start",
    "platform/kernel/masters.py": "the platform's master keys, by their settings",
    "platform/kernel/postgresql/clusters.py": "which function decides; registered at the start",
    "platform/kernel/tasks.py": "which function decides; registered at the start",
    "services/api/v1/documentation.py": "the same page for all",
    "services/api/v1/schema.py": "the same description for all",
    "services/identity/node.py": "the node of the deployment, by its settings",
    "services/liabilities/actions/folder.py": "which service takes a format; registered at the start",
    "services/liabilities/domain/due_dates.py": "working days by their day",
    "services/liabilities/locks.py": "which function decides; registered at the start",
    "services/payments/keeping.py": "a statement without a value in it",
    "services/payments/usage.py": "by TERYT",
    "services/signing/trust.py": "public lists of revoked certificates, by their address",
    "services/users/passwords.py": "lists of passwords that everybody guesses",
    "tenants/archive/description.py": "the meaning of tables",
    "tenants/archive/loading.py": "which function decides; registered at the start",
    "tenants/archive/rows.py": "names of columns",
    "tenants/fleet/at_rest.py": "a digest of the program's files",
    "tenants/metering/flags.py": "flags that the code declares",
    "tenants/metering/quotas.py": "quotas that the code declares",
    "tenants/metering/switchboard.py": "the switches of all gminas, by TERYT",
    "tenants/rates/domain.py": "rates, shared by all",
    "tenants/schemas/keys.py": "a key of the platform",
    "tenants/schemas/recording.py": "the recorded schema, the same for all",
    "tenants/trust_lists/queries.py": "the trusted list, shared by all",
}
"""File whose values outlive a request in a process -> why they mix up no gminas."""


def remembers(node: ast.stmt) -> bool:
    """Whether a statement of a module keeps values for the process: a cache, or an empty container to be filled."""
    if isinstance(node, ast.FunctionDef):
        return any(re.search(r"\b(lru_)?cache\b", ast.unparse(one)) for one in node.decorator_list)
    if isinstance(node, ast.AnnAssign) and ast.unparse(node.annotation).startswith("Mapping"):
        return False
    if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
        return ast.unparse(node.value) in ("{}", "[]", "dict()", "list()", "set()")
    return False


def test_whatever_outlives_a_request_in_a_process_has_a_reason_why_it_mixes_up_no_gminas():
    found = {
        str(path.relative_to(ROOT))
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.py")
        if not {"emulators", "embedded", "migrations"} & set(path.parts)
        if any(map(remembers, ast.parse(path.read_text()).body))
    }
    assert found - set(KEPT_IN_THE_PROCESS) == set(), (
        "say in KEPT_IN_THE_PROCESS why no gmina sees another's values"
    )


@pytest.mark.parametrize("alias", list(settings.CACHES))
def test_a_cached_value_belongs_to_its_gmina(alias: str, borki, dabrowa):
    cache = caches[alias]
    cache.clear()
    for scope in (borki, dabrowa, tenancy.PUBLIC):
        with tenancy.enter(scope):
            assert cache.get("whose") is None
            cache.set("whose", scope.schema_name)
            assert (scope.tenant_id or "public") in cache.make_key("whose")
            cache.set_many({"many": scope.schema_name})
            cache.add("counted", 0)
            cache.incr("counted")
    for scope in (borki, dabrowa, tenancy.PUBLIC):
        with tenancy.enter(scope):
            assert cache.get("whose") == cache.get_many(["many"])["many"] == scope.schema_name
            assert cache.get("counted") == 1
    with tenancy.enter(borki):
        cache.delete("whose")
    with tenancy.enter(dabrowa):
        assert cache.get("whose") == dabrowa.schema_name
    with pytest.raises(tenancy.NoTenant):
        cache.get("whose")
    cache.clear()


def test_files_lie_in_the_gminas_own_folder_and_no_model_keeps_any(tmp_path: Path, settings):
    settings.BACKUP_DIR = str(tmp_path)
    folders = [folder_of(teryt) for teryt in GMINAS.values()]
    assert [folder.name for folder in folders] == list(GMINAS.values())
    for wrong in ("", "..", "0615022/../2465011", "061502", "/etc"):
        with pytest.raises(ValueError, match="not a TERYT"):
            folder_of(wrong)
    assert {path.name for path in tmp_path.iterdir()} == set(GMINAS.values())
    files = [
        field
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if isinstance(field, models.FileField)
    ]
    assert files == []  # a first one needs a storage whose paths begin with the TERYT


def test_a_message_names_the_gmina_in_which_it_was_asked_for(
    borki, dabrowa, django_capture_on_commit_callbacks
):
    app.set_current()
    for name in ("data_folder_in", "control_folder"):
        Path(settings.CELERY_BROKER_TRANSPORT_OPTIONS[name]).mkdir(parents=True, exist_ok=True)
    messages()
    with django_capture_on_commit_callbacks(execute=True):
        for scope in (borki, dabrowa):
            with tenancy.enter(scope):
                enqueue("notices.send", "1")
    assert [headers[TENANT_HEADER] for _, headers in messages()] == list(GMINAS.values())


def test_a_letter_speaks_for_its_own_gmina(borki, dabrowa):
    for scope in (borki, dabrowa):
        client = Client(headers={"host": scope.host}, SERVER_NAME=scope.host)
        assert client.post("/haslo/", {"email": "anna@mieszkaniec.example"}).status_code == 302
    for scope, other in ((borki, dabrowa), (dabrowa, borki)):
        with tenancy.enter(scope):
            letter = Message.objects.latest("pk")
            said = f"{letter.subject} {letter.body}"
        assert f"//{scope.host}" in said
        for word in (other.host, other.name, other.tenant_id):
            assert word not in said


def test_metrics_of_requests_name_routes_and_no_gmina(borki, dabrowa):
    for scope in (borki, dabrowa):
        Client(headers={"host": scope.host}, SERVER_NAME=scope.host).get("/kontakt/")
    told = {
        value
        for metric in REQUESTS.collect()
        for sample in metric.samples
        for value in sample.labels.values()
    }
    assert "contact" in told
    for scope in (borki, dabrowa):
        assert not [value for value in told if scope.tenant_id in value or scope.host in value]


PROBE = """
from django.db import DatabaseError, connection
from kernel import tenancy
from services.users.models import User
from tenants.directory.queries import scope_of
try:
    print("outside", User.objects.count())
except tenancy.NoTenant as error:
    print("outside", type(error).__name__)
for teryt, other in (("0615022", "2465011"), ("2465011", "0615022")):
    with tenancy.enter(scope_of(teryt)):
        for attempt in range(2):
            try:
                with connection.cursor() as cursor:
                    cursor.execute(f"SELECT count(*) FROM gmina_{other}.users_user")
                    print(teryt, "read", cursor.fetchone())
            except DatabaseError as error:
                print(teryt, error.__cause__.sqlstate)
            with connection.cursor() as cursor:
                cursor.execute("SELECT current_user")
                print(teryt, *cursor.fetchone())
"""


def test_a_command_in_a_process_of_its_own_sees_the_gmina_that_it_opened_also_after_an_error(django_db_setup):
    done = subprocess.run(
        [sys.executable, "-m", "portal", "shell", "--no-imports", "-c", PROBE],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "portal.settings.test"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    expected = ["outside NoTenant"]
    for teryt in GMINAS.values():
        expected += [f"{teryt} 42501", f"{teryt} gmina_{teryt}"] * 2
    assert done.stdout.splitlines() == expected
