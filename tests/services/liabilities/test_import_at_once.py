"""All or nothing: killed in the middle, failing in the middle, two at the same time."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kernel.actors import system
from services.accounts.models import Payer
from services.ledger.models import Entry
from services.liabilities.actions import import_plans
from services.liabilities.actions.puts import put_due
from services.liabilities.actions.receipts import post_receipt
from services.liabilities.models import ImportRun, Liability, Overpayment
from services.liabilities.queries_imports import import_run
from tests.fixtures.committed import Committed
from tests.services.liabilities.rows import OFFICE, bring, counts, due, everything_sums_to_zero, owed

KILLED = """
import sys, time
import django; django.setup()
from kernel import tenancy
from kernel.actors import system
from tenants.directory.queries import scope_of
from services.liabilities.actions import import_plans
from services.liabilities.actions.imports import import_dues
from tests.services.liabilities.rows import due

written = import_plans.write_postings
def stop(*args):
    written(*args)
    print("in the middle", flush=True)
    time.sleep(60)
import_plans.write_postings = stop
with tenancy.enter(scope_of("0615022")):
    import_dues([due(external_id=f"N-{n}", payer_external_id=f"P-{n}") for n in range(50)], source="command",
                file_name="duzy.csv", actor=system("tests"))
"""


def start_import_that_hangs() -> subprocess.Popen[str]:
    """A process that has written everything of an import and not committed yet."""
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED],
        env={**os.environ, "PYTHONPATH": f"platform{os.pathsep}."},
        cwd=Path(__file__).parents[3],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "in the middle\n"
    return process


def test_an_import_killed_in_the_middle_leaves_nothing_in_and_its_run_says_so(own: Committed):
    process = start_import_that_hangs()
    run = ImportRun.objects.get()
    assert import_run(OFFICE, run.public_id).state == "running"
    process.send_signal(signal.SIGKILL)
    process.wait(10)
    for _ in range(100):
        report = import_run(OFFICE, run.public_id)
        if report.state != "running":
            break
        time.sleep(0.1)
    assert (report.state, report.is_applied, report.file_name) == ("interrupted", False, "duzy.csv")
    assert Liability.objects.count() == Entry.objects.count() == 0
    assert not Payer.objects.filter(external_id__startswith="P-").exists()
    # And nothing stands in the way of doing it again.
    again = bring(*(due(external_id=f"N-{n}", payer_external_id=f"P-{n}") for n in range(50)))
    assert counts(again) == (50, 0, 0, 0)


@pytest.mark.django_db
def test_an_import_that_fails_in_the_middle_leaves_nothing_in_and_its_run_says_so(in_borki, monkeypatch):
    def fail(*args):
        Liability.objects.get(external_id="N-1")
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(import_plans, "write_postings", fail)
    with pytest.raises(RuntimeError):
        bring(due())
    run = ImportRun.objects.get()
    assert (run.state, run.failure_code) == ("failed", "RuntimeError")
    assert Liability.objects.count() == 0
    assert not Payer.objects.filter(external_id="P-1").exists()


def test_two_imports_of_the_same_rows_at_one_moment_make_each_due_once(own: Committed):
    rows = [due(external_id=f"N-{n}", payer_external_id=f"P-{n}") for n in range(200)]
    runs = own.together(*[lambda: bring(*rows)] * 4)
    assert sorted(counts(run) for run in runs) == [(0, 0, 200, 0)] * 3 + [(200, 0, 0, 0)]
    assert Liability.objects.count() == Entry.objects.count() == 200


def test_twenty_puts_of_one_new_due_at_one_moment_make_it_once(own: Committed):
    values = {name: value for name, value in due().items() if name != "external_id"}
    done = own.together(*[lambda: put_due("N-1", values, actor=OFFICE)] * 20)
    assert sorted(one.result for one in done) == ["created"] + ["unchanged"] * 19
    assert owed() == 30_000


def test_a_write_down_and_a_receipt_at_one_moment_never_take_the_due_below_zero(own: Committed):
    for n in range(6):
        bring(due(external_id=f"N-{n}"))
        row = Liability.objects.get(external_id=f"N-{n}")

        def pay(row=row, n=n):
            return post_receipt(
                liability=row,
                principal_gr=30_000,
                interest_gr=0,
                paid_on=row.due_on,
                external_id=f"W-{n}",
                actor=OFFICE,
            )

        own.together(pay, lambda n=n: bring(due(external_id=f"N-{n}", principal="100")))
        # Either the receipt came first and 200 zł are overpaid, or the due was lowered first and the receipt is refused.
        assert owed(f"N-{n}") in (0, 10_000)
        assert Overpayment.objects.filter(source_ref=str(row.public_id)).exists() is (owed(f"N-{n}") == 0)
    assert everything_sums_to_zero()


def test_a_run_that_waits_for_another_import_counts_as_running(own: Committed):
    process = start_import_that_hangs()
    try:
        waiting = ImportRun.objects.create(source="command", is_dry_run=False, actor_ref="tests", findings={})
        assert import_run(system("tests"), waiting.public_id).state == "running"
    finally:
        process.kill()
        process.wait(10)
