"""What a gmina has used day by day. Every function opens the public schema itself."""

from dataclasses import asdict
from datetime import date, timedelta

from django.db import connection, transaction
from django.utils import timezone

from kernel import tenancy
from kernel.dates import warsaw_day
from kernel.errors import NotFound
from tenants.directory.models import Tenant
from tenants.metering import counters
from tenants.metering.counters import Wanted
from tenants.metering.domain import Usage, days_between, end_of_day
from tenants.metering.models import UsageDay

CALLS = "api_calls:"
"""Name of the counter of a day's API calls, followed by the day."""
KEPT_DAYS = 2
LOOK_BACK_DAYS = 62
"""How many days back a missing day is still measured: two months, as long as a statement may wait."""

_GATHER = """
WITH held AS (
    SELECT gmina, name, used FROM metering_counter WHERE name LIKE 'api\\_calls:%' AND used > 0
    FOR UPDATE SKIP LOCKED
), emptied AS (
    UPDATE metering_counter AS c SET used = 0 FROM held
    WHERE (c.gmina, c.name) = (held.gmina, held.name) AND c.subject = ''
)
INSERT INTO metering_usageday AS known
    (tenant_id, day, api_requests, payments, payments_gr, messages, residents, storage_bytes)
SELECT tenant.id, split_part(held.name, ':', 2)::date, held.used, 0, 0, 0, 0, 0
FROM held JOIN directory_tenant AS tenant ON tenant.teryt = held.gmina
ON CONFLICT (tenant_id, day) DO UPDATE SET api_requests = known.api_requests + excluded.api_requests
"""


def api_call() -> Wanted:
    """One call of the API, to be counted for today of the gmina that is open."""
    now = timezone.now()
    kept_until = end_of_day(now) + timedelta(days=KEPT_DAYS)
    return Wanted(f"{CALLS}{warsaw_day(now)}", None, until=kept_until)


def gather_api_calls() -> int:
    """Move the counted API calls of all gminas into their days, in one statement; returns how many days got some.

    Moving and emptying are one transaction, so no call is counted twice. The counters are unlogged: a crash of the server
    loses what was counted since the last run, a minute at most, in the gmina's favour.
    """
    with tenancy.public(), connection.cursor() as cursor:
        cursor.execute(_GATHER)
        return int(cursor.rowcount)


def days_to_measure(teryt: str, today: date) -> list[date]:
    """Finished days since the opening that are not measured yet, oldest first. Raises NotFound("tenant.unknown")."""
    with tenancy.public():
        tenant = _get(teryt)
        if tenant.opened_at is None:
            return []
        first = max(warsaw_day(tenant.opened_at), today - timedelta(days=LOOK_BACK_DAYS))
        measured = UsageDay.objects.filter(tenant=tenant, day__gte=first, measured_at__isnull=False)
        known = set(measured.values_list("day", flat=True))
    return [day for day in days_between(first, today) if day not in known]


def store_usage(teryt: str, day: date, usage: Usage) -> None:
    """Keep what a gmina counted about a day; the same day again replaces the counts and sums.

    Size of the database and number of residents are a state, not a sum: the first measurement after the day stands, since
    a later one would tell of another day. Raises NotFound("tenant.unknown").
    """
    with tenancy.public(), transaction.atomic():
        tenant = _get(teryt)
        UsageDay.objects.get_or_create(tenant=tenant, day=day)
        row = UsageDay.objects.select_for_update().get(tenant=tenant, day=day)
        counted = asdict(usage)
        if row.measured_at is not None:
            del counted["residents"], counted["storage_bytes"]
        for name, value in counted.items():
            setattr(row, name, value)
        row.measured_at = timezone.now()
        # The calls of the API are counted by others meanwhile: their column is not written here.
        row.save(update_fields=[*counted, "measured_at"])


def last_storage_bytes(teryt: str) -> int:
    """Size of the gmina's data when it was measured last, in bytes; 0 before the first time."""
    with tenancy.public():
        rows = UsageDay.objects.filter(tenant__teryt=teryt, measured_at__isnull=False)
        return rows.order_by("-day").values_list("storage_bytes", flat=True).first() or 0


def sweep_counters() -> None:
    """What the platform does with the counters every minute: bring the API's calls home, drop windows that are over."""
    gather_api_calls()
    counters.drop_ended()


def _get(teryt: str) -> Tenant:
    tenant = Tenant.objects.filter(teryt=teryt).first()
    if tenant is None:
        raise NotFound("tenant.unknown", teryt=teryt)
    return tenant
