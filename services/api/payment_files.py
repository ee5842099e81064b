"""Payments for the finance system as a file of the neutral exchange (`skarbnik.payments`): full, or since a day.

What was paid and not yet booked is told as the payer confirmed it; what was booked as the booking divided it. Money that
no due took (an overpayment) is in no row, for a row is the share of one due.
"""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import BinaryIO
from zoneinfo import ZoneInfo

from integrations.finance.exchange.formats import PAYMENTS
from integrations.finance.exchange.reading import Shape
from integrations.finance.exchange.values import Head
from integrations.finance.exchange.values import Payment as Share
from integrations.finance.exchange.writing import write_exchange
from integrations.finance.lines import digest_of
from kernel.actors import Actor, ActorKind
from kernel.audit.recording import record
from services.accounts.access import require, types_handled
from services.api.queries_payments import (
    ExchangeItem,
    ExchangePayment,
    ExchangeShare,
    Status,
    exchange_payments,
)
from services.liabilities.models import Liability, ReminderCost
from services.users.domain import Verb
from tenants.configuration.queries import liability_types

PAGE = 500
WARSAW = ZoneInfo("Europe/Warsaw")


@dataclass(frozen=True)
class Written:
    """How many shares a file holds, and their sum in grosze: what its control sums say."""

    count: int
    sum_gr: int


def write_payments(file: BinaryIO, shape: Shape, *, since: date | None, as_of: date, actor: Actor) -> Written:
    """Write what was paid since the day (all of it: None) into the file, and the act into the audit log.

    A clerk gets the shares of dues that she or he handles, the program all of them. Raises Refused.
    """
    actor = require(actor, Verb.BOOK_PAYMENT)
    kinds = {
        row.code for row in (types_handled(actor) if actor.kind == ActorKind.STAFF else liability_types())
    }
    counted = _Counted()
    head = Head(is_full=since is None, as_of=as_of)
    write_exchange(file, shape, PAYMENTS, head, counted.through(_shares(since, kinds)))
    record(
        "payments.exported",
        actor=actor,
        since=since.isoformat() if since else "",
        count=counted.count,
        sum_gr=counted.sum_gr,
        sha256=digest_of(file),
    )
    return Written(counted.count, counted.sum_gr)


class _Counted:
    def __init__(self) -> None:
        self.count = self.sum_gr = 0

    def through(self, shares: Iterator[Share]) -> Iterator[Share]:
        for share in shares:
            self.count += 1
            self.sum_gr += share.amount_gr
            yield share


def _shares(since: date | None, kinds: Collection[str]) -> Iterator[Share]:
    for status in (Status.TO_BOOK, Status.BOOKED):
        after: int | None = 0
        while after is not None:
            page, after = exchange_payments(status, after=after, limit=PAGE)
            found = [row for row in page if since is None or _paid_at(row).date() >= since]
            names = _names(found)
            for row in found:
                yield from _of_payment(row, names, kinds)


def _paid_at(row: ExchangePayment) -> datetime:
    return (row.paid_at or row.booked_at or row.created_at).astimezone(WARSAW)


@dataclass(frozen=True)
class _Names:
    """By external id: kinds of the dues, and the first due that a reminder lists."""

    kind_of: Mapping[str, str]
    listed_by: Mapping[str, str]


def _names(rows: Collection[ExchangePayment]) -> _Names:
    parts = [part for row in rows for part in _parts(row)]
    costs = {part.external_id for part in parts if part.kind == "reminder_cost"}
    listing = ReminderCost.objects.filter(external_id__in=costs).order_by(
        "-liabilities__due_on", "-liabilities__external_id"
    )
    listed = dict(listing.values_list("external_id", "liabilities__external_id"))
    dues = {part.external_id for part in parts if part.kind == "liability"} | set(listed.values())
    kinds = Liability.objects.filter(external_id__in=dues)
    return _Names(dict(kinds.values_list("external_id", "liability_type__code")), listed)


def _parts(row: ExchangePayment) -> Sequence[ExchangeItem | ExchangeShare]:
    return row.booking.shares if row.booking else row.items


def _of_payment(row: ExchangePayment, names: _Names, kinds: Collection[str]) -> Iterator[Share]:
    """Shares of one payment, one for each due; the operator's fee stands at the first."""
    amounts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for part in _parts(row):
        due = names.listed_by.get(part.external_id) if part.kind == "reminder_cost" else part.external_id
        if due and names.kind_of.get(due) in kinds:
            for place, amount_gr in enumerate((part.principal_gr, part.interest_gr, part.cost_gr)):
                amounts[due][place] += amount_gr
    fee_gr = row.fee_gr
    for due, (principal_gr, interest_gr, cost_gr) in amounts.items():
        if not principal_gr + interest_gr + cost_gr:
            continue
        yield Share(
            external_id=f"{row.reference}-{hashlib.sha256(due.encode()).hexdigest()[:12]}",
            reference=row.reference,
            due_external_id=due,
            amount_gr=principal_gr + interest_gr + cost_gr,
            principal_gr=principal_gr,
            interest_gr=interest_gr,
            reminder_costs_gr=cost_gr,
            payer_debited_at=_paid_at(row).replace(microsecond=0),
            operator=row.operator,
            method=row.method_id or row.operator,
            operator_transaction_id=row.operator_id,
            fee_gr=fee_gr,
            account_nrb=row.account_nrb,
        )
        fee_gr = 0
