"""XAdES as Profil Zaufany and programs for qualified signatures write it. Builds only; verifies nothing.

A plan holds everything that a forger could change; each value goes into the file as it stands.
"""

import copy
import uuid
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha1, sha256

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils
from lxml import etree

from integrations.emulators.login_gov.personas import Persona
from integrations.emulators.markup import html
from integrations.emulators.trusted_profile.authority import Keys

DS = "http://www.w3.org/2000/09/xmldsig#"
XADES = "http://uri.etsi.org/01903/v1.3.2#"
EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
ENVELOPED = f"{DS}enveloped-signature"
XPATH = '<ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116"><ds:XPath>{}</ds:XPath></ds:Transform>'
WITHOUT_SIGNATURE = XPATH.format("not(ancestor-or-self::ds:Signature)")
BY_ENVELOPED = f'<ds:Transform Algorithm="{ENVELOPED}"/><ds:Transform Algorithm="{EXCLUSIVE}"/>'
SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"
SHA1 = f"{DS}sha1"
_MORE = "http://www.w3.org/2001/04/xmldsig-more#"

_TEMPLATE = """<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#" Id="{id}"><ds:SignedInfo>\
<ds:CanonicalizationMethod Algorithm="{exclusive}"/><ds:SignatureMethod Algorithm="{method}"/>\
<ds:Reference Id="{id}-ref0" URI="{uri}"><ds:Transforms>{transforms}</ds:Transforms>\
<ds:DigestMethod Algorithm="{digest}"/><ds:DigestValue/></ds:Reference>\
<ds:Reference Type="http://uri.etsi.org/01903#SignedProperties" URI="#{id}-props"><ds:Transforms>\
<ds:Transform Algorithm="{exclusive}"/></ds:Transforms>\
<ds:DigestMethod Algorithm="{sha256}"/><ds:DigestValue/></ds:Reference>{references}</ds:SignedInfo>\
<ds:SignatureValue/><ds:KeyInfo><ds:X509Data>{certificates}</ds:X509Data></ds:KeyInfo>\
<ds:Object><xades:QualifyingProperties xmlns:xades="http://uri.etsi.org/01903/v1.3.2#" Target="#{id}">\
<xades:SignedProperties Id="{id}-props"><xades:SignedSignatureProperties>{time}{naming}\
<xades:SignaturePolicyIdentifier><xades:SignaturePolicyImplied/></xades:SignaturePolicyIdentifier>{role}\
</xades:SignedSignatureProperties></xades:SignedProperties></xades:QualifyingProperties></ds:Object>{objects}</ds:Signature>"""
_NAMING = """<xades:SigningCertificate><xades:Cert><xades:CertDigest><ds:DigestMethod Algorithm="{sha256}"/>\
<ds:DigestValue>{value}</ds:DigestValue></xades:CertDigest><xades:IssuerSerial><ds:X509IssuerName>{issuer}\
</ds:X509IssuerName><ds:X509SerialNumber>{serial}</ds:X509SerialNumber></xades:IssuerSerial></xades:Cert>\
</xades:SigningCertificate>"""
_ROLE = "<xades:SignerRole><xades:ClaimedRoles>{}</xades:ClaimedRoles></xades:SignerRole>"
CLAIM_A = """<xades:ClaimedRole><ppZP:PodpisZP xmlns:ppZP="http://crd.gov.pl/xml/schematy/ppzp/"><ppZP:DaneZP>\
<ppZP:DaneZPOsobyFizycznej><os:Nazwisko xmlns:os="http://crd.gov.pl/xml/schematy/osoba/2009/03/06/" rodzajCzlonu="pierwszy">\
{family}</os:Nazwisko><os:Imie xmlns:os="http://crd.gov.pl/xml/schematy/osoba/2009/03/06/">{given}</os:Imie>\
<os:PESEL xmlns:os="http://crd.gov.pl/xml/schematy/osoba/2009/03/06/">{pesel}</os:PESEL>\
<ppZP:IdKontaUzytkownikaEpuap>symulator</ppZP:IdKontaUzytkownikaEpuap></ppZP:DaneZPOsobyFizycznej></ppZP:DaneZP>\
</ppZP:PodpisZP></xades:ClaimedRole>"""
CLAIM_B = """<xades:ClaimedRole><pz:EPSignature xmlns:pz="http://crd.gov.pl/xml/schematy/podpis_zaufany/"><pz:NaturalPerson>\
<pz:CurrentFamilyName>{family}</pz:CurrentFamilyName><pz:FirstName>{given}</pz:FirstName>\
<pz:DateOfBirth>{born_on}</pz:DateOfBirth><pz:PersonalIdentifier>{pesel}</pz:PersonalIdentifier></pz:NaturalPerson>\
<pz:SignatureData><pz:IdentityIssuer>symulator</pz:IdentityIssuer>\
<pz:IdentityIssueTimestamp>2024-01-01T00:00:00Z</pz:IdentityIssueTimestamp></pz:SignatureData></pz:EPSignature>\
</xades:ClaimedRole>"""


