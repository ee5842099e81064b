"""Periodic jobs over all gminas, in batches: one message for about fifty gminas, not one for each.

They find everything that a lost message asked for, so the broker may lose everything.
"""

from collections.abc import Callable
from dataclasses import asdict

import structlog
from celery import shared_task

from kernel import tenancy
from kernel.actors import Actor, ActorKind
from kernel.errors import SkarbnikError
from kernel.tasks import PlatformTask, enqueue
from services.ledger.tasks import seal as seal_ledger
from services.notices.tasks import deliver_due
from services.payments.actions import replay_event
from services.payments.figures import figures_of_gmina
from services.payments.queries_reconciliation import event_summaries
from services.payments.tasks import compare as compare_payments
from services.payments.tasks import sweep as sweep_payments
from tenants.directory.actions import store_figures
from tenants.directory.events import note_replay, replays_asked, store_events
from tenants.directory.queries import scope_of, unfinished_tenants, working_tenants

log = structlog.get_logger(__name__)

BATCH = 50


def in_each(scopes: list[tenancy.Scope], job: Callable[[], object]) -> None:
    """Run `job` in every gmina; what fails in one is logged and stops none of the others."""
    for scope in scopes:
        with tenancy.enter(scope):
            try:
                job()
            except Exception:  # one gmina's trouble, whatever it is, must not stop the rest
                log.exception("job.failed", job=getattr(job, "__name__", str(job)))


@shared_task(base=PlatformTask, name="portal.sweep")
def sweep() -> None:
    """Hand out the sweep of all gminas, and go on with gminas whose setting up was interrupted."""
    ids = [scope.tenant_id for scope in working_tenants()]
    for start in range(0, len(ids), BATCH):
        enqueue("portal.sweep_batch", ids[start : start + BATCH])
    for teryt in unfinished_tenants():
        enqueue("users.onboard_gmina", teryt)


@shared_task(base=PlatformTask, name="portal.sweep_batch")
def sweep_batch(tenant_ids: list[str]) -> None:
    """Deliver messages, process kept notifications, ask operators and seal the ledger, in each of the gminas."""
    scopes = [scope_of(tenant_id) for tenant_id in tenant_ids]
    in_each(scopes, deliver_due)
    in_each(scopes, sweep_payments)
    in_each(scopes, seal_ledger)


@shared_task(base=PlatformTask, name="portal.reconcile")
def reconcile() -> None:
    """Hand out the comparison of all gminas with their operators."""
    ids = [scope.tenant_id for scope in working_tenants()]
    for start in range(0, len(ids), BATCH):
        enqueue("portal.reconcile_batch", ids[start : start + BATCH])


@shared_task(base=PlatformTask, name="portal.reconcile_batch")
def reconcile_batch(tenant_ids: list[str]) -> None:
    """Compare what each of the gminas holds; it hands out a task for every operator account that is to be asked."""
    in_each([scope_of(tenant_id) for tenant_id in tenant_ids], compare_payments)


@shared_task(base=PlatformTask, name="portal.measure")
def measure() -> None:
    """Hand out the measuring of all gminas."""
    ids = [scope.tenant_id for scope in working_tenants()]
    for start in range(0, len(ids), BATCH):
        enqueue("portal.measure_batch", ids[start : start + BATCH])


@shared_task(base=PlatformTask, name="portal.measure_batch")
def measure_batch(tenant_ids: list[str]) -> None:
    """Let each of the gminas count itself, and keep the figures where the console may read them."""
    in_each([scope_of(tenant_id) for tenant_id in tenant_ids], _measure)


def _measure() -> None:
    store_figures(tenancy.current_tenant_id(), asdict(figures_of_gmina()))
    _replay()


@shared_task(base=PlatformTask, name="portal.replay")
def replay(teryt: str) -> None:
    """Carry out again the operators' messages that the console asked for in a gmina."""
    with tenancy.enter(scope_of(teryt)):
        _replay()


def _replay() -> None:
    """Do what the console asked for, and tell it how the gmina's messages stand."""
    teryt = tenancy.current_tenant_id()
    for event_id, asked_by in replays_asked(teryt):
        refusal = ""
        try:
            replay_event(event_id=event_id, actor=Actor(kind=ActorKind.PLATFORM, ref=asked_by))
        except SkarbnikError as error:
            refusal = error.code
        note_replay(teryt, event_id, refusal)
    store_events(teryt, [asdict(summary) for summary in event_summaries()])
