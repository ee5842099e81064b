"""The list of what does not agree, payouts, and how far the comparison has got, for the desk and for the platform."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet, Subquery

from kernel.actors import Actor
from kernel.errors import NotFound
from services.accounts.access import require
from services.payments.domain.discrepancies import Kind
from services.payments.domain.states import State, has_money
from services.payments.findings import batches_with_sums
from services.payments.models import (
    Discrepancy,
    DiscrepancyState,
    OperatorEvent,
    Payment,
    Reconciliation,
    SettlementBatch,
    SettlementLine,
)
from services.payments.queries import payments_seen
from services.users.domain import Verb
from tenants.configuration.models import OperatorAccount

_WITH_MONEY = [state.value for state in State if has_money(state)]


def discrepancies_seen(actor: Actor) -> QuerySet[Discrepancy]:
    """What does not agree, open or resolved, the oldest first: about payments that the clerk handles, and about none."""
    require(actor, Verb.VIEW_PAYMENTS)
    mine = payments_seen(actor).order_by().values("pk")
    rows = Discrepancy.objects.select_related("operator_account", "payment", "batch", "resolved_by")
    return rows.filter(Q(payment__isnull=True) | Q(payment__in=mine)).order_by("first_seen_at", "id")


def open_discrepancies(actor: Actor) -> QuerySet[Discrepancy]:
    """What does not agree now, for the clerk's list and its count."""
    return discrepancies_seen(actor).filter(state=DiscrepancyState.OPEN)


def to_clarify(actor: Actor) -> int:
    """How much the clerk has to clarify: a mismatch counts at once, all else from the next comparison on."""
    listed = open_discrepancies(actor).exclude(kind=Kind.MISMATCH)
    return listed.count() + payments_seen(actor).filter(state=State.MISMATCH).count()


def discrepancy_for(actor: Actor, discrepancy_id: UUID) -> Discrepancy:
    """One of the list. Raises NotFound("discrepancy.unknown") for what the clerk does not handle."""
    row = discrepancies_seen(actor).filter(public_id=discrepancy_id).first()
    if row is None:
        raise NotFound("discrepancy.unknown")
    return row


def reconciliations() -> QuerySet[Reconciliation]:
    """How far each operator account has been compared, those in use first."""
    rows = Reconciliation.objects.select_related("operator_account")
    return rows.order_by("-operator_account__is_active", "operator_account__label")


def settlement_batches(actor: Actor) -> QuerySet[Any]:
    """Payouts with `payout_gr` (grosze for the office), newest first."""
    require(actor, Verb.VIEW_PAYMENTS)
    rows = batches_with_sums().select_related("operator_account", "entered_by")
    return rows.order_by("-settled_on", "-id")


def settlement_batch(actor: Actor, batch_id: UUID) -> Any:
    """One payout. Raises NotFound("settlement.unknown")."""
    row = settlement_batches(actor).filter(public_id=batch_id).first()
    if row is None:
        raise NotFound("settlement.unknown")
    return row


def settlement_lines(batch: SettlementBatch) -> QuerySet[SettlementLine]:
    """What a payout is made of, as the operator tells it now."""
    return batch.lines.filter(is_listed=True).select_related("payment__tariff").order_by("id")


def settled_by_hand() -> list[OperatorAccount]:
    """Active accounts of whose payouts the portal knows nothing by itself: the clerk compares them with the statement."""
    told = Reconciliation.objects.filter(operator_account=OuterRef("pk"), read_until__isnull=False)
    return list(OperatorAccount.objects.filter(~Exists(told), is_active=True).order_by("label"))


def entered_payout(actor: Actor, account: OperatorAccount, batch_id: UUID) -> Any:
    """A payout that a clerk entered for the account. Raises NotFound("settlement.unknown")."""
    batch = settlement_batch(actor, batch_id)
    if not batch.is_manual or batch.operator_account_id != account.pk:
        raise NotFound("settlement.unknown")
    return batch


def payments_to_settle(account: OperatorAccount, batch: SettlementBatch | None = None) -> QuerySet[Payment]:
    """Payments of the account whose money has come and that are in no payout besides `batch`, the oldest first."""
    listed = SettlementLine.objects.filter(payment=OuterRef("pk"), is_listed=True)
    if batch is not None and batch.pk:
        listed = listed.exclude(batch=batch)
    rows = Payment.objects.filter(~Exists(listed), operator_account=account, state__in=_WITH_MONEY)
    return rows.prefetch_related("refunds").order_by("paid_at", "id")


def discrepancies_of(actor: Actor, payment: Payment) -> QuerySet[Discrepancy]:
    """What did not agree about one payment, the newest first."""
    return discrepancies_seen(actor).filter(payment=payment).order_by("-first_seen_at", "-id")


@dataclass(frozen=True, slots=True)
class Agreement:
    """How the gmina stands with its operators: for the platform, which sees no payment."""

    discrepancies: int
    reconciled_at: datetime | None


def agreement() -> Agreement:
    """Open discrepancies, and the last good run of the account that is furthest behind (None: one never ran)."""
    good = Reconciliation.objects.filter(operator_account=OuterRef("pk")).values("good_at")
    accounts = OperatorAccount.objects.filter(is_active=True).annotate(good_at=Subquery(good))
    runs = accounts.aggregate(oldest=Min("good_at"), missing=Count("pk", filter=Q(good_at__isnull=True)))
    return Agreement(
        discrepancies=Discrepancy.objects.filter(state=DiscrepancyState.OPEN).count(),
        reconciled_at=None if runs["missing"] else runs["oldest"],
    )


@dataclass(frozen=True, slots=True)
class EventSummary:
    """A message of an operator as the platform may see it: neither content nor person."""

    event_id: UUID
    operator: str
    kind: str
    verdict: str
    reference: str
    deliveries: int
    received_at: datetime
    processed_at: datetime | None


def event_summaries(limit: int = 100) -> list[EventSummary]:
    """The newest messages, and before them every genuine one that is not carried out, at most `limit` of each."""
    rows = OperatorEvent.objects.select_related("operator_account", "payment").defer("raw", "parsed")
    waiting = rows.filter(processed_at__isnull=True, verdict__in=("accepted", "orphan"))
    found = {row.pk: row for row in waiting.order_by("-received_at")[:limit]}
    found |= {row.pk: row for row in rows.order_by("-received_at")[:limit]}
    return [
        EventSummary(
            event_id=row.public_id,
            operator=row.operator_account.operator,
            kind=row.kind,
            verdict=row.verdict,
            reference=row.payment.reference if row.payment else "",
            deliveries=row.deliveries,
            received_at=row.received_at,
            processed_at=row.processed_at,
        )
        for row in found.values()
    ]
