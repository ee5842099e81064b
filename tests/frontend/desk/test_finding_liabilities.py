"""Finding dues and looking at one: only of the types that the clerk handles."""

import pytest

from tests.factories.liabilities import LiabilityFactory
from tests.fixtures.cast import RESIDENTS
from tests.frontend.reading import words

pytestmark = pytest.mark.django_db
LIST = "/urzad/naleznosci/"


@pytest.fixture
def others(in_borki):
    from services.accounts.models import Payer

    return LiabilityFactory(payer=Payer.objects.get(external_id="K-bartek"), title="Należność Bartka")


@pytest.mark.parametrize(
    "question",
    [RESIDENTS["anna"], "K-anna", "SZUKANA-1", "szukana-1", "FN.7/2026"],
    ids=["PESEL", "payer's number", "due's number", "in small letters", "document"],
)
def test_a_due_is_found_by_what_the_clerk_has_in_hand(question, desk, anna, others):
    LiabilityFactory(payer=anna, title="Należność Anny", external_id="SZUKANA-1", document_number="FN.7/2026")
    page = words(desk("daria").post(LIST, {"q": question}))
    assert "Należność Anny" in page
    assert "Należność Bartka" not in page


def test_a_pesel_in_the_address_is_not_searched_by(desk, anna, others):
    LiabilityFactory(payer=anna, title="Należność Anny")
    page = words(desk("daria").get(f"{LIST}?q={RESIDENTS['anna']}"))
    assert "Należność Bartka" in page


def test_the_pesel_that_was_typed_is_not_sent_back(desk, anna):
    page = desk("daria").post(LIST, {"q": RESIDENTS["anna"]})
    assert RESIDENTS["anna"] not in page.content.decode()


def test_the_list_can_be_narrowed_to_a_type(desk, anna, due, lease):
    page = words(desk("daria").get(f"{LIST}?type={lease.liability_type.public_id}"))
    assert lease.title in page
    assert due.title not in page


def test_nothing_found_says_where_it_was_looked_for(desk, due):
    assert "Szukamy tylko wśród należności, które masz przydzielone" in words(
        desk("daria").post(LIST, {"q": "x-x"})
    )


@pytest.mark.usefixtures("only_real_estate")
@pytest.mark.covers("S27")
def test_dues_of_another_department_do_not_exist_here(desk, due, lease):
    client = desk("daria")
    listed = words(client.get(LIST))
    assert lease.title in listed
    assert due.title not in listed
    assert "Nic nie pasuje" in words(client.post(LIST, {"q": due.external_id}))
    assert client.get(f"{LIST}{due.public_id}/").status_code == 404
    assert client.get(f"{LIST}{lease.public_id}/").status_code == 200


def test_a_clerk_without_any_grant_is_told_who_gives_one(desk, due, only_real_estate, person):
    from services.accounts.models import DepartmentGrant

    DepartmentGrant.objects.all().delete()
    assert "Nie masz przydzielonych rodzajów należności" in words(desk("daria").get(LIST))


@pytest.mark.covers("S25")
def test_the_page_of_a_due_shows_what_is_owed_by_whom_and_why(desk, anna):
    due = LiabilityFactory(payer=anna, principal_gr=3_000_000)
    page = words(desk("daria").get(f"{LIST}{due.public_id}/"))
    assert "Zostało do zapłaty (należność główna) 30 000,00 zł" in page
    assert "Anna Przykładowa" in page
    assert "Przypis" in page
    assert "po terminie" in page
    assert RESIDENTS["anna"] not in page


def test_a_payment_under_way_is_linked_from_its_due(desk, paid, due):
    page = desk("daria").get(f"{LIST}{due.public_id}/")
    assert "Ktoś właśnie płaci tę należność" in words(page)
    assert f"/urzad/platnosci/{paid.public_id}/" in page.content.decode()


def test_an_enforced_due_shows_no_interest(desk, anna):
    due = LiabilityFactory(payer=anna, enforced=True)
    page = words(desk("daria").get(f"{LIST}{due.public_id}/"))
    assert "Urząd Skarbowy w Próbie TW-1/2026" in page
    assert "Odsetki na dziś" not in page
