"""A file of dues imported with everything an import does, beside bare COPY of the same rows.

Ours is a CSV file taken, checked row by row, staged, judged, and written as dues with payers, debtors and ledger entries,
in chunks, with its audit entries and its report of refused lines (one line of a thousand is wrong). It is timed from the
file to the report, in a process of its own whose peak of memory is measured.

The other is what PostgreSQL alone needs for the rows that came of it: they are copied out, and copied into the same tables
of another, empty gmina, with their indexes, checks, foreign keys and triggers, by one COPY for each table in one
transaction. `ratio` is the other's time divided by ours. Beside it `ratio_to_text`: the same with a COPY of the lines of the
file into one table of texts without any index, which is the fastest that rows can get into PostgreSQL at all.

Then the same file again, of which nothing is to be written (`again_rows_per_second`), and what a booking clerk would have
to wait for: the longest transaction of the import (`longest_transaction_ms`).

ROWS=100000 takes some minutes on two processors; ROWS=1000000 is the whole.
"""

import csv
import json
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.harness import finish, gmina, say, timed

ROWS = int(os.environ.get("ROWS", "100000"))
PER_PAYER = 4
WRONG_EVERY = 1000
GOAL = 0.25
MOST_MB = 300
HEADER = (
    "external_id", "payer_external_id", "payer_kind", "payer_name", "payer_identifier", "payer_address", "liability_type",
    "title", "document_number", "year", "instalment", "due_on", "principal",
)  # fmt: skip
FIRST = [
    "Anna",
    "Jan",
    "Maria",
    "Piotr",
    "Ewa",
    "Tomasz",
    "Zofia",
    "Krzysztof",
    "Łucja",
    "Grzegorz",
    "Żaneta",
    "Paweł",
]
ROOTS = [
    "Próbn",
    "Wzorow",
    "Przykładow",
    "Testow",
    "Umown",
    "Zmyślon",
    "Pokazow",
    "Ćwiczebn",
    "Szkoln",
    "Roboc",
]
ENDINGS = ["a", "y", "ska", "ski", "icz", "ak", "iak", "owska", "owski", "ek"]
TABLES = ("accounts_payer", "liabilities_liability", "liabilities_debtor", "ledger_entry", "ledger_posting")


def pesel(number: int) -> str:
    """A number of the right form that belongs to nobody: born in the 23rd century."""
    digits = f"{number % 100:02}{61 + number // 100 % 12:02}{1 + number // 1200 % 28:02}{number // 33600 % 10000:04}"
    weights = (1, 3, 7, 9, 1, 3, 7, 9, 1, 3)
    return digits + str(-sum(int(d) * w for d, w in zip(digits, weights, strict=True)) % 10)


def lines(number: int) -> Iterator[tuple[str, ...]]:
    """Dues as a finance system exports them: four instalments a payer, names that repeat as names do."""
    dice = random.Random(7)
    for payer in range(number // PER_PAYER):
        name = f"{dice.choice(FIRST)} {dice.choice(ROOTS)}{dice.choice(ENDINGS)}"
        address = f"ul. Próbna {dice.randrange(1, 400)}, 21-345 Borki"
        for part in range(PER_PAYER):
            row = payer * PER_PAYER + part
            yield (
                f"N-2026-{payer:07}-{part + 1}", f"K-{payer:07}", "person", name, pesel(payer), address, "property_tax",
                f"Podatek od nieruchomości 2026, rata {part + 1}", f"FN.3120.{payer}.2026", "2026", str(part + 1),
                f"2026-{3 * part + 3:02}-15", "sto" if row % WRONG_EVERY == WRONG_EVERY - 1 else f"{100 + row % 900},00",
            )  # fmt: skip


def write(path: Path) -> None:
    """The file, with its head and its control sums."""
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, delimiter=";")
        table.writerow(HEADER)
        table.writerows(lines(ROWS))


IMPORT = """
import json, os, resource, sys, time
import django; django.setup()
from django.db import connection
from kernel import tenancy
from kernel.actors import system
from tenants.directory.queries import scope_named
from services.liabilities.actions.import_files import take_file
from services.liabilities.actions import import_work
from services.liabilities.models import ImportRun
steps = {}
longest = 0.0
last = [time.perf_counter(), "reading"]
def tell(run):
    global longest
    now = time.perf_counter()
    steps[last[1]] = steps.get(last[1], 0) + now - last[0]
    if last[1] in ("dues", "costs"):
        longest = max(longest, now - last[0])
    last[:] = [now, run.__class__.objects.get(pk=run.pk).phase or "over"]
with tenancy.enter(scope_named("borki")):
    begin = last[0] = time.perf_counter()
    with open(sys.argv[1], "rb") as file:
        run = take_file(file, "duzy.csv", source="command", is_dry_run=False, actor=system("benchmark"))
    import_work.work_on(run.public_id, tell=tell)
    seconds = time.perf_counter() - begin
    run = ImportRun.objects.get(pk=run.pk)
    print(json.dumps({"seconds": seconds, "peak_kb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, "state": run.state,
        "failure": run.failure_code, "steps": steps, "longest": longest,
        "counts": [run.lines, run.created, run.changed, run.unchanged, run.rejected]}))
"""


