"""The SQLite file under an emulator's books, its virtual clock and its log of calls."""

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from integrations.emulators.operators.schema import FORGETTABLE, SCHEMA

KEEP_LOG = 5000


class Database:
    """One connection behind one lock; everything is written at once, so that a kill loses nothing."""

    def __init__(self, path: Path | None) -> None:
        self._db = sqlite3.connect(path or ":memory:", check_same_thread=False, isolation_level=None)
        self._db.row_factory = sqlite3.Row
        self._lock = threading.RLock()
        with self._lock:
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = NORMAL")
            self._db.executescript(SCHEMA)

    def close(self) -> None:
        with self._lock:
            self._db.close()

    @contextmanager
    def atomic(self) -> Iterator[None]:
        """One change of the books, whole or not at all."""
        with self._lock:
            nested = self._db.in_transaction
            if not nested:
                self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                if not nested:
                    self._db.execute("ROLLBACK")
                raise
            if not nested:
                self._db.execute("COMMIT")

    def rows(self, query: str, *values: Any) -> list[sqlite3.Row]:
        with self._lock:
            return self._db.execute(query, values).fetchall()

    def row(self, query: str, *values: Any) -> sqlite3.Row | None:
        return next(iter(self.rows(query, *values)), None)

    def write(self, query: str, *values: Any) -> int:
        """Run one statement; returns the id of the inserted row."""
        with self._lock:
            return int(self._db.execute(query, values).lastrowid or 0)

    def insert(self, table: str, values: dict[str, Any]) -> int:
        """Insert one row by column names, which are our own; returns its id."""
        columns, marks = ", ".join(values), ", ".join("?" * len(values))
        return self.write(f"INSERT INTO {table} ({columns}) VALUES ({marks})", *values.values())  # noqa: S608

    # The virtual clock

    def now(self) -> float:
        """Virtual time in seconds since the epoch: real time plus what was advanced."""
        row = self.row("SELECT value FROM settings WHERE name = 'offset'")
        return time.time() + (float(row["value"]) if row else 0.0)

    def advance(self, seconds: float) -> None:
        """Move the virtual clock forward."""
        self.write(
            "INSERT INTO settings (name, value) VALUES ('offset', ?)"
            " ON CONFLICT (name) DO UPDATE SET value = value + excluded.value",
            seconds,
        )

    def forget(self) -> None:
        """Back to the first day: no transactions, no faults, the real time, all methods on. Merchants stay."""
        with self.atomic():
            for table in FORGETTABLE:
                self.write(f"DELETE FROM {table}")  # noqa: S608 -- our own names
            self.write("UPDATE methods SET active = 1")

    def log(self, direction: str, method: str, address: str, status: int | None, sent: str, got: str) -> None:
        row = self.insert(
            "log",
            {
                "at": self.now(),
                "direction": direction,
                "method": method,
                "address": address,
                "status": status,
                "sent": sent[:4000],
                "got": got[:4000],
            },
        )
        self.write("DELETE FROM log WHERE id <= ?", row - KEEP_LOG)
