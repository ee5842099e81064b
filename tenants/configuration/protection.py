"""Where a gmina's money goes is changed by two persons: which changes that are, and the door that refuses one alone.

Before the portal is opened to everybody, one person sets it up. Whoever only stops something (switches an account off, takes
the bank account of a liability type away) does it alone: it must be possible at once (ADR 0018).
"""

from collections.abc import Mapping
from typing import Any, Final

from kernel import tenancy
from kernel.actors import Actor, ActorKind
from kernel.errors import Refused
from tenants.configuration.models import LiabilityType, OperatorAccount
from tenants.directory.queries import has_gone_live

Setting = LiabilityType | OperatorAccount

DECISIVE: Final = ("operator", "profile", "api_url", "account_nrb", "merchant_ids")
"""Fields of an account at an operator that decide whose the money is and who is believed."""


def is_protected(
    row: Setting, values: Mapping[str, Any], secrets: Mapping[str, str], *, is_taking_over: bool = False
) -> bool:
    """Whether the change decides where money goes or whose messages are believed; `row` is as it stands now."""
    if isinstance(row, LiabilityType):
        wanted = values.get("account_nrb", row.account_nrb)
        return bool(wanted) and wanted != row.account_nrb and not _is_known(wanted)
    is_active = values.get("is_active", True)
    if row.pk is None or is_taking_over or any(secrets.values()):
        return True
    if is_active and not row.is_active:
        return True
    return any(name in values and values[name] != getattr(row, name) for name in DECISIVE)


def needs_second_person(
    row: Setting, values: Mapping[str, Any], secrets: Mapping[str, str], *, is_taking_over: bool = False
) -> bool:
    """The same, in a gmina whose portal was opened to everybody."""
    return is_protected(row, values, secrets, is_taking_over=is_taking_over) and is_open_to_everybody()


def require_second_person(
    row: Setting,
    values: Mapping[str, Any],
    *,
    actor: Actor,
    agreed_with: str,
    secrets: Mapping[str, str] | None = None,
    is_taking_over: bool = False,
) -> None:
    """Raise Refused("change.needs_second_person") when a person does alone what two must agree to.

    The program itself (presets, imports of a gmina) does it alone.
    """
    if needs_second_person(row, values, secrets or {}, is_taking_over=is_taking_over):
        require_agreement(actor=actor, agreed_with=agreed_with)


def require_agreement(*, actor: Actor, agreed_with: str) -> None:
    """Raise Refused("change.needs_second_person") for a person who acts without the agreement of another one."""
    if actor.kind != ActorKind.SYSTEM and agreed_with in ("", actor.ref):
        raise Refused("change.needs_second_person")


def is_open_to_everybody() -> bool:
    """Whether the gmina's portal was opened to everybody: from then on two persons decide about keys and accounts."""
    return has_gone_live(tenancy.current_tenant_id())


def _is_known(account_nrb: str) -> bool:
    """Whether the office takes other dues on this bank account already: two persons have agreed to it before."""
    return LiabilityType.objects.filter(account_nrb=account_nrb, is_active=True).exists()
