"""Findings of an import as surfaces show them: those of a small run stand in its row, those of a large file in a table."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, overload

from services.liabilities.models import ImportFinding, ImportRun
from services.liabilities.sentences import row_sentence


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong with a line, or worth knowing; `line` counts from 1 with the header of a file."""

    line: int
    external_id: str
    field: str
    code: str
    excerpt: str

    @property
    def sentence(self) -> str:
        """What it means, in Polish."""
        return row_sentence(self.code, self.excerpt)


class StoredFindings(Sequence[Finding]):
    """Findings of a large file in the order of its lines, read when somebody looks at them: there may be a million."""

    def __init__(self, run: ImportRun, *, is_warning: bool, with_values: bool) -> None:
        self._rows = ImportFinding.objects.filter(run=run, is_warning=is_warning).order_by("line", "pk")
        self._with_values = with_values
        self._count: int | None = None

    def __len__(self) -> int:
        """How many there are."""
        if self._count is None:
            self._count = self._rows.count()
        return self._count

    @overload
    def __getitem__(self, place: int) -> Finding: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[Finding]: ...

    def __getitem__(self, place: int | slice) -> Finding | Sequence[Finding]:
        """One of them, or those of a page."""
        if isinstance(place, int):
            return self._finding(self._rows[place])
        return [self._finding(row) for row in self._rows[place]]

    def _finding(self, row: ImportFinding) -> Finding:
        told: Any = row.told
        external_id, excerpt = told if isinstance(told, list) else ("", "")
        return Finding(row.line, external_id, row.field, row.code, excerpt if self._with_values else "")
