"""One stand-in for Profil Zaufany per module, a registration form of Gęślą-Jaźń Żółć-Ćmiąca, and what verifies it."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from integrations.emulators.login_gov.personas import PERSONAS, Persona
from integrations.emulators.trusted_profile import ProfileEmulator, forging, lists, pdf_forging, start
from integrations.emulators.trusted_profile.authority import Keys, office_keys
from integrations.identity.base import Rejected
from integrations.identity.signatures.form import Document, RegistrationForm, as_pdf, as_xml
from integrations.identity.signatures.outcome import SignedRegistration
from integrations.identity.signatures.policy import VerificationPolicy
from integrations.identity.signatures.revocation import FetchedRevocation
from integrations.identity.signatures.trusted_list import TrustedList
from integrations.identity.signatures.verify import verify_pdf, verify_xml

GESLA = next(one for one in PERSONAS if one.key == "gesla")
ANNA = next(one for one in PERSONAS if one.key == "anna")


def form_of(persona: Persona, *, attempt: UUID | None = None, **changes: object) -> RegistrationForm:
    values: dict[str, object] = {
        "attempt": attempt or uuid4(),
        "teryt": "1437022",
        "office": "Urząd Gminy w Borkach",
        "portal": "borki.example",
        "made_at": datetime.now(UTC),
        "given_names": persona.given_names,
        "family_name": persona.family_name,
        "pesel": persona.identifier,
        "details": (("Adres e-mail", "żółw@example.pl"), ("Telefon", "+48 600 000 000")),
        "statements": ("Zapoznałam się z regulaminem i akceptuję jego treść.",),
    }
    return RegistrationForm(**(values | changes))  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def office() -> Keys:
    return office_keys("Urząd Gminy w Borkach")


@pytest.fixture(scope="session")
def running(office: Keys) -> Iterator[ProfileEmulator]:
    with start(
        offices=[{"name": "Urząd Gminy w Borkach", "certificate": office.certificate_pem.decode()}]
    ) as emulator:
        yield emulator


@pytest.fixture
def profile(running: ProfileEmulator) -> Iterator[ProfileEmulator]:
    yield running
    running.state.forget()


@pytest.fixture(scope="session")
def trusted(running: ProfileEmulator) -> TrustedList:
    authority = running.state.authority
    return TrustedList.read(
        lists.trusted_list(authority), [authority.list_issuer.certificate], now=datetime.now(UTC)
    )


@pytest.fixture
def policy(trusted: TrustedList) -> VerificationPolicy:
    return VerificationPolicy(trusted, FetchedRevocation(allow_loopback=True))


@pytest.fixture(scope="session")
def xml() -> Document:
    return as_xml(form_of(GESLA))


@pytest.fixture(scope="session")
def pdf() -> Document:
    return as_pdf(form_of(GESLA))


@pytest.fixture
def sign(profile: ProfileEmulator, xml: Document) -> Callable[..., bytes]:
    """`sign(mode="forged_claim")`: the XML form as the stand-in signs it."""

    def signed(document: Document = xml, *, means: str = forging.PROFILE, mode: str = "") -> bytes:
        return forging.made(document.content, profile.state.signers, GESLA, means=means, mode=mode)

    return signed


@pytest.fixture
def sign_pdf(profile: ProfileEmulator, pdf: Document) -> Callable[..., bytes]:
    def signed(document: Document = pdf, *, mode: str = "") -> bytes:
        return pdf_forging.made(document.content, profile.state.signers, GESLA, mode=mode)

    return signed


@pytest.fixture
def verify(policy: VerificationPolicy, xml: Document) -> Callable[..., SignedRegistration]:
    def verified(content: bytes, given: Document = xml) -> SignedRegistration:
        return verify_xml(content, given, policy, received_at=datetime.now(UTC))

    return verified


@pytest.fixture
def verify_file(policy: VerificationPolicy, pdf: Document) -> Callable[..., SignedRegistration]:
    def verified(content: bytes, given: Document = pdf) -> SignedRegistration:
        return verify_pdf(content, given, policy, received_at=datetime.now(UTC))

    return verified


def reason(call: Callable[[], SignedRegistration]) -> str:
    """The code with which a file is refused; a registration that comes out fails the test."""
    outcome: SignedRegistration | None = None
    with pytest.raises(Rejected) as refusal:
        outcome = call()
    assert outcome is None
    assert not any(secret in str(refusal.value) for secret in (GESLA.identifier, "Żółć", "Gęślą"))
    assert refusal.value.permanent
    return refusal.value.code


@pytest.fixture(scope="session")
def other_attempt() -> Document:
    return as_xml(form_of(GESLA))
