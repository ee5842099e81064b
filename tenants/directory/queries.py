"""Who is served here. Every function but `tenants` opens the public schema itself and returns values."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from kernel import tenancy
from kernel.errors import NotFound, Unavailable
from tenants.directory.domain_states import WORKING
from tenants.directory.models import Domain, Tenant, TenantOperatorEvent, TenantState
from tenants.directory.remembered import MEMORY


@dataclass(frozen=True)
class Served:
    """The gmina behind a host name, and whether it may be used."""

    scope: tenancy.Scope
    state: str
    suspended_reason: str
    is_moving: bool = False


def tenant_for_host(host: str) -> Served | None:
    """The gmina that answers under `host` (lower case, without port), or None; asked once until the directory changes."""
    return MEMORY.get(("host", host), lambda: _tenant_for_host(host))


def _tenant_for_host(host: str) -> Served | None:
    with tenancy.public():
        # Every request asks this first, so one statement brings the gmina and all its hosts.
        domains = list(Domain.objects.select_related("tenant").filter(tenant__domains__domain=host))
        if not domains:
            return None
        tenant = domains[0].tenant
        primary_host = next((one.domain for one in domains if one.is_primary), "")
        return Served(tenant.scope(primary_host), tenant.state, tenant.suspended_reason, tenant.is_moving)


def scope_of(teryt: str) -> tenancy.Scope:
    """Scope of the gmina with this TERYT code. Raises NotFound("tenant.unknown")."""
    scope = MEMORY.get(("teryt", teryt), lambda: _scope_of(teryt))
    if scope is None:
        raise NotFound("tenant.unknown", teryt=teryt)
    return scope


def _scope_of(teryt: str) -> tenancy.Scope | None:
    with tenancy.public():
        tenant = Tenant.objects.prefetch_related("domains").filter(teryt=teryt).first()
        return tenant.scope() if tenant else None


def has_gone_live(teryt: str) -> bool:
    """Whether the gmina's portal was ever opened to everybody; until then it is being set up."""
    return MEMORY.get(("live", teryt), lambda: _has_gone_live(teryt)) is not None


def _has_gone_live(teryt: str) -> bool | None:
    with tenancy.public():
        return Tenant.objects.filter(teryt=teryt, activated_at__isnull=False).exists() or None


def scope_to_work_in(teryt: str) -> tenancy.Scope:
    """The same for a task. Raises Unavailable("tenant.moving") while the gmina is moved to another cluster."""
    scope = MEMORY.get(("task", teryt), lambda: _scope_to_work_in(teryt))
    if scope is not None:
        return scope
    scope_of(teryt)
    raise Unavailable("tenant.moving", teryt=teryt)


def _scope_to_work_in(teryt: str) -> tenancy.Scope | None:
    with tenancy.public():
        tenant = Tenant.objects.prefetch_related("domains").filter(teryt=teryt, is_moving=False).first()
        return tenant.scope() if tenant else None


def scope_named(name: str) -> tenancy.Scope:
    """Scope by TERYT or by any of the gmina's host names or its first label; for commands. Raises NotFound."""
    with tenancy.public():
        tenants = Tenant.objects.prefetch_related("domains")
        found = tenants.filter(teryt=name).first() or tenants.filter(domains__domain=name).first()
        if found is None:
            by_label = list(tenants.filter(domains__domain__startswith=f"{name}.").distinct())
            found = by_label[0] if len(by_label) == 1 else None
        if found is None:
            raise NotFound("tenant.unknown", teryt=name)
        scope: tenancy.Scope = found.scope()
        return scope


def shard_of_schema(schema_name: str) -> str | None:
    """The cluster that serves this schema; None when it is no gmina's."""
    with tenancy.public():
        return Tenant.objects.filter(schema_name=schema_name).values_list("shard", flat=True).first()


def working_tenants() -> list[tenancy.Scope]:
    """Scopes of all gminas whose jobs run, suspended and leaving ones too (money on its way must still arrive)."""
    with tenancy.public():
        rows = Tenant.objects.prefetch_related("domains").filter(state__in=WORKING)
        return [tenant.scope() for tenant in rows.order_by("teryt")]


def unfinished_tenants() -> list[str]:
    """TERYT codes of gminas whose setting up was asked for and has not ended."""
    with tenancy.public():
        return list(Tenant.objects.filter(state=TenantState.PROVISIONING).values_list("teryt", flat=True))


def tenants(search: str = "") -> QuerySet[Tenant]:
    """Rows for the console, found by TERYT, name, address or a payment's number; call it on the public schema."""
    rows = Tenant.objects.select_related("figures", "pulse", "readiness")
    rows = rows.prefetch_related("domains__certificate")
    search = search.strip()
    if not search:
        return rows
    if search.isdigit():
        return rows.filter(teryt__startswith=search)
    by_address = Domain.objects.filter(domain__contains=search.lower()).values("tenant")
    by_payment = TenantOperatorEvent.objects.filter(reference=search).values("tenant")
    return rows.filter(Q(name__icontains=search) | Q(pk__in=by_address) | Q(pk__in=by_payment))
