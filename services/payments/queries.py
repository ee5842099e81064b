"""Baskets, methods with their fees, payments as people see them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from types import MappingProxyType
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from kernel.actors import Actor
from kernel.errors import InvalidInput, NotFound
from services.accounts.access import liability_types_of, require, types_handled
from services.accounts.domain.representation import Level
from services.accounts.models import Payer, Resident
from services.accounts.queries import resident_of
from services.accounts.queries_representation import authority_over
from services.liabilities import queries as liabilities
from services.liabilities.statements import Cost, Due, Group, Lock, Statement
from services.payments.credit_day import charged_to_its_day
from services.payments.domain.refunds import OPEN, REFUNDABLE, RefundState
from services.payments.domain.states import LOCKING, RELEASED, UNPAID, State
from services.payments.models import OperatorEvent, Payment, PaymentItem, Refund, Verdict
from services.payments.parts import ChosenDue, choose
from services.users.domain import Verb

TAX = "tax"
SEE_ONLY = "see_only"
"""Why a due cannot be paid by this very person: the representation is for looking only."""


def statement(payer: Payer, as_of: date, resident: Resident | None) -> Statement:
    """The payer's statement with the locks of payments under way, as far as `resident` may see and pay it today.

    A representative sees the liability types of the representation, and one who may only look pays nothing. A lock tells
    `resident` which payment it is only if that resident ordered it; anybody else learns that there is one.
    """
    authority = authority_over(resident, payer, timezone.localdate()) if resident else None
    plain = liabilities.statement(payer, as_of, authority.types if authority else None)
    sees_only = authority is not None and not authority.level.allows(Level.PAY)
    by_due, by_cost = locks([due.id for due in plain.dues], [cost.id for cost in plain.costs], resident)
    return replace(
        plain,
        groups=tuple(
            Group(
                group.code,
                group.name,
                tuple(_shown(due, by_due.get(due.id), sees_only) for due in group.dues),
            )
            for group in plain.groups
        ),
        costs=tuple(replace(cost, lock=by_cost.get(cost.id)) for cost in plain.costs),
    )


def _shown(due: Due, lock: Lock | None, sees_only: bool) -> Due:
    reason = SEE_ONLY if sees_only and not due.not_payable_reason else due.not_payable_reason
    return replace(due, lock=lock, not_payable_reason=reason)


def locks(
    due_ids: Collection[int], cost_ids: Collection[int], resident: Resident | None
) -> tuple[dict[int, Lock], dict[int, Lock]]:
    """Open payment items of the given dues and reminder costs, by their ids."""
    items = PaymentItem.objects.filter(
        Q(liability__in=due_ids) | Q(reminder_cost__in=cost_ids), is_open=True
    ).select_related("payment")
    by_due: dict[int, Lock] = {}
    by_cost: dict[int, Lock] = {}
    for item in items:
        own = resident is not None and item.payment.resident_id == resident.pk
        lock = Lock(
            since=item.payment.created_at,
            amount_gr=item.total_gr,
            principal_gr=item.principal_gr,
            state=item.payment.state,
            until=item.payment.expires_at if State(item.payment.state) in UNPAID else None,
            payment_id=item.payment.public_id if own else None,
        )
        if item.liability_id is not None:
            by_due[item.liability_id] = lock
        elif item.reminder_cost_id is not None:
            by_cost[item.reminder_cost_id] = lock
    return by_due, by_cost


@dataclass(frozen=True)
class BasketGroup:
    """Dues that one payment can pay: one account of the office, one regime of allocation (law.md 3.7).

    `costs` are reminder costs that burden the payer: law puts them first, so they go along whichever due is chosen
    (eKasa § 10 ust. 6).
    """

    key: str
    regime: str
    account_nrb: str
    chosen: tuple[ChosenDue, ...]
    costs: tuple[Cost, ...]

    @property
    def dues(self) -> tuple[Due, ...]:
        """The chosen dues as they stand, whatever part of them is paid."""
        return tuple(one.due for one in self.chosen)

    @property
    def dues_gr(self) -> int:
        """What is paid of the chosen dues: principal and interest."""
        return sum(one.total_gr for one in self.chosen)

    @property
    def costs_gr(self) -> int:
        """Reminder costs."""
        return sum(cost.amount_gr for cost in self.costs)

    @property
    def amount_gr(self) -> int:
        """What the office gets; the operator's fee comes on top."""
        return self.dues_gr + self.costs_gr

    @property
    def title(self) -> str:
        """Title of the transfer: what is paid, without personal data."""
        if len(self.dues) == 1:
            return self.dues[0].title[:140]
        kinds = sorted({due.type_name for due in self.dues})
        return (", ".join(kinds) + f" ({len(self.dues)})")[:140]


