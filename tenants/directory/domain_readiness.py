"""The go-live checklist: which lines there are and when they let a gmina out of its trial. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Final, Self


class Line(StrEnum):
    """Wiersz listy kontrolnej; the order is that of the page."""

    OPERATOR = "operator"
    TEST_PAYMENT = "test_payment"
    SETTLEMENT_ACCOUNTS = "settlement_accounts"
    REGULATION = "regulation"
    STAFF = "staff"
    DPO = "dpo"
    SENDER = "sender"
    TEST_LETTER = "test_letter"
    ACCESSIBILITY = "accessibility"
    LOGIN_GOV = "login_gov"
    OWN_DOMAIN = "own_domain"


class Verdict(StrEnum):
    """What the gmina's own job found."""

    MET = "met"
    MISSING = "missing"
    NOT_NEEDED = "not_needed"


OPTIONAL: Final = frozenset({Line.OWN_DOMAIN})
"""Lines that warn and do not stop: a gmina may open under the platform's sub-domain while its own waits for DNS."""

FRESH_FOR: Final = timedelta(hours=1)
"""A list that is older than this says nothing about now: the gmina's job runs every minute."""


@dataclass(frozen=True, slots=True)
class Found:
    """One line: what was found, the day of the evidence, and how many things stand behind it (never who)."""

    line: Line
    verdict: Verdict
    on: date | None = None
    count: int = 0

    def as_json(self) -> dict[str, Any]:
        """Plain values for the column."""
        on = self.on.isoformat() if self.on else None
        return {"line": self.line.value, "verdict": self.verdict.value, "on": on, "count": self.count}

    @classmethod
    def of(cls, values: dict[str, Any]) -> Self:
        """Back from `as_json`. Raises ValueError or KeyError for anything else."""
        on = date.fromisoformat(values["on"]) if values["on"] else None
        return cls(Line(values["line"]), Verdict(values["verdict"]), on, values["count"])


def missing(found: Iterable[Found]) -> tuple[Line, ...]:
    """Mandatory lines that are not met, in the order of the page; a line that nobody checked counts as missing."""
    fine = {one.line for one in found if one.verdict in (Verdict.MET, Verdict.NOT_NEEDED)}
    return tuple(line for line in Line if line not in fine and line not in OPTIONAL)


def is_fresh(measured_at: datetime, now: datetime) -> bool:
    """Whether a list of that instant may still decide."""
    return now - measured_at <= FRESH_FOR
