"""What every page of a gmina gets: office, brand, navigation, who is signed in, in whose name."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kernel import tenancy
from services.accounts.models import Resident
from tests.frontend.reading import plain

pytestmark = pytest.mark.django_db


def navigation(page) -> list[str]:
    html = page.content.decode()
    found = re.search(r'<nav class="site-nav.*?</nav>', html, re.S)
    return re.findall(r"<span>([^<]+)</span>", found[0]) if found else []


def current(page) -> list[str]:
    return re.findall(r'aria-current="page"><span>([^<]+)</span>', page.content.decode())


def test_a_visitor_sees_the_ways_in(client_for, borki):
    page = client_for(None, borki).get("/regulamin/")
    assert navigation(page) == ["Początek", "Regulamin", "Kalkulator odsetek", "Kontakt"]
    assert current(page) == ["Regulamin"]
    assert 'href="/logowanie/"' in page.content.decode()
    assert "Wyloguj" not in page.content.decode()


def test_a_resident_sees_dues_payments_and_the_account(client_for, borki):
    page = client_for("anna", borki).get("/naleznosci/")
    assert navigation(page) == ["Należności", "Płatności", "Twoje konto"]
    assert current(page) == ["Należności"]
    assert "Anna Przykładowa" in plain(page.content.decode())


@pytest.mark.covers("S39", "S47")
def test_who_is_not_let_in_yet_sees_only_the_account(client_for, borki):
    with tenancy.enter(borki):
        Resident.objects.update(state="submitted")
    page = client_for("anna", borki).get("/konto/")
    assert navigation(page) == ["Twoje konto"]


def test_who_acts_only_for_the_own_file_is_not_told_so_all_the_time(client_for, borki):
    assert "Działasz w imieniu" not in client_for("anna", borki).get("/naleznosci/").content.decode()


def test_who_may_act_for_a_company_always_sees_in_whose_name(client_for, borki):
    page = client_for("bartek", borki).get("/platnosci/")
    assert "Działasz w imieniu: Bartek Przykładowa" in plain(page.content.decode())


def test_the_desk_has_its_own_navigation_in_the_gminas_brand(client_for, borki):
    page = client_for("daria", borki).get("/urzad/")
    html = page.content.decode()
    assert "/marka.css?v=" in html
    assert "Daria Urzędowa" in html
    assert 'href="/naleznosci/"' not in html


def test_the_console_carries_no_gminas_brand(client_for, db):
    html = client_for("olga").get("/").content.decode()
    assert "/marka.css" not in html
    assert "/herb.svg" not in html


def test_a_public_page_costs_few_queries(client_for, borki, known_switches):
    client = client_for(None, borki)
    client.get("/kontakt/")
    with tenancy.enter(borki), CaptureQueriesContext(connection) as queries:
        client.get("/kontakt/")
    assert len(queries) <= 4
