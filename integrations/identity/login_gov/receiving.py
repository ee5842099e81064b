"""Receiving an answer of the node: the twelve steps, in their order, in one place (identity.md, section 1.4).

Each step raises an IdentityError with a reason code, and then nobody is identified; there is no other way out than an
Identity after the last step.
"""

import hmac
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from integrations.identity import soap
from integrations.identity.base import Evidence, Identity, Rejected, SeenMessages
from integrations.identity.login_gov import names
from integrations.identity.login_gov.answers import (
    check_destination,
    check_message,
    encrypted_assertion,
    message_in,
)
from integrations.identity.login_gov.assertion import attributes, person, statement
from integrations.identity.login_gov.encryption import opened
from integrations.identity.login_gov.parsing import parse
from integrations.identity.login_gov.provider import Node, ServiceProvider
from integrations.identity.login_gov.reasons import Reason
from integrations.identity.login_gov.requests import artifact_resolve
from integrations.identity.login_gov.signature import verified
from integrations.identity.xml import only_child

METHOD = "login_gov"
ATTEMPT_LASTS = timedelta(minutes=10)


@dataclass(frozen=True)
class Attempt:
    """One try to log in, as it was written down when it began. It names the provider, so the tenant; a message does not."""

    request_id: str
    relay_state: str = field(repr=False)
    provider_entity_id: str
    started_at: datetime
    is_used: bool = False


@dataclass(frozen=True)
class Delivery:
    """What the person's browser brought from the node. Both values are opaque and unproven."""

    artifact: str = field(repr=False)
    relay_state: str = field(repr=False)


def finish(
    node: Node,
    provider: ServiceProvider,
    attempt: Attempt,
    delivery: Delivery,
    *,
    seen: SeenMessages,
    now: datetime,
) -> Identity:
    """Fetch the answer behind the artifact and find out whom it proves.

    Call it once for an attempt that was just marked as used, and outside a transaction: it asks the node. Raises Rejected,
    Declined, IssuerRefused or IssuerUnavailable; after any of them the person begins anew.
    """
    # 1. The attempt is known, ours, fresh and unused, and the browser brought its RelayState.
    _check_attempt(attempt, provider, delivery, now)
    resolve = artifact_resolve(provider, delivery.artifact, now=now)
    answer = soap.call(node.artifact_url, resolve.envelope, is_loopback=node.is_stand_in)
    return identify(
        answer.body, node, provider, request_id=attempt.request_id, resolve_id=resolve.id, seen=seen, now=now
    )


def identify(
    answer: bytes,
    node: Node,
    provider: ServiceProvider,
    *,
    request_id: str,
    resolve_id: str,
    seen: SeenMessages,
    now: datetime,
) -> Identity:
    """Whom the node's answer to our ArtifactResolve (`resolve_id`) for our AuthnRequest (`request_id`) proves.

    The second to the twelfth step; raises as `finish` does.
    """
    # 2. No DTD, entity, comment or instruction, no id twice, limited size.
    envelope = parse(answer)

    # 3. The SOAP Body has exactly one child, an ArtifactResponse.
    received = message_in(envelope, names.ARTIFACT_RESPONSE)

    # 4. and 5. One signature of a pinned certificate over the whole message; from here on only what it signed is read.
    artifact_response = verified(received, node.certificates, now=now)

    # 6. From the node, to our ArtifactResolve, with success.
    check_message(artifact_response, node, in_response_to=resolve_id)

    # 7. The same for the Response in it, which answers our AuthnRequest.
    inner = only_child(artifact_response, names.RESPONSE, Reason.MESSAGE_SHAPE)
    response = verified(inner, node.certificates, now=now)
    check_message(response, node, in_response_to=request_id)
    check_destination(response, provider)

    # 8. Exactly one assertion, encrypted for us; what it holds is parsed as strictly as the rest.
    assertion = parse(opened(encrypted_assertion(response), provider.decryption))

    # 9. Issuer, bearer, Recipient, InResponseTo, times, Audience, level.
    proof = statement(assertion, node, provider, request_id=request_id, now=now)

    # 10. Never seen before.
    if not seen.first_time(node.entity_id, proof.assertion_id, proof.expires_at):
        raise Rejected(code=Reason.REPLAY)

    # 11. Each attribute once, each with one value that is nothing but text.
    values = attributes(assertion)

    # 12. PESEL and birth date are right and agree. (The account of this tenant by PESEL is the caller's part.)
    found = person(values)
    return Identity(
        method=METHOD,
        level=proof.level,
        given_names=found.given_names,
        family_name=found.family_name,
        born_on=found.born_on,
        pesel=found.pesel,
        foreign_id=found.foreign_id,
        evidence=Evidence(
            issuer=node.entity_id,
            message_id=proof.assertion_id,
            means=proof.means,
            authenticated_at=proof.authenticated_at,
            session_index=proof.session_index,
            name_id=proof.name_id,
        ),
    )


def _check_attempt(attempt: Attempt, provider: ServiceProvider, delivery: Delivery, now: datetime) -> None:
    if attempt.provider_entity_id != provider.entity_id:
        raise Rejected(code=Reason.OTHER_PROVIDER)
    if not hmac.compare_digest(attempt.relay_state.encode(), delivery.relay_state.encode()):
        raise Rejected(code=Reason.RELAY_STATE)
    if attempt.is_used:
        raise Rejected(code=Reason.ATTEMPT_USED)
    if not timedelta(0) <= now - attempt.started_at <= ATTEMPT_LASTS:
        raise Rejected(code=Reason.ATTEMPT_EXPIRED)
