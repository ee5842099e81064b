"""Comparing what the portal holds, and the list of what does not agree."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from kernel.actors import Actor
from kernel.audit.recording import record
from kernel.errors import Conflict, InvalidInput, NotFound
from services.accounts.access import require
from services.payments.actions.settlements import confirm_transfers, lock_account
from services.payments.findings import Finding, findings
from services.payments.models import Discrepancy, DiscrepancyState
from services.users.domain import Verb
from tenants.configuration.models import OperatorAccount

NOTE_LENGTH = 500


def compare(account: OperatorAccount, now: datetime) -> list[Discrepancy]:
    """Bring the list of the account up to date and return what is open: what is new is added, what is mended is closed.

    Needs a transaction and an account that was begun. Comparisons of one account run one after the other, so that two
    at once list nothing twice.
    """
    at = lock_account(account)
    confirm_transfers(account)
    found = {finding.key[:160]: finding for finding in findings(account, at, now)}
    listed = {row.key: row for row in Discrepancy.objects.filter(key__in=list(found))}
    for key, finding in found.items():
        _list(account, key, finding, listed.get(key), now)
    Discrepancy.objects.filter(operator_account=account, state=DiscrepancyState.OPEN).exclude(
        key__in=list(found)
    ).update(state=DiscrepancyState.RESOLVED, resolved_at=now)
    at.compared_at = now
    at.save(update_fields=["compared_at"])
    return list(Discrepancy.objects.filter(operator_account=account, state=DiscrepancyState.OPEN))


def _list(
    account: OperatorAccount, key: str, finding: Finding, row: Discrepancy | None, now: datetime
) -> None:
    if row is None:
        Discrepancy.objects.create(
            kind=finding.kind.value,
            key=key,
            operator_account=account,
            payment=finding.payment,
            batch=finding.batch,
            details=dict(finding.details),
            first_seen_at=now,
            last_seen_at=now,
        )
        return
    row.last_seen_at, row.details = now, dict(finding.details)
    if row.state == DiscrepancyState.RESOLVED and row.resolved_by_id is None:
        row.state, row.resolved_at, row.first_seen_at = DiscrepancyState.OPEN, None, now
    row.save(update_fields=["last_seen_at", "details", "state", "resolved_at", "first_seen_at"])


@transaction.atomic(durable=True)
def resolve_discrepancy(*, discrepancy_id: UUID, note: str, actor: Actor) -> Discrepancy:
    """Wyjaśnione: a person says with a note why something that does not agree needs nothing more.

    The same call again changes nothing. Raises NotFound("discrepancy.unknown"), InvalidInput("discrepancy.note") without a
    note or with one of more than 500 characters, and Conflict("discrepancy.resolved") when it was resolved before.
    """
    row = (
        Discrepancy.objects.select_for_update(of=("self",))
        .select_related("payment")
        .filter(public_id=discrepancy_id)
        .first()
    )
    actor = require(actor, Verb.RESOLVE_MISMATCH, row.payment if row else None)
    if row is None:
        raise NotFound("discrepancy.unknown")
    note = note.strip()
    if not 1 <= len(note) <= NOTE_LENGTH:
        raise InvalidInput("discrepancy.note", field="note", most=NOTE_LENGTH)
    if row.state == DiscrepancyState.RESOLVED:
        if (row.resolved_by_id, row.note) == (actor.user_id, note):
            return row
        raise Conflict("discrepancy.resolved")
    row.state, row.resolved_at = DiscrepancyState.RESOLVED, timezone.now()
    row.resolved_by_id, row.note = actor.user_id, note
    row.save()
    record("discrepancy.resolved", row, actor=actor, kind=row.kind)
    return row
