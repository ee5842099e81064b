"""The local administrator's pages about how residents sign in: ways, registration at the node, keys, certificates."""

from datetime import timedelta

import pytest
from cryptography import x509
from django.core.files.uploadedfile import SimpleUploadedFile

from frontend.desk.history import details_text
from integrations.emulators.login_gov.keys import Authority
from kernel.audit.models import AuditEntry
from services.identity.models import ProviderKey, ServiceProvider
from tenants.configuration.models import Office, Revision
from tests.frontend.reading import words

pytestmark = pytest.mark.django_db
PAGE = "/urzad/ustawienia/logowanie/"
PROVIDER = {
    "version": 0,
    "entity_id": "portal-borki",
    "provider_name": "Urząd Gminy w Borkach",
    "level": "substantial",
    "ends_node_session": "on",
}


@pytest.fixture
def coi(settings) -> Authority:
    settings.LOGIN_GOV_ALLOW_STAND_IN = True
    return Authority()


def key_page(key: ProviderKey, act: str = "") -> str:
    return f"{PAGE}klucze/{key.public_id}/{act}"


def certified(client, coi: Authority, purpose: str, **lasts) -> ProviderKey:
    """The whole way of a key: made, its request fetched, certified by COI, uploaded."""
    client.post(f"{PAGE}klucze/nowy/{purpose}/")
    key = ProviderKey.objects.filter(purpose=purpose).latest("id")
    request = client.get(key_page(key, "wniosek.csr")).content
    upload(client, key, coi.certify(request, **lasts))
    key.refresh_from_db()
    return key


def upload(client, key: ProviderKey, content: bytes):
    return client.post(key_page(key), {"certificate": SimpleUploadedFile("certyfikat.pem", content)})


def test_a_key_is_made_applied_for_certified_and_used(desk, coi):
    client = desk("filip")
    key = certified(client, coi, "signing")
    assert (key.state, len(key.fingerprint)) == ("current", 64)
    asked = x509.load_pem_x509_csr(client.get(key_page(key, "wniosek.csr")).content)
    assert asked.is_signature_valid
    assert "O=Urząd Gminy w Borkach" in asked.subject.rfc4514_string()
    assert "CN=borki.localhost" in asked.subject.rfc4514_string()
    assert "podpis używany" in words(client.get(PAGE))


def test_no_page_shows_or_gives_away_a_private_key(desk, coi):
    client = desk("filip")
    key = certified(client, coi, "signing")
    secret = key.private_key
    assert "PRIVATE KEY" in secret
    body = "".join(secret.split("\n")[1:3])
    for address in (PAGE, f"{PAGE}wniosek/", key_page(key), key_page(key, "wniosek.csr"), "/urzad/dziennik/"):
        page = client.get(address).content.decode()
        assert "PRIVATE" not in page
        assert body not in page.replace("\n", "")
    assert "PRIVATE" not in str([row.values for row in Revision.objects.all()])


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (lambda coi, key: b"to nie jest certyfikat", "Tego pliku nie da się odczytać"),
        (lambda coi, key: coi.issue("inny klucz").certificate_pem, "To certyfikat innego klucza."),
        (
            lambda coi, key: coi.certify(key.request.encode(), lasts=timedelta(minutes=1)),
            "Ten certyfikat już się skończył.",
        ),
    ],
)
def test_a_certificate_that_does_not_fit_is_refused_with_what_to_mend(content, said, desk, coi):
    client = desk("filip")
    client.post(f"{PAGE}klucze/nowy/signing/")
    key = ProviderKey.objects.get()
    page = upload(client, key, content(coi, key))
    assert page.status_code == 422
    assert said in words(page)
    key.refresh_from_db()
    assert (key.state, key.certificate) == ("waiting", "")


def test_a_certificate_of_the_stand_in_is_refused_outside_development(desk, coi, settings):
    client = desk("filip")
    client.post(f"{PAGE}klucze/nowy/signing/")
    key = ProviderKey.objects.get()
    settings.LOGIN_GOV_ALLOW_STAND_IN = False
    page = upload(client, key, coi.certify(key.request.encode()))
    assert "To certyfikat symulatora" in words(page)
    key.refresh_from_db()
    assert key.certificate == ""


def test_only_one_key_at_a_time_waits_for_its_certificate(desk):
    client = desk("filip")
    for _ in range(2):
        client.post(f"{PAGE}klucze/nowy/signing/")
    assert (
        "Jeden klucz czeka już na certyfikat." in words(client.get(PAGE)) or ProviderKey.objects.count() == 1
    )
    assert ProviderKey.objects.count() == 1
    assert client.post(f"{PAGE}klucze/nowy/inny/").status_code == 404


