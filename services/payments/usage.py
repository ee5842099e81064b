"""What a gmina used on one day, for the platform's monthly statement: counts and sums, never a person."""

from datetime import date

from django.db import connection
from django.db.models import Count, F, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from kernel import tenancy
from kernel.dates import warsaw_day
from services.accounts.domain import ResidentState
from services.accounts.models import Resident
from services.notices.models import Message, MessageState
from services.payments.models import Payment
from tenants.metering.domain import Usage, day_bounds
from tenants.metering.usage import days_to_measure, store_usage

_measured_until: dict[str, date] = {}
"""TERYT -> until before which day this process knows that everything is written."""


def measure_days() -> int:
    """Write the finished days of the open gmina that are not written yet; returns how many.

    It may run every minute: after midnight the first run writes the day before, and a process that has done so does not even
    ask again until the next midnight. What a lost message or a killed worker left out is found by the next run.
    """
    teryt, today = tenancy.current_tenant_id(), warsaw_day(timezone.now())
    if _measured_until.get(teryt) == today:
        return 0
    days = days_to_measure(teryt, today)
    for day in days:
        store_usage(teryt, day, usage_on(day))
    _measured_until[teryt] = today
    return len(days)


def usage_on(day: date) -> Usage:
    """What the open gmina used on a day of Warsaw, in four queries.

    A payment belongs to the day on which the operator confirmed it and stays there when it is given back later; its sum is
    what was paid for the office, in grosze, without the operator's fee. Residents and size are those of now.
    """
    start, end = day_bounds(day)
    office_gr = Coalesce("received_gr", F("amount_gr") + F("fee_gr")) - F("fee_gr")
    paid = Payment.objects.filter(paid_at__gte=start, paid_at__lt=end).order_by()
    payments = paid.aggregate(count=Count("pk"), total_gr=Coalesce(Sum(office_gr), 0))
    sent = Message.objects.filter(state=MessageState.SENT, sent_at__gte=start, sent_at__lt=end)
    return Usage(
        payments=payments["count"],
        payments_gr=payments["total_gr"],
        messages=sent.count(),
        residents=Resident.objects.filter(state=ResidentState.ACTIVE).count(),
        storage_bytes=_storage_bytes(),
    )


def _storage_bytes() -> int:
    """Size of all tables of the open gmina with their indexes."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(sum(pg_total_relation_size(c.oid)), 0) FROM pg_class c"
            " WHERE c.relnamespace = %s::regnamespace AND c.relkind IN ('r', 'm')",
            [tenancy.current().schema_name],
        )
        return int(cursor.fetchone()[0])
