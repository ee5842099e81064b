"""Building the node's answers. A plan says what will be in a message; a fault changes the plan before it is built."""

import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from xml.sax.saxutils import escape, quoteattr

from integrations.emulators.login_gov.dsig import DS, SAML, Signing, sign
from integrations.emulators.login_gov.personas import Persona
from integrations.emulators.login_gov.xmlenc import XENC, Encryption, encrypt

SAMLP = "urn:oasis:names:tc:SAML:2.0:protocol"
STATUS = "urn:oasis:names:tc:SAML:2.0:status:"
LEVEL = "http://eidas.europa.eu/LoA/"
LASTS = timedelta(minutes=50)
PERSON = "http://eidas.europa.eu/attributes/naturalperson/"
UNSPECIFIED = "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified"
BEARER = "urn:oasis:names:tc:SAML:2.0:cm:bearer"
_XMLNS = f'xmlns:saml2p="{SAMLP}" xmlns:saml2="{SAML}" xmlns:ds="{DS}" xmlns:xenc="{XENC}"'


@dataclass(frozen=True)
class Attribute:
    """One attribute; `value` is XML already, so that a fault can put more than text into it."""

    friendly_name: str
    name: str
    value: str


@dataclass
class Plan:
    """Everything that one answer will say."""

    issuer: str
    acs_url: str
    audience: str
    request_id: str
    resolve_id: str
    now: datetime
    signing_outer: Signing
    signing_inner: Signing
    encryption: Encryption
    attributes: list[Attribute]
    name_id: str
    means: str
    level: str = "substantial"
    status: str = "Success"
    sub_status: str = ""
    has_assertion: bool = True
    destination: str = ""
    assertion_id: str = field(default_factory=lambda: new_id())
    session_index: str = field(default_factory=lambda: new_id())
    method: str = BEARER
    outer_issuer: str = ""
    inner_issuer: str = ""
    assertion_issuer: str = ""
    outer_in_response_to: str = ""
    inner_in_response_to: str = ""
    assertion_in_response_to: str = ""
    shift: timedelta = timedelta(0)
    """Moves the time in which the assertion holds."""
    login_age: timedelta = timedelta(0)
    """How long before the answer the person came in at the means: a node that does not heed ForceAuthn."""
    plaintext: str = ""
    """"beside" or "instead" of the encrypted assertion."""
    copies: int = 1
    """How many encrypted assertions there are."""


def attributes_of(persona: Persona) -> list[Attribute]:
    """The four attributes of a person, as the node writes them: the birth date has the mark of a time zone."""
    return [
        Attribute("FamilyName", "CurrentFamilyName", escape(persona.family_name)),
        Attribute("FirstName", "CurrentGivenName", escape(persona.given_names)),
        Attribute("DateOfBirth", "DateOfBirth", f"{persona.born_on.isoformat()}Z"),
        Attribute("PersonIdentifier", "PersonIdentifier", escape(persona.identifier)),
    ]


def new_id() -> str:
    """A fresh message id."""
    return f"ID-{uuid.uuid4()}"


