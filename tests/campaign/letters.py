"""`python -m tests.campaign.letters --letters 50000`: one morning; exit code 1 when a letter is lost or doubled."""

import argparse
import os
import shutil
import signal
import sys
import tempfile
from pathlib import Path

import django


def main() -> None:
    """Read the command line, set Django up, run."""
    parser = argparse.ArgumentParser(prog="tests.campaign.letters")
    parser.add_argument(
        "--letters", type=int, default=50_000, help="residents who are reminded on one morning"
    )
    parser.add_argument(
        "--kills", type=int, default=12, help="SIGKILLs of worker, mail server and both in turn"
    )
    given = parser.parse_args()
    signal.signal(
        signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM)
    )  # so that nothing is left running
    os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings.test"
    django.setup()
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    home = Path(tempfile.mkdtemp(prefix="skarbnik-letters-"))
    try:
        is_good = run(home, given.letters, given.kills)
    finally:
        shutil.rmtree(home, ignore_errors=True)
    sys.exit(0 if is_good else 1)


def run(home: Path, letters: int, kills: int) -> bool:
    """Set up Borki with so many residents, live through the morning, print the figures."""
    from kernel import tenancy
    from portal.embedded import postgres
    from portal.embedded.stack import Ports, Stack
    from tenants.directory.queries import scope_of
    from tenants.metering.actions import set_quota
    from tests.campaign.morning import ENVIRONMENT, live_through, move_in, start_mailbox
    from tests.fixtures.database import ACTOR, set_up_gminas, use_database
    from tests.fixtures.running import stack_environment

    database = "skarbnik_letters"
    stack = Stack(home=home, ports=Ports(*(postgres.free_port() for _ in range(4))), database=database)
    try:
        stack.server = postgres.start(home / "postgres")
        postgres.prepare_roles(stack.server)
        postgres.prepare_database(stack.server, database)
        use_database(stack.server, database)
        set_up_gminas("borki")
        stack.environment = stack_environment(stack.server, stack) | ENVIRONMENT
        with tenancy.public():
            for quota in ("letters", "bulk_letters"):
                set_quota("0615022", quota, most=1_000_000, reason="Próba", actor=ACTOR)
        with tenancy.enter(scope_of("0615022")):
            move_in(letters)
            print(f"{letters} residents have moved in")
            start_mailbox(stack)
            stack.start_worker()
            morning = live_through(stack, letters, kills, print)
        print(morning)
        return (morning.lost, morning.doubled) == (0, 0)
    finally:
        stack.stop()


if __name__ == "__main__":
    main()
