"""Reading a profile that somebody wrote: strictly, with the name of the first field that is missing, wrong or unknown."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from kernel.errors import InvalidInput

_Place: TypeAlias = int | str | tuple[int, int]
_MOST_CELLS, _MOST_WIDTH, _MOST_LISTED = 200, 4000, 40


class ProfileFields:
    """The fields of one level of a profile. Every reader raises InvalidInput("bank_profile.…", field=…)."""

    def __init__(self, values: object, path: str = "") -> None:
        if not isinstance(values, Mapping) or not all(isinstance(name, str) for name in values):
            raise InvalidInput("bank_profile.wrong", field=path.rstrip("."))
        self._values: Mapping[str, Any] = values
        self._path = path
        self._read: set[str] = set()

    def missing(self, name: str) -> InvalidInput:
        """The error of a field that must be there."""
        return InvalidInput("bank_profile.missing", field=f"{self._path}{name}")

    def wrong(self, name: str) -> InvalidInput:
        """The error of a field that cannot be what it is."""
        return InvalidInput("bank_profile.wrong", field=f"{self._path}{name}")

    def has(self, name: str) -> bool:
        """Whether the field is given."""
        return name in self._values

    def refuse_unread(self) -> None:
        """A misspelt field would be lost in silence. Raises InvalidInput("bank_profile.unknown")."""
        for name in self._values:
            if name not in self._read:
                raise InvalidInput("bank_profile.unknown", field=f"{self._path}{name[:40]}")

    def text(self, name: str, pattern: str, *, default: str | None = None) -> str:
        """A text of a pattern."""
        value = self._value(name, default)
        if not isinstance(value, str) or not re.fullmatch(pattern, value):
            raise self.wrong(name)
        return value

    def choice(self, name: str, allowed: Sequence[str], *, default: str | None = None) -> str:
        """One of the allowed texts."""
        value = self._value(name, default)
        if not isinstance(value, str) or value not in allowed:
            raise self.wrong(name)
        return value

    def flag(self, name: str) -> bool:
        """True or false; false when absent."""
        value = self._value(name, False)
        if not isinstance(value, bool):
            raise self.wrong(name)
        return value

    def number(self, name: str, lowest: int, highest: int, *, default: int) -> int:
        """A whole number between two bounds."""
        value = self._value(name, default)
        if isinstance(value, bool) or not isinstance(value, int) or not lowest <= value <= highest:
            raise self.wrong(name)
        return value

    def texts(self, name: str, pattern: str, *, required: bool = False) -> tuple[str, ...]:
        """A list of texts of a pattern, none twice."""
        value = self._value(name, None if required else [])
        if (
            not isinstance(value, list)
            or (required and not value)
            or len(value) > _MOST_LISTED
            or not all(isinstance(one, str) and re.fullmatch(pattern, one) for one in value)
            or len(set(value)) != len(value)
        ):
            raise self.wrong(name)
        return tuple(value)

    def nested(self, name: str) -> "ProfileFields":
        """A further level."""
        return ProfileFields(self._value(name, None), f"{self._path}{name}.")

    def place(self, name: str, *, is_csv: bool, has_names: bool) -> _Place:
        """One cell: a number from 1 or a column's name in CSV, [first, last] character in fixed widths."""
        value = self._value(name, None)
        if is_csv and has_names and isinstance(value, str) and value.strip():
            return value.strip()
        if is_csv and not isinstance(value, bool) and isinstance(value, int) and 1 <= value <= _MOST_CELLS:
            return value
        if not is_csv and isinstance(value, list) and len(value) == 2:
            first, last = value
            if type(first) is type(last) is int and 1 <= first <= last <= _MOST_WIDTH:
                return first, last
        raise self.wrong(name)

    def places(self, name: str, *, is_csv: bool, has_names: bool) -> tuple[_Place, ...]:
        """One cell, or {"join": [cell, …]} of several that make one text."""
        value = self._value(name, None)
        if not isinstance(value, Mapping):
            return (self.place(name, is_csv=is_csv, has_names=has_names),)
        parts = value.get("join")
        if set(value) != {"join"} or not isinstance(parts, list) or not 0 < len(parts) <= _MOST_LISTED:
            raise self.wrong(name)
        return tuple(
            ProfileFields({name: part}, self._path).place(name, is_csv=is_csv, has_names=has_names)
            for part in parts
        )

    def _value(self, name: str, default: Any) -> Any:
        self._read.add(name)
        if name in self._values:
            return self._values[name]
        if default is None:
            raise self.missing(name)
        return default
