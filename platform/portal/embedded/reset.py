"""`make reset`: forget the data of `make run`. Refuses while a run is under way; asks unless YES=1."""

import os
import sys
from pathlib import Path

from portal.embedded.home import HomeRefused, open_home, remove


def main() -> int:
    """Remove the folder of SKARBNIK_HOME; the exit status for the shell."""
    path = Path(os.environ.get("SKARBNIK_HOME") or ".skarbnik").absolute()
    if not path.exists():
        print(f"There is nothing to forget: {path} does not exist.")
        return 0
    try:
        with open_home(path) as home:
            if not is_agreed(path):
                print("Nothing was removed.")
                return 1
            home.end_leftovers()
            remove(home)
    except HomeRefused as refusal:
        print(f"Nothing was removed: {refusal}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"Not everything could be removed: {error}", file=sys.stderr)
        return 1
    print(f"Forgotten: {path}")
    return 0


def is_agreed(path: Path) -> bool:
    """Whether the person wants it; YES=1 answers beforehand."""
    if os.environ.get("YES") == "1":
        return True
    try:
        return (
            input(f"Remove {path} with the databases, mails and keys of the demo? [y/N] ").strip().lower()
            == "y"
        )
    except EOFError:
        return False


if __name__ == "__main__":
    sys.exit(main())
