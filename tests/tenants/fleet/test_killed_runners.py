"""A runner may die at any moment: every gmina is then whole, of the old or of the new version, and the next run goes on."""

import random
import re
import signal
import subprocess
import time

import pytest
from django.contrib.auth.models import Permission

from kernel import tenancy
from tenants.directory.queries import scope_of
from tenants.fleet.models import FleetJob
from tests.tenants.fleet.conftest import ROOT, STAMP, Fleet

SLOW = """
    operations = [
        migrations.AddField("letter", "stamp", models.IntegerField(default=7, db_default=7)),
        migrations.RunSQL("SELECT pg_sleep(0.02)", migrations.RunSQL.noop),
        migrations.CreateModel("Parcel", [
            ("id", models.BigAutoField(primary_key=True)),
            ("letter", models.ForeignKey("probna.letter", django.db.models.deletion.PROTECT)),
        ]),
    ]
"""
FILL = """
    def fill(apps, editor):
        author = apps.get_model("probna", "Author")
        author.objects.create(name=f"Anna {author.objects.count()}")

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.CreateModel("Stamp", [("id", models.BigAutoField(primary_key=True))]),
    ]
"""

PROVISION = """
import django
django.setup()
from kernel import tenancy
from kernel.actors import system
from tenants.directory.actions import build_tenant, register_tenant
with tenancy.public():
    register_tenant(
        teryt="0201032", name="Gmina Próbna", kind="rural", label="probna", setup={}, actor=system("tests")
    )
build_tenant("0201032")
"""


def start(fleet: Fleet, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        fleet.command(*arguments), env=fleet.environment(), cwd=ROOT, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip


def last_job() -> FleetJob | None:
    with tenancy.public():
        return FleetJob.objects.order_by("-id").first()


def wait_for_work(fleet: Fleet, process: subprocess.Popen[str], count: int) -> None:
    """Until so many gminas are migrated, or the process has ended."""
    deadline = time.monotonic() + 60
    while process.poll() is None and len(fleet.migrated()) < count and time.monotonic() < deadline:
        time.sleep(0.005)


def shapes(fleet: Fleet) -> dict[tuple[str, ...], set[str]]:
    """For each list of recorded migrations the different schemas that gminas with it have."""
    found: dict[tuple[str, ...], set[str]] = {}
    for teryt in fleet.teryts:
        found.setdefault(tuple(fleet.applied(teryt)), set()).add(fleet.dump(teryt))
    return found


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_runner_killed_at_any_moment_leaves_whole_gminas_and_the_next_run_mends(letters, seed):
    fleet = letters(24)
    fleet.application.migration("0002_stamp", SLOW, after="0001_initial")
    chance = random.Random(seed)
    for count in sorted(chance.sample(range(1, 20), 2)):
        process = start(fleet)
        wait_for_work(fleet, process, count)
        time.sleep(chance.uniform(0, 0.03))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        time.sleep(0.1)  # PostgreSQL notices the loss of a session at its next message
        for recorded, different in shapes(fleet).items():
            assert len(different) == 1, recorded
    job = last_job()
    assert job is not None
    assert job.state == "running"
    assert "lack" not in fleet.run()
    assert fleet.migrated() == fleet.teryts
    assert len(shapes(fleet)) == 1
    again = last_job()
    assert again is not None
    assert (again.pk, again.state, again.done) == (job.pk, "done", 26)


def test_a_runner_killed_while_the_canary_runs_python_is_mended_with_its_permissions(letters):
    fleet = letters(3)
    fleet.application.migration("0003_fill", FILL, after="0002_stamp")
    process = start(fleet)
    deadline = time.monotonic() + 60
    while (
        process.poll() is None and "0003_fill" not in fleet.applied("0000001") and time.monotonic() < deadline
    ):
        time.sleep(0.001)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    fleet.run()
    assert fleet.migrated() == fleet.teryts
    for teryt in fleet.teryts:
        assert fleet.admin.execute(f"SELECT name FROM gmina_{teryt}.probna_author").fetchall() == [
            ("Anna 0",)
        ]
        with tenancy.enter(scope_of(teryt)):
            assert Permission.objects.filter(codename="add_stamp").count() == 1


def test_two_runners_at_once_migrate_every_gmina_once(letters):
    fleet = letters(10)
    fleet.application.migration("0002_stamp", SLOW, after="0001_initial")
    processes = [start(fleet), start(fleet)]
    outputs = [process.communicate(timeout=120)[0] for process in processes]
    assert fleet.migrated() == fleet.teryts
    assert sorted(process.returncode for process in processes) in ([0, 0], [0, 1])
    for process, output in zip(processes, outputs, strict=True):
        if process.returncode:
            assert "another fleet_migrate is under way" in output
    assert len(shapes(fleet)) == 1


def test_a_gmina_is_provisioned_while_the_others_are_migrated(letters):
    fleet = letters(20)
    fleet.application.migration("0002_stamp", SLOW, after="0001_initial")
    process = start(fleet)
    wait_for_work(fleet, process, 2)
    subprocess.run(
        [fleet.command()[0], "-c", PROVISION], env=fleet.environment(), cwd=ROOT, check=True, timeout=200
    )
    output, _ = process.communicate(timeout=200)
    assert process.returncode == 0, output
    assert fleet.migrated() == fleet.teryts
    assert fleet.applied("0201032") == ["0001_initial", "0002_stamp"]
    assert fleet.columns("0201032", "probna_parcel") == {"id", "letter_id"}


def test_memory_does_not_grow_with_the_number_of_gminas(letters):
    fleet = letters(10)
    few = peak_kb(fleet)
    fleet.add(90)
    fleet.application.migration("0003_number", STAMP.replace("stamp", "number"), after="0002_stamp")
    many = peak_kb(fleet)
    assert fleet.migrated() == fleet.teryts
    assert many - few < 4 * 1024, (few, many)


def peak_kb(fleet: Fleet) -> int:
    """Peak resident memory of one run in a process of its own."""
    code = (
        "import resource, sys; from portal.__main__ import main; main(['skarbnik', 'fleet_migrate']);"
        " print('peak', resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    command = [fleet.command()[0], "-c", code]
    ran = subprocess.run(
        command, env=fleet.environment(), cwd=ROOT, capture_output=True, text=True, timeout=120, check=True
    )
    [kb] = re.findall(r"peak (\d+)", ran.stdout)
    return int(kb)
