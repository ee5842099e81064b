"""A new master key: the keysets of all gminas are wrapped anew; nothing that they encrypt is touched.

First every process is started with the new MASTER_KEY and the old one as MASTER_KEY_PREVIOUS (both open, so a rolling
restart stops nobody); then this is run; then MASTER_KEY_PREVIOUS goes. A run that was killed is run again.
"""

import base64
from collections.abc import Iterator
from dataclasses import dataclass

import tink
from django.conf import settings
from django.db import transaction

from kernel import keysets, tenancy
from kernel.actors import Actor
from kernel.audit.recording import record
from tenants.directory.models import Tenant


@dataclass(frozen=True)
class Rewrapped:
    """One gmina: whether its keysets were changed, and whether they open at all."""

    teryt: str
    is_changed: bool
    is_lost: bool = False


def rewrap_all(*, actor: Actor) -> Iterator[Rewrapped]:
    """Wrap the keysets of every gmina by the master key that wraps now, one transaction each."""
    with tenancy.public():
        codes = list(Tenant.objects.exclude(data_key=b"").order_by("pk").values_list("teryt", flat=True))
    for teryt in codes:
        yield _rewrap(teryt, actor)


def _rewrap(teryt: str, actor: Actor) -> Rewrapped:
    with tenancy.public(), transaction.atomic(durable=True):
        tenant = Tenant.objects.select_for_update().get(teryt=teryt)
        before = bytes(tenant.data_key), bytes(tenant.index_key)
        try:
            after = (
                keysets.rewrapped(before[0], f"data|{teryt}"),
                keysets.rewrapped(before[1], f"index|{teryt}"),
            )
        except tink.TinkError:
            return Rewrapped(teryt, is_changed=False, is_lost=True)
        if after == before:
            return Rewrapped(teryt, is_changed=False)
        tenant.data_key, tenant.index_key = after
        tenant.save(update_fields=["data_key", "index_key"])
        record("keys.rewrapped", tenant, actor=actor)
        return Rewrapped(teryt, is_changed=True)


def platform_keys() -> str:
    """The platform's own keys under the master key that wraps now, in the form that PLATFORM_KEYS takes.

    Raises tink.TinkError when neither master key opens them.
    """
    data, index = (base64.b64decode(part) for part in settings.PLATFORM_KEYS.split("."))
    return ".".join(
        base64.b64encode(part).decode()
        for part in (keysets.rewrapped(data, "data|"), keysets.rewrapped(index, "index|"))
    )