def test_a_new_key_for_encryption_opens_at_once_and_the_old_one_goes_on_until_it_is_dropped(desk, coi):
    client = desk("filip")
    old = certified(client, coi, "encryption")
    new = certified(client, coi, "encryption")
    assert new.state == "ready"
    assert "Zacząć używać tego klucza?" in words(client.get(key_page(new, "uzyj/")))
    new.refresh_from_db()
    assert new.state == "ready"  # looking changes nothing
    client.post(key_page(new, "uzyj/"))
    old.refresh_from_db()
    new.refresh_from_db()
    assert (old.state, new.state) == ("previous", "current")
    assert old.private_key
    client.post(key_page(old, "wycofaj/"))
    old = ProviderKey.objects.get(pk=old.pk)
    assert (old.state, old.private_key) == ("retired", "")


def test_a_new_signing_key_takes_the_place_of_the_old_one_which_is_erased(desk, coi):
    client = desk("filip")
    old, new = certified(client, coi, "signing"), certified(client, coi, "signing")
    client.post(key_page(new, "uzyj/"))
    old, new = ProviderKey.objects.get(pk=old.pk), ProviderKey.objects.get(pk=new.pk)
    assert (old.state, old.private_key, new.state) == ("retired", "", "current")


def test_the_key_in_use_cannot_be_dropped(desk, coi):
    client = desk("filip")
    key = certified(client, coi, "signing")
    assert client.get(key_page(key, "wycofaj/")).status_code == 404
    client.post(key_page(key, "wycofaj/"))
    key = ProviderKey.objects.get(pk=key.pk)
    assert key.state == "current"
    assert key.private_key


def test_sign_in_is_not_switched_on_before_both_certificates_are_there(desk, coi):
    client = desk("filip")
    page = client.post(f"{PAGE}wniosek/", PROVIDER | {"is_enabled": "on"})
    assert page.status_code == 422
    assert "Najpierw wpisz dane z wniosku i certyfikaty" in words(page)
    assert not ServiceProvider.objects.exists()
    certified(client, coi, "signing")
    certified(client, coi, "encryption")
    assert client.post(f"{PAGE}wniosek/", PROVIDER | {"is_enabled": "on"}).status_code == 302
    assert ServiceProvider.objects.get().is_enabled


def test_somebody_elses_change_of_the_registration_is_shown_first(desk):
    client = desk("filip")
    client.post(f"{PAGE}wniosek/", PROVIDER)
    page = client.post(f"{PAGE}wniosek/", PROVIDER | {"entity_id": "inny"})
    assert page.status_code == 422
    assert ServiceProvider.objects.get().entity_id == "portal-borki"


def test_the_log_names_the_fields_of_the_registration_that_changed_and_no_value(desk):
    client = desk("filip")
    client.post(f"{PAGE}wniosek/", PROVIDER)
    client.post(f"{PAGE}wniosek/", PROVIDER | {"version": 1, "entity_id": "inny-identyfikator"})
    first, second = AuditEntry.objects.filter(action="login_gov.provider").order_by("pk")
    assert set(first.details["changed_fields"]) >= {"entity_id", "provider_name"}
    assert second.details["changed_fields"] == ["entity_id"]
    assert "inny-identyfikator" not in str(second.details)
    assert "zapisane pola: identyfikator dostawcy usług" in details_text(second.details)


@pytest.mark.covers("D33")
def test_the_office_decides_by_what_residents_come_in(desk):
    row = Office.objects.get()
    page = desk("filip").post(PAGE, {"version": row.version, "takes_login_gov": "on"})
    assert page.status_code == 302
    row.refresh_from_db()
    assert (row.takes_login_gov, row.takes_local_accounts, row.takes_signed_registrations) == (
        True,
        False,
        False,
    )
    assert 'name="password"' not in desk(None).get("/logowanie/").content.decode()


def test_the_last_way_to_sign_in_cannot_be_taken_away(desk):
    row = Office.objects.get()
    page = desk("filip").post(PAGE, {"version": row.version, "takes_signed_registrations": "on"})
    assert page.status_code == 422
    assert "Zostaw co najmniej jeden sposób logowania" in words(page)
    row.refresh_from_db()
    assert row.takes_local_accounts


@pytest.mark.parametrize("name", ["daria", "edyta"])
def test_only_the_local_administrator_sees_any_of_this(name, desk):
    for address in (PAGE, f"{PAGE}wniosek/"):
        assert desk(name).get(address).status_code == 403
    assert desk(name).post(f"{PAGE}klucze/nowy/signing/").status_code == 403
    assert not ProviderKey.objects.exists()


def test_a_certificate_that_ends_soon_is_named_on_the_page(desk, coi):
    client = desk("filip")
    certified(client, coi, "signing", lasts=timedelta(days=40))
    assert "Certyfikat niedługo się skończy" in words(client.get(PAGE))
