"""The long race: `python -m tests.isolation --reads 1000000` shares the reads out over all ways and counts the wrong ones.

Ends with one line and with status 1 if a single read came from another gmina, or was refused.
"""

import argparse
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from portal.embedded import postgres
from tests.fixtures.pooler import pgbouncer
from tests.isolation.arena import Seen
from tests.isolation.grounds import WAYS, fight, make_small_gminas


@contextmanager
def a_server() -> Iterator[postgres.Server]:
    """A PostgreSQL of its own."""
    folder = Path(tempfile.mkdtemp(prefix="skarbnik-isolation-"))
    running = postgres.start(folder, durable=False)
    try:
        postgres.prepare_roles(running)
        yield running
    finally:
        running.stop()
        shutil.rmtree(folder, ignore_errors=True)


def race(reads: int, server: postgres.Server, folder: Path) -> Seen:
    """All ways, each on PostgreSQL itself and behind PgBouncer by transaction, with a line for each."""
    total = Seen()
    with pgbouncer(server, folder) as pooler:
        arena = make_small_gminas(server, -(-reads // (2 * len(WAYS))))
        for place, port in (("PostgreSQL", server.port), ("PgBouncer by transaction", pooler)):
            for name, changes in WAYS.items():
                start = time.monotonic()
                seen = fight(arena, port=port, **changes)
                rate = seen.reads / (time.monotonic() - start)
                print(
                    f"{name} ({place}): {seen.wrong} wrong, {sum(seen.errors.values())} refused, "
                    f"{seen.reads:,} reads, {rate:,.0f} a second {seen.errors or ''}",
                    flush=True,
                )
                total.add(seen)
    return total


def main() -> int:
    """Run as the module's docstring says."""
    parser = argparse.ArgumentParser(prog="python -m tests.isolation", description=__doc__)
    parser.add_argument("--reads", type=int, default=1_000_000, help="in all (1,000,000)")
    wanted = parser.parse_args().reads
    if shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin") is None:
        sys.exit("PgBouncer is missing: apt-get install pgbouncer")
    with a_server() as server, tempfile.TemporaryDirectory(prefix="skarbnik-pooler-") as folder:
        total = race(wanted, server, Path(folder))
    refused = sum(total.errors.values())
    print(f"{total.wrong} wrong and {refused} refused of {total.reads:,} reads in {2 * len(WAYS)} ways")
    return int(total.wrong > 0 or refused > 0 or total.reads < wanted * 0.99)


if __name__ == "__main__":
    sys.exit(main())
