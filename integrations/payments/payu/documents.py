"""Reading PayU's JSON without a guess: no key twice, no float, amounts in whole grosze."""

import json
import re
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, NoReturn
from zoneinfo import ZoneInfo

WARSAW = ZoneInfo("Europe/Warsaw")
_GROSZE = re.compile(r"0|[1-9][0-9]{0,14}")
_MAX_GR = 10**15


def read(body: bytes) -> Any:
    """The JSON value of a body in UTF-8, decimals exact; ValueError when it is not strict JSON."""
    try:
        return json.loads(
            body.decode("utf-8"),
            object_pairs_hook=_unique,
            parse_float=Decimal,
            parse_constant=_refuse_number,
        )
    except RecursionError:
        raise ValueError("too deep") from None


def grosze(value: object) -> int:
    """An amount in grosze; ValueError for anything but a text of digits or an integer.

    Amounts are texts ("1000"), but in the published examples of refunds they are numbers, too.
    """
    if isinstance(value, str) and _GROSZE.fullmatch(value):
        return int(value)
    if type(value) is int and 0 <= value < _MAX_GR:
        return value
    raise ValueError("an amount is not in whole grosze")


def moment(value: object) -> datetime | None:
    """A time like "2016-03-02T12:58:14.828+01:00", None when it is none; without a zone it is Polish time."""
    try:
        found = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=WARSAW)


def named_property(document: dict[str, Any], name: str) -> str:
    """A value of `properties` ([{name, value}, …]), "" when it is absent."""
    properties = document.get("properties")
    if not isinstance(properties, list):
        return ""
    values = [one.get("value") for one in properties if isinstance(one, dict) and one.get("name") == name]
    return values[0] if values and isinstance(values[0], str) else ""


def _unique(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    document = dict(pairs)
    if len(document) != len(pairs):
        raise ValueError("a key appears twice")
    return document


def _refuse_number(text: str) -> NoReturn:
    raise ValueError(f"not a number: {text}")
