"""Taking the chain that a gmina has now for its own, where a restore was killed before it could note it.

Only a recorded act explains another chain. A restore leaves an entry in the platform's log before it swaps the schemas, with
the newest seal of the chain that comes, and one when it has ended. What is between the two may be accepted by a person, and
nothing else: an end that was cut off has no such entry.
"""

from datetime import timedelta
from typing import Any, Final

from django.db import transaction

from kernel import tenancy
from kernel.actors import Actor
from kernel.audit import sealing, verification
from kernel.audit.models import AuditEntry
from kernel.audit.recording import record
from kernel.audit.verification import Head, State
from kernel.errors import Conflict, InvalidInput
from tenants.directory.models import Tenant
from tenants.jobs import chains
from tenants.jobs.models import AuditChain

BEGUN: Final = {
    "tenant.restore_begun": "tenant.restored",
    "tenant.restore_undo_begun": "tenant.restore_undone",
}
"""Act that puts another chain in the place of the present one -> what says that it has ended."""
FAILED: Final = "tenant.swap_failed"
"""Nothing came of what was begun: the chain is the one before."""
SWAP_TAKES: Final = timedelta(minutes=1)
"""A seal may still be noted between the entry and the swap, which waits some seconds for writers."""
REASON_LENGTH: Final = 300


def announce(action: str, incoming: tenancy.Scope, *, actor: Actor, **details: Any) -> None:
    """Leave the entry, in the platform's log, that the chain of the schema `incoming` is about to become the gmina's."""
    with tenancy.enter(incoming):
        head = verification.head()
    seal = f"{head.number}:{head.mac}" if head else ""
    with tenancy.public():
        tenant = Tenant.objects.get(teryt=incoming.tenant_id)
        record(action, tenant, actor=actor, head=seal, **details)


def accept_head(teryt: str, *, reason: str, actor: Actor) -> Head | None:
    """Note the gmina's present chain, because a restore that was killed explains it; returns its newest seal.

    Raises InvalidInput("audit.reason") without a reason of 1 to 300 characters, Conflict("audit.head_stands") where nothing
    is to be accepted, Conflict("audit.unexplained") where no recorded act explains the chain, and Conflict("audit.broken")
    where the present chain is not whole, or not the one that was announced.
    """
    reason = reason.strip()
    if not 0 < len(reason) <= REASON_LENGTH:
        raise InvalidInput("audit.reason", field="reason")
    with tenancy.public():
        tenant = Tenant.objects.prefetch_related("domains").get(teryt=teryt)
        row = AuditChain.objects.filter(tenant_id=teryt).first()
    announced = _announced(tenant, row)
    with tenancy.enter(tenant):
        if not chains.is_head_lost():
            raise Conflict("audit.head_stands")
        if announced is None:
            raise Conflict("audit.unexplained")
        if verification.verify(_head_of(announced)).findings:
            raise Conflict("audit.broken")
        present = verification.head()
    before = f"{row.number}:{row.mac}" if row else ""
    with tenancy.public(), transaction.atomic():
        chains.note(teryt, present)
        record("audit.head_accepted", tenant, actor=actor, reason=reason, by=announced.action, before=before)
    with tenancy.enter(tenant):
        record("audit.head_accepted", actor=actor, reason=reason)
    return present


def _announced(tenant: Tenant, row: AuditChain | None) -> AuditEntry | None:
    """The act that was begun last and has not ended, as long as nothing was noted after its time."""
    with tenancy.public():
        sealing.seal()  # an entry that is listed by no seal is nobody's word
        told = AuditEntry.objects.filter(subject_type=tenant._meta.label_lower, subject_ref=tenant.public_id)
        last = told.filter(action__in=[*BEGUN, *BEGUN.values(), FAILED]).order_by("-pk").first()
        if last is None or last.action not in BEGUN:
            return None
        is_late = row is not None and row.noted_at is not None and row.noted_at > last.at + SWAP_TAKES
        told_by = verification.standing(last)
        is_ours = told_by.state == State.STANDS and told_by.seal is not None and not told_by.seal.is_old
        return last if is_ours and not is_late else None


def _head_of(entry: AuditEntry) -> Head | None:
    number, _, mac = str(entry.details.get("head", "")).partition(":")
    return Head(int(number), mac) if number else None
