"""No log of any process shows a secret, a PESEL number, a full account number, a card number or a BLIK code."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from kernel.identifiers import is_valid_nrb
from tests.campaign.payer import BLIK, CARD

SHORT = 6
_DIGITS = re.compile(r"(?<![\w.])\d{26}(?!\w)")


def logs(home: Path) -> list[Path]:
    """The logs of all processes of all lives, PostgreSQL's too."""
    return sorted([*(home / "log").iterdir(), home / "postgres" / "log"])


def leaks(home: Path, needles: Mapping[str, str]) -> Iterator[str]:
    """Where something stands that must not, without saying it: file, line, what it is."""
    wanted = {**needles, CARD: "card number", BLIK: "BLIK code"}
    # A short number of digits alone must not be found in the microseconds of a time.
    patterns = (re.escape(one) if len(one) > SHORT else rf"(?<![\d.]){one}(?!\d)" for one in wanted)
    anything = re.compile("|".join(sorted(patterns, key=len, reverse=True)))
    for path in logs(home):
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), start=1):
            for found in {match[0] for match in anything.finditer(line)}:
                yield f"{path.name}:{number}: {wanted[found]}"
            if any(is_valid_nrb(digits) for digits in _DIGITS.findall(line)):
                yield f"{path.name}:{number}: an account number"
