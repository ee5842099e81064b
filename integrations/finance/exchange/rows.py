"""Rows as a table or a list holds them, before anybody knows what they mean."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from integrations.finance.errors import FileRefused
from integrations.finance.exchange.formats import Format, column_names

MOST_CELL = 4000
"""Letters of one cell of a table: several times what the longest field may hold."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the number of its first line (in JSON its place in the list, from 1) and its cells by their names."""

    line: int
    values: Mapping[str, Any]


def check_names(names: Sequence[str], form: Format, line: int) -> None:
    """Every column is known and there once, and those that every row needs are there.

    Raises FileRefused: column_twice, column_unknown, column_missing.
    """
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise FileRefused("column_twice", line=line, columns=", ".join(twice))
    known = column_names(form)
    unknown = [name or "—" for name in names if name not in known]
    if unknown:
        raise FileRefused("column_unknown", line=line, columns=", ".join(unknown))
    needed = {column.name for column in form.default.columns if column.required}
    missing = sorted(needed - set(names)) if "record" not in names or len(form.records) == 1 else []
    if missing:
        raise FileRefused("column_missing", line=line, columns=", ".join(missing))
