"""Pages that must work when nothing else does."""

import pytest
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from frontend.pages.views import not_found, server_error
from kernel import tenancy
from tenants.directory.models import Tenant, TenantState
from tests.frontend.reading import heading, words

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("view", [not_found, server_error])
def test_error_pages_ask_the_database_nothing(view, in_borki):
    request = RequestFactory().get("/")
    with CaptureQueriesContext(connection) as queries:
        page = view(request)
    assert page.status_code in (404, 500)
    assert len(queries) == 0


def test_an_unknown_page_says_so_in_polish_under_the_gminas_name(client_for, borki):
    page = client_for(None, borki).get("/nie-ma-takiej/")
    assert page.status_code == 404
    assert heading(page) == "Nie ma takiej strony"
    assert "Gmina Borki" in page.content.decode()


def test_a_failure_of_ours_tells_not_to_pay_twice(client_for, borki, monkeypatch):
    from frontend.pages.views import information

    def broken() -> None:
        raise RuntimeError("on purpose")

    monkeypatch.setattr(information, "office", broken)
    client = client_for(None, borki)
    client.raise_request_exception = False
    page = client.get("/kontakt/")
    assert page.status_code == 500
    assert "nie zlecaj jej drugi raz" in words(page)
    assert "on purpose" not in page.content.decode()


def test_a_host_without_a_gmina_gets_a_clear_page(db):
    page = Client(headers={"host": "nikt.localhost"}).get("/")
    assert page.status_code == 404
    assert heading(page) == "Pod tym adresem nie ma portalu żadnej gminy"


@pytest.mark.parametrize(
    ("state", "title"),
    [
        (TenantState.SUSPENDED, "Portal jest chwilowo zawieszony"),
        (TenantState.PROVISIONING, "Ten portal właśnie powstaje"),
    ],
)
def test_a_portal_that_is_closed_says_why_and_shows_nothing_else(state, title, client_for, borki):
    client = client_for("anna", borki)
    with tenancy.public():
        Tenant.objects.filter(teryt="0615022").update(
            state=state, suspended_reason="Prace w urzędzie do 5 grudnia."
        )
    page = client.get("/naleznosci/")
    assert page.status_code == 503
    assert heading(page) == title
    assert "Anna" not in page.content.decode()
    if state == TenantState.SUSPENDED:
        assert "Prace w urzędzie do 5 grudnia." in words(page)


def test_who_may_not_see_a_page_is_told_so(client_for, borki):
    page = client_for("edyta", borki).get("/urzad/pracownicy/")
    assert page.status_code == 403
    assert heading(page) == "Ta strona nie jest dla Twojego konta"
