"""Reading what a gmina's portal sends, as strictly as the real node: signature, addresses, names, algorithms, age."""

import base64
import binascii
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography import x509
from lxml import etree

from integrations.emulators.login_gov.dsig import DS, SAML, is_signed_by
from integrations.emulators.login_gov.messages import LEVEL, SAMLP, UNSPECIFIED

EIDAS = "http://eidas.europa.eu/saml-extensions"
ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"
MD = "urn:oasis:names:tc:SAML:2.0:metadata"
BINDING = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Artifact"
_FRESH = timedelta(minutes=5)
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


class BadRequest(Exception):
    """The node does not serve this request; the text says why, in Polish, for whoever configures the portal."""


@dataclass(frozen=True)
class Provider:
    """A gmina as it applied: with a form, without metadata."""

    entity_id: str
    provider_name: str
    acs_urls: tuple[str, ...]
    signing: x509.Certificate
    encryption: x509.Certificate

    @classmethod
    def from_form(cls, form: Mapping[str, Any]) -> "Provider":
        """From a form's fields (certificates in PEM), or from `metadata` with `provider_name`. ValueError if incomplete."""
        if "metadata" in form:
            return cls._from_metadata(str(form["metadata"]).encode(), str(form["provider_name"]))
        return cls(
            entity_id=str(form["entity_id"]),
            provider_name=str(form["provider_name"]),
            acs_urls=tuple(form["acs_urls"]),
            signing=x509.load_pem_x509_certificate(str(form["signing_certificate"]).encode()),
            encryption=x509.load_pem_x509_certificate(str(form["encryption_certificate"]).encode()),
        )

    @classmethod
    def _from_metadata(cls, document: bytes, provider_name: str) -> "Provider":
        root = etree.fromstring(document, etree.XMLParser(resolve_entities=False, no_network=True))
        certificates: dict[str | None, x509.Certificate] = {}
        for key in root.iter(f"{{{MD}}}KeyDescriptor"):
            encoded = key.findtext(f".//{{{DS}}}X509Certificate", "")
            loaded = x509.load_der_x509_certificate(base64.b64decode(encoded))
            certificates.setdefault(key.get("use"), loaded)  # the first one is the current one
        return cls(
            entity_id=root.get("entityID", ""),
            provider_name=provider_name,
            acs_urls=tuple(one.get("Location", "") for one in root.iter(f"{{{MD}}}AssertionConsumerService")),
            signing=certificates["signing"],
            encryption=certificates["encryption"],
        )


@dataclass(frozen=True)
class Request:
    """A message whose sender and signature are right."""

    id: str
    provider: Provider
    root: etree._Element


def authn_request(encoded: str, providers: Mapping[str, Provider], *, destination: str) -> Request:
    """The request for a person; BadRequest with the first thing that is not as the node wants it."""
    try:
        document = base64.b64decode(encoded, validate=True)
    except binascii.Error:
        raise BadRequest("Pole SAMLRequest nie jest zapisane w base64.") from None
    request = _signed(document, f"{{{SAMLP}}}AuthnRequest", providers)
    root, provider = request.root, request.provider
    if root.get("Destination") != destination:
        raise BadRequest(f"Destination musi być adresem {destination}.")
    if root.get("AssertionConsumerServiceURL") not in provider.acs_urls:
        raise BadRequest("Adresu AssertionConsumerServiceURL nie ma we wniosku.")
    if root.get("ProviderName") != provider.provider_name:
        raise BadRequest("ProviderName jest inny niż we wniosku.")
    if root.get("ProtocolBinding") != BINDING or root.get("IsPassive") != "false":
        raise BadRequest("Węzeł odpowiada tylko przez HTTP-Artifact i zawsze pyta osobę.")
    _check_extensions(root)
    policy = root.find(f"{{{SAMLP}}}NameIDPolicy")
    context = root.find(f"{{{SAMLP}}}RequestedAuthnContext")
    if policy is None or policy.get("Format") != UNSPECIFIED:
        raise BadRequest("NameIDPolicy musi prosić o identyfikator nieokreślony.")
    if context is None or context.get("Comparison") != "minimum" or not level_of(root):
        raise BadRequest("RequestedAuthnContext musi podać poziom wiarygodności jako minimum.")
    return request


def soap_request(body: bytes, name: str, providers: Mapping[str, Provider]) -> Request:
    """The signed message in the one Body of an envelope."""
    try:
        envelope = etree.fromstring(body, _parser())
    except etree.XMLSyntaxError:
        raise BadRequest("To nie jest XML.") from None
    found = envelope.findall(f"{{{ENVELOPE}}}Body/*")
    if len(found) != 1:
        raise BadRequest("Body musi mieć jedno dziecko.")
    return _signed(etree.tostring(found[0], with_tail=False), f"{{{SAMLP}}}{name}", providers)


def level_of(root: etree._Element) -> str:
    """The level asked for: "low", "substantial", "high", or "" for none that is known."""
    path = f"{{{SAMLP}}}RequestedAuthnContext/{{{SAML}}}AuthnContextClassRef"
    level = (root.findtext(path) or "").removeprefix(LEVEL)
    return level if level in {"low", "substantial", "high"} else ""


def requested_attributes(root: etree._Element) -> Iterable[str]:
    """Last parts of the names of the attributes asked for."""
    for one in root.iter(f"{{{EIDAS}}}RequestedAttribute"):
        yield one.get("Name", "").rpartition("/")[2]


def _check_extensions(root: etree._Element) -> None:
    found = root.find(f"{{{SAMLP}}}Extensions")
    names = [] if found is None else [child.tag for child in found]
    if found is None or names != [f"{{{EIDAS}}}SPType", f"{{{EIDAS}}}RequestedAttributes"]:
        raise BadRequest("Extensions muszą mieć po kolei SPType i RequestedAttributes.")
    if found[0].text != "public" or "PersonIdentifier" not in requested_attributes(root):
        raise BadRequest("Brakuje SPType public albo prośby o PersonIdentifier.")


def _signed(document: bytes, tag: str, providers: Mapping[str, Provider]) -> Request:
    try:
        root = etree.fromstring(document, _parser())
    except etree.XMLSyntaxError:
        raise BadRequest("To nie jest XML.") from None
    if root.tag != tag or root.get("Version") != "2.0" or not root.get("ID"):
        raise BadRequest("To nie jest oczekiwany komunikat SAML 2.0.")
    provider = providers.get(root.findtext(f"{{{SAML}}}Issuer") or "")
    if provider is None:
        raise BadRequest("Węzeł nie zna takiego dostawcy usług.")
    if not is_signed_by(document, provider.signing):
        raise BadRequest("Podpis nie jest złożony kluczem z wniosku.")
    sent_at = root.get("IssueInstant", "")
    if not _INSTANT.fullmatch(sent_at):
        raise BadRequest("IssueInstant musi być czasem UTC z milisekundami.")
    if abs(datetime.now(UTC) - datetime.fromisoformat(sent_at)) > _FRESH:
        raise BadRequest("IssueInstant różni się od czasu węzła o ponad pięć minut.")
    return Request(root.get("ID", ""), provider, root)


def _parser() -> etree.XMLParser[etree._Element]:
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
