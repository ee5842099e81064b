"""Setting switches and limits of a gmina, and adding price lists. All of it runs on the public schema, by the operator."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from kernel.actors import Actor
from kernel.audit.recording import record
from kernel.errors import Conflict, InvalidInput, NotFound
from tenants.directory.models import Tenant
from tenants.metering import switchboard
from tenants.metering.domain import FULL_BP, Price, month_of
from tenants.metering.flags import FLAGS, Flag
from tenants.metering.models import (
    FlagOverride,
    Override,
    PriceItem,
    PriceList,
    QuotaOverride,
    SettingsVersion,
)
from tenants.metering.quotas import QUOTAS, Quota


def set_flag(teryt: str, name: str, *, is_on: bool | None, reason: str, actor: Actor) -> None:
    """Switch a flag for one gmina, or give it the default back (None).

    Raises NotFound("tenant.unknown"), NotFound("flag.unknown") and InvalidInput("metering.reason") without a reason.
    """
    flag = flag_named(name)
    with transaction.atomic(durable=True):
        tenant = _begin(teryt, reason)
        before = flag.is_on_in(teryt)
        _put(FlagOverride, tenant, name, reason, actor, None if is_on is None else {"is_on": is_on})
        record(
            "tenant.flag_set", tenant, actor=actor, flag=name, before=before,
            after=flag.default if is_on is None else is_on, is_default=is_on is None, reason=reason,
        )  # fmt: skip
    switchboard.forget()


def set_quota(teryt: str, name: str, *, most: int | None, reason: str, actor: Actor) -> None:
    """Limit one gmina to `most` units (bytes for storage), or give it the default back (None).

    Raises NotFound("tenant.unknown"), NotFound("quota.unknown"), InvalidInput("quota.negative") and
    InvalidInput("metering.reason") without a reason.
    """
    quota = quota_named(name)
    if most is not None and most < 0:
        raise InvalidInput("quota.negative", field="most")
    with transaction.atomic(durable=True):
        tenant = _begin(teryt, reason)
        before = quota.most_in(teryt)
        _put(QuotaOverride, tenant, name, reason, actor, None if most is None else {"most": most})
        record(
            "tenant.quota_set", tenant, actor=actor, quota=name, before=before,
            after=quota.default if most is None else most, is_default=most is None, reason=reason,
        )  # fmt: skip
    switchboard.forget()


def flag_named(name: str) -> Flag:
    """The declared flag. Raises NotFound("flag.unknown")."""
    if name not in FLAGS:
        raise NotFound("flag.unknown")
    return FLAGS[name]


def quota_named(name: str) -> Quota:
    """The declared quota. Raises NotFound("quota.unknown")."""
    if name not in QUOTAS:
        raise NotFound("quota.unknown")
    return QUOTAS[name]


def add_price_list(
    *, valid_from: date, vat_bp: int | None, prices: Sequence[Price], today: date, actor: Actor
) -> PriceList:
    """Add prices in force from the first day of a month, after all that are known. `vat_bp` None charges no VAT.

    Raises InvalidInput("price_list.first_of_month"), ("price_list.past") for a month that is over, ("price_list.vat"),
    ("price_list.empty"), and Conflict("price_list.order") when a later list is known already.
    """
    if valid_from.day != 1:
        raise InvalidInput("price_list.first_of_month", field="valid_from")
    if valid_from < month_of(today) and PriceList.objects.exists():
        raise InvalidInput("price_list.past", field="valid_from")
    if vat_bp is not None and not 0 <= vat_bp <= FULL_BP:
        raise InvalidInput("price_list.vat", field="vat")
    if not prices:
        raise InvalidInput("price_list.empty")
    with transaction.atomic(durable=True):
        SettingsVersion.objects.select_for_update().get()  # one list after another
        if PriceList.objects.filter(valid_from__gte=valid_from).exists():
            raise Conflict("price_list.order", field="valid_from")
        row = PriceList.objects.create(valid_from=valid_from, vat_bp=vat_bp, added_by=actor.ref)
        PriceItem.objects.bulk_create(
            PriceItem(
                price_list=row, charge=one.charge, price_gr=one.price_gr, per=one.per, included=one.included
            )
            for one in prices
        )
        record("prices.added", actor=actor, valid_from=valid_from, vat_bp=vat_bp)
        return row


def _begin(teryt: str, reason: str) -> Tenant:
    """The gmina, with the settings' version counted up: its row is locked until the commit, so versions are in order."""
    if not reason.strip():
        raise InvalidInput("metering.reason", field="reason")
    tenant = Tenant.objects.filter(teryt=teryt).first()
    if tenant is None:
        raise NotFound("tenant.unknown", teryt=teryt)
    SettingsVersion.objects.update(number=F("number") + 1)
    return tenant


def _put(
    kind: type[Override], tenant: Tenant, name: str, reason: str, actor: Actor, value: dict[str, int] | None
) -> None:
    rows = kind._default_manager.filter(tenant=tenant, name=name)
    if value is None:
        rows.delete()
        return
    noted = {"reason": reason, "changed_at": timezone.now(), "changed_by": actor.ref}
    kind._default_manager.update_or_create(tenant=tenant, name=name, defaults={**noted, **value})
