"""What is wrong with a file. One error for all formats: a stable code, the line, and what would help to mend it."""

import re
from typing import Any

from kernel.errors import InvalidInput

EXCERPT_LENGTH = 40
_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


class FileRefused(InvalidInput):
    """The whole file is refused and nothing of it may be used.

    `code` begins with "finance_file."; `integrations.finance.sentences` says each in Polish. `line` counts from 1; 0 means
    the file as a whole. The other parameters fill the sentence; they are short and may hold personal data.
    """

    def __init__(self, code: str, /, *, line: int = 0, **params: object) -> None:
        shown: dict[str, Any] = {name: excerpt_of(value) for name, value in params.items()}
        super().__init__(f"finance_file.{code}", line=line, **shown)

    @property
    def line(self) -> int:
        """The line to look at, from 1; 0 when no single line is at fault."""
        return int(self.params["line"])

    def __reduce__(self) -> tuple[object, ...]:
        """Survive the way between processes: our constructor adds the beginning of the code by itself."""
        return _rebuild, (self.code.removeprefix("finance_file."), dict(self.params))


def excerpt_of(value: object) -> str:
    """The beginning of a value in one line, without characters that cannot be shown."""
    text = _FORBIDDEN.sub(" ", str(value))
    return text if len(text) <= EXCERPT_LENGTH else f"{text[: EXCERPT_LENGTH - 1]}…"


def _rebuild(code: str, params: dict[str, object]) -> FileRefused:
    line = params.pop("line")
    assert isinstance(line, int)
    return FileRefused(code, line=line, **params)
