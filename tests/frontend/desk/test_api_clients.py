"""Clients of the API: the token is shown once, revoking is asked first and works at once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from services.api.models import ApiClient
from tests.frontend.reading import error_beside, main, words

pytestmark = pytest.mark.django_db
LIST = "/urzad/klienci-api/"
NEW = {"name": "System FK", "scopes": ["liabilities:read"], "expires_on": ""}


def make(client) -> tuple[ApiClient, str]:
    import re

    page = client.post(f"{LIST}nowy/", NEW)
    row = ApiClient.objects.get()
    return row, re.search(rf"\b\w*{row.prefix}[\w.-]+", words(page))[0]


def test_the_token_works_and_is_shown_only_once(desk):
    client = desk("filip")
    row, token = make(client)
    assert row.scopes == ["liabilities:read"]
    api = desk(None)
    assert api.get("/api/v1/liabilities", headers={"authorization": f"Bearer {token}"}).status_code != 401
    assert token not in client.get(LIST).content.decode()
    assert token not in client.get("/urzad/dziennik/").content.decode()
    assert "System FK" in words(client.get(LIST))


def test_revoking_asks_first_and_stops_the_system_at_once(desk):
    client = desk("filip")
    row, token = make(client)
    address = f"{LIST}{row.public_id}/uniewaznij/"
    assert "Tego nie da się cofnąć" in words(client.get(address))
    assert ApiClient.objects.get().revoked_at is None
    client.post(address)
    assert ApiClient.objects.get().revoked_at is not None
    answer = desk(None).get("/api/v1/liabilities", headers={"authorization": f"Bearer {token}"})
    assert answer.status_code == 401
    assert "unieważniony" in words(client.get(LIST))


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("name", ""),
        ("scopes", []),
        ("scopes", ["admin:all"]),
        ("expires_on", (timezone.localdate() - timedelta(days=1)).isoformat()),
    ],
)
def test_a_wrong_value_is_said_beside_its_field(field, wrong, desk):
    page = desk("filip").post(f"{LIST}nowy/", NEW | {field: wrong})
    assert page.status_code == 422
    assert error_beside(page, field)
    assert not ApiClient.objects.exists()


@pytest.mark.parametrize("name", ["daria", "edyta"])
def test_nobody_else_makes_keys(name, desk):
    assert desk(name).post(f"{LIST}nowy/", NEW).status_code == 403
    assert not ApiClient.objects.exists()


def test_a_client_that_does_not_exist_is_a_404(desk):
    assert desk("filip").post(f"{LIST}01930000-0000-7000-8000-000000000000/uniewaznij/").status_code == 404


def test_without_clients_the_page_says_what_else_there_is(desk):
    page = desk("filip").get(LIST)
    assert "Żaden system nie łączy się przez API" in words(page)
    assert 'href="/urzad/klienci-api/nowy/"' in main(page)
