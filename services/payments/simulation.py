"""Trying a rule of allocation on payments that are booked already, before it takes effect. Nothing is written."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Max

from kernel.actors import Actor
from kernel.dates import WARSAW, warsaw_day
from kernel.errors import InvalidInput, SkarbnikError
from services.accounts.access import require
from services.payments.domain.comparison import Difference, Outcome, Totals, lines, totals
from services.payments.models import Payment
from services.payments.past_bookings import PastBooking, RuleOn, past_bookings
from services.users.domain import Verb
from tenants.configuration.domain import AllocationRule
from tenants.configuration.models import Revision
from tenants.configuration.queries import allocation_rules, rule_of
from tenants.rates.queries import rate_changes, rate_table

DEFAULT_DAYS = 90
MOST_PAYMENTS = 2_000
"""Payments that one simulation looks at, the newest of the period."""
BATCH = 200


class Why(StrEnum):
    """Why a payment cannot be compared: dividing it again by its own rule does not give what was booked."""

    REVERSED = "reversed"
    DUE_CHANGED = "due_changed"
    TYPE_CHANGED = "type_changed"
    RATES_CHANGED = "rates_changed"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class LeftOut:
    """A payment that is not compared, and why."""

    payment_id: UUID
    reference: str
    booked_at: datetime
    amount_gr: int
    why: Why


@dataclass(frozen=True)
class Simulation:
    """What `rule` would have done with the payments booked from `since` to `until`.

    `compared` payments came out as they were booked when divided again by the rule of their time; of them `differences`
    would have been divided otherwise. `cut_on` is set when there were more than MOST_PAYMENTS: the day of the oldest one
    that was looked at.
    """

    rule: AllocationRule
    since: date
    until: date
    compared: int
    differences: tuple[Difference, ...]
    totals: Totals
    left_out: tuple[LeftOut, ...]
    cut_on: date | None

    @property
    def payments(self) -> int:
        """How many booked payments were looked at."""
        return self.compared + len(self.left_out)


def simulate(rule: AllocationRule, *, since: date, until: date, actor: Actor) -> Simulation:
    """Divide the payments booked from `since` to `until` (both inclusive) once more by `rule`, in grosze.

    Runs in a read-only transaction. Raises Refused for who may not configure, and InvalidInput("simulation.period") when
    the period ends before it begins.
    """
    require(actor, Verb.CONFIGURE)
    if until < since:
        raise InvalidInput("simulation.period", field="until")
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION READ ONLY")
        return _simulate(rule, since, until)


def _simulate(rule: AllocationRule, since: date, until: date) -> Simulation:
    ids, cut_on = _chosen(since, until)
    trial = _Trial(rule)
    compared, differences, left_out = 0, [], []
    for batch in _batches(ids):
        bookings, reversed_ = past_bookings(batch)
        left_out += [_left_out(payment, Why.REVERSED) for payment in reversed_]
        for past in bookings:
            found = trial.compare(past)
            if isinstance(found, Why):
                left_out.append(_left_out(past.payment, found))
                continue
            compared += 1
            if found is not None:
                differences.append(found)
    return Simulation(
        rule=rule,
        since=since,
        until=until,
        compared=compared,
        differences=tuple(differences),
        totals=totals(differences),
        left_out=tuple(left_out),
        cut_on=cut_on,
    )


def _chosen(since: date, until: date) -> tuple[list[int], date | None]:
    """Payments booked in the period, newest first, at most MOST_PAYMENTS; and the day where they were cut."""
    rows = Payment.objects.filter(
        booked_at__gte=datetime.combine(since, time.min, tzinfo=WARSAW),
        booked_at__lt=datetime.combine(until + timedelta(days=1), time.min, tzinfo=WARSAW),
    )
    found = list(rows.order_by("-booked_at", "-id").values_list("pk", "booked_at")[: MOST_PAYMENTS + 1])
    kept = found[:MOST_PAYMENTS]
    cut_on = warsaw_day(kept[-1][1]) if len(found) > MOST_PAYMENTS and kept[-1][1] else None
    return [pk for pk, _booked_at in kept], cut_on


def _batches(ids: Sequence[int]) -> Iterator[Sequence[Payment]]:
    for start in range(0, len(ids), BATCH):
        rows = Payment.objects.filter(pk__in=ids[start : start + BATCH])
        yield list(rows.order_by("-booked_at", "-id"))


def _left_out(payment: Payment, why: Why) -> LeftOut:
    assert payment.booked_at is not None
    return LeftOut(payment.public_id, payment.reference, payment.booked_at, payment.amount_gr, why)


class _Trial:
    """The proposed rule against the rules of their time; what both need of the whole gmina is read once."""

    def __init__(self, rule: AllocationRule) -> None:
        self._rule = rule
        self._rates = rate_table()
        self._rate_changes = rate_changes()
        self._versions = [(row.effective_on, row.created_at, rule_of(row)) for row in allocation_rules()]
        changed = Revision.objects.filter(kind="liability_type").values_list("subject_ref")
        self._types_changed_at: Mapping[str, datetime] = dict(
            changed.annotate(at=Max("changed_at")).order_by()
        )

    def compare(self, past: PastBooking) -> Difference | Why | None:
        """How the proposed rule differs, None where it does not, or why the two cannot be compared."""
        try:
            again = Outcome.of(past.spend(self._rule_then(past.entry.recorded_at), self._rates))
            proposed = Outcome.of(past.spend(lambda _day: self._rule, self._rates))
        except SkarbnikError:
            return self._why(past)
        if again != past.booked:
            return self._why(past)
        if proposed == past.booked:
            return None
        payment = past.payment
        assert payment.booked_at is not None
        return Difference(
            payment_id=payment.public_id,
            reference=payment.reference,
            payer=payment.payer_id,
            booked_at=payment.booked_at,
            paid_on=past.entry.effective_on,
            amount_gr=payment.amount_gr,
            lines=lines(past.booked, proposed, past.targets),
            booked_overpaid_gr=past.booked.overpaid_gr,
            proposed_overpaid_gr=proposed.overpaid_gr,
        )

    def _rule_then(self, booked_at: datetime) -> RuleOn:
        """The rule of a day as booking knew it: a version that was added later has changed nothing that was booked."""
        known = [(from_on, rule) for from_on, added_at, rule in self._versions if added_at <= booked_at]
        return lambda day: next((rule for from_on, rule in known if from_on <= day), AllocationRule())

    def _why(self, past: PastBooking) -> Why:
        """What has changed since the booking and can explain that it does not come out again."""
        booked_at, paid_on = past.entry.recorded_at, past.entry.effective_on
        if past.changed_at > booked_at or not past.is_complete:
            return Why.DUE_CHANGED
        if _any_after(booked_at, (self._types_changed_at.get(str(type_id)) for type_id in past.types)):
            return Why.TYPE_CHANGED
        if _any_after(booked_at, (at for valid_from, at in self._rate_changes if valid_from <= paid_on)):
            return Why.RATES_CHANGED
        return Why.UNKNOWN


def _any_after(instant: datetime, others: Iterable[datetime | None]) -> bool:
    return any(other is not None and other > instant for other in others)
