"""How the fleet does from day to day, for the console's charts. Call it on the public schema."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import TruncMonth

from tenants.directory.models import Tenant, TenantDay
from tenants.directory.readiness import MINUTES_OF_A_DAY


@dataclass(frozen=True, slots=True)
class Day:
    """One day: confirmed payments, their sum in grosze, and the uptime in whole per cent (None where nothing beat)."""

    day: date
    payments: int
    paid_gr: int
    uptime: int | None


def days_of_gmina(teryt: str, *, today: date, minutes_today: int, days: int = 30) -> list[Day]:
    """The last days of one gmina, oldest first; `minutes_today` have passed of today."""
    return _days(TenantDay.objects.filter(tenant__teryt=teryt), today, minutes_today, days)


def days_of_fleet(*, today: date, minutes_today: int, days: int = 30) -> list[Day]:
    """The last days of all gminas together; the uptime is that of the gminas that told of themselves on the day."""
    return _days(TenantDay.objects.all(), today, minutes_today, days)


def _days(rows: QuerySet[TenantDay], today: date, minutes_today: int, days: int) -> list[Day]:
    first = today - timedelta(days=days - 1)
    sums: Mapping[date, tuple[int, int, int, int]] = {
        day: (payments, paid, beats, told)
        for day, payments, paid, beats, told in rows.filter(day__gte=first, day__lte=today)
        .order_by("day")
        .values_list("day")
        .annotate(
            all_payments=Sum("payments"),
            all_paid=Sum("paid_gr"),
            all_beats=Sum("beats"),
            told=Count("pk", filter=Q(beats__gt=0)),
        )
    }
    made = []
    for day in (first + timedelta(days=n) for n in range(days)):
        payments, paid, beats, told = sums.get(day, (0, 0, 0, 0))
        minutes = max(minutes_today if day == today else MINUTES_OF_A_DAY, 1) * told
        uptime = min(100 * beats // minutes, 100) if minutes else None
        made.append(Day(day, payments, paid, uptime))
    return made


@dataclass(frozen=True, slots=True)
class Month:
    """The end of a month: how many portals were open."""

    month: date
    portals: int


def growth_of_fleet(*, today: date, months: int = 12) -> list[Month]:
    """Opened portals that were not closed again, at the end of each of the last months, oldest first."""
    opened = _by_month(Tenant.objects.filter(opened_at__isnull=False), "opened_at")
    closed = _by_month(
        Tenant.objects.filter(opened_at__isnull=False, offboardings__closed_at__isnull=False),
        "offboardings__closed_at",
    )
    wanted = [_month_back(today, n) for n in reversed(range(months))]
    return [
        Month(
            month, sum(opened[m] for m in opened if m <= month) - sum(closed[m] for m in closed if m <= month)
        )
        for month in wanted
    ]


def _by_month(rows: QuerySet[Tenant], instant: str) -> dict[date, int]:
    counted = (
        rows.order_by().annotate(month=TruncMonth(instant)).values_list("month").annotate(number=Count("pk"))
    )
    return {month.date(): number for month, number in counted}


def _month_back(today: date, months: int) -> date:
    index = today.year * 12 + today.month - 1 - months
    return date(index // 12, index % 12 + 1, 1)
