"""Life of a gmina on the platform. All of it runs on the public schema and is done by the platform's operator."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from kernel import crypto, tenancy
from kernel.actors import Actor
from kernel.audit.recording import history, record
from kernel.errors import Conflict, NotFound
from tenants.directory import domain, domain_readiness, domain_states, provisioning
from tenants.directory.domain_states import Event
from tenants.directory.models import Domain, Tenant, TenantFigures, TenantReadiness, TenantState
from tenants.directory.placement import cluster_for_new
from tenants.directory.readiness import lines_of


def register_tenant(
    *, teryt: str, name: str, kind: str, label: str, cluster: str = "", setup: dict[str, Any], actor: Actor
) -> Tenant:
    """Record a new gmina with its keys and its address `<label>.<platform domain>`; the setting up follows as a job.

    `cluster` is where its data will be, "" lets `placement.cluster_for_new` choose. `setup` is kept for that job (preset or
    kind, first local administrator) and emptied when it is done. Raises InvalidInput("tenant.teryt", "tenant.teryt_kind",
    "tenant.label", "tenant.label_reserved", "cluster.closed"), Conflict("tenant.exists") when the TERYT code is taken and
    Conflict("tenant.address_taken") when the address is.
    """
    domain.check_teryt(teryt, kind)
    domain.check_label(label)
    shard = cluster_for_new(cluster)
    keys = crypto.new_wrapped_keys(teryt)
    try:
        with transaction.atomic(durable=True):
            tenant = Tenant(
                teryt=teryt,
                name=name,
                kind=kind,
                schema_name=f"gmina_{teryt}",
                shard=shard,
                data_key=keys.data_key,
                index_key=keys.index_key,
                setup=setup,
            )
            tenant.save()
            Domain.objects.create(
                domain=f"{label}.{settings.SKARBNIK_DOMAIN}", tenant=tenant, is_primary=True
            )
            record("tenant.registered", tenant, actor=actor, teryt=teryt, cluster=shard)
    except (IntegrityError, ValidationError) as error:  # the row's own check of its schema name comes first
        if Tenant.objects.filter(teryt=teryt).exists():
            raise Conflict("tenant.exists", field="teryt") from error
        raise Conflict("tenant.address_taken", field="label") from error
    return tenant


def build_tenant(teryt: str) -> tenancy.Scope:
    """Make role, schema and tables of a registered gmina. May be repeated. Raises NotFound("tenant.unknown")."""
    with tenancy.public():
        scope = _get(teryt).scope()
    provisioning.build(scope)
    return scope


def open_trial(teryt: str, *, actor: Actor) -> None:
    """Open the gmina's portal within the limits of a trial; what was kept for setting it up is forgotten."""
    with tenancy.public(), transaction.atomic():
        tenant = Tenant.objects.select_for_update().get(teryt=teryt)
        if tenant.state == TenantState.PROVISIONING:
            _open(tenant, actor)


def activate_tenant(teryt: str, *, actor: Actor) -> None:
    """Open a gmina that a command has prepared from a preset of its own, and let it go live at once.

    Whoever wrote such a preset has checked what the go-live list asks for; the history says so.
    """
    with tenancy.public(), transaction.atomic():
        tenant = Tenant.objects.select_for_update().get(teryt=teryt)
        if tenant.state == TenantState.PROVISIONING:
            _open(tenant, actor)
            _go_live(tenant, actor, reason="", missing=(), prepared=True)


def go_live(teryt: str, *, override_reason: str = "", actor: Actor) -> Tenant:
    """End the trial: the limits fall. The list must be fresh and complete, or the operator says why it goes without.

    Raises NotFound("tenant.unknown"), Conflict("tenant.state") outside a trial, Conflict("tenant.readiness_old") when the
    gmina has not told of itself within the hour, Conflict("tenant.not_ready", lines=…) when mandatory lines are missing and
    there is no `override_reason`.
    """
    with transaction.atomic(durable=True):
        tenant = locked(teryt)
        domain_states.next_state(domain_states.State(tenant.state), Event.WENT_LIVE)
        known = TenantReadiness.objects.filter(tenant=tenant).first()
        missing = domain_readiness.missing(lines_of(known))
        if not override_reason:
            if known is None or known.measured_at is None:
                raise Conflict("tenant.readiness_old")
            if not domain_readiness.is_fresh(known.measured_at, timezone.now()):
                raise Conflict("tenant.readiness_old")
            if missing:
                raise Conflict("tenant.not_ready", lines=[line.value for line in missing])
        _go_live(tenant, actor, reason=override_reason, missing=missing)
        return tenant


