"""The score in docs/mutation.md, and the list of mutants that are the same rule in other words."""

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple, Self

from tests.mutation.session import Mutant, Outcome

DOCUMENT = Path("docs/mutation.md")
EXPLANATIONS = Path("tests/mutation/equivalent.toml")


class Explained(NamedTuple):
    """A mutant known by its lines, so that the list outlives changes elsewhere in the module."""

    module: str
    was: str
    became: str

    @classmethod
    def of(cls, mutant: Mutant) -> Self:
        """How the list would name it."""
        return cls(mutant.module, mutant.was, mutant.became)


def read_explanations() -> dict[Explained, str]:
    """Equivalent mutants -> why nobody can tell them from the original."""
    groups = tomllib.loads(EXPLANATIONS.read_text(encoding="utf-8"))["equivalent"]
    return {
        Explained(group["module"], group["was"], became): group["why"]
        for group in groups
        for became in group["became"]
    }


def table(outcomes: Sequence[Outcome], explanations: dict[Explained, str]) -> str:
    """Markdown; the score is killed of those that are not equivalent."""
    rows = ["| module | mutants | killed | equivalent | left | score |", "|---|---:|---:|---:|---:|---:|"]
    whole = [0, 0, 0]
    for outcome in outcomes:
        same = sum(Explained.of(mutant) in explanations for mutant in outcome.survivors)
        figures = [outcome.tried, outcome.tried - len(outcome.survivors), same]
        whole = [one + other for one, other in zip(whole, figures, strict=True)]
        rows.append(_row(f"`{outcome.module}`", *figures))
    return "\n".join([*rows, _row("**all**", *whole)])


def _row(name: str, tried: int, killed: int, same: int) -> str:
    score = f"{100 * killed / (tried - same):.1f} %" if tried > same else "–"
    return f"| {name} | {tried} | {killed} | {same} | {tried - killed - same} | {score} |"


def write(outcomes: Sequence[Outcome], explanations: dict[Explained, str], day: date) -> None:
    """Put table and list between their marks in the document."""
    text = DOCUMENT.read_text(encoding="utf-8")
    text = _between(text, "scores", f"State of {day.isoformat()}.\n\n{table(outcomes, explanations)}")
    survivors = {Explained.of(mutant) for outcome in outcomes for mutant in outcome.survivors}
    seen = {one: why for one, why in explanations.items() if one in survivors}
    DOCUMENT.write_text(_between(text, "survivors", _listing(seen)), encoding="utf-8")


def _listing(explanations: dict[Explained, str]) -> str:
    grouped: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for (module, was, became), why in explanations.items():
        grouped[module, was, why].append(became)
    lines: list[str] = []
    last = ""
    for (module, was, why), became in sorted(grouped.items()):
        if module != last:
            lines += ["", f"### `{module}`", ""]
            last = module
        lines.append(f"- `{was}`  \n  {_codes(became)}  \n  {why}")
    return "\n".join(lines).strip()


def _codes(lines: Iterable[str]) -> str:
    return "  \n  ".join(f"→ `{line}`" for line in lines)


def _between(text: str, name: str, content: str) -> str:
    pattern = re.compile(rf"(<!-- {name} -->\n).*?(\n<!-- /{name} -->)", re.DOTALL)
    replaced, times = pattern.subn(lambda found: f"{found[1]}{content}{found[2]}", text)
    assert times == 1, name
    return replaced
