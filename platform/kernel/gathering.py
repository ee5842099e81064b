"""Jobs that are asked for many times in a moment travel together.

A message to the broker costs as much as a row in PostgreSQL. What is asked for one by one is gathered for a moment in this
process and sent as lists of its items; the job gets a list. A process that ends in that moment takes the request with it,
as a broker that is away does: the sweep finds the work.
"""

import atexit
import math
import os
import threading
import time
from dataclasses import dataclass, field
from typing import Final

import structlog
from celery import current_app
from django.db import transaction

from kernel import tenancy
from kernel.tasks import TENANT_HEADER

log = structlog.get_logger(__name__)

MOMENT_SECONDS: Final = 0.1
AT_MOST: Final = 25
"""Items of one message: enough that what each list costs once is shared by many, few enough that several workers share a
burst and that a transaction over a list is short."""


@dataclass
class _Asked:
    """What was asked of one task; without items the task finds its work by itself."""

    due_at: float
    items: list[str] = field(default_factory=list)

    @property
    def lists(self) -> list[list[list[str]]]:
        """Arguments of the messages to send."""
        parts = [self.items[start : start + AT_MOST] for start in range(0, len(self.items), AT_MOST)]
        return [[part] for part in parts] or [[]]


class _Gathered:
    def __init__(self) -> None:
        self._asked: dict[tuple[str, str], _Asked] = {}
        self._lock = threading.Lock()
        self._is_new = threading.Event()
        self._pid = 0

    def add(self, tenant_id: str, name: str, items: list[str], seconds: float) -> None:
        with self._lock:
            if (
                self._pid != os.getpid()
            ):  # in a forked child there is no thread, and the parent sends what it gathered
                self._asked, self._pid, self._is_new = {}, os.getpid(), threading.Event()
                threading.Thread(target=self._send_for_ever, name="gathering", daemon=True).start()
            asked = self._asked.setdefault((tenant_id, name), _Asked(time.monotonic() + seconds))
            asked.items += items
        self._is_new.set()

    def flush(self, until: float = math.inf) -> None:
        """Send what is due by then, as time.monotonic() tells it."""
        with self._lock:
            due = {key: asked for key, asked in self._asked.items() if asked.due_at <= until}
            for key in due:
                del self._asked[key]
        for (tenant_id, name), asked in due.items():
            for arguments in asked.lists:
                _send(tenant_id, name, arguments)

    def _send_for_ever(self) -> None:
        while True:
            with self._lock:
                next_at = min((asked.due_at for asked in self._asked.values()), default=None)
            self._is_new.wait(None if next_at is None else max(0.0, next_at - time.monotonic()))
            self._is_new.clear()
            self.flush(time.monotonic())


_gathered: Final = _Gathered()
atexit.register(_gathered.flush)


def gather(name: str, item: str) -> None:
    """Ask for the task `name` of the current gmina with `item` in its list, once the transaction has committed.

    Raises NoTenant outside a gmina. A broker that is away is no error: the sweep of the same work finds it later.
    """
    tenant_id = tenancy.current_tenant_id()
    transaction.on_commit(lambda: _gathered.add(tenant_id, name, [item], MOMENT_SECONDS), robust=True)


def ask_once(name: str, *, within_seconds: float) -> None:
    """Ask for the task `name` of the current gmina, which takes no items, so long after the transaction has committed; what
    is asked again until then is the same request. Else as `gather`."""
    tenant_id = tenancy.current_tenant_id()
    transaction.on_commit(lambda: _gathered.add(tenant_id, name, [], within_seconds), robust=True)


def flush() -> None:
    """Send now what this process has gathered."""
    _gathered.flush()


def _send(tenant_id: str, name: str, arguments: list[list[str]]) -> None:
    try:
        current_app.send_task(name, arguments, headers={TENANT_HEADER: tenant_id}, retry=False)
    except Exception as error:  # every transport has its own exception type; the sweep will do the work
        log.warning("broker.away", task=name, error=type(error).__name__, tenant=tenant_id)
