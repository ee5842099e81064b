"""Faults on order: what goes wrong, where, and how many times. The same names for every operator.

An operator adds the modes that only its protocol has (payments.md section 10).
"""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.responses import HTMLResponse, Response

from integrations.emulators.operators.store import Store
from integrations.emulators.serving import ResetConnection

Modes = Mapping[str, tuple[str, ...]]

STATUSES = ("400", "401", "403", "404", "429", "500", "503")
_CALL = (*STATUSES, "slow", "bad_body", "html", "reset")
SHARED: Modes = {
    "token": _CALL,
    "start": (*_CALL, "commit_then_reset", "commit_then_slow", "no_token"),
    "confirm": (*_CALL, "commit_then_reset", "commit_then_slow"),
    "lists": (*_CALL, "empty", "temp_off", "icons_http"),
    "status": _CALL,
    "cancel": (*_CALL, "commit_then_reset"),
    "refund": (*_CALL, "insufficient", "commit_then_reset", "rejected_later"),
    "payouts": (*_CALL, "late"),
    "settlement": (*_CALL, "missing_item", "extra_item", "other_fee"),
    "notify": (
        "delay",
        "never",
        "duplicate",
        "forged",
        "other_key",
        "wrong_amount",
        "wrong_currency",
        "wrong_merchant",
        "unknown_ref",
        "replay",
        "reserialised",
        "extra_fields",
        "truncated",
        "wrong_content_type",
        "huge",
    ),
}
PLACES = ("start", "status", "lists", "refund", "notify")
"""Where every operator can be told to fail; an operator adds the further places that it has."""


def modes(places: tuple[str, ...], own: Modes) -> dict[str, tuple[str, ...]]:
    """All faults of an operator with these places and with modes of its own."""
    return {place: (*SHARED[place], *own.get(place, ())) for place in places}


@dataclass(frozen=True)
class Fault:
    """One fault that happens now. `options`: seconds (slow, delay), copies (duplicate)."""

    where: str
    mode: str
    options: Mapping[str, Any]

    def number(self, name: str, default: float) -> float:
        return float(self.options.get(name, default))


def order(
    store: Store, where: str, mode: str, times: int, merchant: str | None, options: Mapping[str, Any]
) -> None:
    """Let a fault happen the next `times` times, to one merchant or (None) to whoever comes."""
    store.insert(
        "faults",
        {
            "place": where,
            "mode": mode,
            "times": times,
            "merchant": merchant,
            "options": json.dumps(dict(options)),
        },
    )


def take(store: Store, where: str, merchant: str | None) -> Fault | None:
    """The oldest ordered fault for this place and merchant, which is thereby used once."""
    with store.atomic():
        row = store.row(
            "SELECT * FROM faults WHERE place = ? AND (merchant IS NULL OR merchant = ?) ORDER BY id LIMIT 1",
            where,
            merchant,
        )
        if row is None:
            return None
        store.write("UPDATE faults SET times = times - 1 WHERE id = ?", row["id"])
        store.write("DELETE FROM faults WHERE times < 1")
    return Fault(where, row["mode"], json.loads(row["options"]))


def before(
    fault: Fault | None, refusal: Callable[[int], Response], broken: Callable[[], Response]
) -> Response | None:
    """What a fault answers before anything is done; None lets the request go on."""
    if fault is None:
        return None
    if fault.mode == "slow":
        time.sleep(fault.number("seconds", 12))
        return None
    if fault.mode == "reset":
        raise ResetConnection
    if fault.mode == "bad_body":
        return broken()
    if fault.mode == "html":
        return HTMLResponse("<html><body><h1>502 Bad Gateway</h1></body></html>", status_code=502)
    if fault.mode in STATUSES:
        return refusal(int(fault.mode))
    return None


def after(fault: Fault | None) -> None:
    """What a fault does when the work is done and only the answer is missing."""
    if fault is None:
        return
    if fault.mode == "commit_then_reset":
        raise ResetConnection
    if fault.mode == "commit_then_slow":
        time.sleep(fault.number("seconds", 12))
