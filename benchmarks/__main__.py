"""`make bench`: list the benchmarks, or run one by its name."""

import ast
import runpy
import sys
from pathlib import Path

HERE = Path(__file__).parent
OTHERS = {"__init__", "__main__", "harness", "spending"}


def benchmarks() -> dict[str, str]:
    """Names with the first line of what each module says of itself."""
    found = {path.stem: path for path in sorted(HERE.glob("*.py")) if path.stem not in OTHERS}
    return {name: _first_line(path) for name, path in found.items()}


def _first_line(path: Path) -> str:
    return (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "").partition("\n")[0]


def main(arguments: list[str]) -> int:
    """Exit status for the shell."""
    known = benchmarks()
    if not arguments:
        for name, line in known.items():
            print(f"  {name:14} {line}")
        print("Run one: make bench NAME=<name>")
        return 0
    if arguments[0] not in known:
        print(f"There is no benchmark {arguments[0]!r}; there are: {', '.join(known)}", file=sys.stderr)
        return 1
    runpy.run_module(f"benchmarks.{arguments[0]}", run_name="__main__")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
