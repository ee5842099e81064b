"""Statystyka of one gmina for those who work in it: sums and counts by day, type and channel, never a person (A10).

A clerk sees the types that are theirs, the local administrator all. Every function is one or two queries, however many
payments there are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db.models import Count, F, Min, Q, QuerySet, Sum
from django.db.models.functions import TruncDate

from kernel.actors import Actor
from kernel.dates import WARSAW
from services.accounts.access import require, roles_for, types_handled
from services.liabilities.domain.due_dates import effective_due_on
from services.liabilities.domain.regimes import InterestRegime
from services.payments.domain.states import State, has_money
from services.payments.models import PaymentItem
from services.users.domain import Role, Verb
from tenants.configuration.models import LiabilityType

WITH_MONEY: Final = tuple(state.value for state in State if has_money(state))
_REGIME: Final = "liability__liability_type__interest_regime"
AGE_BOUNDS: Final = (1, 3, 7)
"""Upper bounds in days of the first three groups of age: today and yesterday, up to 3 days, up to a week, older."""


@dataclass(frozen=True, slots=True)
class DayOfType:
    """What was paid through the portal on one day for one liability type: grosze with interest, number of payments."""

    day: date
    type_name: str
    amount_gr: int
    payments: int


@dataclass(frozen=True, slots=True)
class Punctuality:
    """How many dues of a type were paid through the portal, and how many of them by their due date."""

    type_name: str
    paid: int
    on_time: int


@dataclass(frozen=True, slots=True)
class Channel:
    """One group of methods (`integrations.payments.methods`): how often it was used and for how much, in grosze."""

    method_group: str
    payments: int
    amount_gr: int


@dataclass(frozen=True, slots=True)
class Ages:
    """How long the things of a queue have waited: how many in each group of `AGE_BOUNDS`, the last one being older."""

    counts: tuple[int, ...]
    oldest: datetime | None

    @property
    def total(self) -> int:
        """All that wait."""
        return sum(self.counts)


def types_counted(actor: Actor) -> QuerySet[LiabilityType]:
    """Liability types that the person's statistics are about: all for the local administrator, else those handled.

    Raises Refused("access.denied").
    """
    require(actor, Verb.VIEW_STATISTICS)
    if Role.ADMIN in roles_for(actor, Verb.VIEW_STATISTICS):
        return LiabilityType.objects.all()
    return types_handled(actor)


def collected(actor: Actor, since: date, until: date, types: Sequence[int] = ()) -> list[DayOfType]:
    """Money by day of payment and by type, both days included, oldest first; `types` are keys, none for all."""
    rows = (
        _items(actor, since, until, types)
        .annotate(day=TruncDate("payment__paid_at", tzinfo=WARSAW))
        .values("day", name=F("liability__liability_type__name"))
        .annotate(
            total=Sum(F("principal_gr") + F("interest_gr") + F("cost_gr")),
            payments=Count("payment", distinct=True),
        )
        .order_by("day", "name")
    )
    return [DayOfType(row["day"], row["name"], row["total"], row["payments"]) for row in rows]


def punctuality(actor: Actor, since: date, until: date, types: Sequence[int] = ()) -> list[Punctuality]:
    """By type: dues paid through the portal and those of them whose payer's account was debited by the due date, which
    moves over free days (Ordynacja podatkowa art. 12 § 5, art. 115 KC)."""
    items = _items(actor, since, until, types)
    rows = (
        items.values(name=F("liability__liability_type__name"))
        .annotate(
            paid=Count("liability", distinct=True),
            on_time=Count("liability", distinct=True, filter=_is_on_time(items)),
        )
        .order_by("name")
    )
    return [Punctuality(row["name"], row["paid"], row["on_time"]) for row in rows]


def _is_on_time(items: QuerySet[PaymentItem]) -> Q:
    """Paid by the day that the due names, or by the one to which the law moves it."""
    found = Q(payment__debited_on__lte=F("liability__due_on"))
    late = items.filter(payment__debited_on__gt=F("liability__due_on"))
    for due_on, regime in late.values_list("liability__due_on", _REGIME).distinct():
        last_on = effective_due_on(due_on, InterestRegime(regime))
        if last_on != due_on:
            moved = {"liability__due_on": due_on, _REGIME: regime, "payment__debited_on__lte": last_on}
            found |= Q(**moved)
    return found


def channels(actor: Actor, since: date, until: date, types: Sequence[int] = ()) -> list[Channel]:
    """By group of methods, the most used first. A payment counts with what it pays of the types in question."""
    rows = (
        _items(actor, since, until, types)
        .values(group=F("payment__method_group"))
        .annotate(
            total=Sum(F("principal_gr") + F("interest_gr") + F("cost_gr")),
            payments=Count("payment", distinct=True),
        )
        .order_by("-payments", "group")
    )
    return [Channel(row["group"], row["payments"], row["total"]) for row in rows]


def ages(rows: QuerySet[Any], column: str, now: datetime) -> Ages:
    """Ages of the rows of a queue by the instant in `column`, in one query."""
    bounds = [now - timedelta(days=days) for days in AGE_BOUNDS]
    found = rows.order_by().aggregate(
        young=Count("pk", filter=Q(**{f"{column}__gte": bounds[0]}), distinct=True),
        days=Count(
            "pk", filter=Q(**{f"{column}__lt": bounds[0], f"{column}__gte": bounds[1]}), distinct=True
        ),
        week=Count(
            "pk", filter=Q(**{f"{column}__lt": bounds[1], f"{column}__gte": bounds[2]}), distinct=True
        ),
        old=Count("pk", filter=Q(**{f"{column}__lt": bounds[2]}), distinct=True),
        oldest=Min(column),
    )
    return Ages((found["young"], found["days"], found["week"], found["old"]), found["oldest"])


def _items(actor: Actor, since: date, until: date, types: Sequence[int]) -> QuerySet[PaymentItem]:
    """What was paid for dues of these types between the days; reminder costs belong to several types and are left out."""
    counted = types_counted(actor)
    if types:
        counted = counted.filter(pk__in=types)
    return PaymentItem.objects.filter(
        liability__liability_type__in=counted,
        payment__state__in=WITH_MONEY,
        payment__paid_at__gte=datetime.combine(since, datetime.min.time(), tzinfo=WARSAW),
        payment__paid_at__lt=datetime.combine(until + timedelta(days=1), datetime.min.time(), tzinfo=WARSAW),
    ).order_by()
