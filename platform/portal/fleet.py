"""Work on all gminas that the workers do in slices, and what is asked for every night. See docs/backup.md, docs/fleet.md."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Final

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from kernel import tenancy
from kernel.actors import system
from kernel.errors import SkarbnikError
from kernel.tasks import PlatformTask, enqueue
from portal.verification import verify_gmina
from tenants.archive.backups import back_up_gmina
from tenants.archive.queries import is_drilled_since, waiting_for_drill
from tenants.archive.restores import drill_restore
from tenants.directory.setup import only_one
from tenants.fleet import actions, queries, slices
from tenants.fleet.models import JobKind
from tenants.fleet.slices import Found, Passed, Work
from tenants.metering.statements import draft_statement

NIGHTLY: Final = system("portal.nightly")
WORKER: Final = system("portal.run_slice")
NOT_CHARGED: Final = ("statement.not_live", "statement.left", "statement.issued")
"""Refusals that mean: this gmina gets no new statement for the month."""
PARTS_KEPT: Final = timedelta(days=90)


def _back_up(teryt: str, _target: str) -> Found:
    row = back_up_gmina(teryt, actor=WORKER)
    return Found({"rows": sum(row.rows.values()), "bytes": row.size, "sha256": row.sha256})


def _draft(teryt: str, target: str) -> Found:
    try:
        row = draft_statement(
            teryt, date.fromisoformat(target), today=timezone.localdate(), corrects=False, actor=WORKER
        )
    except SkarbnikError as error:
        if error.code in NOT_CHARGED:
            raise Passed(error.code) from error
        raise
    return Found({"gross_gr": row.gross_gr})


WORKS: Final[Mapping[str, Work]] = {
    JobKind.VERIFY: verify_gmina,
    JobKind.BACK_UP: _back_up,
    JobKind.STATEMENTS: _draft,
}


@shared_task(base=PlatformTask, name="portal.run_slice", time_limit=settings.LONG_TASK_TIME_LIMIT)
def run_slice(kind: str) -> None:
    """Go on with the job of this kind, and ask for the next slice while there is more."""
    if slices.run_slice(kind, WORKS[kind], actor=WORKER):
        enqueue("portal.run_slice", kind)


@shared_task(base=PlatformTask, name="portal.nightly")
def nightly() -> None:
    """Plan what every night needs, and let one gmina's backup be restored for practice.

    Asked for all day long: the first ring after the hour plans, and a clock that was away at night plans in the morning.
    """
    night = last_night(timezone.localtime())
    kinds = [JobKind.BACK_UP, JobKind.VERIFY] if settings.BACKUP_DIR else [JobKind.VERIFY]
    with only_one("nightly") as is_alone:
        for kind in kinds if is_alone else ():
            if not queries.is_asked(kind, NIGHTLY.ref, night):
                _plan(kind)
    actions.forget_parts(timezone.now() - PARTS_KEPT)
    if settings.BACKUP_DIR and _is_drill_due(night):
        enqueue("portal.drill")


@shared_task(base=PlatformTask, name="portal.drill", time_limit=settings.LONG_TASK_TIME_LIMIT)
def drill() -> None:
    """Restore the newest backup of the gmina whose turn it is beside it, compare, and keep the dated record."""
    with only_one("nightly drill") as is_alone:
        if is_alone and _is_drill_due(last_night(timezone.localtime())) and (teryt := waiting_for_drill()):
            drill_restore(teryt, actor=NIGHTLY)


def last_night(now: datetime) -> datetime:
    """The last time that the nightly hour began, in the zone of `now`."""
    tonight = now.replace(hour=settings.NIGHTLY_HOUR, minute=0, second=0, microsecond=0)
    return tonight if tonight <= now else tonight - timedelta(days=1)


def wake() -> None:
    """Ask for a slice of every job of which there is something to do."""
    with tenancy.public():
        for kind in queries.kinds_to_do():
            enqueue("portal.run_slice", kind)


def _plan(kind: str) -> None:
    try:
        slices.plan(kind, actor=NIGHTLY)
    except SkarbnikError as error:
        if error.code != "fleet.nobody":  # a platform without a single gmina
            raise
        return
    enqueue("portal.run_slice", kind)


def _is_drill_due(night: datetime) -> bool:
    """Not before tonight's backups are made: the drill is of one of them."""
    return not queries.is_under_way(JobKind.BACK_UP) and not is_drilled_since(night)
