"""Periodic work of the directory itself."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from integrations.web_addresses import HTTPS, certificate_of
from kernel import tenancy
from kernel.tasks import PlatformTask
from tenants.directory.domain_states import WORKING
from tenants.directory.models import Domain, DomainCertificate

AT_ONCE = 16
FRESH = timedelta(hours=20)


@shared_task(base=PlatformTask, name="directory.look_at_certificates")
def look_at_certificates() -> None:
    """Keep until when the certificate of every address is good, once a day; plain http has none to look at.

    Asked for every hour: a message that was lost, or a new address, waits no day.
    """
    if settings.PORTAL_SCHEME != "https":
        return
    with tenancy.public():
        rows = Domain.objects.filter(tenant__state__in=WORKING).exclude(
            certificate__checked_at__gt=timezone.now() - FRESH
        )
        domains = dict(rows.values_list("pk", "domain"))
    look = partial(certificate_of, port=int(settings.PORTAL_PORT or HTTPS))
    with ThreadPoolExecutor(AT_ONCE) as pool:
        seen = dict(zip(domains, pool.map(look, domains.values()), strict=True))
    now = timezone.now()
    with tenancy.public():
        still = set(Domain.objects.filter(pk__in=seen).values_list("pk", flat=True))
        DomainCertificate.objects.bulk_create(
            [
                DomainCertificate(domain_id=pk, checked_at=now, ends_at=one.ends_at, problem=one.problem)
                for pk, one in seen.items()
                if pk in still
            ],
            update_conflicts=True,
            unique_fields=["domain"],
            update_fields=["checked_at", "ends_at", "problem"],
        )
