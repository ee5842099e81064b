"""After the last visit: no further faults, time passes, late money comes, and the sweeps do what is left.

Our own clock is the real one. For us time passes by moving what a payment waits for towards now, by as much as the
operators' clocks are moved on.
"""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from celery import Celery
from django.db import connections
from django.db.models import F
from django.utils import timezone

from kernel import tenancy
from kernel.errors import Conflict
from services.payments.actions import dismiss_mismatch
from services.payments.domain.states import UNPAID, State
from services.payments.models import Payment, Reconciliation
from services.payments.queries import events_waiting, payments_due_for_check
from tenants.configuration.models import OperatorAccount
from tests.campaign.payer import Payers
from tests.campaign.plan import Behaviour
from tests.campaign.tally import Link, Tally
from tests.campaign.world import LABEL, Town, World

BEFORE_THE_END = (timedelta(minutes=3), timedelta(minutes=6), timedelta(minutes=20), timedelta(hours=2))
"""Steps until every link is dead and the portal has asked again."""
AFTERWARDS = (timedelta(minutes=10), timedelta(hours=2), timedelta(hours=25), timedelta(hours=50))
"""Steps over all questions about attempts that were given up."""
EXTRA = timedelta(hours=2)
REASON = "Operator zapytany ponownie nie ma tych pieniędzy."
MOST_EXTRA = 4
PATIENCE = 180.0


class NeverQuiet(AssertionError):
    """The sweeps do not come to an end."""


def settle(world: World, payers: Payers, tally: Tally) -> None:
    """Bring everything to its end."""
    for control in world.controls.values():
        for left in control.state()["faults"]:
            tally.counts[f"unused.{left['place']}.{left['mode']}"] += left["times"]
        control.forget_faults()
    for step in BEFORE_THE_END:
        let_pass(world, step)
    late = sorted(tally.late, key=lambda link: link.visit.number)
    for link in late:
        if link.visit.behaviour == Behaviour.LATE_AND_AGAIN:
            payers.visit(link.visit.anew())
    for link in late:
        _pay_late(world, link, tally)
    for step in AFTERWARDS:
        let_pass(world, step)
    for _ in range(MOST_EXTRA):
        if not _waiting(world):
            break
        let_pass(world, EXTRA)
    reconcile(world)
    dismiss(world, tally)


def let_pass(world: World, step: timedelta) -> None:
    """Let this time pass for the operators and for us, and everything that is due be done."""
    for control in world.controls.values():
        control.advance(step.total_seconds())
    for town in world.towns.values():
        with tenancy.enter(town.scope):
            Payment.objects.update(
                started_at=F("started_at") - step,
                expires_at=F("expires_at") - step,
                next_check_at=F("next_check_at") - step,
            )
    sweep_until_quiet(world)


def sweep_until_quiet(world: World) -> None:
    """Ask the worker for sweeps, as its clock does, until nothing is due. Raises NeverQuiet."""
    deadline = time.monotonic() + PATIENCE
    with _clock(world) as clock:
        clock.send_task("portal.sweep")
        asked_at = time.monotonic()
        while _due(world):
            if time.monotonic() > deadline:
                raise NeverQuiet(f"{_due(world)} messages and payments are still due after {PATIENCE:.0f} s")
            if time.monotonic() - asked_at > 3:
                clock.send_task("portal.sweep")
                asked_at = time.monotonic()
            time.sleep(0.2)
    for control in world.controls.values():
        control.settle()


def reconcile(world: World) -> None:
    """The daily comparison with every operator account, to its end. Raises NeverQuiet."""
    deadline = time.monotonic() + PATIENCE
    begun_at = timezone.now()
    for town in world.towns.values():
        with tenancy.enter(town.scope):
            # A run that met a fault is repeated after an hour, one that did not on the next morning: it has come.
            Reconciliation.objects.update(next_run_at=begun_at)
    with _clock(world) as clock:
        clock.send_task("portal.reconcile")
        while missing := _not_reconciled(world, begun_at):
            if time.monotonic() > deadline:
                raise NeverQuiet(f"{missing} operator accounts are not reconciled after {PATIENCE:.0f} s")
            time.sleep(0.3)
    sweep_until_quiet(world)


def dismiss(world: World, tally: Tally) -> None:
    """A clerk looks into each mismatch and ends those of which the operator, asked anew, has no money."""
    for town in world.towns.values():
        with tenancy.enter(town.scope):
            for payment in Payment.objects.filter(state=State.MISMATCH).order_by("id"):
                tally.count(f"mismatch.{_dismissed(town, payment)}")
    connections.close_all()


def _dismissed(town: Town, payment: Payment) -> str:
    try:
        dismiss_mismatch(payment_id=payment.public_id, reason=REASON, actor=town.actor("daria"))
    except Conflict:
        return "has_money"
    return "dismissed"


def _not_reconciled(world: World, since: datetime) -> int:
    found = 0
    for town in world.towns.values():
        with tenancy.enter(town.scope):
            done = Reconciliation.objects.filter(good_at__gte=since).values("operator_account")
            ours = OperatorAccount.objects.filter(label__startswith=LABEL)
            found += ours.exclude(pk__in=done).count()
    connections.close_all()
    return found


@contextmanager
def _clock(world: World) -> Iterator[Celery]:
    environment = world.stack.environment
    with Celery("clock", broker=environment["BROKER_URL"]) as app:
        app.conf.broker_transport_options = json.loads(environment["BROKER_OPTIONS"])
        yield app


def _due(world: World) -> int:
    found = 0
    for town in world.towns.values():
        with tenancy.enter(town.scope):
            found += len(events_waiting()) + len(payments_due_for_check(timezone.now()))
    connections.close_all()
    return found


def _waiting(world: World) -> int:
    found = 0
    for town in world.towns.values():
        with tenancy.enter(town.scope):
            found += Payment.objects.filter(state__in=[*UNPAID, State.PAID_UNVERIFIED]).count()
    return found


def _pay_late(world: World, link: Link, tally: Tally) -> None:
    paid = world.controls[link.visit.operator].pay(link.token, late=True)["paid"]
    tally.count("late.paid" if paid else "late.refused")
