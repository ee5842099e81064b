"""Figures of one gmina for the platform's operator: counts and sums, never a person (the console may read no more)."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Q, Sum
from django.db.models.functions import Coalesce

from services.accounts.domain import ResidentState
from services.accounts.models import Resident
from services.ledger.models import AccountKind, Posting
from services.liabilities.models import Liability
from services.payments.domain.states import State, has_money
from services.payments.models import Payment
from services.payments.queries import office_sum_gr
from services.payments.queries_reconciliation import agreement

WAITING = (ResidentState.SUBMITTED, ResidentState.VERIFIED, ResidentState.DUPLICATE)
"""Registrations that somebody in the office has to decide."""

WITH_MONEY = tuple(state for state in State if has_money(state))


@dataclass(frozen=True, slots=True)
class Figures:
    """Liczby gminy; field names are those of `TenantFigures`, amounts are grosze.

    `discrepancies` are open, `reconciled_at` is the last good run of the operator account that is furthest behind.
    `outstanding_gr` is the principal still owed, without interest; `payments` are those whose money the operator has
    confirmed, `payments_to_book` the ones among them that wait for the office.
    """

    residents: int
    registrations_waiting: int
    liabilities: int
    outstanding_gr: int
    payments: int
    payments_to_book: int
    booked_gr: int
    last_payment_at: datetime | None
    discrepancies: int
    reconciled_at: datetime | None


def figures_of_gmina() -> Figures:
    """Figures of the gmina that is open now, in eight queries."""
    residents = Resident.objects.aggregate(
        active=Count("pk", filter=Q(state=ResidentState.ACTIVE)),
        waiting=Count("pk", filter=Q(state__in=WAITING)),
    )
    payments = Payment.objects.aggregate(
        paid=Count("pk", filter=Q(state__in=WITH_MONEY)),
        to_book=Count("pk", filter=Q(state=State.PAID)),
        last_at=Max("paid_at"),
    )
    owed = Posting.objects.filter(account=AccountKind.RECEIVABLE_PRINCIPAL).aggregate(
        total=Coalesce(Sum("amount_gr"), 0)
    )
    agreed = agreement()
    return Figures(
        residents=residents["active"],
        registrations_waiting=residents["waiting"],
        liabilities=Liability.objects.count(),
        outstanding_gr=owed["total"],
        payments=payments["paid"],
        payments_to_book=payments["to_book"],
        booked_gr=office_sum_gr(Payment.objects.filter(state=State.BOOKED)),
        last_payment_at=payments["last_at"],
        discrepancies=agreed.discrepancies,
        reconciled_at=agreed.reconciled_at,
    )
