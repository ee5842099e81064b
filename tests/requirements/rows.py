"""The 219 rows of the two seed regulations, and the table that says which tests show each of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROWS = Path(__file__).with_name("rows.tsv")
REGULATIONS = {"S": "Borki", "D": "Dąbrowa Górnicza"}
KINDS = {
    "F": "function",
    "C": "content of a page or document",
    "P": "permission",
    "Q": "quality or security",
    "L": "law or record keeping",
    "O": "organisational",
}

Coverage = Mapping[str, Sequence[str]]  # row number -> ids of the tests that show it, sorted


@dataclass(frozen=True)
class Row:
    """One requirement: its number (S43), its place in the regulation, its kind and what must be true."""

    number: str
    source: str
    kind: str
    requirement: str

    @property
    def regulation(self) -> str:
        return self.number[0]


def read_rows(path: Path = ROWS) -> tuple[Row, ...]:
    """Rows in the order of the document; a malformed line raises ValueError with its number."""
    lines = path.read_text(encoding="utf-8").splitlines()
    rows = []
    for line_number, line in enumerate(lines[1:], start=2):
        cells = line.split("\t")
        if len(cells) != 4 or cells[0][:1] not in REGULATIONS or cells[2] not in KINDS:
            raise ValueError(f"{path.name} line {line_number} is no requirement: {line!r}")
        rows.append(Row(*cells))
    return tuple(rows)


def covered(rows: Sequence[Row], coverage: Coverage) -> int:
    """How many rows at least one test shows."""
    return sum(1 for row in rows if coverage.get(row.number))


def last_line(rows: Sequence[Row], coverage: Coverage) -> str:
    """The sentence that every run ends with."""
    return f"covered {covered(rows, coverage)} of {len(rows)}"


def listing(rows: Sequence[Row], coverage: Coverage) -> list[str]:
    """For a terminal: each row with its tests below one another, or a dash."""
    lines = []
    for row in rows:
        tests = coverage.get(row.number) or ["-"]
        lines.append(f"{row.number:<5}{tests[0]}")
        lines.extend(f"{'':<5}{test}" for test in tests[1:])
    return lines


def markdown(rows: Sequence[Row], coverage: Coverage) -> str:
    """The page docs/requirements-coverage.md: counts by regulation, then one table for each regulation."""
    parts = [
        "# Requirements and the tests that show them",
        "",
        "Written by `make requirements` from the `covers` marks in the tests; do not edit it by hand.",
        "A row is shown when at least one test names it; a mark on a skipped test is an error, not a proof.",
        "(!) marks a place where the regulation itself is incomplete, wrong or at odds with the other one.",
        "Kinds: " + ", ".join(f"{kind} {meaning}" for kind, meaning in KINDS.items()) + ".",
        "",
        "| regulation | rows | shown |",
        "|---|---:|---:|",
    ]
    by_regulation = {code: [row for row in rows if row.regulation == code] for code in REGULATIONS}
    for code, name in REGULATIONS.items():
        own = by_regulation[code]
        parts.append(f"| {name} ({code}) | {len(own)} | {covered(own, coverage)} |")
    parts.append(f"| both | {len(rows)} | {covered(rows, coverage)} |")
    for code, name in REGULATIONS.items():
        parts += [
            "",
            f"## {name} ({code})",
            "",
            "| row | source | kind | requirement | tests |",
            "|---|---|---|---|---|",
        ]
        parts += [_table_line(row, coverage.get(row.number, ())) for row in by_regulation[code]]
    return "\n".join(parts) + "\n"


def _table_line(row: Row, tests: Sequence[str]) -> str:
    shown = "<br>".join(f"`{test}`" for test in tests) or "–"
    requirement = row.requirement.replace("|", "\\|")
    return f"| {row.number} | {row.source} | {row.kind} | {requirement} | {shown} |"
