"""The operator's browser, and a form that founds a third gmina."""

from collections.abc import Callable, Iterator

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from tests.fixtures.signing import through_the_page
from tests.kernel.conftest import own_borki, own_dabrowa, own_database

__all__ = ["own_borki", "own_dabrowa", "own_database"]

CONSOLE = "console.localhost"
THIRD = {
    "name": "Gmina Zabawa",
    "kind": "urban_rural",
    "teryt": "1216153",
    "label": "zabawa",
    "portal_name": "Portal Zabawy",
    "office_name": "Urząd Miejski w Zabawie",
    "address": "Rynek 1",
    "postal_address": "33-133 Zabawa",
    "email": "urzad@zabawa.example",
    "phone": "+48 14 000 00 00",
    "controller_name": "Burmistrz Zabawy",
    "controller_address": "Rynek 1, 33-133 Zabawa",
    "dpo_email": "iod@zabawa.example",
    "discrepancy_email": "naleznosci@zabawa.example",
    "act_kind": "zarządzenie",
    "act_number": "12/2026",
    "act_issuer": "Burmistrz Zabawy",
    "act_on": "2026-10-01",
    "effective_on": "2026-10-15",
    "act_annex": "Załącznik nr 1",
    "bip_url": "https://bip.zabawa.example/12-2026",
    "admin_name": "Zofia Zarządzająca",
    "admin_email": "zofia@zabawa.example",
    "authorisation_number": "OR.077.1.2026",
    "authorised_on": "2026-10-02",
    "authorisation_issuer": "Burmistrz Zabawy",
}


@pytest.fixture(autouse=True)
def nobody_has_tried_to_sign_in() -> Iterator[None]:
    """The brake on guessing counts in the cache of this process."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def filled_in() -> Callable[..., dict[str, str]]:
    """`filled_in(teryt="…")`: the form of a new gmina, right in every field but those given; days are in the past."""

    def fill_in(**changes: str) -> dict[str, str]:
        today = timezone.localdate().isoformat()
        assert THIRD["effective_on"] <= today
        return THIRD | changes

    return fill_in


def browser(host: str = CONSOLE) -> Client:
    """Nobody's browser on a host."""
    return Client(headers={"host": host}, SERVER_NAME=host)


@pytest.fixture
def operator(client_for: Callable[..., Client]) -> Client:
    """Olga, signed in to the console; everything is rolled back after the test."""
    return client_for("olga")


@pytest.fixture
def own_operator(own_database: str) -> Client:
    """Olga, signed in to the console on a database of its own, through the page."""
    client = browser()
    through_the_page(client, "/logowanie/", "olga@platforma.example")
    assert client.get("/").status_code == 200
    return client
