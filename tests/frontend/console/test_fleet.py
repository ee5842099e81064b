"""The list of gminas and the page of one: state and figures, never a person."""

from datetime import UTC, datetime

import pytest
from django.core.cache import cache

from kernel import tenancy
from portal.jobs import run_now
from services.accounts.models import Payer
from tenants.directory.actions import note_failure, register_tenant, store_figures
from tests.factories.liabilities import LiabilityFactory
from tests.fixtures.cast import RESIDENTS
from tests.fixtures.database import ACTOR

FIGURES = {
    "residents": 1234,
    "registrations_waiting": 5,
    "liabilities": 6789,
    "outstanding_gr": 123_456_78,
    "payments": 432,
    "payments_to_book": 21,
    "booked_gr": 9_876_543_21,
    "last_payment_at": datetime(2026, 11, 3, 9, 15, tzinfo=UTC),
}


def text(answer) -> str:
    assert answer.status_code == 200
    return answer.content.decode().replace("\u00a0", " ")


def names(answer) -> list[str]:
    return [gmina.row.name for gmina in answer.context["rows"]]


def test_all_gminas_are_listed_with_state_and_figures(operator):
    store_figures("0615022", FIGURES)
    answer = operator.get("/")
    assert names(answer) == ["Gmina Borki", "Gmina Dąbrowa Górnicza"]
    page = text(answer)
    for shown in ("1234", "123 456,78 zł", "21", "03.11.2026, 10:15", "borki.localhost", "działa"):
        assert shown in page


def test_newer_figures_take_the_place_of_older_ones(operator):
    store_figures("0615022", FIGURES)
    store_figures("0615022", FIGURES | {"residents": 4321})
    page = text(operator.get("/"))
    assert "4321" in page
    assert "1234" not in page


def test_the_figures_are_those_that_the_gmina_counts(operator, in_borki):
    LiabilityFactory(payer=Payer.objects.get(external_id="K-anna"), principal_gr=15_000)
    LiabilityFactory(payer=Payer.objects.get(external_id="K-anna"), principal_gr=250)
    cache.clear()
    run_now("measure", ["0615022", "2465011"])
    with tenancy.public():
        page = text(operator.get("/gminy/0615022/"))
        other = text(operator.get("/gminy/2465011/"))
    assert "152,50 zł" in page
    assert "152,50 zł" not in other


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("bork", ["Gmina Borki"]),
        ("BORKI", ["Gmina Borki"]),
        ("górnicza", ["Gmina Dąbrowa Górnicza"]),
        ("2465", ["Gmina Dąbrowa Górnicza"]),
        (" 0615022 ", ["Gmina Borki"]),
        ("nigdzie", []),
        ("%", []),
        ("' OR 1=1 --", []),
    ],
)
def test_a_gmina_is_found_by_name_or_teryt(search, found, operator):
    answer = operator.get("/", {"q": search})
    assert names(answer) == found
    if not found:
        assert "Nie ma takiej gminy" in text(answer)


def test_the_list_is_narrowed_by_state(operator):
    with tenancy.public():
        register_tenant(teryt="0201032", name="Gmina Nowa", kind="rural", label="nowa", setup={}, actor=ACTOR)
    assert names(operator.get("/", {"stan": "zakladane"})) == ["Gmina Nowa"]
    assert len(names(operator.get("/", {"stan": "dzialaja"}))) == 2
    assert names(operator.get("/", {"stan": "bledy"})) == []
    note_failure("0201032", "OperationalError: connection refused")
    answer = operator.get("/", {"stan": "bledy"})
    assert names(answer) == ["Gmina Nowa"]
    assert "OperationalError: connection refused" in text(answer)
    assert "zakładanie się nie udało" in text(answer)
    assert len(names(operator.get("/", {"stan": "wymyslony"}))) == 3


def test_the_page_of_a_gmina_shows_its_life_on_the_platform(operator):
    store_figures("0615022", FIGURES)
    page = text(operator.get("/gminy/0615022/"))
    for shown in ("Gmina Borki", "0615022", "gmina wiejska", "http://borki.localhost/", "gmina_0615022"):
        assert shown in page
    for shown in ("9 876 543,21 zł", "Zarejestrowano gminę", "Otwarto portal", "Zawieś portal"):
        assert shown in page


@pytest.mark.parametrize("teryt", ["0000000", "borki", "0615022'", "06150220"])
@pytest.mark.parametrize("page", ["", "zakladanie/", "zawies/", "wznow/"])
def test_a_gmina_that_is_not_there_has_no_page(teryt, page, operator):
    assert operator.get(f"/gminy/{teryt}/{page}").status_code == 404


@pytest.mark.covers("S102")
def test_no_page_of_the_console_names_a_person_of_a_gmina(operator, in_borki):
    run_now("measure", ["0615022", "2465011"])
    people = [
        "Przykładow",
        "Urzędow",
        "@mieszkaniec",
        "@urzad",
        "Próbna",
        "Zakład Próbny",
        *RESIDENTS.values(),
    ]
    people += [name.title() for name in RESIDENTS]
    for address in (
        "/",
        "/gminy/0615022/",
        "/gminy/0615022/zawies/",
        "/gminy/0615022/zakladanie/",
        "/stopy/",
    ):
        page = text(operator.get(address))
        assert [person for person in people if person in page] == [], address
