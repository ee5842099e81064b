"""Uzgodnienie z operatorem: whatever message was lost, the operator's own list and its payouts close the gap.

A run asks over HTTP outside of any transaction, keeps each answer at once, and compares at the end. It holds a lease, so
that two workers do not run one account; it gives up an operator that does not answer, so that it delays no other.
"""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from datetime import time as clock
from uuid import UUID

import structlog
from django.db import transaction
from django.utils import timezone

from integrations.payments import registry
from integrations.payments.errors import OperatorError
from integrations.payments.values import RemoteStatus, RemoteTransaction, Settlement
from kernel.dates import WARSAW, warsaw_day
from services.payments.actions.confirm import ask_operator
from services.payments.actions.discrepancies import compare
from services.payments.actions.settlements import (
    keep_settlements,
    late_money,
    lock_account,
    take_late_money,
)
from services.payments.domain.discrepancies import WINDOW
from services.payments.domain.states import RELEASED, UNPAID, State
from services.payments.models import Discrepancy, Payment, Reconciliation
from tenants.configuration.models import OperatorAccount
from tenants.configuration.queries import operator_account, operator_config

log = structlog.get_logger(__name__)

SECONDS_A_RUN = 300
FAILURES_A_RUN = 3
"""An operator that fails this often in a row is left alone until the next run."""
LEASE = timedelta(seconds=2 * SECONDS_A_RUN)
RETRY = timedelta(hours=1)
OVERLAP = timedelta(days=5)
"""Days read before are read again: a payout may be told late, or corrected."""
STARTS = clock(6)
SPREAD_MINUTES = 90
NOT_ENABLED = frozenset({"settlement.not_enabled", "operator.not_supported"})


@dataclass
class _Patience:
    """How long a run may still go on with its operator."""

    until: float
    failures: int = 0
    code: str = ""

    def is_over(self) -> bool:
        """Whether the operator is to be left alone."""
        if time.monotonic() > self.until:
            self.code = self.code or "reconciliation.too_long"
            return True
        return self.failures >= FAILURES_A_RUN

    def note(self, code: str) -> None:
        """Take note of an answer (empty code) or of none."""
        self.failures = self.failures + 1 if code else 0
        self.code = code or self.code


def reconcile_account(account_id: UUID, today: date, days: Iterable[date] | None = None) -> bool:
    """Ask the operator about every open payment of 35 days and for its payouts, and compare; False when another worker is at
    it. `days` are the payouts to read, by default those since the last good run. Raises NotFound for an unknown account.

    A run that the operator did not let end keeps what it has and is repeated after an hour.
    """
    account = operator_account(account_id)
    if not _begin(account, today):
        return False
    patience = _Patience(time.monotonic() + SECONDS_A_RUN)
    try:
        has_payouts = _read_payouts(account, today, days, patience)
        _ask_about_payments(account, today, patience, with_released=not has_payouts)
    except (
        Exception
    ) as error:  # broken settings of one account, whatever they are, must not stop the comparison
        log.exception("reconciliation.failed", account=str(account.public_id))
        patience.code = patience.code or f"reconciliation.{type(error).__name__}"
    finally:
        _end(account, today, patience.code)
    return True


@transaction.atomic(durable=True)
def _begin(account: OperatorAccount, today: date) -> bool:
    state, _ = Reconciliation.objects.get_or_create(
        operator_account=account, defaults={"since_on": today, "next_run_at": timezone.now()}
    )
    state = Reconciliation.objects.select_for_update().get(pk=state.pk)
    now = timezone.now()
    if state.busy_until is not None and state.busy_until > now:
        return False
    state.busy_until = now + LEASE
    state.save(update_fields=["busy_until"])
    return True


@transaction.atomic(durable=True)
def _end(account: OperatorAccount, today: date, code: str) -> None:
    now = timezone.now()
    compare(account, now)
    state = Reconciliation.objects.get(operator_account=account)
    state.busy_until, state.failure_code = None, code[:60]
    if code:
        state.next_run_at = now + RETRY
    else:
        if state.read_until and registry.operator(account.operator).caps.settlement_notices:
            state.read_until = max(today, state.read_until)  # its messages have come by themselves
        state.good_at, state.next_run_at = now, _tomorrow(account, today)
    state.save()


def _tomorrow(account: OperatorAccount, today: date) -> datetime:
    """The next morning, each account at its own minute."""
    start = datetime.combine(today + timedelta(days=1), STARTS, WARSAW)
    return start + timedelta(minutes=account.public_id.int % SPREAD_MINUTES)


def _read_payouts(
    account: OperatorAccount, today: date, days: Iterable[date] | None, patience: _Patience
) -> bool:
    """Keep the payouts day by day, then take the money that only they tell of; False where there are none to read."""
    if not registry.operator(account.operator).caps.settlement_api:
        return False
    read_until = Reconciliation.objects.get(operator_account=account).read_until
    for day in days if days is not None else days_to_read(read_until, today):
        if patience.is_over():
            return True
        try:
            told = fetch_payouts(account, day)
        except OperatorError as error:
            if error.code in NOT_ENABLED:
                return False
            log.warning("reconciliation.payouts", account=str(account.public_id), code=error.code)
            patience.note(error.code)
            if days is None:
                break  # a gap must not be jumped over: the next run goes on from here
            continue
        patience.note("")
        _keep(account, day, told, is_in_order=days is None)
    for line in late_money(account):
        if patience.is_over():
            break
        patience.note("" if take_late_money(line) else "reconciliation.unconfirmed")
    return True


