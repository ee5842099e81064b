"""Two persons for where the money goes: one proposes, another one agrees to exactly what was proposed (ADR 0018).

A change that one person may do alone (`tenants.configuration.protection`) is done at once.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from kernel.actors import Actor, system
from kernel.audit.recording import record
from kernel.dates import warsaw_day
from kernel.errors import Conflict, InvalidInput, NotFound, Refused
from services.accounts.access import require
from services.safeguards.domain import (
    CHANGE_LIVES,
    MAX_REASON,
    MIN_REASON,
    NEW_ADMINISTRATOR_WAITS,
    ChangeKind,
    ChangeState,
)
from services.safeguards.letters import administrators, write_to
from services.safeguards.models import ProposedChange
from services.signing.access_actions import install_access
from services.signing.models import SigningAccess
from services.users.domain import Role, Verb
from services.users.models import StaffRole, User
from services.users.queries import account_of, current_roles
from tenants.configuration import actions as configuration
from tenants.configuration.models import Department, LiabilityType, OperatorAccount
from tenants.configuration.protection import DECISIVE, needs_second_person

Values = Mapping[str, Any]
LAPSING = system("changes")


@transaction.atomic(durable=True)
def submit_operator_account(
    values: Values,
    *,
    secrets: Mapping[str, str],
    public_id: UUID | None,
    version: int,
    actor: Actor,
    is_taking_over: bool = False,
) -> OperatorAccount | ProposedChange:
    """Save an account at an operator, or propose it to a second person when that is needed.

    Raises what saving raises, also for a mere proposal; Conflict("change.open") while another one of this account waits.
    """
    actor = require(actor, Verb.CONFIGURE)
    given = {name: secret for name, secret in secrets.items() if secret}
    before = configuration.check_operator_account(
        values, secrets=given, public_id=public_id, version=version, is_taking_over=is_taking_over
    )
    if not needs_second_person(before, values, given, is_taking_over=is_taking_over):
        return configuration.save_operator_account(
            values,
            secrets=given,
            public_id=public_id,
            version=version,
            actor=actor,
            is_taking_over=is_taking_over,
        )
    shown = ("label", "is_active", *DECISIVE)
    content = {
        "values": dict(values),
        "secrets": given,
        "is_taking_over": is_taking_over,
        "before": {name: getattr(before, name) for name in shown} if before.pk else {},
    }
    return propose(ChangeKind.OPERATOR_ACCOUNT, public_id, values["label"], version, content, actor)


@transaction.atomic(durable=True)
def submit_liability_type(
    values: Values, *, public_id: UUID | None, version: int, actor: Actor
) -> LiabilityType | ProposedChange:
    """Save a liability type, or propose it when it would take its money on a bank account new to the office.

    Raises what saving raises, also for a mere proposal; Conflict("change.open") while another one of this type waits.
    """
    actor = require(actor, Verb.CONFIGURE)
    before = configuration.check_liability_type(values, public_id=public_id, version=version)
    if not needs_second_person(before, values, {}):
        return configuration.save_liability_type(values, public_id=public_id, version=version, actor=actor)
    plain = {name: str(v.public_id) if isinstance(v, Department) else v for name, v in values.items()}
    shown = {name: getattr(before, name) for name in plain if name != "department"} if before.pk else {}
    if before.pk:
        shown["department"] = str(before.department.public_id)
    content = {"values": plain, "secrets": {}, "is_taking_over": False, "before": shown}
    return propose(ChangeKind.LIABILITY_TYPE, public_id, values["name"], version, content, actor)


def propose(
    kind: ChangeKind, subject_ref: UUID | None, label: str, version: int, content: Values, actor: Actor
) -> ProposedChange:
    """Write a proposal down, for an actor who has passed the door, and tell its people. `content` holds values, secrets and
    what was there before. Raises Conflict("change.open") while another one of this setting waits.
    """
    now = timezone.now()
    row = ProposedChange(
        kind=kind,
        subject_ref=subject_ref,
        label=label,
        version=version,
        content=dict(content),
        proposed_by=account_of(actor).get(),
        proposed_at=now,
        lapses_at=now + CHANGE_LIVES,
    )
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise Conflict("change.open") from error
    record("change.proposed", row, actor=actor, kind=kind.value, setting=label)
    others = [one for one in administrators(warsaw_day(now)) if one.pk != row.proposed_by_id]
    _tell("change_proposed", row, [row.proposed_by, *others])
    return row


@transaction.atomic(durable=True)
def approve_change(*, change_id: UUID, now: datetime, actor: Actor) -> ProposedChange:
    """Zgoda drugiej osoby: exactly what was proposed becomes the setting, in the same transaction.

    The same call again by the same person changes nothing. Raises NotFound("change.unknown"), Refused("change.same_person"),
    ("change.proposer_without_rights") when the proposer is no administrator any more, ("change.administrator_too_new"),
    Conflict("change.decided"), ("change.lapsed"), ("change.stale") when the setting was changed meanwhile, and what saving
    raises.
    """
    actor = require(actor, Verb.DECIDE_CHANGE)
    row = _locked(change_id)
    if row.state == ChangeState.APPROVED and row.decided_by_id == actor.user_id:
        return row
    _require_open(row, now)
    if row.proposed_by_id == actor.user_id:
        raise Refused("change.same_person")
    if Role.ADMIN not in current_roles(row.proposed_by_id, warsaw_day(now)):
        raise Refused("change.proposer_without_rights")
    if _administrator_since(actor) > now - NEW_ADMINISTRATOR_WAITS:
        raise Refused("change.administrator_too_new", days=NEW_ADMINISTRATOR_WAITS.days)
    try:
        saved = _carry_out(row, actor)
    except Conflict as error:
        raise Conflict("change.stale") if error.code == "setting.stale" else error from error
    row.subject_ref = saved.public_id
    return _decide(row, ChangeState.APPROVED, "change.approved", "", now, actor)


@transaction.atomic(durable=True)
def refuse_change(*, change_id: UUID, reason: str, now: datetime, actor: Actor) -> ProposedChange:
    """Odmowa: nothing changes. Raises as `approve_change` does, and InvalidInput("change.reason")."""
    actor = require(actor, Verb.DECIDE_CHANGE)
    row = _locked(change_id)
    _require_open(row, now)
    if row.proposed_by_id == actor.user_id:
        raise Refused("change.same_person")
    return _decide(row, ChangeState.REFUSED, "change.refused", checked_reason(reason), now, actor)


@transaction.atomic(durable=True)
def withdraw_change(*, change_id: UUID, reason: str, now: datetime, actor: Actor) -> ProposedChange:
    """Wycofanie: who proposed it takes it back. Raises NotFound, Refused("change.other_person"), Conflict, InvalidInput."""
    actor = require(actor, Verb.CONFIGURE)
    row = _locked(change_id)
    _require_open(row, now)
    if row.proposed_by_id != actor.user_id:
        raise Refused("change.other_person")
    return _decide(row, ChangeState.WITHDRAWN, "change.withdrawn", checked_reason(reason), now, actor)


@transaction.atomic(durable=True)
def lapse_changes(now: datetime) -> int:
    """Close every proposal whose days are over at `now` and tell its people; how many there were."""
    rows = ProposedChange.objects.select_for_update(skip_locked=True, of=("self",))
    waiting = list(rows.select_related("proposed_by").filter(state=ChangeState.OPEN, lapses_at__lte=now))
    for row in waiting:
        _decide(row, ChangeState.LAPSED, "change.lapsed", "", now, LAPSING)
    return len(waiting)


def checked_reason(reason: str) -> str:
    """The reason without outer blanks. Raises InvalidInput("change.reason") outside 10 to 500 characters."""
    reason = reason.strip()
    if not MIN_REASON <= len(reason) <= MAX_REASON:
        raise InvalidInput("change.reason", field="reason", least=MIN_REASON, most=MAX_REASON)
    return reason


def _carry_out(row: ProposedChange, actor: Actor) -> OperatorAccount | LiabilityType | SigningAccess:
    content, proposer = row.content, str(row.proposed_by.public_id)
    values = dict(content["values"])
    if row.kind == ChangeKind.SIGNING_ACCESS:
        return install_access(
            environment=values["environment"],
            certificate=content["certificate"].encode(),
            private_key=content["secrets"]["private_key"].encode(),
            version=row.version,
            actor=actor,
            agreed_with=proposer,
        )
    if row.kind == ChangeKind.OPERATOR_ACCOUNT:
        return configuration.save_operator_account(
            values,
            secrets=content["secrets"],
            public_id=row.subject_ref,
            version=row.version,
            actor=actor,
            is_taking_over=content["is_taking_over"],
            agreed_with=proposer,
        )
    values["department"] = Department.objects.get(public_id=values["department"])
    return configuration.save_liability_type(
        values, public_id=row.subject_ref, version=row.version, actor=actor, agreed_with=proposer
    )


def _decide(
    row: ProposedChange, state: ChangeState, action: str, reason: str, now: datetime, actor: Actor
) -> ProposedChange:
    row.state, row.decided_at, row.decision_reason = state, now, reason
    row.decided_by = account_of(actor).first()
    # What was typed has done its work; keys do not stay where nobody needs them.
    row.content = {**row.content, "secrets": dict.fromkeys(row.content["secrets"], "")}
    row.save()
    record(
        action, row, actor=actor, kind=row.kind, setting=row.label, proposed_by=str(row.proposed_by.public_id)
    )
    people = [row.proposed_by, *([row.decided_by] if row.decided_by else [])]
    _tell("change_decided", row, people)
    return row


def _tell(letter: str, row: ProposedChange, people: list[User]) -> None:
    context: dict[str, object] = {
        "kind": row.kind,
        "setting": row.label,
        "state": row.state,
        "proposed_by": row.proposed_by.full_name,
        "decided_by": row.decided_by.full_name if row.decided_by else "",
        "reason": row.decision_reason,
        "lapses_at": row.lapses_at,
        "path": f"/urzad/ustawienia/zmiany/{row.public_id}/",
    }
    write_to(people, letter, context, related_ref=str(row.public_id))


def _locked(change_id: UUID) -> ProposedChange:
    rows = ProposedChange.objects.select_for_update(of=("self",)).select_related("proposed_by")
    row = rows.filter(public_id=change_id).first()
    if row is None:
        raise NotFound("change.unknown")
    return row


def _require_open(row: ProposedChange, now: datetime) -> None:
    if row.state == ChangeState.LAPSED or (row.state == ChangeState.OPEN and now >= row.lapses_at):
        raise Conflict("change.lapsed")
    if row.state != ChangeState.OPEN:
        raise Conflict("change.decided")


def _administrator_since(actor: Actor) -> datetime:
    """When the person first became local administrator. The door has just let that administrator through."""
    grants = StaffRole.objects.filter(user__in=account_of(actor), role=Role.ADMIN).order_by("granted_at")
    return grants.values_list("granted_at", flat=True)[0]
