"""The provider's metadata: an aid for the application to COI and for the stand-in node. The node itself fetches none."""

import base64

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree

from integrations.identity.login_gov import names
from integrations.identity.login_gov.names import DS, MD, SAMLP
from integrations.identity.login_gov.provider import ServiceProvider


def metadata(provider: ServiceProvider) -> bytes:
    """EntityDescriptor with the certificate that signs, all that may be encrypted for, and the one address for answers."""
    root = etree.Element(f"{{{MD}}}EntityDescriptor", nsmap={"md": MD, "ds": DS}, entityID=provider.entity_id)
    descriptor = etree.SubElement(
        root,
        f"{{{MD}}}SPSSODescriptor",
        AuthnRequestsSigned="true",
        WantAssertionsSigned="false",
        protocolSupportEnumeration=SAMLP,
    )
    _add_key(descriptor, "signing", provider.signing.certificate)
    for pair in provider.decryption:
        _add_key(descriptor, "encryption", pair.certificate)
    etree.SubElement(descriptor, f"{{{MD}}}NameIDFormat").text = names.UNSPECIFIED
    etree.SubElement(
        descriptor,
        f"{{{MD}}}AssertionConsumerService",
        Binding=names.ARTIFACT_BINDING,
        Location=provider.acs_url,
        index="0",
        isDefault="true",
    )
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _add_key(descriptor: etree._Element, use: str, certificate: x509.Certificate) -> None:
    key = etree.SubElement(descriptor, f"{{{MD}}}KeyDescriptor", use=use)
    information = etree.SubElement(key, f"{{{DS}}}KeyInfo")
    holder = etree.SubElement(information, f"{{{DS}}}X509Data")
    encoded = base64.b64encode(certificate.public_bytes(Encoding.DER)).decode()
    etree.SubElement(holder, f"{{{DS}}}X509Certificate").text = encoded
