"""Jobs that are asked for many times in a moment travel together.

A message to the broker costs as much as a row in PostgreSQL. What is asked for one by one is gathered for a moment in this
process and sent as lists of its items; the job gets a list. A process that ends in that moment takes the request with it,
as a broker that is away does: the sweep finds the work.
"""

import atexit
import os
import threading
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


class _Gathered:
    def __init__(self) -> None:
        self._asked: dict[tuple[str, str], list[str]] = {}
        self._lock = threading.Lock()
        self._is_due = threading.Event()
        self._pid = 0

    def add(self, tenant_id: str, name: str, item: str) -> None:
        with self._lock:
            if (
                self._pid != os.getpid()
            ):  # in a forked child there is no thread, and the parent sends what it gathered
                self._asked, self._pid, self._is_due = {}, os.getpid(), threading.Event()
                threading.Thread(target=self._send_for_ever, name="gathering", daemon=True).start()
            self._asked.setdefault((tenant_id, name), []).append(item)
        self._is_due.set()

    def flush(self) -> None:
        with self._lock:
            asked, self._asked = self._asked, {}
        for (tenant_id, name), items in asked.items():
            for start in range(0, len(items), AT_MOST):
                _send(tenant_id, name, items[start : start + AT_MOST])

    def _send_for_ever(self) -> None:
        while True:
            self._is_due.wait()
            self._is_due.clear()
            threading.Event().wait(MOMENT_SECONDS)
            self.flush()


_gathered: Final = _Gathered()
atexit.register(_gathered.flush)


def gather(name: str, item: str) -> None:
    """Ask for the task `name` of the current gmina with `item` in its list, once the transaction has committed.

    Raises NoTenant outside a gmina. A broker that is away is no error: the sweep of the same work finds it later.
    """
    tenant_id = tenancy.current_tenant_id()
    transaction.on_commit(lambda: _gathered.add(tenant_id, name, item), robust=True)


def flush() -> None:
    """Send now what this process has gathered."""
    _gathered.flush()


def _send(tenant_id: str, name: str, items: list[str]) -> None:
    try:
        current_app.send_task(name, [items], headers={TENANT_HEADER: tenant_id}, retry=False)
    except Exception as error:  # every transport has its own exception type; the sweep will do the work
        log.warning("broker.away", task=name, error=type(error).__name__, tenant=tenant_id)
