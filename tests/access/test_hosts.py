"""Which host answers what."""

import pytest
from django.test import Client

from kernel import tenancy
from kernel.actors import system
from tenants.directory.actions import suspend_tenant

pytestmark = pytest.mark.django_db


def test_an_unknown_host_gets_a_page_that_says_so_and_no_data(db):
    answer = Client(headers={"host": "nieznana.localhost"}).get("/")
    assert answer.status_code == 404
    assert "Borki" not in answer.content.decode()


def test_the_api_of_an_unknown_host_answers_in_its_envelope(db):
    answer = Client(headers={"host": "nieznana.localhost"}).get("/api/v1/payments")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "tenant.unknown")


def test_the_api_of_a_suspended_gmina_answers_in_its_envelope(borki: tenancy.Scope):
    with tenancy.public():
        suspend_tenant("0615022", reason="Przerwa.", actor=system("tests"))
    answer = Client(headers={"host": borki.host}).get("/api/v1/payments")
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "tenant.suspended")


@pytest.mark.covers("D6", "D104")
def test_each_gmina_answers_under_its_own_address(borki: tenancy.Scope, dabrowa: tenancy.Scope):
    titles = [Client(headers={"host": scope.host}).get("/").content.decode() for scope in (borki, dabrowa)]
    assert ["eKasa" in text for text in titles] == [False, True]


@pytest.mark.parametrize("path", ["/api/v1/payments", "/webhooks/platnosci/7/"])
def test_a_program_without_encryption_is_refused_and_not_led_on(borki: tenancy.Scope, settings, path):
    """ASVS V4.1.2: a redirect would hide that the token went in the clear."""
    settings.SECURE_SSL_REDIRECT = True
    client = Client(headers={"host": borki.host})
    answer = client.post(path, b"{}", content_type="application/json")
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "https.only")
    assert client.get("/").status_code == 301, "people are led on"
    assert client.post(path, b"{}", content_type="application/json", secure=True).status_code in (401, 404)
