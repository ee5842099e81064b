"""Support access: an operator of the platform looks at a gmina's desk as one of its accounts (IM1-IM4, T-39, ADR 0018).

The gmina's administrator consents (whose account, what for, until when); the operator gives a reason and proves two factors
in the console, gets a link for one use, and reads for an hour at most. Nothing encrypted can be read meanwhile
(`kernel.veil`), nothing can be written (the surface and `access`). Both audit logs name both.
"""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from kernel import tenancy
from kernel.actors import Actor, ActorKind, system
from kernel.audit.recording import record
from kernel.dates import warsaw_day
from kernel.errors import Conflict, InvalidInput, NotFound, Refused
from services.accounts.access import require
from services.safeguards.domain import (
    CONSENT_HOURS,
    DOOR_OPEN,
    MAX_REASON,
    MIN_REASON,
    EndedBy,
    access_end,
)
from services.safeguards.letters import administrators, write_to
from services.safeguards.models import SupportAccess, SupportConsent
from services.users.domain import Role, Verb
from services.users.models import User, UserKind
from services.users.queries import account_of, current_roles
from services.users.secrecy import statement_of
from tenants.directory.models import Tenant
from tenants.directory.queries import scope_of

ENDING = system("support")


@transaction.atomic(durable=True)
def grant_consent(
    *, account_id: UUID, purpose: str, hours: int, now: datetime, actor: Actor
) -> SupportConsent:
    """Zgoda na dostęp wsparcia: for `hours` (4, 24 or 72), under the account of a clerk or moderator.

    Raises Refused("access.denied"), ("support.of_administrator") for an account that is administrator too, and
    ("support.account") for one that has no role; InvalidInput("support.purpose") or ("support.hours").
    """
    actor = require(actor, Verb.GRANT_SUPPORT)
    if hours not in CONSENT_HOURS:
        raise InvalidInput("support.hours", field="hours")
    account = User.objects.filter(public_id=account_id, kind=UserKind.STAFF, is_active=True).first()
    if account is None:
        raise Refused("support.account")
    _require_lendable(account, now)
    row = SupportConsent.objects.create(
        account=account,
        purpose=_text(purpose, "support.purpose", "purpose"),
        granted_by=account_of(actor).get(),
        granted_at=now,
        valid_to=now + timedelta(hours=hours),
    )
    record("support.consented", row, actor=actor, account=str(account.public_id), hours=hours)
    return row


@transaction.atomic(durable=True)
def withdraw_consent(*, consent_id: UUID, now: datetime, actor: Actor) -> SupportConsent:
    """Wycofanie zgody: an access under way ends at once. Twice is the same as once. Raises NotFound, Refused."""
    actor = require(actor, Verb.GRANT_SUPPORT)
    row = SupportConsent.objects.select_for_update().filter(public_id=consent_id).first()
    if row is None:
        raise NotFound("support.unknown")
    if row.withdrawn_at is None:
        row.withdrawn_at = now
        row.save(update_fields=["withdrawn_at"])
        record("support.consent_withdrawn", row, actor=actor)
        for access in _open(row.accesses.all()):
            _end(access, EndedBy.OFFICE, now, actor)
    return row


def ask_to_enter(*, teryt: str, consent_id: UUID, reason: str, now: datetime, actor: Actor) -> str:
    """Open the door for `DOOR_OPEN`; the token with which the operator goes in, once. The platform's log is written first.

    The surface has just seen two factors. Raises Refused("access.denied"), NotFound("support.unknown"),
    InvalidInput("support.reason"), Conflict("support.consent_over"), ("support.under_way") while somebody looks already,
    Refused("support.of_administrator") when the account became one, Refused("support.secrecy") before the operator has made
    the statement of secrecy.
    """
    actor = require(actor, Verb.OPERATE_PLATFORM)
    reason = _text(reason, "support.reason", "reason")
    _require_secrecy(actor)
    scope = scope_of(teryt)
    _note_on_platform("support.asked", teryt, actor, consent=consent_id)
    token = secrets.token_urlsafe(32)
    with tenancy.enter(scope), transaction.atomic():
        consent = _locked_consent(SupportConsent.objects.filter(public_id=consent_id))
        _require_valid(consent, now)
        _require_lendable(consent.account, now)
        for access in _open(consent.accesses.all()):
            if access.started_at is not None and access.ends_at > now:
                raise Conflict("support.under_way")
            _end(access, EndedBy.TIME, now, ENDING)
        row = SupportAccess.objects.create(
            consent=consent,
            operator_ref=actor.ref,
            reason=reason,
            token_digest=_digest(token),
            asked_at=now,
            ends_at=now + DOOR_OPEN,
        )
        record("support.asked", row, actor=actor, account=str(consent.account.public_id))
    return token


def door(token: str, now: datetime) -> SupportAccess:
    """The access that this link opens, for the page that asks before going in. Raises NotFound("support.door")."""
    row = (
        _with_account()
        .filter(token_digest=_digest(token), started_at__isnull=True, ended_at__isnull=True)
        .first()
    )
    if row is None or row.ends_at <= now:
        raise NotFound("support.door")
    return row


@transaction.atomic
def begin_access(*, token: str, now: datetime, address: str) -> SupportAccess:
    """Wejście: the link is used up, the hour begins, the administrators get a letter.

    Raises NotFound("support.door") for a link that is old, used or not ours, Conflict("support.consent_over"),
    Refused("support.of_administrator").
    """
    known = door(token, now)
    consent = _locked_consent(SupportConsent.objects.filter(pk=known.consent_id))
    row = SupportAccess.objects.select_for_update().get(pk=known.pk)
    if row.started_at is not None or row.ended_at is not None:
        raise NotFound("support.door")
    _require_valid(consent, now)
    _require_lendable(consent.account, now)
    row.started_at, row.ends_at = now, access_end(now, consent.valid_to)
    row.save(update_fields=["started_at", "ends_at"])
    row.consent = consent
    _note_both("support.started", row, operator(row, address))
    _tell("support_started", row)
    return row


