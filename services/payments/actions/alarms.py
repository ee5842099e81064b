"""Letters to the office about what does not agree: soon when there is something new, and once a day while anything is open.

However much there is, a letter only counts it: the office reads the rest at its desk. No letter names a person or a payment.
"""

from datetime import datetime, timedelta
from datetime import time as clock

from django.db import transaction
from django.db.models import Count, QuerySet

from kernel.dates import WARSAW, warsaw_day
from services.notices.actions import write_message
from services.notices.queries import written_since
from services.payments.models import Discrepancy, DiscrepancyState, Reconciliation
from tenants.configuration.queries import office

NEW, DAILY = "discrepancies_new", "discrepancies_daily"
QUIET = timedelta(hours=4)
"""After a letter the next new ones wait this long, or until the daily one."""
DAILY_FROM = clock(7)
"""Polish time from which the daily letter is written."""


@transaction.atomic(durable=True)
def tell_office(now: datetime) -> str:
    """Write the letter that is due at `now`, if any; its kind, else empty. Of two workers at once one writes."""
    list(Reconciliation.objects.select_for_update().order_by("pk").values_list("pk", flat=True))
    listed = Discrepancy.objects.filter(state=DiscrepancyState.OPEN)
    fresh = listed.filter(told_at__isnull=True)
    if not listed.exists():
        return ""
    if _is_daily_due(now):
        _write(DAILY, listed, fresh.count())
        kind = DAILY
    elif fresh.exists() and not written_since(now - QUIET, NEW, DAILY):
        _write(NEW, fresh, fresh.count())
        kind = NEW
    else:
        return ""
    fresh.update(told_at=now)
    return kind


def _is_daily_due(now: datetime) -> bool:
    begins_at = datetime.combine(warsaw_day(now), DAILY_FROM, WARSAW)
    return now >= begins_at and not written_since(begins_at, DAILY)


def _write(kind: str, rows: QuerySet[Discrepancy], new: int) -> None:
    portal = office()
    counted = rows.order_by().values_list("kind").annotate(count=Count("pk"))
    write_message(
        kind=kind,
        recipient=portal.payments_email or portal.email,
        context={
            "portal": portal.portal_name,
            "counts": sorted(counted),
            "total": rows.count(),
            "new": new,
        },
    )
