"""Faults on order: what goes wrong, where, and how many times (payments.md section 10)."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.responses import HTMLResponse, JSONResponse, Response

from integrations.emulators.przelewy24.store import Store
from integrations.emulators.serving import ResetConnection

_HTTP = ("400", "401", "403", "429", "500", "503", "slow", "bad_json", "html", "reset")
MODES: Mapping[str, tuple[str, ...]] = {
    "start": (*_HTTP, "commit_then_reset", "no_token"),
    "confirm": (*_HTTP, "incorrect_crc", "commit_then_reset", "commit_then_slow"),
    "lists": (*_HTTP, "empty", "temp_off", "icons_http"),
    "status": (*_HTTP, "advance", "404"),
    "refund": (*_HTTP, "insufficient", "commit_then_reset", "rejected_later", "200"),
    "notify": (
        "delay",
        "never",
        "duplicate",
        "forged",
        "other_key",
        "wrong_amount",
        "wrong_currency",
        "wrong_pos_id",
        "unknown_ref",
        "replay",
        "reserialised",
        "extra_fields",
        "truncated",
        "wrong_content_type",
        "huge",
    ),
}
WHERE = tuple(MODES)


@dataclass(frozen=True)
class Fault:
    """One fault that happens now. `options`: seconds (slow, delay), copies (duplicate)."""

    where: str
    mode: str
    options: Mapping[str, Any]

    def number(self, name: str, default: float) -> float:
        return float(self.options.get(name, default))


def order(
    store: Store, where: str, mode: str, times: int, pos_id: int | None, options: Mapping[str, Any]
) -> None:
    """Let a fault happen the next `times` times; ValueError for one that does not exist."""
    if where not in MODES or mode not in MODES[where] or times < 1:
        raise ValueError(f"no such fault: {where} {mode} {times}")
    store.write(
        "INSERT INTO faults (place, mode, times, pos_id, options) VALUES (?, ?, ?, ?, ?)",
        where,
        mode,
        times,
        pos_id,
        json.dumps(dict(options)),
    )


def take(store: Store, where: str, pos_id: int | None) -> Fault | None:
    """The oldest ordered fault for this place and merchant, which is thereby used once."""
    with store.atomic():
        row = store.row(
            "SELECT * FROM faults WHERE place = ? AND (pos_id IS NULL OR pos_id = ?) ORDER BY id LIMIT 1",
            where,
            pos_id,
        )
        if row is None:
            return None
        store.write("UPDATE faults SET times = times - 1 WHERE id = ?", row["id"])
        store.write("DELETE FROM faults WHERE times < 1")
    return Fault(where, row["mode"], json.loads(row["options"]))


def before(fault: Fault | None) -> Response | None:
    """What a fault answers before anything is done; None lets the request go on."""
    if fault is None:
        return None
    if fault.mode == "slow":
        time.sleep(fault.number("seconds", 12))
        return None
    if fault.mode == "reset":
        raise ResetConnection
    if fault.mode == "bad_json":
        return Response(b'{"data": {"token": "', media_type="application/json")
    if fault.mode == "html":
        return HTMLResponse("<html><body><h1>502 Bad Gateway</h1></body></html>", status_code=502)
    if fault.mode in _HTTP or fault.mode == "404":
        return error(int(fault.mode), _WORDS.get(fault.mode, "Undefined error"))
    return None


def after(fault: Fault | None) -> None:
    """What a fault does when the work is done and only the answer is missing."""
    if fault is None:
        return
    if fault.mode == "commit_then_reset":
        raise ResetConnection
    if fault.mode == "commit_then_slow":
        time.sleep(fault.number("seconds", 12))


_WORDS = {
    "400": "Invalid input data",
    "401": "Incorrect authentication",
    "403": "Incorrect authentication",
    "404": "Transaction not found",
    "429": "Too many requests",
    "503": "Service unavailable",
}


def error(status: int, words: object) -> JSONResponse:
    """The operator's form of a refusal."""
    return JSONResponse({"error": words, "code": status}, status_code=status)