def instant(moment: datetime) -> str:
    """A time as the node writes it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def response(plan: Plan, message_id: str | None = None) -> bytes:
    """The inner Response, signed as the plan says."""
    return sign(unsigned_response(plan, message_id), plan.signing_inner)


def unsigned_response(plan: Plan, message_id: str | None = None) -> bytes:
    """The inner Response without a signature."""
    content = ""
    if plan.has_assertion:
        clear = assertion(plan)
        audience = plan.audience
        sealed = encrypt(clear.encode(), plan.encryption, issuer=plan.issuer, audience=audience)
        content = {"": "", "beside": clear, "instead": clear}[plan.plaintext]
        content = content if plan.plaintext == "instead" else sealed * plan.copies + content
    destination = f" Destination={quoteattr(plan.destination)}" if plan.destination else ""
    return _message(
        "Response",
        message_id or new_id(),
        plan.inner_in_response_to or plan.request_id,
        plan.inner_issuer or plan.issuer,
        plan,
        content,
        destination,
    )


def artifact_response(plan: Plan, *inner: bytes) -> bytes:
    """The outer message around what is answered, signed as the plan says. The inner bytes are taken as they are."""
    return sign(unsigned_artifact_response(plan, *inner), plan.signing_outer)


def unsigned_artifact_response(plan: Plan, *inner: bytes) -> bytes:
    """The outer message without a signature."""
    return _message(
        "ArtifactResponse",
        new_id(),
        plan.outer_in_response_to or plan.resolve_id,
        plan.outer_issuer or plan.issuer,
        plan,
        b"".join(inner).decode(),
    )


def logout_response(plan: Plan) -> bytes:
    """The signed answer to a LogoutRequest."""
    message = _message("LogoutResponse", new_id(), plan.resolve_id, plan.issuer, plan, "")
    return sign(message, plan.signing_outer)


def assertion(plan: Plan) -> str:
    """The assertion, unsigned like the node's."""
    begins, ends = plan.now + plan.shift, plan.now + plan.shift + LASTS
    values = "".join(
        f'<saml2:Attribute FriendlyName="{one.friendly_name}" Name="{PERSON}{one.name}" '
        'NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:uri">'
        '<saml2:AttributeValue xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        f'xmlns:naturalperson="{PERSON[:-1]}" xsi:type="naturalperson:{one.name}Type">{one.value}'
        "</saml2:AttributeValue></saml2:Attribute>"
        for one in plan.attributes
    )
    in_response_to = plan.assertion_in_response_to or plan.request_id
    return (
        f'<saml2:Assertion xmlns:saml2="{SAML}" ID="{plan.assertion_id}" IssueInstant="{instant(plan.now)}" '
        f'Version="2.0"><saml2:Issuer>{plan.assertion_issuer or plan.issuer}</saml2:Issuer><saml2:Subject>'
        f'<saml2:NameID Format="{UNSPECIFIED}">{escape(plan.name_id)}</saml2:NameID>'
        f'<saml2:SubjectConfirmation Method="{plan.method}"><saml2:SubjectConfirmationData '
        f'InResponseTo="{in_response_to}" NotOnOrAfter="{instant(ends)}" Recipient={quoteattr(plan.acs_url)}/>'
        f'</saml2:SubjectConfirmation></saml2:Subject><saml2:Conditions NotBefore="{instant(begins)}" '
        f'NotOnOrAfter="{instant(ends)}"><saml2:AudienceRestriction><saml2:Audience>{escape(plan.audience)}'
        "</saml2:Audience></saml2:AudienceRestriction></saml2:Conditions>"
        f'<saml2:AuthnStatement AuthnInstant="{instant(plan.now - plan.login_age)}" SessionIndex="{plan.session_index}">'
        f"<saml2:AuthnContext><saml2:AuthnContextClassRef>{LEVEL}{plan.level}</saml2:AuthnContextClassRef>"
        f"<saml2:AuthenticatingAuthority>{plan.means}</saml2:AuthenticatingAuthority></saml2:AuthnContext>"
        f"</saml2:AuthnStatement><saml2:AttributeStatement>{values}</saml2:AttributeStatement></saml2:Assertion>"
    )


def envelope(*body: bytes, header: bytes = b"") -> bytes:
    """A SOAP envelope around the given elements."""
    return (
        b'<?xml version="1.0" encoding="UTF-8"?>'
        b'<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Header>'
        + header
        + b"</soap:Header><soap:Body>"
        + b"".join(body)
        + b"</soap:Body></soap:Envelope>"
    )


def _message(
    kind: str,
    message_id: str,
    in_response_to: str,
    issuer: str,
    plan: Plan,
    content: str,
    more: str = "",
) -> bytes:
    inner = f'<saml2p:StatusCode Value="{STATUS}{plan.sub_status}"/>' if plan.sub_status else ""
    return (
        f'<saml2p:{kind} {_XMLNS} ID="{message_id}" InResponseTo={quoteattr(in_response_to)} '
        f'IssueInstant="{instant(plan.now)}" Version="2.0"{more}><saml2:Issuer>{issuer}</saml2:Issuer>'
        f'<saml2p:Status><saml2p:StatusCode Value="{STATUS}{plan.status}">{inner}</saml2p:StatusCode>'
        f"</saml2p:Status>{content}</saml2p:{kind}>"
    ).encode()
