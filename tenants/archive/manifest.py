"""The first thing to read of an archive: whose it is, what is in it, and what it must add up to."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final, Self

from kernel.errors import InvalidInput
from tenants.archive.rows import Form

NAME: Final = "manifest.json"
FORMAT: Final = "skarbnik-archive"
VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class Part:
    """One file of the archive: its length in bytes and its SHA-256 in hex."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Contents:
    """One table: its file, its rows, and its columns in the order of that file."""

    file: str
    rows: int
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an archive says of itself.

    `migrations` are the (app, name) pairs that had made the tables; `sequences` the last values given out (None: never
    used); `sums` the totals of the ledger by account in grosze; `parts` all files but this one.
    """

    form: Form
    teryt: str
    name: str
    kind: str
    made_at: str
    migrations: tuple[tuple[str, str], ...]
    tables: Mapping[str, Contents]
    sequences: Mapping[str, int | None]
    sums: Mapping[str, int]
    parts: Mapping[str, Part] = field(default_factory=dict)

    @property
    def rows(self) -> dict[str, int]:
        """Table -> number of rows."""
        return {name: contents.rows for name, contents in self.tables.items()}

    def digest_of(self, table: str) -> str:
        """SHA-256 of a table's file."""
        return self.parts[self.tables[table].file].sha256

    def to_json(self) -> bytes:
        """The file."""
        text = json.dumps(
            {"format": FORMAT, "version": VERSION, **asdict(self)}, ensure_ascii=False, indent=1
        )
        return text.encode()

    @classmethod
    def of(cls, text: bytes) -> Self:
        """Read the file. Raises InvalidInput("archive.not_ours") or ("archive.newer")."""
        try:
            values: dict[str, Any] = json.loads(text)
            if values.pop("format") != FORMAT:
                raise InvalidInput("archive.not_ours")
            if values.pop("version") > VERSION:
                raise InvalidInput("archive.newer")
            values["form"] = Form(values["form"])
            values["migrations"] = tuple((app, name) for app, name in values["migrations"])
            values["parts"] = {name: Part(**part) for name, part in values["parts"].items()}
            values["tables"] = {
                name: Contents(one["file"], one["rows"], tuple(one["columns"]))
                for name, one in values["tables"].items()
            }
            return cls(**values)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise InvalidInput("archive.not_ours") from error
