"""The three messages that we send: AuthnRequest, ArtifactResolve, LogoutRequest; each signed, each with a fresh id."""

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime

from lxml import etree

from integrations.identity.base import Evidence
from integrations.identity.login_gov import names
from integrations.identity.login_gov.names import DS, EIDAS, SAML, SAMLP
from integrations.identity.login_gov.provider import Node, ServiceProvider
from integrations.identity.login_gov.signature import signed
from integrations.identity.soap import ENVELOPE

_PREFIXES = {"saml2p": SAMLP, "saml2": SAML, "ds": DS}
_ENVELOPE_START = f'<soap:Envelope xmlns:soap="{ENVELOPE}"><soap:Header/><soap:Body>'.encode()
_ENVELOPE_END = b"</soap:Body></soap:Envelope>"


@dataclass(frozen=True)
class Message:
    """A signed message: its id, to which the answer must refer, and the very bytes that were signed."""

    id: str
    document: bytes

    @property
    def envelope(self) -> bytes:
        """The message in a SOAP envelope, which is put around the signed bytes and changes none of them."""
        return _ENVELOPE_START + self.document + _ENVELOPE_END


def authn_request(node: Node, provider: ServiceProvider, *, now: datetime) -> Message:
    """Ask for a person: always a fresh authentication, at least at the provider's level, with four attributes."""
    request = _message(
        "AuthnRequest",
        provider,
        now,
        {
            "Destination": node.sso_url,
            "AssertionConsumerServiceURL": provider.acs_url,
            "ProviderName": provider.provider_name,
            "ProtocolBinding": names.ARTIFACT_BINDING,
            "ForceAuthn": "true",
            "IsPassive": "false",
        },
        {"eidas": EIDAS},
    )
    extensions = etree.SubElement(request, f"{{{SAMLP}}}Extensions")
    _add(extensions, f"{{{EIDAS}}}SPType", "public")
    attributes = etree.SubElement(extensions, f"{{{EIDAS}}}RequestedAttributes")
    for friendly_name, name in names.REQUESTED_ATTRIBUTES.items():
        etree.SubElement(
            attributes,
            f"{{{EIDAS}}}RequestedAttribute",
            FriendlyName=friendly_name,
            Name=name,
            NameFormat=names.URI_FORMAT,
            isRequired="true",
        )
    etree.SubElement(request, f"{{{SAMLP}}}NameIDPolicy", AllowCreate="true", Format=names.UNSPECIFIED)
    context = etree.SubElement(request, f"{{{SAMLP}}}RequestedAuthnContext", Comparison="minimum")
    _add(context, f"{{{SAML}}}AuthnContextClassRef", provider.level.uri)
    return _finished(request, provider)


def artifact_resolve(provider: ServiceProvider, artifact: str, *, now: datetime) -> Message:
    """Ask for the answer that stands behind an artifact."""
    request = _message("ArtifactResolve", provider, now, {})
    _add(request, f"{{{SAMLP}}}Artifact", artifact)
    return _finished(request, provider)


def logout_request(node: Node, provider: ServiceProvider, evidence: Evidence, *, now: datetime) -> Message:
    """Ask the node to end the session in which the person logged in."""
    request = _message("LogoutRequest", provider, now, {"Destination": node.logout_url})
    name_id = _add(request, f"{{{SAML}}}NameID", evidence.name_id)
    name_id.set("Format", names.UNSPECIFIED)
    _add(request, f"{{{SAMLP}}}SessionIndex", evidence.session_index)
    return _finished(request, provider)


def _message(
    kind: str,
    provider: ServiceProvider,
    now: datetime,
    attributes: dict[str, str],
    more_prefixes: dict[str, str] | None = None,
) -> etree._Element:
    request = etree.Element(f"{{{SAMLP}}}{kind}", nsmap={**_PREFIXES, **(more_prefixes or {})})
    request.set("ID", f"ID-{uuid.uuid4()}")
    request.set("Version", "2.0")
    request.set("IssueInstant", now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + "000Z")
    for name, value in attributes.items():
        request.set(name, value)
    _add(request, names.ISSUER, provider.entity_id)
    return request


def _add(parent: etree._Element, tag: str, text: str) -> etree._Element:
    child = etree.SubElement(parent, tag)
    child.text = text
    return child


def _finished(request: etree._Element, provider: ServiceProvider) -> Message:
    return Message(request.get("ID", ""), etree.tostring(signed(request, provider.signing)))
