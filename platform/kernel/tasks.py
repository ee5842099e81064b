"""Celery tasks that carry their gmina, and jobs that survive the loss of the broker.

The broker only makes things faster: whatever a message asks for is also found by a periodic sweep over the database, so
a message that cannot be sent is logged and not raised to the person who waits.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import structlog
from celery import Task, current_app, current_task
from django.db import DatabaseError, transaction

from kernel import logs, tenancy
from kernel.errors import Unavailable
from kernel.postgresql.refusals import is_role_gone
from kernel.telemetry import name_tenant

log = structlog.get_logger(__name__)

TENANT_HEADER = "skarbnik_tenant"

LATER_S = 15
"""When a task of a gmina that cannot be opened now, because its data are on their way, is tried again."""

_find_scope: list[Callable[[str], tenancy.Scope]] = []


def find_scopes_with(finder: Callable[[str], tenancy.Scope]) -> None:
    """Register how a TERYT code becomes a scope (the tenant directory does it; the kernel knows no tenants).

    `finder` raises Unavailable while nobody may use the gmina's data.
    """
    _find_scope[:] = [finder]


_watch: list[Callable[[str], AbstractContextManager[Any]]] = []


def watch_with(watch: Callable[[str], AbstractContextManager[Any]]) -> None:
    """Register what stands around each task, by its name, while its gmina is open (the audit log does it)."""
    _watch[:] = [watch]


def _watched(task: str) -> AbstractContextManager[Any]:
    return _watch[0](task) if _watch else nullcontext()


def tenant_of_message() -> str:
    """TERYT of the gmina that the message in the hands of this worker names; "" for the platform's and outside a worker."""
    request = current_task.request if current_task else None
    if request is None or request.called_directly:
        return ""
    return str((request.headers or {}).get(TENANT_HEADER) or request.get(TENANT_HEADER) or "")


# Celery writes of a task's end, and reports its failure, when the gmina has been left already.
logs.label_with(tenant_of_message)


class PlatformTask(Task[..., Any]):
    """A task of the platform itself: it runs on the public schema."""

    abstract = True

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run with the public schema open."""
        with tenancy.public(), _watched(self.name):
            name_tenant()
            return super().__call__(*args, **kwargs)


class TenantTask(Task[..., Any]):
    """A task of one gmina. The gmina's TERYT travels in a header; a task without one fails loudly.

    A signature keeps the gmina in which it was written, wherever it is sent from later: as a step of a chain or chord, as a
    callback or by the clock. One that was written outside a gmina gets that of the message to which it is the answer.
    """

    abstract = True

    def signature(self, args: Any = None, *more: Any, **options: Any) -> Any:
        """A signature (`s` and `si` are made here too) with the open gmina in its header, when one is open."""
        made = super().signature(args, *more, **options)
        scope = tenancy.current_or_none()
        if scope is not None and not scope.is_public:
            headers = made.options.get("headers") or {}
            made.options["headers"] = {TENANT_HEADER: scope.tenant_id, **headers}
        return made

    subtask = signature

    def apply_async(self, args: Any = None, kwargs: Any = None, *more: Any, **options: Any) -> Any:
        """Send with the current gmina in the header. Raises NoTenant when there is none."""
        headers = {**(options.pop("headers", None) or {})}
        if TENANT_HEADER not in headers:
            is_open = tenancy.current_or_none() is not None
            headers[TENANT_HEADER] = (not is_open and tenant_of_message()) or tenancy.current_tenant_id()
        return super().apply_async(args, kwargs, *more, headers=headers, **options)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run with the gmina of the header open. Raises NoTenant when the message names none; a gmina whose data are on
        their way gets its task later.

        Called as a function it runs in the gmina that is open; as what Celery itself calls after a failure, in the gmina of
        the message that failed.
        """
        if not self.request.called_directly:
            tenant_id = tenant_of_message()
            if not tenant_id:
                raise tenancy.NoTenant(f"task {self.name} came without a gmina")
        elif tenancy.current_or_none() is not None or not (tenant_id := tenant_of_message()):
            tenancy.current_tenant_id()
            return super().__call__(*args, **kwargs)
        try:
            scope = _find_scope[0](tenant_id)
        except Unavailable as error:
            raise self.retry(exc=error, countdown=LATER_S, max_retries=None) from error
        with tenancy.enter(scope):
            name_tenant()
            try:
                with _watched(self.name):
                    return super().__call__(*args, **kwargs)
            except DatabaseError as error:
                if not is_role_gone(error):
                    raise
                raise self.retry(exc=error, countdown=LATER_S, max_retries=None) from error


def enqueue(name: str, *args: Any) -> None:
    """Ask for the task `name` of the current gmina once the transaction has committed.

    A broker that is away is no error: the sweep of the same work finds it later, see `portal.jobs`.
    """
    scope = tenancy.current()
    headers = {} if scope.is_public else {TENANT_HEADER: scope.tenant_id}

    def send() -> None:
        try:
            current_app.send_task(name, args, headers=headers, retry=False)
        except Exception as error:  # every transport has its own exception type; the sweep will do the work
            log.warning("broker.away", task=name, error=type(error).__name__)

    transaction.on_commit(send, robust=True)