@dataclass(frozen=True)
class Basket:
    """The chosen dues, split into groups; `refused` are chosen dues that cannot be paid here, with the reason."""

    as_of: date
    groups: tuple[BasketGroup, ...]
    refused: tuple[tuple[Due, str], ...]


def basket(
    payer: Payer,
    due_ids: Collection[UUID],
    on: date,
    resident: Resident | None,
    amounts: Mapping[UUID, int] = MappingProxyType({}),
) -> Basket:
    """Split the chosen dues of the payer's statement into groups that can be paid, each due whole or by its `amounts`
    (grosze by public id).

    Interest of civil dues is charged to the day that the gmina's terms name (`credit_day`).
    Raises InvalidInput("basket.empty") without dues, NotFound("liability.unknown") for a due that is not the payer's, and
    InvalidInput("payment.part_too_large") or ("payment.part_too_small") for an amount that cannot be paid of its due.
    """
    if not due_ids:
        raise InvalidInput("basket.empty")
    whole = statement(payer, on, resident)
    chosen = [due for due in whole.dues if due.public_id in set(due_ids)]
    if len(chosen) != len(set(due_ids)):
        raise NotFound("liability.unknown")
    payable: dict[tuple[str, str], list[ChosenDue]] = defaultdict(list)
    free = charged_to_its_day([due for due in chosen if due.is_payable], on)
    for one in choose(free, amounts, on, whole=whole.dues):
        payable[one.due.regime, one.due.account_nrb].append(one)
    refused = tuple((due, due.not_payable_reason or "locked") for due in chosen if not due.is_payable)
    return Basket(on, tuple(_groups(payable, whole.costs)), refused)


def _groups(
    payable: Mapping[tuple[str, str], Sequence[ChosenDue]], costs: Iterable[Cost]
) -> Iterable[BasketGroup]:
    free = [cost for cost in costs if cost.lock is None]
    tax_accounts = [account for regime, account in payable if regime == TAX]
    for (regime, account), chosen in payable.items():
        along: list[Cost] = []
        if regime == TAX:
            # Costs follow the account of their own reminder; where it is not being paid, the first tax account takes them.
            along = [
                cost
                for cost in free
                if cost.account_nrb == account
                or (cost.account_nrb not in tax_accounts and account == tax_accounts[0])
            ]
        yield BasketGroup(f"{regime}-{account}", regime, account, tuple(chosen), tuple(along))


def payment_rows() -> QuerySet[Payment]:
    """Payments with everything that pages and files show of them."""
    items = PaymentItem.objects.select_related("liability__liability_type", "reminder_cost").order_by("id")
    return Payment.objects.select_related("resident", "payer", "operator_account", "tariff").prefetch_related(
        Prefetch("items", queryset=items), "refunds"
    )


def payment_for(actor: Actor, payment_id: UUID) -> Payment:
    """A payment that the signed-in resident ordered. Raises NotFound("payment.unknown") for any other."""
    row = payment_rows().filter(public_id=payment_id, resident=resident_of(actor)).first()
    if row is None:
        raise NotFound("payment.unknown")
    return row


def payments_of(actor: Actor) -> QuerySet[Payment]:
    """All payments that the signed-in resident ordered, newest first."""
    return payment_rows().filter(resident=resident_of(actor)).order_by("-created_at")


