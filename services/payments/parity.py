"""Whether the operators, the office's bookings and our ledger tell the same, in counts and sums; for the platform."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, Q, Sum

from services.ledger.models import AccountKind, Entry, EntryCode, Posting
from services.payments.domain.states import State, has_money
from services.payments.models import Discrepancy, DiscrepancyState, Payment, SettlementLine
from services.payments.queries import office_sum_gr

_WITH_MONEY = [state.value for state in State if has_money(state)]


@dataclass(frozen=True, slots=True)
class Parity:
    """Zgodność gminy; field names are those of `GminaParity`, amounts are grosze for the office.

    `confirmed` payments have money by the operator's word, `settled_gr` is what its payouts list of them before fees, with
    refunds taken off; `booked` the office has posted, and `ledger_gr` is what our ledger holds of the same bookings.
    `discrepancies` counts the open ones by kind; the oldest was seen at `oldest_at`.
    """

    confirmed: int
    confirmed_gr: int
    settled_gr: int
    booked: int
    booked_gr: int
    ledger_gr: int
    discrepancies: Mapping[str, int]
    oldest_at: datetime | None


def parity_of_gmina() -> Parity:
    """The sums of the gmina that is open now."""
    confirmed = Payment.objects.filter(state__in=_WITH_MONEY)
    booked = Payment.objects.filter(state=State.BOOKED)
    open_ones = Discrepancy.objects.filter(state=DiscrepancyState.OPEN).order_by()
    lines = SettlementLine.objects.filter(is_listed=True)
    return Parity(
        confirmed=confirmed.count(),
        confirmed_gr=office_sum_gr(confirmed),
        settled_gr=lines.aggregate(total=Sum("amount_gr", default=0))["total"],
        booked=booked.count(),
        booked_gr=office_sum_gr(booked),
        ledger_gr=_ledger_gr(),
        discrepancies=dict(open_ones.values_list("kind").annotate(number=Count("pk"))),
        oldest_at=open_ones.aggregate(oldest=Min("first_seen_at"))["oldest"],
    )


def _ledger_gr() -> int:
    """What the ledger has on the bank account for payments through the portal, bookings that were taken back left out."""
    payments = Entry.objects.filter(code=EntryCode.PAYMENT).values("public_id")
    of_payments = Q(entry__code=EntryCode.PAYMENT) | Q(
        entry__code=EntryCode.REVERSAL, entry__reference__in=payments
    )
    bank = Posting.objects.filter(of_payments, account=AccountKind.BANK)
    return int(bank.aggregate(total=Sum("amount_gr", default=0))["total"])
