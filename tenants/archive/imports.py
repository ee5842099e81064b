"""A gmina that comes from another deployment: from its own open archive, or from a backup with the keys beside it."""

import json
from dataclasses import dataclass
from pathlib import Path

import tink
from django.conf import settings
from django.db import transaction

from kernel import crypto, tenancy
from kernel.actors import Actor
from kernel.audit import verification
from kernel.audit.recording import record
from kernel.audit.verification import Head
from kernel.errors import Conflict, InvalidInput
from tenants.archive import loading, servers
from tenants.archive.backups import read_keys
from tenants.archive.envelope import Unlock
from tenants.archive.gmina import alone
from tenants.archive.loading import Compared
from tenants.archive.manifest import Manifest
from tenants.archive.packing import Archive, opened
from tenants.archive.rows import Form
from tenants.archive.writing import KEYS
from tenants.directory import domain, provisioning
from tenants.directory.models import Domain, Tenant, TenantState
from tenants.directory.placement import cluster_for_new
from tenants.jobs import chains

WAITS = "Przenosimy portal gminy. Prosimy spróbować później."
"""What residents read until somebody has looked at the imported gmina and resumes it."""


@dataclass(frozen=True)
class OldKeys:
    """Keys of a gmina as another deployment kept them: the file keys.json and that deployment's master key."""

    file: Path
    master_key: str


def import_gmina(
    path: Path, label: str, *, unlock: Unlock | None = None, old_keys: OldKeys | None = None, actor: Actor
) -> Compared:
    """Make the archive's gmina on this deployment at `<label>.<platform domain>`, suspended until a person has looked.

    Its keys are wrapped anew by our master key. The directory learns of the gmina last, when its rows are there and
    compared: what a killed run has left is dropped by the next one. It comes without sessions, and back to its trial when it
    is resumed: its operator accounts are to be tried here once. Raises InvalidInput("archive.keys") without the keys that
    open it, ("archive.differs"), ("tenant.label"), Conflict("tenant.exists"), ("tenant.address_taken"), and what `opened`
    and `load` raise.
    """
    domain.check_label(label)
    with opened(path, unlock) as archive:
        given = archive.manifest
        domain.check_teryt(given.teryt, given.kind)
        with alone(given.teryt):
            keys = _rewrapped(archive, old_keys)
            scope = _scope_of(given, keys)
            _refuse_known(given.teryt)
            servers.drop_schema(scope)
            outcome = loading.load(scope, archive)
            if outcome.findings:
                servers.drop_schema(scope)
                raise InvalidInput("archive.differs", place=outcome.findings[0], findings=outcome.findings)
            provisioning.migrate(scope)
            with tenancy.enter(scope):
                head = verification.head()
            _register(given, scope, keys, label, head, actor)
            return outcome


def _rewrapped(archive: Archive, old_keys: OldKeys | None) -> crypto.WrappedKeys:
    teryt = archive.manifest.teryt
    try:
        if archive.manifest.form == Form.OPEN:
            return crypto.wrap_keysets(teryt, json.loads(archive.read(KEYS)))
        if old_keys is not None:
            clear = crypto.clear_keysets(teryt, read_keys(old_keys.file), old_keys.master_key)
            return crypto.wrap_keysets(teryt, clear)
    except (tink.TinkError, ValueError, KeyError, TypeError) as error:
        raise InvalidInput("archive.keys") from error
    raise InvalidInput("archive.keys")


def _scope_of(given: Manifest, keys: crypto.WrappedKeys) -> tenancy.Scope:
    name = f"gmina_{given.teryt}"
    with tenancy.public():
        shard = cluster_for_new()
    return tenancy.Scope(
        schema_name=name,
        role=name,
        tenant_id=given.teryt,
        name=given.name,
        shard=shard,
        wrapped_data_key=keys.data_key,
        wrapped_index_key=keys.index_key,
    )


def _refuse_known(teryt: str) -> None:
    """A schema without a row in the directory is what a killed import left; one with a row is somebody's data."""
    with tenancy.public():
        if Tenant.objects.filter(teryt=teryt).exists():
            raise Conflict("tenant.exists", field="teryt")


def _register(
    given: Manifest,
    scope: tenancy.Scope,
    keys: crypto.WrappedKeys,
    label: str,
    head: Head | None,
    actor: Actor,
) -> None:
    """The gmina, its address, and the newest seal of the chain that it brings: all or nothing."""
    host = f"{label}.{settings.SKARBNIK_DOMAIN}"
    with tenancy.public(), transaction.atomic():
        if Domain.objects.filter(domain=host).exists():
            raise Conflict("tenant.address_taken", field="label")
        tenant = Tenant(
            teryt=given.teryt,
            name=given.name,
            kind=given.kind,
            schema_name=scope.schema_name,
            shard=scope.shard,
            data_key=keys.data_key,
            index_key=keys.index_key,
            state=TenantState.SUSPENDED,
            suspended_reason=WAITS,
            setup={},
        )
        tenant.save()
        Domain.objects.create(domain=host, tenant=tenant, is_primary=True)
        chains.note(given.teryt, head)
        record("tenant.imported", tenant, actor=actor, made_at=given.made_at)
