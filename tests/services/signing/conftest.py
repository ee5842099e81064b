"""The stand-in for Profil Zaufany with a trusted list that the platform has fetched, and a form of an invented person."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import httpx
import pytest
from django.utils import timezone

from integrations.emulators.trusted_profile import ProfileEmulator, forging, pdf_forging, start
from integrations.emulators.trusted_profile.authority import Keys, office_keys
from kernel import tenancy
from kernel.actors import Actor, ActorKind, system
from services.accounts.actions import Application
from services.accounts.models import Resident
from services.signing import actions
from services.signing.access_actions import install_access
from services.signing.domain import DocumentKind
from services.signing.models import SignedFile, SigningAttempt
from services.users.models import User
from tenants.configuration.queries import current_regulation
from tenants.trust_lists.actions import refresh
from tenants.trust_lists.models import TrustedListCopy

VISITOR = Actor(kind=ActorKind.ANONYMOUS, address="203.0.113.7")
BACK = "http://borki.localhost/rejestracja/podpis/powrot/"
NUMBER = "75870300062"
WEB = httpx.Client(timeout=15, trust_env=False)


@pytest.fixture(scope="session")
def office() -> Keys:
    return office_keys("Urząd Gminy Borki")


@pytest.fixture(scope="session")
def profile_server(office: Keys) -> Iterator[ProfileEmulator]:
    persons = [
        {
            "key": "zdzislawa",
            "given_names": "Zdzisława",
            "family_name": "Źrebięcka-Łoś",
            "born_on": "1875-07-03",
            "identifier": NUMBER,
        }
    ]
    offices = [{"name": "Urząd Gminy Borki", "certificate": office.certificate_pem.decode()}]
    with start(offices=offices, persons=persons) as emulator:
        yield emulator


@pytest.fixture
def profile(profile_server: ProfileEmulator, settings) -> Iterator[ProfileEmulator]:
    """The stand-in; the platform's settings name its lists."""
    settings.TRUST_LOTL_URL = f"{profile_server.url}/eu-lotl.xml"
    settings.TRUST_LOTL_ISSUERS = profile_server.state.authority.list_issuer.certificate_pem.decode()
    yield profile_server
    profile_server.state.forget()


@pytest.fixture(scope="session")
def fetched() -> dict[str, Any]:
    """The copy that the first test fetched: the stand-in signs a new one for each who asks, and reading takes a while."""
    return {}


@pytest.fixture
def trusting(in_borki, profile: ProfileEmulator, fetched: dict[str, Any]) -> ProfileEmulator:
    """The platform has its copy of the list."""
    with tenancy.public():
        if fetched:
            TrustedListCopy.objects.create(**fetched)
        else:
            assert refresh(timezone.now())
            fetched.update(TrustedListCopy.objects.values().get())
    return profile


@pytest.fixture
def service(trusting: ProfileEmulator, office: Keys) -> ProfileEmulator:
    """The office of Borki has its access to the signing service."""
    install_access(
        environment="stand_in",
        base_url=trusting.url,
        certificate=office.certificate_pem,
        private_key=office.private_pem,
        actor=system("tests"),
    )
    return trusting


@pytest.fixture
def application(in_borki) -> Callable[..., Application]:
    """`application(email=…)`: a form that Zdzisława filled in. She is in nobody's cast."""

    def fill_in(**changes: Any) -> Application:
        values = {
            "first_name": "Zdzisława",
            "last_name": "Źrebięcka-Łoś",
            "pesel": NUMBER,
            "email": "zdzislawa@poczta.example",
            "address": "ul. Brzęczyszczykiewicza 12, 21-345 Borki",
            "password": "",
            "regulation_id": current_regulation(timezone.localdate()).public_id,
            "phone": "",
        }
        return Application(**(values | changes))

    return fill_in


@pytest.fixture
def begun(trusting, application) -> SigningAttempt:
    return actions.begin(application(), actor=VISITOR)


@pytest.fixture
def sent(service, begun) -> str:
    """The address of the page on which the form waits for its signature."""
    return hand_in(begun.public_id)


@pytest.fixture
def signed(trusting) -> Callable[..., bytes]:
    """`signed(attempt, mode="forged_claim")`: our XML as the stand-in signs it; `kind="pdf"` our PDF."""

    def sign(
        attempt: SigningAttempt, *, kind: str = "xml", means: str = forging.PROFILE, mode: str = ""
    ) -> bytes:
        content = actions.document(attempt_id=attempt.public_id, kind=DocumentKind(kind)).content
        person = trusting.state.persons["zdzislawa"]
        if kind == "pdf":
            return pdf_forging.made(content, trusting.state.signers, person, mode=mode)
        return forging.made(content, trusting.state.signers, person, means=means, mode=mode)

    return sign


def hand_in(attempt_id: UUID) -> str:
    return actions.hand_in(attempt_id=attempt_id, success_url=BACK, failure_url=f"{BACK}nie/", actor=VISITOR)


def come_back(attempt_id: UUID, *, declined: bool = False) -> SigningAttempt:
    return actions.come_back(attempt_id=attempt_id, declined=declined, actor=VISITOR)


def upload(attempt_id: UUID, content: bytes) -> SigningAttempt:
    return actions.upload(attempt_id=attempt_id, content=content, actor=VISITOR)


def choose(page: str, *, action: str = "sign", means: str = "profile", mode: str = "") -> httpx.Response:
    """What a person does on the signing service's page."""
    return WEB.post(page, data={"action": action, "persona": "zdzislawa", "means": means, "mode": mode})


def the_account() -> Resident | None:
    user = User.objects.find("zdzislawa@poczta.example", "resident")
    return Resident.objects.filter(user=user).first() if user else None


def the_file(attempt: SigningAttempt) -> SignedFile:
    return attempt.files.select_related("document__attempt").get()