def bring(path: Path) -> dict[str, Any]:
    """One import in a process of its own: seconds, peak of memory, counts."""
    done = subprocess.run(
        [sys.executable, "-c", IMPORT, str(path)],
        env=os.environ.copy(),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    assert told["state"] == "applied", told
    return told


def columns_of(cursor: Any, table: str) -> str:
    """Names of all columns of a table, for COPY."""
    cursor.execute(
        "SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute "
        "WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped",
        [table],
    )
    return str(cursor.fetchone()[0])


def take_out(folder: Path) -> dict[str, tuple[str, Path]]:
    """The rows that came of the import, one file for each table."""
    from django.db import connection, transaction

    found = {}
    with transaction.atomic(), connection.cursor() as cursor:
        for table in TABLES:
            columns, path = columns_of(cursor, table), folder / table
            with path.open("wb") as file, cursor.copy(f"COPY {table} ({columns}) TO STDOUT") as copy:
                for block in copy:
                    file.write(block)
            found[table] = columns, path
    return found


@contextmanager
def another_gmina() -> Iterator[None]:
    """A second gmina, whose tables are made alike and hold nothing yet."""
    from django.core.management import call_command

    from kernel import tenancy
    from tenants.directory.queries import scope_named

    with open(os.devnull, "w") as nowhere, tenancy.public():
        call_command("provision", "dabrowa-gornicza", stdout=nowhere)
    with tenancy.enter(scope_named("dabrowa-gornicza")):
        yield


def copy_in(files: dict[str, tuple[str, Path]]) -> None:
    """The same rows by COPY alone, into the same tables, in one transaction."""
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        for table, (columns, path) in files.items():
            with path.open("rb") as file, cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                while block := file.read(1024 * 1024):
                    copy.write(block)


def copy_text(path: Path) -> None:
    """The lines of the file as they are, into a table of texts."""
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE bare ({', '.join(f'{name} text' for name in HEADER)})")
        copying = f"COPY bare ({', '.join(HEADER)}) FROM STDIN (FORMAT csv, DELIMITER ';', HEADER)"
        with path.open("rb") as file, cursor.copy(copying) as copy:
            while block := file.read(1024 * 1024):
                copy.write(block)
        cursor.execute("DROP TABLE bare")


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory(prefix="skarbnik-dues-") as name, gmina():
        folder = Path(name)
        path = folder / "dues.csv"
        write(path)
        say(f"importing {ROWS} dues, {path.stat().st_size / 1e6:.0f} MB")
        ours = bring(path)
        say(
            f"  {ours['seconds']:.1f} s: {', '.join(f'{key} {took:.1f} s' for key, took in ours['steps'].items())}"
        )
        say("importing the same again")
        again = bring(path)
        say(
            f"  {again['seconds']:.1f} s: {', '.join(f'{key} {took:.1f} s' for key, took in again['steps'].items())}"
        )
        assert again["counts"][1:3] == [0, 0], again
        assert ours["counts"][1] == ours["counts"][0] - ours["counts"][4], ours
        say("copying the rows that came of it")
        files = take_out(folder)
        with another_gmina():
            _, bare_s = timed(lambda: copy_in(files))
            _, text_s = timed(lambda: copy_text(path))
    peak_mb = ours["peak_kb"] / 1024
    if peak_mb > MOST_MB:
        say(f"the peak of memory is above {MOST_MB} MB")
    finish(
        "dues_import",
        ratio=bare_s / ours["seconds"],
        goal=GOAL,
        rows=ROWS,
        seconds=round(ours["seconds"], 1),
        rows_per_second=round(ROWS / ours["seconds"]),
        peak_mb=round(peak_mb),
        refused=ours["counts"][4],
        bare_seconds=round(bare_s, 1),
        bare_rows_per_second=round(ROWS / bare_s),
        ratio_to_text=round(text_s / ours["seconds"], 3),
        again_rows_per_second=round(ROWS / again["seconds"]),
        again_peak_mb=round(again["peak_kb"] / 1024),
        longest_transaction_ms=round(ours["longest"] * 1000),
    )


if __name__ == "__main__":
    main()
