"""On the page of a setting a change that needs two persons becomes a proposal; another administrator decides about it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from services.safeguards.models import ProposedChange
from services.users.domain import Role
from services.users.models import StaffRole, User
from tenants.configuration.models import LiabilityType, OperatorAccount
from tests.factories.accounts import StaffRoleFactory
from tests.factories.safeguards import OTHER_NRB
from tests.frontend.desk.test_operator_accounts import NEW_KEY, page_of, sent
from tests.frontend.desk.test_rules_about_amounts import TYPES, of_row
from tests.frontend.reading import error_beside, words

pytestmark = pytest.mark.django_db
CHANGES = "/urzad/ustawienia/zmiany/"


@pytest.fixture
def account(in_borki) -> OperatorAccount:
    return OperatorAccount.objects.get(label="Przelewy24 – podatki")


@pytest.fixture
def edyta(desk, person):
    """Another administrator's browser: Edyta, who has held that role too for a month."""
    grant = StaffRoleFactory(user=User.objects.get(pk=person("edyta").user_id), role=Role.ADMIN)
    StaffRole.objects.filter(pk=grant.pk).update(granted_at=timezone.now() - timedelta(days=30))
    return desk("edyta")


@pytest.fixture
def change(desk, account) -> ProposedChange:
    answer = desk("filip").post(
        page_of(account), sent(account, account_nrb=OTHER_NRB, secret_api_key=NEW_KEY)
    )
    row = ProposedChange.objects.get()
    assert answer["Location"] == f"{CHANGES}{row.public_id}/"
    return row


def test_saving_becomes_a_proposal_and_nothing_changes(desk, account, change):
    account.refresh_from_db()
    assert account.account_nrb != OTHER_NRB
    page = desk("filip").get(page_of(account))
    assert "Zmiana czeka na drugą osobę" in words(page)


def test_the_page_shows_old_beside_new_and_no_key(desk, account, change):
    page = desk("filip").get(f"{CHANGES}{change.public_id}/")
    text = words(page)
    assert "20 9999 0013 0000 1000 2000 9999" in text
    assert "nowy, nie pokazujemy" in text
    assert NEW_KEY not in page.content.decode()
    assert "Czeka na inną osobę" in text
    assert "Zatwierdź zmianę" not in text


def test_the_other_administrator_compares_and_agrees(edyta, account, change):
    address = f"{CHANGES}{change.public_id}/"
    assert "Zatwierdzić tę zmianę?" in words(edyta.get(address))
    refused = edyta.post(f"{address}zatwierdz/", {})
    assert refused.status_code == 422
    assert error_beside(refused, "compared")
    account.refresh_from_db()
    assert account.account_nrb != OTHER_NRB
    edyta.post(f"{address}zatwierdz/", {"compared": "on"})
    account.refresh_from_db()
    assert account.account_nrb == OTHER_NRB
    assert account.secrets["api_key"][0] == NEW_KEY


def test_the_other_administrator_refuses_with_a_reason(edyta, account, change):
    address = f"{CHANGES}{change.public_id}/"
    assert edyta.post(f"{address}odmow/", {"reason": ""}).status_code == 422
    edyta.post(f"{address}odmow/", {"reason": "Nie znamy tego rachunku."})
    page = words(edyta.get(address))
    assert "odrzucona" in page
    assert "Nie znamy tego rachunku." in page
    account.refresh_from_db()
    assert account.account_nrb != OTHER_NRB


def test_the_proposer_takes_it_back(desk, change):
    desk("filip").post(f"{CHANGES}{change.public_id}/wycofaj/", {"reason": "Pomyliłem rachunek."})
    change.refresh_from_db()
    assert change.state == "withdrawn"


def test_the_menu_counts_what_waits_for_this_person(desk, edyta, change):
    assert "Zmiany dwóch osób" in edyta.get("/urzad/").content.decode()
    assert "czeka na drugą osobę" in words(edyta.get(CHANGES))


def test_a_bank_account_of_a_type_that_is_new_to_the_office_becomes_a_proposal_too(desk):
    row = LiabilityType.objects.get(code="lease")
    answer = desk("filip").post(f"{TYPES}{row.public_id}/", of_row(row, account_nrb=OTHER_NRB))
    change = ProposedChange.objects.get()
    assert answer["Location"] == f"{CHANGES}{change.public_id}/"
    assert LiabilityType.objects.get(pk=row.pk).account_nrb == row.account_nrb
    assert "Rachunek bankowy (NRB)" in words(desk("filip").get(answer["Location"]))


def test_an_empty_list_says_what_to_do(desk):
    assert "Nikt nie zaproponował jeszcze żadnej zmiany" in words(desk("filip").get(CHANGES))
