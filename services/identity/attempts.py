"""A sign-in through login.gov.pl, from the button to the person: begun, delivered, finished (docs/login-gov.md).

The node is asked outside of transactions. Nothing here logs or stores a value of a message: reason codes only.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog
from django.db import transaction

from integrations.identity import soap
from integrations.identity.base import Identity, IdentityError, Rejected
from integrations.identity.login_gov import login, receiving
from integrations.identity.login_gov import provider as protocol
from integrations.identity.login_gov.assertion import SKEW
from integrations.identity.login_gov.provider import Node
from integrations.identity.login_gov.reasons import Reason
from integrations.identity.login_gov.receiving import ATTEMPT_LASTS, Attempt, Delivery
from kernel.errors import Unavailable
from services.accounts.models import Resident
from services.accounts.proofs import is_person, resident_with
from services.identity.domain import PROOF_LASTS, Purpose
from services.identity.models import LoginAttempt, ProvenPerson, SeenMessage
from services.identity.node import node
from services.identity.queries import built_provider, is_ready, service_provider

log = structlog.get_logger(__name__)

OTHER_BROWSER = "login_gov.attempt.other_browser"
"""The attempt was begun in another browser: somebody else's login must not end here (login CSRF)."""
UNKNOWN_ATTEMPT = "login_gov.attempt.unknown"
OTHER_PERSON = "login_gov.attempt.other_person"
"""Somebody else than the holder of the account from which the attempt was begun."""
NOT_FRESH = "login_gov.attempt.not_fresh"
"""The person came in at the node before we asked: a session that was left open there proves nothing now."""
DONE, NO_ACCOUNT, NO_PESEL = "login_gov.done", "login_gov.no_account", "login_gov.no_pesel"
CONFIRMED, PROVEN = "login_gov.confirmed", "login_gov.proven"
_LOGOUT = soap.Limits(connect=2.0, read=3.0, total=4.0)
"""Seconds. A person waits meanwhile, and it is a courtesy only."""


@dataclass(frozen=True)
class Begun:
    """What the page shows that leads to the node, and what the browser's session keeps of the attempt."""

    attempt_id: UUID
    form: login.LoginStart


@dataclass(frozen=True)
class Finished:
    """Who came back from the node: the account, or a proof (for the registration, or for the account from which the attempt
    was begun), or neither for a person without a PESEL."""

    next_path: str
    purpose: Purpose = Purpose.ENTER
    resident: Resident | None = None
    proof_id: UUID | None = None


def begin(
    *,
    nonce: str,
    next_path: str,
    now: datetime,
    purpose: Purpose = Purpose.ENTER,
    account_ref: UUID | None = None,
) -> Begun:
    """Write an attempt down and make the form for the node. `next_path` is a path of this portal, already checked;
    `account_ref` the signed-in account, for every purpose but entering.

    Raises Unavailable("login_gov.not_ready") when the gmina does not take this way in, or not yet.
    """
    if not is_ready():
        raise Unavailable("login_gov.not_ready")
    provider = built_provider()
    form = login.start(node(), provider, now=now)
    row = LoginAttempt.objects.create(
        purpose=purpose,
        account_ref=account_ref,
        request_id=form.request_id,
        relay_state=form.relay_state,
        nonce_digest=_digest(nonce),
        entity_id=provider.entity_id,
        next_path=next_path,
        started_at=now,
    )
    return Begun(row.public_id, form)


@transaction.atomic
def deliver(delivery: Delivery, *, now: datetime) -> UUID:
    """Keep the artifact with the attempt of this gmina that it came for; its public id. The same delivery again changes
    nothing. Raises Rejected for an attempt that is unknown, used, over or has another artifact."""
    row = LoginAttempt.objects.select_for_update().filter(relay_state=delivery.relay_state).first()
    if row is None:
        raise Rejected(code=Reason.RELAY_STATE)
    if row.used_at is not None or row.artifact not in ("", delivery.artifact):
        raise Rejected(code=Reason.ATTEMPT_USED)
    if now - row.started_at > ATTEMPT_LASTS:
        raise Rejected(code=Reason.ATTEMPT_EXPIRED)
    row.artifact, row.delivered_at = delivery.artifact, row.delivered_at or now
    row.save(update_fields=["artifact", "delivered_at"])
    return row.public_id


def finish(attempt_id: UUID, *, nonce: str, now: datetime, account_ref: UUID | None = None) -> Finished:
    """Ask the node whom the delivered artifact proves, once. Call it outside a transaction; `account_ref` is the account
    that is signed in in this browser now.

    Raises what `receiving.finish` raises, Rejected for an attempt that is not this browser's or this account's, and for a
    person who is not the account's holder, and Unavailable as `begin`. The attempt is used up in any case; its outcome and
    the log hold the reason code.
    """
    row, delivery = _claim(attempt_id, now)
    try:
        if not hmac.compare_digest(bytes(row.nonce_digest), _digest(nonce)):
            raise Rejected(code=OTHER_BROWSER)
        if row.purpose != Purpose.ENTER and row.account_ref != account_ref:
            raise Rejected(code=OTHER_BROWSER)
        the_node, provider = node(), built_provider()
        attempt = Attempt(row.request_id, row.relay_state, row.entity_id, row.started_at)
        identity = receiving.finish(the_node, provider, attempt, delivery, seen=SeenRows(), now=now)
    except (IdentityError, Unavailable) as error:
        _note(row, error.code)
        raise
    _end_node_session(the_node, provider, identity, now)
    if row.purpose == Purpose.ENTER:
        return _admit(row, identity, now)
    return _confirm(row, identity, now)


