"""By what the list of gminas is narrowed: states as tabs, troubles as a choice."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from frontend.console.showing import BEHIND_AFTER, CERTIFICATE_DAYS, SILENT_AFTER
from tenants.archive.queries import backed_up_since
from tenants.directory.domain_states import OPEN, WORKING
from tenants.jobs.domain import ENDS_SOON_OF, LATE_AFTER, Queue

BACKUP_OVERDUE = timedelta(days=2)

STATES: dict[str, tuple[object, Q]] = {
    "dzialaja": (_("Działają"), Q(state="active")),
    "probne": (_("Wersje próbne"), Q(state="trial")),
    "zakladane": (_("Zakładane"), Q(state="provisioning")),
    "zawieszone": (_("Zawieszone"), Q(state="suspended")),
    "odchodza": (_("Odchodzą"), Q(state="offboarding")),
    "zamkniete": (_("Zamknięte"), Q(state="closed")),
    "bledy": (_("Z błędem"), ~Q(last_error="")),
}

TROUBLES: dict[str, tuple[object, Callable[[datetime], Q]]] = {
    "cisza": (
        _("nie zgłasza się"),
        lambda now: Q(state__in=WORKING) & (Q(pulse=None) | Q(pulse__beat_at__lt=now - SILENT_AFTER)),
    ),
    "kolejki": (_("coś czeka za długo"), lambda now: _late(now)),
    "uzgodnienie": (
        _("nieuzgodnione"),
        lambda now: Q(state__in=OPEN, figures__reconciled_at__lt=now - BEHIND_AFTER),
    ),
    "niezgodnosci": (_("niezgodności"), lambda now: Q(figures__discrepancies__gt=0)),
    "kopie": (_("brak kopii od dwóch dni"), lambda now: _without_backup(now)),
    "certyfikaty": (_("certyfikat do wymiany"), lambda now: certificate_trouble(now)),
}


def certificate_trouble(now: datetime) -> Q:
    """Gminas with an address whose certificate ends soon or is not believed, or whose logins are about to lose theirs."""
    ends_soon = Q(domains__certificate__ends_at__lt=now + timedelta(days=CERTIFICATE_DAYS))
    of_logins = Q(
        probes__queue=Queue.CERTIFICATES.value,
        probes__ends_at__lt=now + ENDS_SOON_OF[Queue.CERTIFICATES],
    )
    return ends_soon | Q(domains__certificate__problem__gt="") | of_logins


def _without_backup(now: datetime) -> Q:
    """Gminas whose backup is overdue; none where the platform makes no backups at all."""
    if not settings.BACKUP_DIR:
        return Q(pk__in=[])
    since = now - BACKUP_OVERDUE
    return Q(state__in=WORKING, opened_at__lt=since) & ~Q(teryt__in=backed_up_since(since))


def _late(now: datetime) -> Q:
    rule = Q(pk__in=[])
    for queue, limit in LATE_AFTER.items():
        rule |= Q(probes__queue=queue.value, probes__since__lt=now - limit)
    return rule
