"""The local administrator's page about the office's access to the signing service: what it shows, and how it is replaced."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from integrations.emulators.trusted_profile.authority import Keys, office_keys
from kernel.actors import system
from services.safeguards.models import ProposedChange
from services.signing.access_actions import install_access
from services.signing.models import SigningAccess
from services.users.domain import Role
from services.users.models import StaffRole, User
from tests.factories.accounts import StaffRoleFactory
from tests.frontend.reading import error_beside, words

pytestmark = pytest.mark.django_db
PAGE = "/urzad/ustawienia/logowanie/usluga-podpisu/"


@pytest.fixture(scope="session")
def keys() -> Keys:
    return office_keys("Urząd Gminy Borki")


@pytest.fixture(scope="session")
def other_keys() -> Keys:
    return office_keys("Urząd Gminy Borki")


@pytest.fixture
def access(in_borki, keys) -> SigningAccess:
    return install_access(
        environment="integration",
        certificate=keys.certificate_pem,
        private_key=keys.private_pem,
        actor=system("tests"),
    )


@pytest.fixture
def edyta(desk, person):
    """Another administrator's browser: Edyta, who has held that role too for a month."""
    grant = StaffRoleFactory(user=User.objects.get(pk=person("edyta").user_id), role=Role.ADMIN)
    StaffRole.objects.filter(pk=grant.pk).update(granted_at=timezone.now() - timedelta(days=30))
    return desk("edyta")


def sent(certificate: bytes, private_key: bytes, version: int = 0) -> dict[str, object]:
    return {
        "environment": "integration",
        "certificate": SimpleUploadedFile("urzad.pem", certificate),
        "private_key": SimpleUploadedFile("urzad.key", private_key),
        "version": version,
    }


def test_a_key_waits_for_the_second_person_and_no_page_shows_it(desk, edyta, keys):
    answer = desk("filip").post(PAGE, sent(keys.certificate_pem, keys.private_pem))
    change = ProposedChange.objects.get()
    address = f"/urzad/ustawienia/zmiany/{change.public_id}/"
    assert answer["Location"] == address
    assert not SigningAccess.objects.exists()
    page = edyta.get(address)
    shown = words(page)
    assert "dostęp do usługi podpisu" in shown
    assert "integracyjne, do prób (int.pz.gov.pl)" in shown
    assert "nowy, nie pokazujemy" in shown
    assert "pieniądze mieszkańców" not in shown
    assert "PRIVATE KEY" not in page.content.decode()
    assert "Zmiana czeka na drugą osobę" in words(desk("filip").get(PAGE))

    edyta.post(f"{address}zatwierdz/", {"compared": "on"})

    assert SigningAccess.objects.get().environment == "integration"
    page = desk("filip").get(PAGE)
    assert "Urząd Gminy Borki" in words(page)
    assert "PRIVATE KEY" not in page.content.decode()
    assert keys.private_pem.decode().splitlines()[1] not in page.content.decode()


@pytest.mark.parametrize("wrong", ["other_key", "no_certificate", "empty"])
def test_what_does_not_fit_is_refused_with_what_to_mend(wrong, desk, keys, other_keys, in_borki):
    certificate = b"nic" if wrong == "no_certificate" else keys.certificate_pem
    private_key = other_keys.private_pem if wrong == "other_key" else keys.private_pem
    if wrong == "empty":
        certificate, private_key = b"", b""
    page = desk("filip").post(PAGE, sent(certificate, private_key))
    assert page.status_code == 422
    assert error_beside(page, "certificate")
    assert not SigningAccess.objects.exists()
    assert not ProposedChange.objects.exists()


@pytest.mark.parametrize(
    ("left", "said", "unsaid"),
    [
        (400, "integracyjne", "niedługo się skończy"),
        (30, "Certyfikat niedługo się skończy", "stracił ważność"),
        (-1, "Certyfikat stracił ważność", "niedługo się skończy"),
    ],
)
def test_the_page_says_until_when(left, said, unsaid, desk, access):
    SigningAccess.objects.update(valid_until=timezone.now() + timedelta(days=left, hours=1))
    page = words(desk("filip").get(PAGE))
    assert said in page
    assert unsaid not in page


def test_the_page_about_signing_in_leads_there(desk, access):
    page = desk("filip").get("/urzad/ustawienia/logowanie/")
    assert PAGE in page.content.decode()
    assert "Zobacz lub wymień" in words(page)


@pytest.mark.parametrize("name", ["daria", "edyta"])
def test_only_the_local_administrator_sees_it(name, desk, keys):
    client = desk(name)
    assert client.get(PAGE).status_code == 403
    assert client.post(PAGE, sent(keys.certificate_pem, keys.private_pem)).status_code == 403
    assert not ProposedChange.objects.exists()