def current_access(access_id: str, now: datetime) -> SupportAccess | None:
    """The access that a session stands on; None when it is over for any reason (it is closed then)."""
    row = _with_account().filter(public_id=access_id).first()
    if row is None or row.ended_at is not None or row.started_at is None:
        return None
    is_over = row.ends_at <= now or row.consent.withdrawn_at is not None
    if is_over or not _is_lendable(row.consent.account, now):
        close_access(access_id=row.public_id, by=EndedBy.TIME, now=now, actor=ENDING)
        return None
    return row


@transaction.atomic
def close_access(*, access_id: UUID, by: EndedBy, now: datetime, actor: Actor) -> None:
    """Koniec dostępu, by the operator, by the office (the surface asks the door first) or because its time is over.

    Twice is the same as once. Raises NotFound("support.unknown").
    """
    row = SupportAccess.objects.select_for_update().filter(public_id=access_id).first()
    if row is None:
        raise NotFound("support.unknown")
    if row.ended_at is None:
        _end(row, by, now, actor)


def end_access(*, access_id: UUID, now: datetime, actor: Actor) -> None:
    """The office ends an access that is under way. Raises Refused("access.denied"), NotFound("support.unknown")."""
    close_access(access_id=access_id, by=EndedBy.OFFICE, now=now, actor=require(actor, Verb.GRANT_SUPPORT))


def end_timed_out(now: datetime) -> int:
    """Close every access whose time is over; how many there were. A session that is not used any more ends so."""
    rows = list(_open(SupportAccess.objects.filter(ends_at__lte=now)))
    for row in rows:
        close_access(access_id=row.public_id, by=EndedBy.TIME, now=now, actor=ENDING)
    return len(rows)


def note_page(row: SupportAccess, route: str, *, actor: Actor) -> None:
    """Keep which page the operator looked at, in both logs: its name, never what stood on it."""
    _note_both("support.page", row, actor, page=route)


def operator(row: SupportAccess, address: str = "") -> Actor:
    """The operator of an access, as the one who acts."""
    return Actor(kind=ActorKind.PLATFORM, ref=row.operator_ref, role="operator", address=address)


def _end(row: SupportAccess, by: EndedBy, now: datetime, actor: Actor) -> None:
    row.ended_at, row.ended_by = now, by
    row.save(update_fields=["ended_at", "ended_by"])
    _note_both("support.ended", row, actor, ended_by=by.value)
    if row.started_at is not None:
        _tell("support_ended", row)


def _note_both(action: str, row: SupportAccess, actor: Actor, **details: str) -> None:
    account = str(row.consent.account.public_id)
    record(action, row, actor=actor, account=account, operator=row.operator_ref, **details)
    _note_on_platform(
        action, tenancy.current_tenant_id(), actor, access=row.public_id, account=account, operator=row.operator_ref,
        **details,
    )  # fmt: skip


def _note_on_platform(action: str, teryt: str, actor: Actor, **details: Any) -> None:
    with tenancy.public(), transaction.atomic():
        record(action, Tenant.objects.get(teryt=teryt), actor=actor, **details)


def _tell(letter: str, row: SupportAccess) -> None:
    context: dict[str, object] = {
        "account": row.consent.account.full_name,
        "purpose": row.consent.purpose,
        "reason": row.reason,
        "started_at": row.started_at,
        "ends_at": row.ended_at or row.ends_at,
        "ended_by": row.ended_by,
        "path": "/urzad/wsparcie/",
    }
    people = administrators(warsaw_day(row.asked_at))
    write_to(people, letter, context, related_ref=str(row.public_id), to_office=False)


def _require_secrecy(actor: Actor) -> None:
    with tenancy.public():
        who = account_of(actor).first()
        if who is None or statement_of(who) is None:
            raise Refused("support.secrecy")


def _require_valid(consent: SupportConsent, now: datetime) -> None:
    if consent.withdrawn_at is not None or not consent.granted_at <= now < consent.valid_to:
        raise Conflict("support.consent_over")


def _require_lendable(account: User, now: datetime) -> None:
    roles = current_roles(account.pk, warsaw_day(now))
    if Role.ADMIN in roles:
        raise Refused("support.of_administrator")
    if not roles:
        raise Refused("support.account")


def _is_lendable(account: User, now: datetime) -> bool:
    roles = current_roles(account.pk, warsaw_day(now))
    return bool(roles) and Role.ADMIN not in roles


def _locked_consent(rows: QuerySet[SupportConsent]) -> SupportConsent:
    row = rows.select_related("account").select_for_update(of=("self",)).first()
    if row is None:
        raise NotFound("support.unknown")
    return row


def _with_account() -> QuerySet[SupportAccess]:
    return SupportAccess.objects.select_related("consent__account")


def _open(rows: QuerySet[SupportAccess]) -> QuerySet[SupportAccess]:
    return rows.select_related("consent__account").filter(ended_at__isnull=True)


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def _text(text: str, code: str, field: str) -> str:
    text = text.strip()
    if not MIN_REASON <= len(text) <= MAX_REASON:
        raise InvalidInput(code, field=field, least=MIN_REASON, most=MAX_REASON)
    return text
