"""A login from the portal's side: begin it, take what the browser brings back, and end the session at the node.

Between `take_delivery` and `log_out` stands `receiving.finish`.
"""

import base64
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from integrations.identity import soap
from integrations.identity.base import Evidence, Rejected
from integrations.identity.login_gov import names
from integrations.identity.login_gov.answers import check_origin, message_in, refusal, status_codes
from integrations.identity.login_gov.parsing import parse
from integrations.identity.login_gov.provider import Node, ServiceProvider
from integrations.identity.login_gov.reasons import Reason
from integrations.identity.login_gov.receiving import Delivery
from integrations.identity.login_gov.requests import authn_request, logout_request
from integrations.identity.login_gov.signature import verified

_OPAQUE = re.compile(r"[!-~]{1,512}")
_RELAY_STATE_BYTES = 32
"""43 characters: SAML bindings 3.4.3 allows 80."""


@dataclass(frozen=True)
class LoginStart:
    """What to write down of an attempt, and the form that the person's browser posts to the node."""

    request_id: str
    relay_state: str = field(repr=False)
    url: str
    fields: Mapping[str, str] = field(repr=False)


def start(node: Node, provider: ServiceProvider, *, now: datetime) -> LoginStart:
    """Begin a login. Write the attempt down before the form is shown."""
    request = authn_request(node, provider, now=now)
    relay_state = secrets.token_urlsafe(_RELAY_STATE_BYTES)
    encoded = base64.b64encode(request.document).decode()
    return LoginStart(
        request_id=request.id,
        relay_state=relay_state,
        url=node.sso_url,
        fields={"SAMLRequest": encoded, "RelayState": relay_state},
    )


def take_delivery(fields: Mapping[str, str]) -> Delivery:
    """Artifact and RelayState of the form (or query) that came to the address for answers.

    The node writes "SAMLart" with a small a. Rejected when one of them is missing, too long or not plain ASCII.
    """
    found = {name: fields.get(name, "") for name in ("SAMLart", "RelayState")}
    if not all(_OPAQUE.fullmatch(value) for value in found.values()):
        raise Rejected(code=Reason.DELIVERY)
    return Delivery(artifact=found["SAMLart"], relay_state=found["RelayState"])


def log_out(
    node: Node,
    provider: ServiceProvider,
    evidence: Evidence,
    *,
    now: datetime,
    limits: soap.Limits | None = None,
) -> bool:
    """End the person's session at the node, so that a shared computer keeps none; True when all of it ended.

    Best effort: it raises what `finish` raises, and the caller goes on; `limits` keep the person from waiting long.
    Nothing is sent when the node named no session.
    """
    if not (evidence.name_id and evidence.session_index):
        return False
    request = logout_request(node, provider, evidence, now=now)
    answer = soap.call(node.logout_url, request.envelope, is_loopback=node.is_stand_in, limits=limits)
    message = verified(message_in(parse(answer.body), names.LOGOUT_RESPONSE), node.certificates, now=now)
    check_origin(message, node, in_response_to=request.id)
    codes = status_codes(message)
    if codes != ["Success"] and "PartialLogout" not in codes:
        raise refusal(codes)
    return codes == ["Success"]
