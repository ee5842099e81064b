"""Asserting that a file is refused as a whole."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any, BinaryIO

import pytest

from integrations.finance.errors import FileRefused
from integrations.finance.sentences import SENTENCES


@dataclass(frozen=True)
class Damaged:
    """A damaged or hostile file, with the code that it must be refused with; `line` when it must be told."""

    name: str
    content: bytes
    code: str
    line: int | None = None


def assert_refused(read: Callable[[BinaryIO], Iterator[Any]], case: Damaged) -> FileRefused:
    got = []
    with pytest.raises(FileRefused) as caught:
        got.extend(read(BytesIO(case.content)))
    error = caught.value
    assert not got, "something of a refused file was given out"
    assert error.code in {f"finance_file.{one}" for one in case.code.split("|")}, (error.code, error.params)
    if case.line is not None:
        assert error.line == case.line, error.params
    said = SENTENCES[error.code] % error.params
    assert not re.search(r"%\(|None", said), said
    return error


def at(
    content: bytes, old: bytes | str, new: bytes | str, *, count: int = 1, encoding: str = "utf-8"
) -> bytes:
    old = old.encode(encoding) if isinstance(old, str) else old
    new = new.encode(encoding) if isinstance(new, str) else new
    assert old in content, (old, content[:300])
    return content.replace(old, new, count)


def cuts(name: str, content: bytes, sign: bytes, code: str) -> list[Damaged]:
    """The file cut off after each occurrence of a sign."""
    places = [place.end() for place in re.finditer(re.escape(sign), content)]
    return [
        Damaged(f"{name} cut at byte {place}", content[:place], code)
        for place in places
        if place < len(content)
    ]
