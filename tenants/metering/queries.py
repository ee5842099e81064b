"""Switches, limits, use and statements, for the pages. Functions with a TERYT code open the public schema themselves."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Max, QuerySet, Sum

from kernel import tenancy
from kernel.errors import NotFound
from tenants.metering import counters
from tenants.metering.domain import next_month
from tenants.metering.flags import FLAGS, Flag
from tenants.metering.models import FlagOverride, PriceList, QuotaOverride, Statement, UsageDay
from tenants.metering.quotas import QUOTAS, STORAGE, Period, Quota
from tenants.metering.usage import last_storage_bytes


@dataclass(frozen=True)
class Decided:
    """Why a gmina differs from the default; `by` is the public id of an operator."""

    reason: str
    at: datetime
    by: str


@dataclass(frozen=True)
class FlagSet:
    """A flag as it stands in a gmina."""

    flag: Flag
    is_on: bool
    decided: Decided | None


@dataclass(frozen=True)
class QuotaUsed:
    """A quota as it stands in a gmina: what of it is used in the window that is open now."""

    quota: Quota
    most: int
    used: int
    decided: Decided | None

    @property
    def is_reached(self) -> bool:
        """Whether nothing is left."""
        return self.used >= self.most


@dataclass(frozen=True)
class MonthUsed:
    """Sums of a gmina's month: counts, grosze, the most residents of a day, the largest size in bytes."""

    payments: int
    payments_gr: int
    messages: int
    api_requests: int
    residents: int
    storage_bytes: int


def flags_of(teryt: str) -> list[FlagSet]:
    """All flags as they stand in the gmina."""
    with tenancy.public():
        known = {row.name: row for row in FlagOverride.objects.filter(tenant__teryt=teryt)}
    return [
        FlagSet(flag, known[name].is_on, _decided(known[name]))
        if name in known
        else FlagSet(flag, flag.default, None)
        for name, flag in FLAGS.items()
    ]


def quotas_of(teryt: str) -> list[QuotaUsed]:
    """All quotas as they stand in the gmina."""
    with tenancy.public():
        known = {row.name: row for row in QuotaOverride.objects.filter(tenant__teryt=teryt)}
    paced = [name for name, quota in QUOTAS.items() if quota.period is not Period.STANDING]
    used = counters.used_by(teryt, paced)
    used[STORAGE.name] = last_storage_bytes(teryt)
    return [
        QuotaUsed(
            quota,
            known[name].most if name in known else quota.default,
            used[name],
            _decided(known[name]) if name in known else None,
        )
        for name, quota in QUOTAS.items()
    ]


def _decided(row: FlagOverride | QuotaOverride) -> Decided:
    return Decided(row.reason, row.changed_at, row.changed_by)


def usage_days(teryt: str, month: date) -> list[UsageDay]:
    """Days of a month that are known of the gmina, in order."""
    with tenancy.public():
        rows = UsageDay.objects.filter(tenant__teryt=teryt, day__gte=month, day__lt=next_month(month))
        return list(rows)


def month_used(teryt: str, month: date) -> MonthUsed:
    """The gmina's month so far."""
    with tenancy.public():
        rows = UsageDay.objects.filter(tenant__teryt=teryt, day__gte=month, day__lt=next_month(month))
        return MonthUsed(
            **rows.order_by().aggregate(
                payments=Sum("payments", default=0),
                payments_gr=Sum("payments_gr", default=0),
                messages=Sum("messages", default=0),
                api_requests=Sum("api_requests", default=0),
                residents=Max("residents", default=0),
                storage_bytes=Max("storage_bytes", default=0),
            )
        )


def statements_of(teryt: str) -> QuerySet[Statement]:
    """Statements of a gmina, newest month first; call it on the public schema."""
    return Statement.objects.select_related("corrects", "corrected_by").filter(tenant__teryt=teryt)


def statement(teryt: str, statement_id: UUID) -> Statement:
    """One of the gmina's statements with its lines; call it on the public schema. Raises NotFound("statement.unknown")."""
    row = statements_of(teryt).prefetch_related("lines").filter(public_id=statement_id).first()
    if row is None:
        raise NotFound("statement.unknown")
    return row


def statements_for(month: date) -> QuerySet[Statement]:
    """Statements of all gminas for a month, by the gmina's name; call it on the public schema."""
    rows = Statement.objects.select_related("corrects").filter(month=month)
    return rows.order_by("gmina_name", "id")


def price_lists() -> Sequence[PriceList]:
    """All price lists with their items, newest first; call it on the public schema."""
    return list(PriceList.objects.prefetch_related("items"))
