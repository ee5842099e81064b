"""Who signed: from the claim under the minister's seal, or from the subject of a qualified certificate. Never mixed.

The holder of any qualified certificate can write somebody else's name and PESEL into a claim, and every check of the
signature passes. A claim therefore counts only under the seal, and under a personal certificate it refuses the file.
"""

import re
import unicodedata
from collections.abc import Iterator

from cryptography import x509
from cryptography.x509.oid import NameOID
from lxml import etree

from integrations.identity.base import Rejected
from integrations.identity.signatures.form import RegistrationForm
from integrations.identity.signatures.outcome import Signer
from integrations.identity.signatures.parsing import text_of
from integrations.identity.signatures.reasons import Reason, Review
from integrations.identity.signatures.xades_form import XADES
from integrations.identity.xml import children, only_child
from kernel.identifiers import is_valid_pesel

_PPZP = "http://crd.gov.pl/xml/schematy/ppzp/"
_OS = "http://crd.gov.pl/xml/schematy/osoba/2009/03/06/"
_PZ = "http://crd.gov.pl/xml/schematy/podpis_zaufany/"
_VARIANTS = {
    f"{{{_PPZP}}}PodpisZP": ("Imie", "Nazwisko", "PESEL", _OS),
    f"{{{_PZ}}}EPSignature": ("FirstName", "CurrentFamilyName", "PersonalIdentifier", ""),
}
"""Profil Zaufany wrote the second one until 2025-03-07 and the first one since, without notice."""
_SERIAL = re.compile(r"(?:PNOPL|PESEL)-([0-9]{11})")
_PESEL = re.compile(r"[0-9]{11}")


def claimed_signer(properties: etree._Element) -> Signer:
    """The person in the claimed role of a seal's signature; Rejected when there is not exactly one claim of a known form."""
    roles = list(_roles(properties))
    if not roles:
        raise Rejected(code=Reason.CLAIM_MISSING)
    if len(roles) != 1 or len(roles[0]) != 1 or roles[0][0].tag not in _VARIANTS:
        raise Rejected("an unknown claim", code=Reason.CLAIM_SHAPE)
    claim = roles[0][0]
    given, family, number, namespace = _VARIANTS[str(claim.tag)]
    pesels = _values(claim, number, namespace)
    if len(pesels) != 1 or not _PESEL.fullmatch(pesels[0]):
        raise Rejected("no PESEL", code=Reason.CLAIM_SHAPE)
    # The schema of the first form has an element for each part of a double name.
    return Signer(
        " ".join(_values(claim, given, namespace)), "-".join(_values(claim, family, namespace)), pesels[0]
    )


def refuse_claim(properties: etree._Element) -> None:
    """Rejected when a file under a personal certificate claims to be signed for somebody by Profil Zaufany."""
    for role in _roles(properties):
        if any(child.tag in _VARIANTS for child in role.iter()):
            raise Rejected(code=Reason.CLAIM_WITHOUT_SEAL)


def certified_signer(leaf: x509.Certificate) -> Signer:
    """The owner of a qualified certificate (EN 319 412-1, 5.1.3); without PESEL when it names another number or none."""
    numbers = _subject(leaf, NameOID.SERIAL_NUMBER)
    found = _SERIAL.fullmatch(numbers[0]) if len(numbers) == 1 else None
    return Signer(
        " ".join(_subject(leaf, NameOID.GIVEN_NAME)),
        " ".join(_subject(leaf, NameOID.SURNAME)),
        found.group(1) if found else "",
    )


def compared(signer: Signer, form: RegistrationForm) -> tuple[Signer, Review | None]:
    """The signer as far as believed, and why a clerk has to look; Rejected when the form is of another person.

    Without a PESEL the names are left to the clerk, too: the certificate may hold a pseudonym.
    """
    if not signer.pesel:
        return signer, Review.NO_PESEL
    if signer.pesel != form.pesel:
        raise Rejected(code=Reason.PERSON_PESEL)
    if _plain(signer.family_name) != _plain(form.family_name) or not _agree(
        signer.given_names, form.given_names
    ):
        raise Rejected(code=Reason.PERSON_NAME)
    if not is_valid_pesel(signer.pesel):
        return Signer(signer.given_names, signer.family_name), Review.UNUSUAL_PESEL
    return signer, None


def _roles(properties: etree._Element) -> Iterator[etree._Element]:
    signature_properties = only_child(
        properties, f"{{{XADES}}}SignedSignatureProperties", Reason.SIGNATURE_SHAPE
    )
    for name in ("SignerRole", "SignerRoleV2"):
        for signer_role in children(signature_properties, f"{{{XADES}}}{name}"):
            for claimed in children(signer_role, f"{{{XADES}}}ClaimedRoles"):
                yield from children(claimed, f"{{{XADES}}}ClaimedRole")


def _values(claim: etree._Element, name: str, namespace: str) -> list[str]:
    """The texts of that name anywhere in the claim, at least one; `namespace` "" takes any, because the writers disagree."""
    found = [
        text_of(element, Reason.CLAIM_SHAPE)
        for element in claim.iter()
        if etree.QName(element).localname == name and namespace in ("", etree.QName(element).namespace)
    ]
    if not found:
        raise Rejected(f"no {name}", code=Reason.CLAIM_SHAPE)
    return found


def _subject(certificate: x509.Certificate, oid: x509.ObjectIdentifier) -> list[str]:
    return [str(attribute.value) for attribute in certificate.subject.get_attributes_for_oid(oid)]


def _plain(name: str) -> str:
    return " ".join(unicodedata.normalize("NFC", name).casefold().replace("-", " ").split())


def _agree(one: str, other: str) -> bool:
    """Whether two lists of given names agree as far as the shorter one goes: many certificates hold the first name only."""
    left, right = _plain(one).split(), _plain(other).split()
    shorter = min(len(left), len(right))
    return shorter > 0 and left[:shorter] == right[:shorter]
