"""A large file whose worker is killed goes on behind its last chunk; nobody waits for it longer than for a chunk."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from services.accounts.models import Payer
from services.ledger.models import Entry, Posting
from services.liabilities.actions.import_work import is_nobody_at_work, work_on
from services.liabilities.actions.puts import put_due
from services.liabilities.models import Debtor, ImportRun, Liability, StagedDue
from services.liabilities.queries_imports import import_run
from tests.fixtures.committed import Committed
from tests.services.liabilities.large import table, taken, world
from tests.services.liabilities.rows import OFFICE, counts, due, everything_sums_to_zero

ROWS = [
    due(
        external_id=f"N-{n}",
        payer_external_id=f"P-{n % 7}",
        payer_name=f"Jan Próbny {n % 7}",
        payer_identifier="",
    )
    for n in range(30)
]

HANGS = """
import sys, time
import django; django.setup()
from uuid import UUID
from kernel import tenancy
from tenants.directory.queries import scope_of
from services.liabilities.actions import {module} as module, import_chunks, import_loading, import_staging, import_work

import_chunks.CHUNK = import_staging.BATCH = 10
real, calls = module.{name}, []
def stop(*args, **options):
    found = real(*args, **options)
    calls.append(1)
    if len(calls) == {calls}:
        print("in the middle", flush=True)
        time.sleep(60)
    return found
module.{name} = stop
with tenancy.enter(scope_of("0615022")):
    import_work.work_on(UUID(sys.argv[1]))
"""

STEPS = {
    "while the file is read": ("import_staging", "write_staged", 2),
    "while rows are judged": ("import_judging", "refuse_contradictions", 1),
    "after the first chunk, in the second": ("import_fast", "post_new", 2),
    "between two chunks": ("import_work", "next_dues", 2),
}


def start_work_that_hangs(run: ImportRun, module: str, name: str, calls: int) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", HANGS.format(module=module, name=name, calls=calls), str(run.public_id)],
        env={**os.environ, "PYTHONPATH": f"platform{os.pathsep}."},
        cwd=Path(__file__).parents[3],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "in the middle\n"
    return process


def kill(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGKILL)
    process.wait(10)


def test_killed_anywhere_and_begun_again_the_result_is_the_same_and_nothing_is_there_twice(own: Committed):
    before = set(Liability.objects.values_list("external_id", flat=True))
    for number, (module, name, calls) in enumerate(STEPS.values()):
        rows = [
            row | {key: f"{number}-{row[key]}" for key in ("external_id", "payer_external_id")}
            for row in ROWS
        ]
        run = taken(table(rows))
        kill(start_work_that_hangs(run, module, name, calls))
        assert ImportRun.objects.get(pk=run.pk).state == "running"
        while not work_on(run.public_id):
            pass  # PostgreSQL frees the dead worker's lock in a moment
        run = ImportRun.objects.get(pk=run.pk)
        assert (run.state, counts(run)) == ("applied", (30, 0, 0, 0)), name
        made = Liability.objects.filter(external_id__startswith=f"{number}-")
        assert made.count() == 30
        assert Debtor.objects.filter(liability__in=made).count() == 30
        assert Posting.objects.filter(subject__in=made.values("public_id")).count() == 30
        assert Payer.objects.filter(external_id__startswith=f"{number}-").count() == 7
    assert Liability.objects.count() == len(before) + 30 * len(STEPS)
    assert Entry.objects.filter(code="assessment").count() >= 30 * len(STEPS)
    assert not StagedDue.objects.exists()
    assert everything_sums_to_zero()


def test_while_a_chunk_is_being_written_the_portal_reads_and_afterwards_writes(own: Committed):
    run = taken(table(ROWS))
    process = start_work_that_hangs(run, *STEPS["after the first chunk, in the second"])
    try:
        assert Liability.objects.filter(external_id__startswith="N-").count() == 10  # the first chunk is in
        report = import_run(OFFICE, run.public_id)
        assert (report.state, report.phase_name) == ("running", "należności")
        assert 34 < report.percent < 99
        assert not is_nobody_at_work()
        assert not work_on(run.public_id), "two workers never have the same file in their hands"
    finally:
        kill(process)
    put = put_due("N-29", {k: v for k, v in ROWS[29].items() if k != "external_id"}, actor=OFFICE)
    assert put.result == "created"
    while not work_on(run.public_id):
        pass
    run = ImportRun.objects.get(pk=run.pk)
    assert (run.state, counts(run)) == ("applied", (29, 0, 1, 0))
    assert set(world()["debtors"].values()) >= {f"P-{n}" for n in range(7)}


@pytest.mark.parametrize("workers", [4])
def test_two_workers_at_one_file_make_each_due_once(own: Committed, workers):
    run = taken(table(ROWS))
    done = own.together(*[lambda: work_on(run.public_id)] * workers)
    assert sorted(done)[-1] is True
    while ImportRun.objects.get(pk=run.pk).state == "running":
        work_on(run.public_id)
    assert counts(ImportRun.objects.get(pk=run.pk)) == (30, 0, 0, 0)
    assert Liability.objects.filter(external_id__startswith="N-").count() == 30
