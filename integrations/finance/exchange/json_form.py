"""The exchange as one JSON object. It is read whole, so it is limited; more rows come as CSV."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, BinaryIO

from integrations.finance.errors import FileRefused
from integrations.finance.exchange.formats import CONTROL, FILE, FILE_COLUMNS, Format
from integrations.finance.exchange.rows import Row
from integrations.finance.lines import refuse_other_kinds, size_of

MAX_BYTES = 32 * 1024 * 1024
MAX_ROWS = 50_000
_TOP = frozenset((*FILE_COLUMNS, "rows", "control"))
_CONTROL = {"of": "control_of", "count": "control_count", "sum": "control_sum"}


def read_rows(file: BinaryIO, form: Format) -> Iterator[Row]:
    """Rows with their places in the list; what the object says of itself comes as rows of `file` and `control`.

    Raises FileRefused: json, json_number, json_shape, binary, byte_order_mark, too_big, too_many, unknown_field.
    """
    if size_of(file) > MAX_BYTES:
        raise FileRefused("too_big", megabytes=MAX_BYTES // (1024 * 1024))
    refuse_other_kinds(file)
    told = _loaded(file.read())
    if not isinstance(told, dict) or not isinstance(told.get("rows"), list):
        raise FileRefused("json_shape", line=1)
    for name in told:
        if name not in _TOP:
            raise FileRefused("unknown_field", line=1, field=name)
    if len(told["rows"]) > MAX_ROWS:
        raise FileRefused("too_many", most=MAX_ROWS)
    head = {name: told[name] for name in FILE_COLUMNS if name in told}
    if head:
        yield Row(0, {"record": FILE, **head})
    for place, row in enumerate(told["rows"], start=1):
        if not isinstance(row, dict):
            raise FileRefused("json_shape", line=place)
        yield Row(place, row)
    yield from _controls(told.get("control", []), len(told["rows"]))


def write(
    file: BinaryIO,
    head: Mapping[str, Any],
    rows: Iterable[Mapping[str, Any]],
    control: Iterable[Mapping[str, Any]],
) -> None:
    """Write one object, a row a line; `control` is asked for after the last row."""
    file.write(b"{\n")
    for name, value in head.items():
        file.write(f" {_dumped(name)}: {_dumped(value)},\n".encode())
    file.write(b' "rows": [')
    before = "\n  "
    for row in rows:
        file.write(f"{before}{_dumped(row)}".encode())
        before = ",\n  "
    file.write(f'\n ],\n "control": {_dumped(list(control))}\n}}\n'.encode())


def _dumped(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _loaded(content: bytes) -> Any:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise FileRefused(
            "encoding", line=line, declared="utf-8", byte=f"0x{content[error.start]:02X}"
        ) from None
    try:
        return json.loads(
            text,
            object_pairs_hook=_object,
            parse_float=_no_number,
            parse_constant=_no_number,
            parse_int=_whole,
        )
    except json.JSONDecodeError as error:
        raise FileRefused("json", line=error.lineno) from None
    except RecursionError:
        raise FileRefused("json_shape", line=1) from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    told = dict(pairs)
    if len(told) != len(pairs):
        names = [name for name, _ in pairs]
        raise FileRefused("json_twice", field=next(name for name in names if names.count(name) > 1))
    return told


def _no_number(text: str) -> Any:
    raise FileRefused("json_number", found=text)


def _whole(text: str) -> int:
    if len(text) > 18:
        raise FileRefused("json_number", found=text)
    return int(text)


def _controls(told: Any, place: int) -> Iterator[Row]:
    if not isinstance(told, list):
        raise FileRefused("json_shape", line=place)
    for one in told:
        if not isinstance(one, dict) or set(one) != set(_CONTROL):
            raise FileRefused("json_shape", line=place)
        yield Row(place, {"record": CONTROL, **{_CONTROL[name]: value for name, value in one.items()}})
