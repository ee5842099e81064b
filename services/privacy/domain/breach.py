"""The clock of a breach: 72 hours to tell the authority (art. 33 ust. 1), and the steps. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

NOTIFY_WITHIN: Final = timedelta(hours=72)


class Risk(StrEnum):
    """Ryzyko naruszenia praw lub wolności osób."""

    UNKNOWN = "unknown"
    UNLIKELY = "unlikely"
    RISK = "risk"
    HIGH = "high"

    @property
    def polish(self) -> str:
        """As the form and the register say it."""
        return {
            "unknown": "jeszcze nieocenione",
            "unlikely": "mało prawdopodobne",
            "risk": "jest ryzyko",
            "high": "wysokie ryzyko",
        }[self.value]


@dataclass(frozen=True)
class Step:
    """One thing to do, whether it is needed and when it was done."""

    label: str
    law: str
    is_needed: bool
    done_at: datetime | None
    due_at: datetime | None = None


def steps(
    *,
    noticed_at: datetime,
    risk: Risk,
    assessed_at: datetime | None,
    authority_told_at: datetime | None,
    people_told_at: datetime | None,
    closed_at: datetime | None,
) -> tuple[Step, ...]:
    """What is to be done about a breach, in order. Until the risk is known the authority counts as to be told."""
    due = noticed_at + NOTIFY_WITHIN
    return (
        Step("Oceń ryzyko dla osób", "art. 33 ust. 1", True, assessed_at, due),
        Step(
            "Zgłoś naruszenie Prezesowi UODO",
            "art. 33 ust. 1",
            risk != Risk.UNLIKELY,
            authority_told_at,
            due,
        ),
        Step("Zawiadom osoby, których dane dotyczą", "art. 34 ust. 1", risk == Risk.HIGH, people_told_at),
        Step("Opisz skutki i środki i zamknij sprawę", "art. 33 ust. 5", True, closed_at),
    )


def left(noticed_at: datetime, now: datetime) -> timedelta:
    """Time left to tell the authority; below zero when it is over and the delay must be explained."""
    return noticed_at + NOTIFY_WITHIN - now
