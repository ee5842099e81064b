"""Limits of a trial, asked from inside a gmina before a resident is taken in or a payment starts."""

from dataclasses import dataclass

from django.db import connection

from kernel import tenancy
from kernel.errors import Conflict
from tenants.directory.models import Tenant, TenantState


@dataclass(frozen=True, slots=True)
class TrialLimits:
    """How far a trial goes; `sum_gr` in grosze."""

    residents: int
    payments: int
    sum_gr: int


def trial_limits() -> TrialLimits | None:
    """Limits of the gmina that is open now, or None when it is not in a trial."""
    teryt = tenancy.current_tenant_id()
    with tenancy.public():
        rows = Tenant.objects.filter(teryt=teryt, state=TenantState.TRIAL)
        found = rows.values_list("trial_residents", "trial_payments", "trial_sum_gr").first()
    return TrialLimits(*found) if found else None


def queue_up() -> None:
    """Let acts that count against a limit come one after the other, until the end of the caller's transaction.

    Without it two at once would both see the last free place. Only gminas in a trial pay this price.
    """
    with connection.cursor() as cursor:
        name = f"skarbnik trial {tenancy.current_tenant_id()}"
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])


def check(held: int, more: int, limit: int, code: str) -> None:
    """Refuse what would go over a limit. Raises Conflict(code, limit=…)."""
    if held + more > limit:
        raise Conflict(code, limit=limit)
