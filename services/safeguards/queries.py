"""What waits for a second person, who saw whose data, and which support looks at the gmina."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeGuard
from uuid import UUID

from django.db.models import QuerySet

from kernel import tenancy
from kernel.actors import Actor
from kernel.dates import warsaw_day
from kernel.errors import NotFound
from services.safeguards.domain import ChangeKind, ChangeState
from services.safeguards.models import ProposedChange, Reveal, SupportAccess, SupportConsent
from services.users.queries import account_of, current_roles
from tenants.directory.queries import scope_of


@dataclass(frozen=True)
class Changed:
    """One field of a proposed change. A secret has no values: whether it is new is all that may be known."""

    name: str
    before: Any
    after: Any
    is_secret: bool = False


@dataclass(frozen=True)
class Offer:
    """A gmina's consent as the console may see it: the roles of the account, never whose it is."""

    consent_id: UUID
    roles: tuple[str, ...]
    purpose: str
    valid_to: datetime


def changes() -> QuerySet[ProposedChange]:
    """All proposed changes, newest first."""
    return ProposedChange.objects.select_related("proposed_by", "decided_by")


def open_changes() -> QuerySet[ProposedChange]:
    """Changes that wait for a second person."""
    return changes().filter(state=ChangeState.OPEN)


def changes_of_others(actor: Actor) -> QuerySet[ProposedChange]:
    """Changes that wait for somebody like this person: proposed by somebody else."""
    return open_changes().exclude(proposed_by__in=account_of(actor))


def is_proposal(saved: object) -> TypeGuard[ProposedChange]:
    """Whether what came of saving a setting is a proposal that waits, and not the setting itself."""
    return isinstance(saved, ProposedChange)


def open_change_of(subject_ref: UUID) -> ProposedChange | None:
    """The change of a setting that waits, or None."""
    return open_changes().filter(subject_ref=subject_ref).first()


def open_change_of_kind(kind: ChangeKind) -> ProposedChange | None:
    """The change that waits of a setting of which there is one row at most, or None."""
    return open_changes().filter(kind=kind).first()


def change(change_id: UUID) -> ProposedChange:
    """One change. Raises NotFound("change.unknown")."""
    row = changes().filter(public_id=change_id).first()
    if row is None:
        raise NotFound("change.unknown")
    return row


def changed_fields(row: ProposedChange) -> list[Changed]:
    """What the change does, field by field; identifiers of operators one by one, keys by name only."""
    content = row.content
    before, after = content["before"], content["values"]
    found = [
        Changed(name, before.get(name), after[name])
        for name in after
        if name != "merchant_ids" and before.get(name) != after[name]
    ]
    old_ids, new_ids = before.get("merchant_ids", {}), after.get("merchant_ids", {})
    found += [
        Changed(f"merchant_{name}", old_ids.get(name), value)
        for name, value in new_ids.items()
        if old_ids.get(name) != value
    ]
    found += [Changed(f"secret_{name}", None, None, is_secret=True) for name in content["secrets"]]
    if content["is_taking_over"]:
        found.append(Changed("takes_over", False, True))
    return found


def consents(now: datetime) -> QuerySet[SupportConsent]:
    """Consents that an operator could use at this moment, the newest first."""
    rows = SupportConsent.objects.select_related("account", "granted_by")
    return rows.filter(withdrawn_at__isnull=True, valid_to__gt=now)


def support_accesses() -> QuerySet[SupportAccess]:
    """Every access of support that was begun, newest first, with its consent."""
    return SupportAccess.objects.select_related("consent__account").filter(started_at__isnull=False)


def running_access(now: datetime) -> SupportAccess | None:
    """The access of support that is under way, or None."""
    return support_accesses().filter(ended_at__isnull=True, ends_at__gt=now).first()


def offered_to_operator(teryt: str, now: datetime) -> list[Offer]:
    """What a gmina has consented to, for the console: roles in place of names."""
    with tenancy.enter(scope_of(teryt)):
        return [
            Offer(
                row.public_id,
                tuple(sorted(current_roles(row.account_id, warsaw_day(now)))),
                row.purpose,
                row.valid_to,
            )
            for row in consents(now)
        ]


def reveals_about(*subject_refs: UUID) -> QuerySet[Reveal]:
    """Who of the office saw which masked field of a person, when and why; for the access to one's data (RODO art. 15).

    Give the public ids of everything that is about the person: the resident's, the payers' and the requests'.
    """
    return Reveal.objects.select_related("revealed_by").filter(subject_ref__in=subject_refs)
