"""`skarbnik fleet_migrate` with nothing to do: answered without loading the applications, and only where that is certain."""

import importlib
import subprocess
import sys

import pytest
from django.core.management import call_command

from kernel import tenancy
from tenants.directory.models import Tenant, TenantState
from tenants.fleet import at_rest
from tenants.fleet.models import CodeSignature
from tests.tenants.fleet.conftest import LETTERS, Fleet

HEAVY = "django.apps.registry.apps.ready or 'services.payments.models' in sys.modules"


@pytest.fixture
def known(fleet: Fleet, monkeypatch) -> Fleet:
    """A whole run of this code has been there, and so much has been found."""
    monkeypatch.setattr(at_rest, "digest_of_code", at_rest.fresh_digest)
    call_command("fleet_migrate", verbosity=0)
    assert at_rest.nothing_to_do() is not None
    return fleet


def test_the_report_is_the_same_as_that_of_a_whole_run(known: Fleet, capsys):
    with tenancy.public():
        Tenant.objects.filter(teryt="2465011").update(state=TenantState.SUSPENDED)
    report = at_rest.nothing_to_do()
    assert report is not None
    call_command("fleet_migrate")
    printed = capsys.readouterr().out.splitlines()
    assert report.lines() == [line for line in printed if not line.startswith("seconds:")]
    assert report.lines()[0] == "gminas: 2, of this version: 2, migrated now: 0"
    assert any(line.startswith("suspended") for line in report.lines())


def test_the_command_loads_no_application(known: Fleet):
    """In a process of its own, as at a deployment."""
    code = (
        "import sys, django.apps\nfrom portal.__main__ import main\nmain(['skarbnik', 'fleet_migrate'])\n"
        f"print('loaded' if {HEAVY} else 'light')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=known.environment(), capture_output=True, text=True, timeout=120, check=True
    )  # fmt: skip
    assert done.stdout.splitlines()[0] == "gminas: 2, of this version: 2, migrated now: 0"
    assert done.stdout.splitlines()[-1] == "light"


def test_a_gmina_that_lacks_a_migration_is_found(known: Fleet):
    known.add(2)
    assert at_rest.nothing_to_do() is not None
    known.admin.execute(
        f"DELETE FROM gmina_{known.teryts[1]}.django_migrations WHERE id ="
        f" (SELECT max(id) FROM gmina_{known.teryts[1]}.django_migrations)"
    )
    assert at_rest.nothing_to_do() is None


def test_a_gmina_of_newer_code_is_left_to_the_whole_run_which_names_it(known: Fleet):
    [teryt] = known.add(1)
    known.admin.execute(
        f"INSERT INTO gmina_{teryt}.django_migrations (app, name, applied) VALUES ('ledger', '9999_later', now())"
    )
    assert at_rest.nothing_to_do() is None


@pytest.mark.parametrize(
    "spoil",
    [
        "DROP SCHEMA gmina_2465011 CASCADE",
        "ALTER SCHEMA gmina_2465011 RENAME TO elsewhere",
        "DELETE FROM public.django_migrations WHERE app = 'fleet'",
        "TRUNCATE public.rates_ratesconfirmation",
        "DELETE FROM public.schema_recording",
        "DELETE FROM public.fleet_codesignature",
        "DROP TABLE public.fleet_codesignature",
        "UPDATE public.directory_tenant SET state = 'provisioning' WHERE teryt = '2465011'",
        "UPDATE public.directory_tenant SET shard = 'unnamed' WHERE teryt = '2465011'",
    ],
)
def test_whatever_is_out_of_the_ordinary_is_left_to_the_whole_run(known: Fleet, spoil: str):
    known.admin.execute(spoil)
    assert at_rest.nothing_to_do() is None


def test_any_changed_file_of_an_application_makes_the_code_another(fleet: Fleet):
    folder = fleet.application.folder / fleet.application.package
    seen = {at_rest.fresh_digest()}
    fleet.application.migration("0001_initial", LETTERS)
    seen.add(at_rest.fresh_digest())
    (folder / "models.py").write_text("# only a word\n")
    seen.add(at_rest.fresh_digest())
    (folder / "migrations" / "0001_initial.py").rename(folder / "migrations" / "0001_other.py")
    seen.add(at_rest.fresh_digest())
    assert "" not in seen
    assert len(seen) == 4
    importlib.invalidate_caches()


def test_new_code_is_not_taken_for_the_known_one(known: Fleet):
    """Three gminas are of the known version; then a deployment brings a migration."""
    known.add(1)
    known.application.migration("0001_initial", LETTERS)
    assert at_rest.nothing_to_do() is None
    known.run()
    assert known.migrated() == known.teryts
    with tenancy.public():
        assert CodeSignature.objects.count() == 1, "a run that records nothing may vouch for nothing"
    assert at_rest.nothing_to_do() is None


def test_files_that_changed_while_the_process_ran_are_vouched_for_by_nobody(fleet: Fleet, monkeypatch):
    monkeypatch.setattr(at_rest, "digest_of_code", lambda: "0" * 64)
    call_command("fleet_migrate", verbosity=0)
    with tenancy.public():
        assert not CodeSignature.objects.exists()


def test_only_the_newest_few_versions_are_remembered(fleet: Fleet):
    from tenants.fleet import actions

    for number in range(7):
        actions.note_code(str(number), "x", {"18": "key"})
    with tenancy.public():
        assert set(CodeSignature.objects.values_list("digest", flat=True)) == set("23456")
