"""`python -m tests.campaign --seed N --payments M --kills K`: one campaign; exit code 1 when something is wrong."""

import argparse
import os
import signal
import sys
import time

import django


def main() -> None:
    """Read the command line, set Django up, run."""
    parser = argparse.ArgumentParser(prog="tests.campaign")
    parser.add_argument("--seed", type=int, default=int(time.strftime("%Y%m%d")), help="repeats a campaign")
    parser.add_argument("--payments", type=int, default=200, help="visits of payers")
    parser.add_argument("--kills", type=int, help="SIGKILLs; one for 15 payments when left out")
    parser.add_argument("--at-once", type=int, default=6, help="payers at one moment")
    parser.add_argument("--keep", action="store_true", help="keep logs and books after a success, too")
    given = parser.parse_args()
    signal.signal(
        signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM)
    )  # so that nothing is left running
    os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings.test"
    django.setup()
    from tests.campaign.driver import Wish, run

    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    kills = max(1, given.payments // 15) if given.kills is None else given.kills
    wish = Wish(given.seed, given.payments, kills, given.at_once, given.keep)
    sys.exit(0 if run(wish) else 1)


if __name__ == "__main__":
    main()