@transaction.atomic
def _claim(attempt_id: UUID, now: datetime) -> tuple[LoginAttempt, Delivery]:
    """Take the attempt for good, whoever asks: of two requests at once one gets it, and nobody finishes it later."""
    row = LoginAttempt.objects.select_for_update().filter(public_id=attempt_id).first()
    if row is None:
        raise Rejected(code=UNKNOWN_ATTEMPT)
    if row.used_at is not None or not row.artifact:
        raise Rejected(code=Reason.ATTEMPT_USED)
    delivery = Delivery(row.artifact, row.relay_state)
    row.artifact, row.used_at = "", now
    row.save(update_fields=["artifact", "used_at"])
    return row, delivery


def _end_node_session(
    the_node: Node, provider: protocol.ServiceProvider, identity: Identity, now: datetime
) -> None:
    """So that a shared computer holds no session at the node. A node that does not answer is no reason to stay outside."""
    row = service_provider()
    if row is None or not row.ends_node_session:
        return
    try:
        login.log_out(the_node, provider, identity.evidence, now=now, limits=_LOGOUT)
    except IdentityError as error:
        log.warning("login_gov.logout", code=error.code)


def _admit(row: LoginAttempt, identity: Identity, now: datetime) -> Finished:
    """Whose account it is. The PESEL alone decides, never a name or the login at the means."""
    if not identity.pesel:
        _note(row, NO_PESEL)
        return Finished(row.next_path)
    resident = resident_with(identity.pesel)
    if resident is not None:
        LoginAttempt.objects.filter(pk=row.pk).update(resident_ref=resident.public_id)
        _note(row, DONE)
        return Finished(row.next_path, resident=resident)
    _note(row, NO_ACCOUNT)
    return Finished(row.next_path, proof_id=_keep(identity, now))


def _confirm(row: LoginAttempt, identity: Identity, now: datetime) -> Finished:
    """Whether it is the holder of the account from which the attempt was begun; of anybody else nothing is kept."""
    code, rows = "", Resident.objects.select_related("user")
    resident = rows.filter(user__public_id=row.account_ref).first() if row.account_ref else None
    if not identity.pesel:
        code = NO_PESEL
    elif resident is None or not is_person(resident, identity.pesel):
        code = OTHER_PERSON
    elif row.purpose == Purpose.AGAIN and identity.evidence.authenticated_at < row.started_at - SKEW:
        code = NOT_FRESH
    if code:
        _note(row, code)
        raise Rejected(code=code)
    LoginAttempt.objects.filter(pk=row.pk).update(resident_ref=resident.public_id if resident else None)
    if row.purpose == Purpose.AGAIN:
        _note(row, CONFIRMED)
        return Finished(row.next_path, Purpose.AGAIN, resident=resident)
    _note(row, PROVEN)
    return Finished(row.next_path, Purpose.PROVE, resident=resident, proof_id=_keep(identity, now))


def _keep(identity: Identity, now: datetime) -> UUID:
    evidence = identity.evidence
    row = ProvenPerson(
        issuer=evidence.issuer,
        message_id=evidence.message_id,
        means=evidence.means,
        level=identity.level.name.lower(),
        proven_at=evidence.authenticated_at,
        until=now + PROOF_LASTS,
    )
    row.person = {
        "pesel": identity.pesel,
        "first_name": identity.given_names,
        "last_name": identity.family_name,
        "born_on": identity.born_on.isoformat(),
    }
    row.save()
    return row.public_id


def _note(row: LoginAttempt, code: str) -> None:
    """Keep how it ended. Only the code: a message's values are in no log."""
    LoginAttempt.objects.filter(pk=row.pk).update(outcome=code)
    log.info("login_gov.attempt", code=code, attempt=str(row.public_id))


class SeenRows:
    """The memory against replays: a row for each message, unique for issuer and id (identity.md 1.4, step 10)."""

    def first_time(self, issuer: str, message_id: str, until: datetime) -> bool:
        """Write the message down at once; False when it was there. Of two callers at once one hears True."""
        _, is_first = SeenMessage.objects.get_or_create(
            issuer=issuer, message_id=message_id, defaults={"until": until}
        )
        return is_first


def use_proof(public_id: UUID, *, now: datetime) -> None:
    """A registration has taken the proof: the personal data go, the evidence stays. Again changes nothing."""
    with transaction.atomic():
        row = ProvenPerson.objects.select_for_update().filter(public_id=public_id).first()
        if row is not None and row.used_at is None:
            row.person, row.used_at = {}, now
            row.save()


def _digest(nonce: str) -> bytes:
    return hashlib.sha256(nonce.encode()).digest()
