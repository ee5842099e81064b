"""The platform's own audit log, for the console: every act of an operator and of the program, about gminas or not."""

from datetime import date, datetime, time, timedelta

from django.db.models import CharField, QuerySet
from django.db.models.functions import Cast
from django.utils import timezone

from kernel.audit.models import AuditEntry
from tenants.directory.queries import tenants


def audit_entries(
    *,
    gmina: str = "",
    since: date | None = None,
    until: date | None = None,
    action: str = "",
    actor: str = "",
) -> QuerySet[AuditEntry]:
    """Entries of the public schema, newest first; `actor` is an operator's public id or "system", `gmina` is searched for
    as in the list of gminas, both days are whole."""
    rows = AuditEntry.objects.all()
    if gmina.strip():
        found = tenants(gmina).order_by().annotate(ref=Cast("public_id", CharField())).values("ref")
        rows = rows.filter(subject_ref__in=found)
    if since:
        rows = rows.filter(at__gte=_start_of(since))
    if until:
        rows = rows.filter(at__lt=_start_of(until + timedelta(days=1)))
    if action:
        rows = rows.filter(action=action)
    if actor == "system":
        rows = rows.filter(actor_kind="system")
    elif actor:
        rows = rows.filter(actor_kind="platform", actor_ref=actor)
    return rows


def gminas_of(refs: set[str]) -> dict[str, tuple[str, str]]:
    """TERYT and name of the gminas among the public ids, in one query."""
    known = tenants().order_by().annotate(ref=Cast("public_id", CharField())).filter(ref__in=refs)
    return {ref: (teryt, name) for ref, teryt, name in known.values_list("ref", "teryt", "name")}


def _start_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
