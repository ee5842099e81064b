"""`make mutation [MODULE=interest]`: the score of each module; fails when a survivor is explained by nobody."""

import sys
from datetime import UTC, datetime

from tests.mutation.report import DOCUMENT, Explained, read_explanations, table, write
from tests.mutation.session import BUILD, Mutant, Outcome, copy_tree, run
from tests.mutation.targets import TARGETS


def main(arguments: list[str]) -> int:
    """Exit status for the shell; each argument narrows the run to the modules whose path contains it."""
    chosen = {module: tests for module, tests in TARGETS.items() if _is_chosen(module, arguments)}
    if not chosen:
        print(f"No module matches. There are: {', '.join(TARGETS)}", file=sys.stderr)
        return 1
    BUILD.mkdir(parents=True, exist_ok=True)
    copy_tree()
    explanations = read_explanations()
    outcomes = []
    for module, tests in chosen.items():
        outcome = run(module, tests)
        outcomes.append(outcome)
        print(f"{module}: {outcome.tried - len(outcome.survivors)} of {outcome.tried} killed", flush=True)
        for mutant in _unexplained(outcome, explanations):
            print(f"  line {mutant.line}\n    - {mutant.was}\n    + {mutant.became}", flush=True)
    print()
    print(table(outcomes, explanations))
    if len(chosen) == len(TARGETS):
        write(outcomes, explanations, datetime.now(UTC).date())
        print(f"Written to {DOCUMENT}.")
    return 1 if any(_unexplained(outcome, explanations) for outcome in outcomes) else 0


def _is_chosen(module: str, words: list[str]) -> bool:
    return not words or any(word in module for word in words)


def _unexplained(outcome: Outcome, explanations: dict[Explained, str]) -> list[Mutant]:
    return [mutant for mutant in outcome.survivors if Explained.of(mutant) not in explanations]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
