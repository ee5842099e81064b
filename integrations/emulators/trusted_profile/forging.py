"""Everything that can be wrong with a signed XML, by name: changes to the plan before signing, and to the file after."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from lxml import etree

from integrations.emulators.login_gov.personas import PERSONAS, Persona
from integrations.emulators.trusted_profile import rebuilding
from integrations.emulators.trusted_profile.signers import PERSON_KINDS, Signers
from integrations.emulators.trusted_profile.xades import (
    BY_ENVELOPED,
    CLAIM_A,
    CLAIM_B,
    EXCLUSIVE,
    SHA1,
    XPATH,
    Plan,
    claim,
    signed,
)

PROFILE, QUALIFIED = "profile", "qualified"
MEANS = (PROFILE, QUALIFIED)
_SHA256_REFERENCE = (
    '<ds:Reference URI="{}"><ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/>'
    "<ds:DigestValue>47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=</ds:DigestValue></ds:Reference>"
)
_XSLT = (
    '<ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xslt-19991116"><xsl:stylesheet version="1.0" '
    'xmlns:xsl="http://www.w3.org/1999/XSL/Transform"><xsl:template match="/">x</xsl:template></xsl:stylesheet>'
    f'</ds:Transform><ds:Transform Algorithm="{EXCLUSIVE}"/>'
)


@dataclass
class Case:
    """Who signs what: the plan may be changed, the rest says of whom to take what."""

    plan: Plan
    signers: Signers
    persona: Persona

    @property
    def stranger(self) -> Persona:
        """Another invented person with a PESEL."""
        return next(one for one in PERSONAS if one.identifier not in (self.persona.identifier, ""))


Change = Callable[[Case], None]


def _set(**values: object) -> Change:
    def change(case: Case) -> None:
        for name, value in values.items():
            setattr(case.plan, name, value)

    return change


def _personal(kind: str) -> Change:
    def change(case: Case) -> None:
        case.plan.keys = case.signers.person(case.persona, kind)
        case.plan.claims, case.plan.transforms = "", BY_ENVELOPED

    return change


def _seal(name: str) -> Change:
    def change(case: Case) -> None:
        case.plan.keys = getattr(case.signers, name)
        case.plan.claims = claim(case.persona)

    return change


def _forged(template: str) -> Change:
    """A stranger's own qualified certificate, and a claim to be the persona: each check of the signature passes."""

    def change(case: Case) -> None:
        case.plan.keys = case.signers.person(case.stranger)
        case.plan.claims = claim(case.persona, template)

    return change


def _own_claim(case: Case) -> None:
    case.plan.keys = case.signers.person(case.persona)
    case.plan.claims = claim(case.persona)


def _claims(*templates: str) -> Change:
    def change(case: Case) -> None:
        case.plan.claims = "".join(claim(case.persona, template) for template in templates)

    return change


def _claim_of_stranger(case: Case) -> None:
    case.plan.claims = claim(case.stranger)


def _names_stranger(case: Case) -> None:
    other = case.signers.person(case.stranger).certificate
    case.plan.names, case.plan.shows = other, [case.plan.keys.certificate, other]


def _shows_stranger(case: Case) -> None:
    case.plan.shows = [case.signers.person(case.stranger).certificate]


def _document(name: str, text: str) -> Change:
    """Sign another form than the one that came, quite rightly."""

    def change(case: Case) -> None:
        root = etree.fromstring(case.plan.document)
        found = root.find(f".//{{*}}{name}")
        assert found is not None
        found.text = text
        case.plan.document = etree.tostring(root, xml_declaration=True, encoding="UTF-8")

    return change


def _at(shift: timedelta) -> Change:
    def change(case: Case) -> None:
        case.plan.signed_at = datetime.now(UTC) + shift

    return change


PLANNED: Mapping[str, Change] = {
    # what a person may rightly do
    "claim_b": _claims(CLAIM_B),
    **{f"person_{kind}": _personal(kind) for kind in PERSON_KINDS},
    # whose signature it is
    "forged_claim": _forged(CLAIM_A),
    "forged_claim_b": _forged(CLAIM_B),
    "own_claim": _own_claim,
    "foreign_seal": _seal("foreign_seal"),
    "company_seal": _seal("company_seal"),
    "other_seal": _seal("other_seal"),
    "names_other_certificate": _names_stranger,
    "shows_other_certificate": _shows_stranger,
    "unnamed_certificate": _set(is_named=False),
    # the claim
    "missing_claim": _set(claims=""),
    "two_claims": _claims(CLAIM_A, CLAIM_B),
    "unknown_claim": _set(claims="<xades:ClaimedRole>Prezydent</xades:ClaimedRole>"),
    "claim_without_pesel": _claims(CLAIM_A.replace("{pesel}", "brak")),
    "claim_with_two_pesels": _claims(
        CLAIM_B.replace(
            "<pz:DateOfBirth>", "<pz:PersonalIdentifier>75870300031</pz:PersonalIdentifier><pz:DateOfBirth>"
        )
    ),
    "claim_of_stranger": _claim_of_stranger,
    # what was signed
    "other_form": _document("Nazwisko", "Podmieniona"),
    "other_attempt": _document("NumerWniosku", "00000000-0000-4000-8000-000000000000"),
    "other_xpath": _set(transforms=XPATH.format("not(ancestor-or-self::ds:Signature) and true()")),
    "narrow_xpath": _set(transforms=XPATH.format("ancestor-or-self::NumerWniosku")),
    "xslt": _set(transforms=_XSLT),
    "base64": _set(transforms='<ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#base64"/>'),
    "without_transform": _set(transforms=f'<ds:Transform Algorithm="{EXCLUSIVE}"/>'),
    "remote_uri": _set(uri="http://127.0.0.1:9/dokument.xml"),
    "file_uri": _set(uri="file:///etc/passwd"),
    "other_uri": _set(uri="#dokument"),
    "third_reference": _set(references=_SHA256_REFERENCE.format("")),
    "remote_reference": _set(references=_SHA256_REFERENCE.format("http://127.0.0.1:9/dokument.xml")),
    "second_object": _set(objects="<ds:Object><inny/></ds:Object>"),
    "manifest": _set(
        objects=f"<ds:Object><ds:Manifest>{_SHA256_REFERENCE.format('')}</ds:Manifest></ds:Object>"
    ),
    # algorithms
    "sha1_digest": _set(digest=SHA1),
    "rsa_sha1": _set(method="http://www.w3.org/2000/09/xmldsig#rsa-sha1"),
    "hmac": _set(method="http://www.w3.org/2001/04/xmldsig-more#hmac-sha256"),
    # time
    "signed_later": _at(timedelta(days=1)),
    "signed_before": _at(timedelta(days=-1)),
    "without_time": _set(signed_at=None),
}
MODES = (*PLANNED, *rebuilding.REBUILT)
"""Names of all of them; "claim_b" and some of "person_…" are right."""


def made(
    document: bytes, signers: Signers, persona: Persona, *, means: str = PROFILE, mode: str = ""
) -> bytes:
    """The signed file. Under Profil Zaufany by the seal, with a claim; else by the persona's qualified certificate."""
    if means == PROFILE:
        plan = Plan(document, signers.seal, claims=claim(persona))
    else:
        plan = Plan(document, signers.person(persona), transforms=BY_ENVELOPED)
    if mode in PLANNED:
        PLANNED[mode](Case(plan, signers, persona))
    content = signed(plan)
    return rebuilding.REBUILT[mode](content) if mode in rebuilding.REBUILT else content
