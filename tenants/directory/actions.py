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
from tenants.directory import domain, provisioning
from tenants.directory.models import Domain, Tenant, TenantFigures, TenantState


def register_tenant(
    *, teryt: str, name: str, kind: str, label: str, setup: dict[str, Any], actor: Actor
) -> Tenant:
    """Record a new gmina with its keys and its address `<label>.<platform domain>`; the setting up follows as a job.

    `setup` is kept for that job (preset or kind, first local administrator) and emptied when it is done.
    Raises InvalidInput("tenant.teryt", "tenant.teryt_kind", "tenant.label", "tenant.label_reserved"),
    Conflict("tenant.exists") when the TERYT code is taken and Conflict("tenant.address_taken") when the address is.
    """
    domain.check_teryt(teryt, kind)
    domain.check_label(label)
    keys = crypto.new_wrapped_keys(teryt)
    try:
        with transaction.atomic(durable=True):
            tenant = Tenant(
                teryt=teryt,
                name=name,
                kind=kind,
                schema_name=f"gmina_{teryt}",
                data_key=keys.data_key,
                index_key=keys.index_key,
                setup=setup,
            )
            tenant.save()
            Domain.objects.create(
                domain=f"{label}.{settings.SKARBNIK_DOMAIN}", tenant=tenant, is_primary=True
            )
            record("tenant.registered", tenant, actor=actor, teryt=teryt)
    except (IntegrityError, ValidationError) as error:  # the row's own check of its schema name comes first
        if Tenant.objects.filter(teryt=teryt).exists():
            raise Conflict("tenant.exists", field="teryt") from error
        raise Conflict("tenant.address_taken", field="label") from error
    return tenant


def build_tenant(teryt: str) -> tenancy.Scope:
    """Make role, schema and tables of a registered gmina. May be repeated. Raises NotFound("tenant.unknown")."""
    with tenancy.public():
        scope = _get(teryt).scope()
    provisioning.make_schema(scope)
    provisioning.migrate(scope)
    return scope


def activate_tenant(teryt: str, *, actor: Actor) -> None:
    """Open the gmina's portal; what was kept for setting it up is forgotten."""
    with tenancy.public(), transaction.atomic():
        tenant = Tenant.objects.select_for_update().get(teryt=teryt)
        if tenant.state != TenantState.PROVISIONING:
            return
        tenant.state = TenantState.ACTIVE
        tenant.activated_at = timezone.now()
        tenant.setup = {}
        tenant.last_error = ""
        tenant.save()
        record("tenant.activated", tenant, actor=actor)


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
    """Close the portal to residents with a reason that they are shown. Raises Conflict when it is not active."""
    return _change(teryt, TenantState.ACTIVE, TenantState.SUSPENDED, reason, "tenant.suspended", actor)


def resume_tenant(teryt: str, *, actor: Actor) -> Tenant:
    """Open a suspended portal again. Raises Conflict when it is not suspended."""
    return _change(teryt, TenantState.SUSPENDED, TenantState.ACTIVE, "", "tenant.resumed", actor)


def _change(teryt: str, before: str, after: str, reason: str, action: str, actor: Actor) -> Tenant:
    with transaction.atomic(durable=True):
        tenant = Tenant.objects.select_for_update().filter(teryt=teryt).first()
        if tenant is None:
            raise NotFound("tenant.unknown", teryt=teryt)
        if tenant.state != before:
            raise Conflict("tenant.state", state=tenant.state)
        tenant.state = after
        tenant.suspended_reason = reason
        tenant.save()
        record(action, tenant, actor=actor, reason=reason)
        return tenant


def _get(teryt: str) -> Tenant:
    tenant = Tenant.objects.prefetch_related("domains").filter(teryt=teryt).first()
    if tenant is None:
        raise NotFound("tenant.unknown", teryt=teryt)
    return tenant
