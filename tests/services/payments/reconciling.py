"""An operator that tells nothing by itself, and days that go by, for the tests of reconciliation and of what it finds."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from integrations.emulators.operators import Emulator
from integrations.emulators.registry import start
from kernel.dates import WARSAW
from services.payments.actions import compare_account, reconcile_account
from services.payments.models import Discrepancy, DiscrepancyState, Payment, Reconciliation
from tenants.configuration.models import OperatorAccount
from tenants.configuration.queries import operator_account_for
from tests.fixtures.hours import begin_after_payouts
from tests.fixtures.running import merchants

DAY = 86_400


@dataclass
class Reconciled:
    """One operator account of Borki, its operator, and the operator's calendar."""

    operator: Emulator
    account: OperatorAccount

    def __post_init__(self) -> None:
        begin_after_payouts(self.operator.control)

    @property
    def today(self) -> date:
        """The operator's day."""
        return datetime.fromtimestamp(self.operator.control.state()["now"], WARSAW).date()

    def run(self, *, days_later: int = 0) -> bool:
        """Reconcile on the operator's day, after so many days have gone by."""
        self.operator.control.advance(days_later * DAY)
        return reconcile_account(self.account.public_id, self.today)

    def state(self) -> Reconciliation:
        return Reconciliation.objects.get(operator_account=self.account)

    def open(self) -> list[str]:
        """Kinds of what does not agree now."""
        rows = Discrepancy.objects.filter(operator_account=self.account, state=DiscrepancyState.OPEN)
        return sorted(rows.values_list("kind", flat=True))


def of_operator(running: Emulator) -> None:
    """Let all operator accounts point at this emulator."""
    OperatorAccount.objects.update(api_url=running.url)
    cache.clear()


def stop_polling(payment: Payment) -> None:
    """Nobody will ask about the payment any more, as after a long failure."""
    Payment.objects.filter(pk=payment.pk).update(next_check_at=None)


def long_ago(**ago: int) -> datetime:
    return timezone.now() - timedelta(**ago)


def compare(reconciled: Reconciled, **later: int) -> list[str]:
    """Compare twice, so that a kind that were listed twice would show."""
    for _ in range(2):
        compare_account(reconciled.account.public_id, timezone.now() + timedelta(**later))
    return reconciled.open()


def only(kind: str) -> Discrepancy:
    return Discrepancy.objects.get(kind=kind)


# --- fixtures, imported by the files that use them ----------------------------------------------------------------------
@pytest.fixture
def emulator() -> Iterator[Emulator]:
    """An operator of its own, whose clock may be moved."""
    with start("przelewy24", merchants=merchants()) as running:
        yield running


@pytest.fixture
def reconciled(operator, payments, due) -> Reconciled:
    return Reconciled(operator, operator_account_for(due.liability_type.account_nrb))


@pytest.fixture
def paid(payments, due, reconciled) -> Payment:
    """Confirmed today, and the comparison began today."""
    reconciled.run()
    return payments.paid(due)
