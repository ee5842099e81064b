"""P11: a gmina's own address shows its token by HTTP, and the certificates of all addresses are looked at once a day."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from kernel import tenancy
from tenants.directory.addresses import FILE_PATH, verify_claim
from tenants.directory.models import Domain, DomainCertificate, DomainClaim, Tenant
from tenants.directory.tasks import look_at_certificates
from tests.fixtures.database import ACTOR
from tests.fixtures.web_servers import PlainServer, SecureServer, authority

pytestmark = pytest.mark.django_db
BORKI = "0615022"


@pytest.fixture
def web(settings) -> Iterator[PlainServer]:
    """Where this machine's own name leads; there is no name server that would answer."""
    running = PlainServer()
    settings.DOMAIN_CHECK_PORT, settings.DOMAIN_CHECK_ALLOW_PRIVATE = running.port, True
    settings.DNS_SERVERS = []
    yield running
    running.stop()


@pytest.fixture
def claim(in_public) -> DomainClaim:
    row = Tenant.objects.get(teryt=BORKI)
    return DomainClaim.objects.create(tenant=row, domain="localhost", token="a1b2c3")


def test_the_file_with_the_token_makes_the_address_the_gminas_own(claim, web):
    web.answer = (200, {}, b"  a1b2c3\n")
    done = verify_claim(claim.public_id, actor=ACTOR)
    assert (done.method, done.problem) == ("http", "")
    assert web.asked == [(FILE_PATH, "localhost")]
    assert Domain.objects.get(domain="localhost").tenant.teryt == BORKI


@pytest.mark.parametrize(
    "answer", [(200, {}, b"a1b2c3d4"), (404, {}, b"a1b2c3"), (302, {"Location": "/"}, b"")]
)
def test_anything_else_leaves_the_address_unserved(answer, claim, web):
    web.answer = answer
    done = verify_claim(claim.public_id, actor=ACTOR)
    assert (done.verified_at, done.method, done.problem) == (None, "", "dns_away")
    assert not Domain.objects.filter(domain="localhost").exists()


def test_an_address_that_leads_into_our_own_network_is_not_asked(claim, web, settings):
    settings.DOMAIN_CHECK_ALLOW_PRIVATE = False
    web.answer = (200, {}, b"a1b2c3")
    assert verify_claim(claim.public_id, actor=ACTOR).problem == "private"
    assert web.asked == []
    assert not Domain.objects.filter(domain="localhost").exists()


@pytest.fixture
def secure(in_public, tmp_path: Path, monkeypatch, settings) -> Iterator[SecureServer]:
    """Borki's address leads to a server with a good certificate; the other gmina's leads nowhere."""
    ours = authority()
    (tmp_path / "ca.pem").write_bytes(ours.pem)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    running = SecureServer(tmp_path, ours, host="localhost", days=30)
    settings.PORTAL_SCHEME, settings.PORTAL_PORT = "https", str(running.port)
    Domain.objects.filter(domain="borki.localhost").update(domain="localhost")
    Domain.objects.exclude(domain="localhost").update(domain="nie-ma.invalid")
    yield running
    running.stop()


def seen(domain: str) -> DomainCertificate:
    return DomainCertificate.objects.get(domain__domain=domain)


def test_every_address_is_looked_at_and_what_was_found_is_kept(secure):
    look_at_certificates()
    good, away = seen("localhost"), seen("nie-ma.invalid")
    assert (good.problem, (good.ends_at - timezone.now()).days) == ("", 29)
    assert (away.problem, away.ends_at) == ("away", None)


def test_who_was_looked_at_today_is_not_asked_again(secure):
    look_at_certificates()
    first = seen("localhost").checked_at
    look_at_certificates()
    assert seen("localhost").checked_at == first
    DomainCertificate.objects.update(checked_at=timezone.now() - timedelta(days=1))
    look_at_certificates()
    assert seen("localhost").checked_at > first


def test_a_closed_gmina_and_a_platform_without_https_have_nothing_to_look_at(secure, settings):
    Tenant.objects.filter(teryt=BORKI).update(state="closed")
    look_at_certificates()
    assert not DomainCertificate.objects.filter(domain__domain="localhost").exists()
    DomainCertificate.objects.all().delete()
    settings.PORTAL_SCHEME = "http"
    with tenancy.public():
        look_at_certificates()
        assert not DomainCertificate.objects.exists()