@dataclass
class Plan:
    """One signature to be; the values of the right one are the defaults."""

    document: bytes
    keys: Keys
    claims: str = ""
    signed_at: datetime | None = field(default_factory=lambda: datetime.now(UTC))
    transforms: str = WITHOUT_SIGNATURE
    uri: str = ""
    digest: str = SHA256
    method: str = ""
    names: x509.Certificate | None = None
    """The certificate named in the signed properties; None: the signer's own."""
    is_named: bool = True
    shows: list[x509.Certificate] | None = None
    references: str = ""
    objects: str = ""


def claim(persona: Persona, template: str = CLAIM_A) -> str:
    """What Profil Zaufany says of a person, in one of its two forms."""
    return html(
        template,
        family=persona.family_name,
        given=persona.given_names,
        pesel=persona.identifier,
        born_on=persona.born_on.isoformat(),
    )


def signed(plan: Plan) -> bytes:
    """The document with the planned signature as the last child of its root."""
    root = etree.fromstring(plan.document)
    without = copy.deepcopy(root)
    signature = etree.fromstring(_filled(plan))
    root.append(signature)
    information, value = signature[0], signature[1]
    properties = signature.find(f".//{{{XADES}}}SignedProperties")
    assert properties is not None
    is_exclusive = EXCLUSIVE in plan.transforms
    _put_digest(information[2], _canonical(without, exclusive=is_exclusive), plan.digest)
    _put_digest(information[3], _canonical(properties, exclusive=True), SHA256)
    content = _canonical(information, exclusive=True)
    value.text = b64encode(_sign(plan.keys, content, plan.method)).decode()
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _filled(plan: Plan) -> str:
    certificates = plan.shows if plan.shows is not None else [plan.keys.certificate, plan.keys.issuer]
    named = plan.names or plan.keys.certificate
    naming = html(
        _NAMING,
        sha256=SHA256,
        value=b64encode(sha256(_der(named)).digest()).decode(),
        issuer=named.issuer.rfc4514_string(),
        serial=named.serial_number,
    )
    method = plan.method or (
        f"{_MORE}rsa-sha256" if isinstance(plan.keys.private, rsa.RSAPrivateKey) else f"{_MORE}ecdsa-sha256"
    )
    moment = plan.signed_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if plan.signed_at else ""
    return _TEMPLATE.format(
        id=f"Signature-{uuid.uuid4()}",
        exclusive=EXCLUSIVE,
        method=method,
        uri=plan.uri,
        transforms=plan.transforms,
        digest=plan.digest,
        sha256=SHA256,
        references=plan.references,
        certificates="".join(
            f"<ds:X509Certificate>{b64encode(_der(one)).decode()}</ds:X509Certificate>"
            for one in certificates
        ),
        time=f"<xades:SigningTime>{moment}</xades:SigningTime>" if moment else "",
        naming=naming if plan.is_named else "",
        role=_ROLE.format(plan.claims) if plan.claims else "",
        objects=plan.objects,
    )


def _put_digest(reference: etree._Element, content: bytes, digest: str) -> None:
    make: Callable[[bytes], bytes] = (
        (lambda data: sha1(data, usedforsecurity=False).digest())
        if digest == SHA1
        else (lambda data: sha256(data).digest())
    )
    value = reference.find(f"{{{DS}}}DigestValue")
    assert value is not None
    value.text = b64encode(make(content)).decode()


def _sign(keys: Keys, content: bytes, method: str) -> bytes:
    algorithm = hashes.SHA1() if method.endswith("rsa-sha1") else hashes.SHA256()  # noqa: S303 -- a forgery
    if isinstance(keys.private, rsa.RSAPrivateKey):
        return keys.private.sign(content, padding.PKCS1v15(), algorithm)
    pair = utils.decode_dss_signature(keys.private.sign(content, ec.ECDSA(algorithm)))
    size = (keys.private.key_size + 7) // 8
    return b"".join(number.to_bytes(size, "big") for number in pair)


def _canonical(element: etree._Element, *, exclusive: bool) -> bytes:
    return etree.tostring(element, method="c14n", exclusive=exclusive, with_comments=False)


def _der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.DER)
