"""The person comes back from the signing service twice at one moment, or sends two files: one registration."""

from uuid import UUID

import pytest
from django.utils import timezone

from integrations.emulators.trusted_profile import ProfileEmulator, forging
from kernel.actors import system
from kernel.audit.models import AuditEntry
from kernel.errors import Conflict
from services.accounts.actions import Application
from services.accounts.models import Resident
from services.notices.models import Message
from services.signing import actions
from services.signing.access_actions import install_access
from services.signing.domain import AttemptState, DocumentKind
from services.signing.models import SignedFile, SigningAttempt
from tenants.configuration.queries import current_regulation
from tenants.trust_lists.actions import refresh
from tests.services.signing.conftest import (
    NUMBER,
    VISITOR,
    choose,
    come_back,
    hand_in,
    office,
    profile,
    profile_server,
    upload,
)

__all__ = ["office", "profile", "profile_server"]


@pytest.fixture
def begun(own, profile: ProfileEmulator, office) -> UUID:
    """A form in the committed database, with all that signing needs."""
    assert refresh(timezone.now())
    install_access(
        environment="stand_in",
        base_url=profile.url,
        certificate=office.certificate_pem,
        private_key=office.private_pem,
        actor=system("tests"),
    )
    application = Application(
        first_name="Zdzisława",
        last_name="Źrebięcka-Łoś",
        pesel=NUMBER,
        email="zdzislawa@poczta.example",
        address="ul. Próbna 7, 21-345 Borki",
        password="",
        regulation_id=current_regulation(timezone.localdate()).public_id,
    )
    return actions.begin(application, actor=VISITOR).public_id


def registered() -> tuple[int, int, int]:
    return (
        Resident.objects.filter(user__full_name__isnull=False, proof_method="trusted_profile").count(),
        Message.objects.filter(kind="registered").count(),
        AuditEntry.objects.filter(action="signing.registered").count(),
    )


def test_coming_back_four_times_at_one_moment_registers_once(own, begun):
    choose(hand_in(begun))

    results = own.together(*[lambda: come_back(begun)] * 4)

    assert not [one for one in results if isinstance(one, Exception) and not isinstance(one, Conflict)]
    assert SigningAttempt.objects.get(public_id=begun).state == AttemptState.REGISTERED
    assert registered() == (1, 1, 1)
    assert SignedFile.objects.count() == 1
    assert not Message.objects.filter(kind__in=["address_taken", "second_registration"]).exists()


def test_two_right_files_at_one_moment_register_once(own, begun, profile):
    content = actions.document(attempt_id=begun, kind=DocumentKind.XML).content
    person = profile.state.persons["zdzislawa"]
    files = [forging.made(content, profile.state.signers, person) for _ in range(2)]
    assert files[0] != files[1]

    results = own.together(*[lambda file=file: upload(begun, file) for file in files])

    assert not [one for one in results if isinstance(one, Exception) and not isinstance(one, Conflict)]
    assert registered() == (1, 1, 1)
    assert SignedFile.objects.filter(state="proven").count() == 1


def test_handing_in_twice_at_one_moment_leaves_one_page_that_leads_back(own, begun, profile):
    pages = own.together(*[lambda: hand_in(begun)] * 2)

    assert set(pages) == {SigningAttempt.objects.get(public_id=begun).page_url}
    choose(pages[0])
    assert come_back(begun).state == AttemptState.REGISTERED
