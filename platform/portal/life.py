"""What a gmina's own job tells the platform once a minute: its pulse, its days, its go-live list."""

from datetime import date, timedelta

from django.db import connection, transaction
from django.db.models import Count, F, Sum
from django.db.models.functions import Coalesce, TruncDate
from django.utils import timezone

from kernel import tenancy
from kernel.actors import system
from kernel.audit.recording import record
from kernel.errors import NotFound
from portal.readiness import TEST_LETTER, readiness_of_gmina
from services.notices.actions import write_message
from services.payments.figures import WITH_MONEY
from services.payments.models import Payment
from tenants.configuration.queries import office
from tenants.directory import readiness

ACTOR = system("portal.measure")
DAYS_TOLD = 3
"""A payment of yesterday may still be confirmed today; older days do not change any more."""


def tell_life() -> None:
    """Tell of the gmina that is open now; may be called at any time."""
    teryt, today = tenancy.current_tenant_id(), timezone.localdate()
    readiness.store_pulse(teryt, schema_version=_schema_version())
    readiness.store_days(teryt, _days(today))
    if readiness.is_letter_asked(teryt):
        _write_test_letter()
        readiness.note_letter(teryt)
    readiness.store_readiness(teryt, readiness_of_gmina(today))


def _schema_version() -> str:
    """How many migrations the gmina's tables have been through, and the last one: equal everywhere after a deploy."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), (array_agg(name ORDER BY id DESC))[1] FROM django_migrations")
        count, last = cursor.fetchone()
    return f"{count}: {last}"[:40]


def _days(today: date) -> dict[date, tuple[int, int]]:
    """Payments confirmed on the last days and what the office gets of them, before refunds, in grosze."""
    first = today - timedelta(days=DAYS_TOLD - 1)
    rows = (
        Payment.objects.filter(state__in=WITH_MONEY, paid_at__date__gte=first)
        .annotate(day=TruncDate("paid_at"))
        .values("day")
        .annotate(
            count=Count("pk"), sum=Sum(Coalesce("received_gr", F("amount_gr") + F("fee_gr")) - F("fee_gr"))
        )
        .order_by("day")
    )
    told = {row["day"]: (row["count"], row["sum"]) for row in rows}
    return {first + timedelta(days=n): told.get(first + timedelta(days=n), (0, 0)) for n in range(DAYS_TOLD)}


def _write_test_letter() -> None:
    try:
        row = office()
    except NotFound:
        return
    with transaction.atomic():
        write_message(kind=TEST_LETTER, recipient=row.email, context={"portal": row.portal_name})
        record("letter.test_written", actor=ACTOR)
