"""Strict reading of a TOML table: each key is taken once with its type, what is left over is an error."""

import re
import tomllib
from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any, Self


class PresetError(ValueError):
    """A preset cannot be used; the message names the file, the place in it and what is wrong."""


class Table:
    """One table of a preset. Every reader raises PresetError with the path of the key."""

    def __init__(self, values: Mapping[str, Any], path: str) -> None:
        self._left = dict(values)
        self.path = path

    @classmethod
    def parse(cls, text: str, path: str) -> Self:
        """The whole file."""
        try:
            return cls(tomllib.loads(text), path)
        except tomllib.TOMLDecodeError as error:
            raise PresetError(f"{path}: {error}") from error

    def done(self) -> None:
        """Refuse keys that nobody asked for: a misspelt setting must not be silently ignored."""
        if self._left:
            raise PresetError(f"{self.path}: unknown key {', '.join(sorted(self._left))}")

    def fault(self, key: str, what: str) -> PresetError:
        """The error for a key of this table."""
        return PresetError(f"{self.path}: {key}: {what}")

    def text(self, key: str, pattern: str = r"\S(.*\S)?", *, blank: bool = False) -> str:
        """A string that matches the whole pattern; `blank` allows ""."""
        value: str = self._take(key, str)
        if not (blank and value == "") and not re.fullmatch(pattern, value):
            raise self.fault(key, f"{value!r} has not the form {pattern}")
        return value

    def one_of(self, key: str, allowed: Collection[str]) -> str:
        """A string from a list."""
        value: str = self._take(key, str)
        if value not in allowed:
            raise self.fault(key, f"{value!r} is none of {', '.join(sorted(allowed))}")
        return value

    def flag(self, key: str) -> bool:
        """True or false."""
        value: bool = self._take(key, bool)
        return value

    def number(self, key: str) -> int:
        """An integer from 0."""
        value: int = self._take(key, int)
        if value < 0:
            raise self.fault(key, f"{value} is negative")
        return value

    def optional_number(self, key: str) -> int | None:
        """An integer from 0, or None when the key is absent."""
        return self.number(key) if key in self._left else None

    def day(self, key: str) -> date:
        """A date without a time."""
        value: date = self._take(key, date)
        return value

    def strings(self, key: str) -> dict[str, str]:
        """A table of strings."""
        values: dict[str, Any] = self._take(key, dict)
        for name, value in values.items():
            if not isinstance(value, str):
                raise self.fault(f"{key}.{name}", "expected a string")
        return values

    def table(self, key: str) -> "Table":
        """A table inside this one."""
        return Table(self._take(key, dict), f"{self.path}: {key}")

    def tables(self, key: str) -> list["Table"]:
        """An array of tables, at least one; their paths count from 1."""
        values: list[Any] = self._take(key, list)
        if not values or not all(isinstance(value, dict) for value in values):
            raise self.fault(key, "expected at least one table")
        return [Table(value, f"{self.path}: {key} {n}") for n, value in enumerate(values, 1)]

    def _take(self, key: str, kind: type) -> Any:
        if key not in self._left:
            raise PresetError(f"{self.path}: {key} is missing")
        value = self._left.pop(key)
        mixed_up = isinstance(value, bool) is not (kind is bool) or isinstance(value, datetime)
        if mixed_up or not isinstance(value, kind):
            raise self.fault(key, f"expected {kind.__name__}, got {value!r}")
        return value
