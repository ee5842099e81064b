"""Periodic jobs over all gminas: what each does, and the tasks that let it be done.

A message never says what is to be done in which gmina: it asks for a batch, and the batch finds its gminas in PostgreSQL
(see `tenants.jobs`). So the broker may lose everything, and a message too many does nothing.
"""

from dataclasses import asdict
from datetime import timedelta
from typing import Final

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from kernel import tenancy
from kernel.actors import Actor, ActorKind
from kernel.errors import SkarbnikError
from kernel.tasks import PlatformTask, enqueue
from portal import fleet
from portal.life import tell_life
from portal.probes import payments_by_state, probes_of_gmina
from services.accounts.tasks import keep_accounts
from services.banking.tasks import sweep as sweep_statements
from services.complaints.tasks import keep_clocks
from services.counter.tasks import end_visits
from services.identity.tasks import care as care_for_logins
from services.ledger.tasks import seal as seal_ledger
from services.letters.tasks import remind_of_due_dates
from services.liabilities.tasks import sweep as sweep_imports
from services.notices.returns import read_returns
from services.notices.tasks import deliver_due
from services.payments.actions import replay_event
from services.payments.figures import figures_of_gmina
from services.payments.parity import parity_of_gmina
from services.payments.queries_reconciliation import event_summaries
from services.payments.tasks import compare as compare_payments
from services.payments.tasks import sweep as sweep_payments
from services.payments.usage import measure_days
from services.privacy.tasks import complete_name_tokens, erase_past_time
from services.safeguards.watching import keep_watch
from services.signing.tasks import sweep as sweep_signatures
from services.users.sessions import SessionStore
from tenants.archive.moves import mend_abandoned
from tenants.directory.actions import store_figures
from tenants.directory.events import note_replay, replays_asked, store_events
from tenants.directory.queries import scope_of, unfinished_tenants
from tenants.fleet.parity import store_parity
from tenants.jobs import actions, chains
from tenants.jobs.claims import due_by_shard, open_round
from tenants.jobs.domain import Job, Step
from tenants.jobs.queries import has_round_since
from tenants.metering.usage import sweep_counters

NIGHT_SECONDS: Final = 3 * 3600
VERIFIED_FROM, VERIFIED_UNTIL = 0, 4
REMINDED_FROM, REMINDED_UNTIL = 6, 20
"""Hours of the day in Warsaw in which reminders may go out: nobody is woken, and a missed morning is made up for."""
VERIFIED_EVERY: Final = timedelta(hours=12)


def _measure() -> None:
    teryt = tenancy.current_tenant_id()
    store_figures(teryt, asdict(figures_of_gmina()))
    store_parity(teryt, asdict(parity_of_gmina()))


def _probe() -> None:
    now = timezone.now()
    probes = [asdict(probe) for probe in probes_of_gmina(now)]
    actions.store_probes(tenancy.current_tenant_id(), probes, payments_by_state(), now)


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


def _job(name: str, *steps: Step, spread: int = 0) -> Job:
    return Job(name, steps, spread if settings.JOBS_ARE_SPREAD else 0, settings.JOB_LANES[name])


JOBS: Final = {
    job.name: job
    for job in (
        _job(
            "sweep",
            deliver_due,
            sweep_payments,
            sweep_statements,
            sweep_signatures,
            sweep_imports,
            seal_ledger,
            chains.seal,
        ),
        _job(
            "reconcile", compare_payments, care_for_logins, keep_accounts, keep_clocks, end_visits, spread=480
        ),
        _job("measure", _measure, _probe, tell_life, _replay, measure_days, keep_watch, spread=40),
        _job("erase", erase_past_time, complete_name_tokens, spread=NIGHT_SECONDS),
        _job("remind", remind_of_due_dates, spread=1800),
        _job("verify_audit", chains.check, SessionStore.clear_expired, spread=NIGHT_SECONDS),
    )
}


@shared_task(base=PlatformTask, name="portal.sweep")
def sweep() -> None:
    """Read what came back of messages, deliver those that wait, process kept notifications, ask operators, seal ledger and
    audit log, in all gminas; seal the platform's own log; go on with gminas whose setting up or moving was interrupted."""
    mend_abandoned()
    read_returns()
    _begin("sweep")
    chains.seal_platform()
    for teryt in unfinished_tenants():
        enqueue("users.onboard_gmina", teryt)
    fleet.wake()


@shared_task(base=PlatformTask, name="portal.reconcile")
def reconcile() -> None:
    """Compare what all gminas hold; each hands out a task for every operator account that is to be asked, and looks after
    its residents' accounts and complaints: files that came with an import, deadlines of registrations and answers,
    and visits at the counter that nobody has ended."""
    _begin("reconcile")


@shared_task(base=PlatformTask, name="portal.measure")
def measure() -> None:
    """Let all gminas count themselves, and keep the figures where the console may read them."""
    sweep_counters()
    _begin("measure")


@shared_task(base=PlatformTask, name="portal.verify_audit")
def verify_audit() -> None:
    """Once a night let all gminas verify their audit logs and forget the sessions that have ended; the clock rings every
    hour, so that no restart skips a night."""
    if VERIFIED_FROM <= timezone.localtime().hour < VERIFIED_UNTIL and not has_round_since(
        "verify_audit", timezone.now() - VERIFIED_EVERY
    ):
        _begin("verify_audit")
        chains.check_platform()
        with tenancy.public():
            SessionStore.clear_expired()


@shared_task(base=PlatformTask, name="portal.erase")
def erase() -> None:
    """Once a night let all gminas erase what is past its time; the clock rings every hour, as for the audit logs."""
    if VERIFIED_FROM <= timezone.localtime().hour < VERIFIED_UNTIL and not has_round_since(
        "erase", timezone.now() - VERIFIED_EVERY
    ):
        _begin("erase")


@shared_task(base=PlatformTask, name="portal.remind")
def remind() -> None:
    """Once a morning let all gminas remind of due dates those who asked for it; a second round would find nothing to do."""
    if REMINDED_FROM <= timezone.localtime().hour < REMINDED_UNTIL and not has_round_since(
        "remind", timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    ):
        _begin("remind")


@shared_task(base=PlatformTask, name="portal.run_batch")
def run_batch(job: str, shard: str) -> None:
    """Serve the gminas of one database cluster whose turn it is, and ask for the next batch while there are more."""
    if actions.run_batch(JOBS[job], shard):
        enqueue("portal.run_batch", job, shard)


@shared_task(base=PlatformTask, name="portal.replay")
def replay(teryt: str) -> None:
    """Carry out again the operators' messages that the console asked for in a gmina."""
    with tenancy.enter(scope_of(teryt)):
        _replay()


def run_now(job: str, teryts: list[str]) -> None:
    """Run a job in these gminas at once, for a person who waits. Raises NotFound("tenant.unknown")."""
    actions.run_now(JOBS[job], teryts)


def _begin(name: str) -> None:
    """Begin a round of the job, and wake the batches of all jobs whose gminas have come due since the clock last rang."""
    open_round(name)
    for job in JOBS.values():
        for shard, gminas in due_by_shard(job).items():
            for _ in range(min(gminas, job.lanes)):
                enqueue("portal.run_batch", job.name, shard)
