"""The folder into which the mail server puts what comes back: a Maildir, safe to read while mail arrives."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Dropped:
    """One mail of the folder."""

    path: Path

    def read(self) -> bytes:
        """The mail as it arrived."""
        return self.path.read_bytes()

    def forget(self) -> None:
        """Remove it: what it said is written down."""
        self.path.unlink(missing_ok=True)

    def set_aside(self) -> None:
        """Keep it for a person, as read: the program could do nothing with it."""
        seen = self.path.parent.parent / "cur"
        seen.mkdir(exist_ok=True)
        self.path.rename(seen / f"{self.path.name}:2,S")


def new_mails(folder: Path, at_most: int) -> Iterator[Dropped]:
    """New mails, oldest first; none while the folder does not exist yet."""
    names = sorted((folder / "new").glob("*"))
    return (Dropped(path) for path in names[:at_most])