def days_to_read(read_until: date | None, today: date) -> list[date]:
    """The days whose payouts are to be read: since the last one that was, some of them again, at most 35 days back."""
    first = today - WINDOW
    if read_until is not None:
        first = max(first, read_until - OVERLAP)
    return [first + timedelta(days=n) for n in range((today - first).days + 1)]


def fetch_payouts(account: OperatorAccount, day: date) -> list[Settlement]:
    """What the operator tells of the payouts of one day. Raises OperatorError."""
    return list(registry.operator(account.operator).fetch_settlements(operator_config(account), day))


@transaction.atomic(durable=True)
def _keep(account: OperatorAccount, day: date, told: list[Settlement], *, is_in_order: bool) -> None:
    state = lock_account(account)
    keep_settlements(account, told)
    if is_in_order:
        state.read_until = max(day, state.read_until or day)
        state.save(update_fields=["read_until"])


def open_payments(account: OperatorAccount, today: date, *, with_released: bool) -> list[Payment]:
    """Payments of the last 35 days whose end is not known, the least asked about first.

    Where the operator tells no payouts, those that were given up are among them: their money may have come late.
    """
    asked = set(UNPAID) | {State.PAID_UNVERIFIED} | (set(RELEASED) if with_released else set())
    since = datetime.combine(today - WINDOW, clock.min, WARSAW)
    rows = Payment.objects.filter(operator_account=account, created_at__gte=since, state__in=list(asked))
    rows = rows.exclude(state__in=list(RELEASED), started_at__isnull=True)
    return list(rows.select_related("operator_account").order_by("checks", "created_at"))


def _ask_about_payments(
    account: OperatorAccount, today: date, patience: _Patience, *, with_released: bool
) -> None:
    for payment in open_payments(account, today, with_released=with_released):
        if patience.is_over():
            return
        patience.note(ask_operator(payment))


@transaction.atomic(durable=True)
def compare_account(account_id: UUID, now: datetime) -> None:
    """Compare what is stored, without asking the operator. An account that was never reconciled begins with it."""
    account = operator_account(account_id)
    Reconciliation.objects.get_or_create(
        operator_account=account, defaults={"since_on": warsaw_day(now), "next_run_at": now}
    )
    compare(account, now)


@transaction.atomic(durable=True)
def claim_due_accounts(now: datetime) -> list[UUID]:
    """Operator accounts whose run is due; each is claimed once and comes again after an hour if nobody carries it out."""
    due = Reconciliation.objects.select_for_update(of=("self",), skip_locked=True).filter(
        next_run_at__lte=now
    )
    rows = list(due.select_related("operator_account"))
    Reconciliation.objects.filter(pk__in=[row.pk for row in rows]).update(next_run_at=now + RETRY)
    return [row.operator_account.public_id for row in rows]


@dataclass(frozen=True)
class Trial:
    """What a run would find: payments of which the operator has money, and what would not agree."""

    failure_code: str
    paid: tuple[tuple[Payment, RemoteTransaction], ...]
    open: tuple[Discrepancy, ...]


def try_account(account_id: UUID, today: date, days: Iterable[date] | None = None) -> Trial:
    """The same questions as a run, and nothing is written, confirmed or sent. Raises NotFound for an unknown account."""
    account = operator_account(account_id)
    patience = _Patience(time.monotonic() + SECONDS_A_RUN)
    known = Reconciliation.objects.filter(operator_account=account).first()
    told: list[Settlement] = []
    paid: list[tuple[Payment, RemoteTransaction]] = []
    operator, config = registry.operator(account.operator), operator_config(account)
    has_payouts = operator.caps.settlement_api
    for day in (days or days_to_read(known.read_until if known else None, today)) if has_payouts else ():
        if patience.is_over():
            break
        try:
            told += fetch_payouts(account, day)
        except OperatorError as error:
            has_payouts = error.code not in NOT_ENABLED
            if not has_payouts:
                break
            patience.note(error.code)
    for payment in open_payments(account, today, with_released=not has_payouts):
        if patience.is_over():
            break
        try:
            found = operator.fetch_status(config, payment.reference, payment.operator_id)
        except OperatorError as error:
            patience.note(error.code)
            continue
        paid += [(payment, one) for one in found if one.status == RemoteStatus.PAID or one.needs_confirmation]
    return Trial(patience.code, tuple(paid), tuple(_would_be_open(account, today, told)))


@transaction.atomic(durable=True)
def _would_be_open(account: OperatorAccount, today: date, told: list[Settlement]) -> list[Discrepancy]:
    now = timezone.now()
    Reconciliation.objects.get_or_create(
        operator_account=account, defaults={"since_on": today, "next_run_at": now}
    )
    keep_settlements(account, told)
    found = compare(account, now)
    transaction.set_rollback(True)
    return found