def payments_seen(actor: Actor) -> QuerySet[Payment]:
    """Payments about dues that the clerk handles, newest first."""
    require(actor, Verb.VIEW_PAYMENTS)
    types = types_handled(actor)
    handled = PaymentItem.objects.filter(
        Q(liability__liability_type__in=types) | Q(reminder_cost__liabilities__liability_type__in=types)
    )
    return payment_rows().filter(pk__in=handled.values("payment")).order_by("-created_at")


def payments_to_book(actor: Actor) -> QuerySet[Payment]:
    """Paid and not yet booked, oldest first; of those given back in part the rest, and none that is about to go back."""
    to_go_back = Refund.objects.filter(payment=OuterRef("pk"), state__in=[state.value for state in OPEN])
    rows = payments_seen(actor).filter(
        ~Exists(to_go_back), state__in=(State.PAID, State.PARTLY_REFUNDED), booked_at__isnull=True
    )
    return rows.order_by("paid_at", "id")


def office_sum_gr(rows: QuerySet[Payment]) -> int:
    """What the office gets of all these payments, in grosze: paid and not given back, without the operator's fee."""
    paid = Coalesce("received_gr", F("amount_gr") + F("fee_gr")) - F("fee_gr")
    paid_gr = rows.order_by().aggregate(total=Sum(paid))["total"] or 0
    back = Refund.objects.filter(payment__in=rows.order_by().values("pk"), state=RefundState.COMPLETED)
    return paid_gr - (back.aggregate(total=Sum("amount_gr"))["total"] or 0)


def desk_payment_for(actor: Actor, payment_id: UUID) -> Payment:
    """One payment for a clerk who handles one of its dues. Raises NotFound for any other."""
    row = payments_seen(actor).filter(public_id=payment_id).first()
    if row is None:
        raise NotFound("payment.unknown")
    return row


def refused_messages() -> QuerySet[OperatorEvent]:
    """Messages of operators that were not believed or belong to no payment, newest first."""
    return OperatorEvent.objects.exclude(verdict=Verdict.ACCEPTED).order_by("-last_received_at")


def payments_due_for_check(now: datetime, limit: int = 200) -> list[UUID]:
    """Payments whose state is to be asked of the operator now."""
    rows = Payment.objects.filter(next_check_at__lte=now).order_by("next_check_at")
    return list(rows.values_list("public_id", flat=True)[:limit])


def events_waiting(limit: int = 200) -> list[UUID]:
    """Accepted messages that no worker has finished with."""
    rows = OperatorEvent.objects.filter(verdict=Verdict.ACCEPTED, processed_at__isnull=True).order_by(
        "received_at"
    )
    return list(rows.values_list("public_id", flat=True)[:limit])


def is_waiting(payment: Payment) -> bool:
    """Whether the answer of the operator is still to come."""
    return State(payment.state) in UNPAID | {State.PAID_UNVERIFIED}


def is_released(payment: Payment) -> bool:
    """Whether the attempt was given up and its dues are free."""
    return State(payment.state) in RELEASED


def can_be_booked(payment: Payment) -> bool:
    """Whether its money, or what was not given back of it, waits for the office to book it."""
    is_paid = payment.state in REFUNDABLE and payment.booked_at is None
    return is_paid and not any(one.state in OPEN for one in payment.refunds.all())


def holds_lock(payment: Payment) -> bool:
    """Whether the attempt still keeps its dues locked."""
    return State(payment.state) in LOCKING and any(item.is_open for item in payment.items.all())


@liability_types_of.register
def _(subject: Payment) -> Iterable[int]:
    types = []
    for item in subject.items.select_related("liability", "reminder_cost"):
        if item.liability is not None:
            types.append(item.liability.liability_type_id)
        elif item.reminder_cost is not None:
            types.extend(item.reminder_cost.liabilities.values_list("liability_type_id", flat=True))
    return types


def payments_under_way() -> dict[int, int]:
    """How many payments have not ended yet, by the id of the operator account with which they were started."""
    rows = Payment.objects.filter(state__in=[state.value for state in LOCKING]).order_by()
    return dict(rows.values_list("operator_account").annotate(count=Count("pk")))
