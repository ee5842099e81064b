"""What a run of the fleet runner found and did, for people and for the job's row."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # `at_rest` tells the same without the models
    from tenants.fleet.gminas import Gmina
    from tenants.fleet.replay import Outcome

LISTED = 20
"""Gminas that a line of the report names; of more it tells the number."""


@dataclass
class Report:
    """Counts, times in seconds, and the gminas of which somebody must know. Flat: thousands of gminas add no rows."""

    total: int = 0
    current: int = 0
    groups: int = 0
    canaries: list[str] = field(default_factory=list)
    done: int = 0
    retries: int = 0
    longest_ms: float = 0.0
    longest_gmina: str = ""
    through_django: dict[str, str] = field(default_factory=dict)
    migrations: list[str] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    set_up: list[str] = field(default_factory=list)
    ahead: list[str] = field(default_factory=list)
    suspended: int = 0
    failed: list[str] = field(default_factory=list)

    def note(self, outcome: "Outcome") -> None:
        """Count what became of a gmina."""
        self.retries += outcome.retries
        if outcome.error:
            self.failed.append(f"{outcome.gmina.teryt} {outcome.gmina.name}: {outcome.error}".strip())
            return
        self.done += 1
        if outcome.ms > self.longest_ms:
            self.longest_ms, self.longest_gmina = round(outcome.ms, 1), outcome.gmina.teryt

    def spent(self, phase: str, seconds: float) -> None:
        """Add to the time of a phase."""
        self.seconds[phase] = round(self.seconds.get(phase, 0.0) + seconds, 3)

    def as_json(self) -> dict[str, Any]:
        """For the job's row."""
        return {name: value for name, value in vars(self).items() if value not in (0, 0.0, "", [], {})}

    def lines(self) -> list[str]:
        """For the operator's terminal and the Job's log."""
        lines = [f"gminas: {self.total}, of this version: {self.current}, migrated now: {self.done}"]
        if self.migrations:
            lines.append(f"migrations: {', '.join(self.migrations)}; groups of equal state: {self.groups}")
        lines += [f"through Django, slower: {name} {reason}" for name, reason in self.through_django.items()]
        if self.longest_ms:
            lines.append(
                f"longest transaction: {self.longest_ms} ms ({self.longest_gmina}); tried again: {self.retries}"
            )
        if self.seconds:
            lines.append("seconds: " + ", ".join(f"{name} {value}" for name, value in self.seconds.items()))
        if self.suspended:
            lines.append(f"suspended or leaving gminas, migrated like all: {self.suspended}")
        for label, gminas in (
            ("still being set up, left to their own job", self.set_up),
            ("schema or role missing, left out", self.missing),
            ("of a newer version than this code", self.ahead),
            ("FAILED", self.failed),
        ):
            if gminas:
                lines.append(f"{label}: {_listed(gminas)}")
        return lines


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - LISTED} more" if len(names) > LISTED else ""
    return ", ".join(names[:LISTED]) + more


def label(gmina: "Gmina") -> str:
    """TERYT and name."""
    return f"{gmina.teryt} {gmina.name}"
