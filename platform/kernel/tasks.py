"""Celery tasks that carry their gmina, and jobs that survive the loss of the broker.

The broker only makes things faster: whatever a message asks for is also found by a periodic sweep over the database, so
a message that cannot be sent is logged and not raised to the person who waits.
"""

from collections.abc import Callable
from typing import Any

import structlog
from celery import Task, current_app
from django.db import transaction

from kernel import tenancy
from kernel.telemetry import name_tenant

log = structlog.get_logger(__name__)

TENANT_HEADER = "skarbnik_tenant"

_find_scope: list[Callable[[str], tenancy.Scope]] = []


def find_scopes_with(finder: Callable[[str], tenancy.Scope]) -> None:
    """Register how a TERYT code becomes a scope (the tenant directory does it; the kernel knows no tenants)."""
    _find_scope[:] = [finder]


class PlatformTask(Task[..., Any]):
    """A task of the platform itself: it runs on the public schema."""

    abstract = True

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run with the public schema open."""
        with tenancy.public():
            name_tenant()
            return super().__call__(*args, **kwargs)


class TenantTask(Task[..., Any]):
    """A task of one gmina. The gmina's TERYT travels in a header; a task without one fails loudly."""

    abstract = True

    def apply_async(self, args: Any = None, kwargs: Any = None, *more: Any, **options: Any) -> Any:
        """Send with the current gmina in the header. Raises NoTenant when there is none."""
        headers = {**(options.pop("headers", None) or {})}
        headers.setdefault(TENANT_HEADER, tenancy.current_tenant_id())
        return super().apply_async(args, kwargs, *more, headers=headers, **options)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run with the gmina of the header open. Raises NoTenant when the message names none."""
        if self.request.called_directly:
            tenancy.current_tenant_id()
            return super().__call__(*args, **kwargs)
        tenant_id = (self.request.headers or {}).get(TENANT_HEADER) or self.request.get(TENANT_HEADER)
        if not tenant_id:
            raise tenancy.NoTenant(f"task {self.name} came without a gmina")
        with tenancy.enter(_find_scope[0](tenant_id)):
            name_tenant()
            return super().__call__(*args, **kwargs)


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
