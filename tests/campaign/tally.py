"""What the campaign has done so far: counted by many threads at once."""

import threading
from collections import Counter
from dataclasses import dataclass, field

from tests.campaign.plan import Visit


@dataclass(frozen=True)
class Link:
    """A payer's link at an operator that is still to be paid, named by its token."""

    visit: Visit
    token: str


@dataclass
class Tally:
    """Counts by name; links for later; references that were paid with another amount than ordered."""

    counts: Counter[str] = field(default_factory=Counter)
    late: list[Link] = field(default_factory=list)
    other_amounts: dict[str, int] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def count(self, name: str) -> None:
        """One more of this."""
        with self._lock:
            self.counts[name] += 1

    def keep(self, link: Link) -> None:
        """A link that is paid after it has died."""
        with self._lock:
            self.late.append(link)

    def paid_otherwise(self, reference: str, amount_gr: int) -> None:
        """Another amount (grosze) than the ordered one was paid for our reference."""
        with self._lock:
            self.other_amounts[reference] = amount_gr

    def complain(self, what: str) -> None:
        """Something that must not happen, seen by a payer."""
        with self._lock:
            self.errors.append(what)

    def share(self, prefix: str) -> dict[str, int]:
        """The counts under a prefix, by the rest of their names."""
        start = prefix + "."
        return {name[len(start) :]: n for name, n in sorted(self.counts.items()) if name.startswith(start)}