def set_trial_limits(teryt: str, *, residents: int, payments: int, sum_gr: int, actor: Actor) -> Tenant:
    """Change how far a trial goes; `sum_gr` in grosze. Raises Conflict("tenant.state") outside a trial."""
    with transaction.atomic(durable=True):
        tenant = locked(teryt)
        if tenant.state != TenantState.TRIAL:
            raise Conflict("tenant.state", state=tenant.state)
        tenant.trial_residents, tenant.trial_payments, tenant.trial_sum_gr = residents, payments, sum_gr
        tenant.save()
        record(
            "tenant.limits_changed",
            tenant,
            actor=actor,
            residents=residents,
            payments=payments,
            sum_gr=sum_gr,
        )
        return tenant


def _open(tenant: Tenant, actor: Actor) -> None:
    tenant.opened_at = timezone.now()
    tenant.setup = {}
    tenant.last_error = ""
    advance(tenant, Event.OPENED, actor=actor)


def _go_live(
    tenant: Tenant,
    actor: Actor,
    *,
    reason: str,
    missing: tuple[domain_readiness.Line, ...],
    prepared: bool = False,
) -> None:
    tenant.activated_at = timezone.now()
    told: dict[str, Any] = {"prepared": True} if prepared else {}
    if missing:
        told["missing"] = [line.value for line in missing]
    advance(tenant, Event.WENT_LIVE, actor=actor, reason=reason, **told)


def note_step(teryt: str, step: str, *, actor: Actor) -> None:
    """Keep that a step of the setting up is done ("built", "configured", "invited"), once, for the console."""
    with tenancy.public(), transaction.atomic():
        tenant = Tenant.objects.select_for_update().get(teryt=teryt)
        if not history(tenant).filter(action=f"tenant.{step}").exists():
            record(f"tenant.{step}", tenant, actor=actor)


def note_failure(teryt: str, error: str) -> None:
    """Keep why the setting up stopped, for the console; the sweep tries again."""
    with tenancy.public():
        unfinished = Tenant.objects.filter(teryt=teryt, state=TenantState.PROVISIONING)
        unfinished.update(last_error=error[:500])


def store_figures(teryt: str, figures: Mapping[str, Any]) -> None:
    """Keep what a gmina counted about itself, over what it counted before. Raises NotFound("tenant.unknown").

    `figures` has the columns of TenantFigures: numbers, sums in grosze and the instant of the last payment, no person.
    """
    with tenancy.public(), transaction.atomic():
        TenantFigures.objects.update_or_create(
            tenant=_get(teryt), defaults={**figures, "measured_at": timezone.now()}
        )


def suspend_tenant(teryt: str, *, reason: str, actor: Actor) -> Tenant:
    """Close the portal to residents with a reason that they are shown; the office may still read.

    Raises NotFound("tenant.unknown") and Conflict("tenant.state") when the portal is not open.
    """
    with transaction.atomic(durable=True):
        tenant = locked(teryt)
        tenant.suspended_reason = reason
        return advance(tenant, Event.SUSPENDED, actor=actor, reason=reason)


def resume_tenant(teryt: str, *, reason: str = "", actor: Actor) -> Tenant:
    """Open a suspended portal again, in the trial if it never went live. `reason` stays in the history.

    Raises NotFound("tenant.unknown") and Conflict("tenant.state") when it is not suspended.
    """
    with transaction.atomic(durable=True):
        tenant = locked(teryt)
        tenant.suspended_reason = ""
        event = Event.RESUMED if tenant.activated_at else Event.TRIAL_RESUMED
        return advance(tenant, event, actor=actor, reason=reason)


def advance(tenant: Tenant, event: Event, *, actor: Actor, reason: str = "", **told: Any) -> Tenant:
    """Move a locked row along an edge of its life, save it and write it down, inside the caller's transaction.

    Raises Conflict("tenant.state") where the life has no such edge.
    """
    before = tenant.state
    tenant.state = domain_states.next_state(domain_states.State(before), event).value
    tenant.save()
    record(
        f"tenant.{event.value}", tenant, actor=actor, reason=reason, before=before, after=tenant.state, **told
    )
    return tenant


def locked(teryt: str) -> Tenant:
    """The gmina's row, locked until the caller's transaction ends. Raises NotFound("tenant.unknown")."""
    tenant = Tenant.objects.select_for_update().filter(teryt=teryt).first()
    if tenant is None:
        raise NotFound("tenant.unknown", teryt=teryt)
    return tenant


def _get(teryt: str) -> Tenant:
    tenant = Tenant.objects.prefetch_related("domains").filter(teryt=teryt).first()
    if tenant is None:
        raise NotFound("tenant.unknown", teryt=teryt)
    return tenant
