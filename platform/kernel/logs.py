"""Logs: one JSON object a line, the gmina in each, no personal data.

What a person typed can stand in the message of an exception (`invalid literal for int(): '75870300017'`), so of an
exception only its class, a reason that is surely ours (see `reason_of`) and its places in the code are written, here and in
error reports.
"""

import logging
import re
import traceback
from collections.abc import Callable, Iterator, MutableMapping
from typing import Any

import psycopg
import structlog

from kernel import tenancy
from kernel.errors import SkarbnikError

Event = MutableMapping[str, Any]

_OUR_CODE = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)+")
DEEPEST_FRAMES = 12


_outside: list[Callable[[], str]] = []


def label_with(finder: Callable[[], str]) -> None:
    """Register who knows the gmina of what is written outside any scope; "" is no answer."""
    _outside[:] = [finder]


def tenant_label() -> str:
    """The open gmina's TERYT, "public" for the platform's schema; outside any scope that of the message in hand, or "-"."""
    scope = tenancy.current_or_none()
    if scope is not None:
        return scope.tenant_id or "public"
    return next((found for find in _outside if (found := find())), "-")


def chain(error: BaseException | None) -> Iterator[BaseException]:
    """The error and what led to it, as a traceback would show them, the last one first."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def reason_of(error: BaseException) -> str:
    """What may be told of an error: our stable code, or what database and system say without quoting values."""
    if isinstance(error, SkarbnikError):
        return error.code
    if isinstance(error, psycopg.Error):
        told = (error.sqlstate, error.diag.table_name, error.diag.constraint_name)
        return " ".join(part for part in told if part)
    if isinstance(error, OSError) and error.errno is not None:
        return f"errno {error.errno}"
    if isinstance(error, (AttributeError, NameError, ImportError)):
        return str(error.name or "")
    code = getattr(error, "code", None)
    return code if isinstance(code, str) and _OUR_CODE.fullmatch(code) else ""


def add_scope(logger: Any, method: str, event: Event) -> Event:
    """structlog processor: put the gmina into every line (P18)."""
    event.setdefault("tenant", tenant_label())
    return event


def describe_exception(logger: Any, method: str, event: Event) -> Event:
    """structlog processor: class, reason and places of an exception instead of its text."""
    record: logging.LogRecord = event["_record"]
    event.pop("exc_info", None)
    if record.exc_info and record.exc_info[1] is not None:
        event["exception"] = [_described(error) for error in chain(record.exc_info[1])]
    record.exc_info, record.exc_text = None, None
    return event


def _described(error: BaseException) -> dict[str, Any]:
    frames = traceback.extract_tb(error.__traceback__)[-DEEPEST_FRAMES:]
    return {
        "type": type(error).__qualname__,
        "reason": reason_of(error),
        "at": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
    }


def hand_to_stdlib(logger: Any, method: str, event: Event) -> tuple[tuple[Event], dict[str, Any]]:
    """structlog's last processor: a stdlib record with the event as its message and the exception where others seek it."""
    exc_info = event.pop("exc_info", None)
    return (event,), {"exc_info": exc_info, "extra": {"_logger": logger, "_name": method}}


class Discreet(logging.Filter):
    """Takes out of other libraries' messages what may be a person's: Celery writes the text of a failed task's exception,
    Django the path of a failed request, which can carry the token of a mailed link."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Replace the texts; the record always passes."""
        error = record.exc_info[1] if record.exc_info else None
        if isinstance(record.args, dict) and "exc" in record.args:
            name = type(error).__qualname__ if error else "failed"
            record.args = {**record.args, "exc": name, "traceback": "", "args": "", "kwargs": ""}
        request = getattr(record, "request", None)
        path = getattr(request, "path", None)
        if path and isinstance(record.args, tuple):
            route = getattr(getattr(request, "resolver_match", None), "route", "?")
            record.args = tuple(f"/{route}" if arg == path else arg for arg in record.args)
        return True


def log_settings(level: str) -> dict[str, Any]:
    """Django's LOGGING for the level, and structlog brought into line with it.

    Everything outside ASCII is escaped: also the line breaks that JSON itself would let through (U+0085, U+2028), so that
    nobody can forge a line by what he types (T-30).
    """
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso"),
        add_scope,
    ]
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *shared, hand_to_stdlib],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    json_lines = {
        "()": "structlog.stdlib.ProcessorFormatter",
        "processors": [
            describe_exception,
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.JSONRenderer(ensure_ascii=True),
        ],
        "foreign_pre_chain": shared,
        "keep_exc_info": True,
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": json_lines},
        "filters": {"discreet": {"()": Discreet}},
        "handlers": {
            "console": {"class": "logging.StreamHandler", "formatter": "json", "filters": ["discreet"]}
        },
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            "httpx": {"level": "WARNING"},
            "django.request": {"level": "ERROR"},
            "django.server": {"level": "ERROR"},
        },
    }
