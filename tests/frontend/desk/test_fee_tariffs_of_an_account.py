"""The local administrator keeps the tariff of each operator account beside its other settings."""

import pytest
from django.utils import timezone

from frontend.desk.forms.tariffs import FeeTariffForm
from tenants.configuration.models import FeeTariff, OperatorAccount
from tenants.configuration.queries import fee_tariff
from tests.frontend.reading import error_beside, words

pytestmark = pytest.mark.django_db
COMMON = "/urzad/ustawienia/koszty/"


@pytest.fixture
def account(in_borki):
    return OperatorAccount.objects.get(label="Przelewy24 – podatki")


def place(account) -> str:
    return f"/urzad/ustawienia/operator/{account.public_id}/koszty/"


def sent(**changes):
    initial = FeeTariffForm.initial_from(fee_tariff(timezone.localdate()))
    initial.pop("is_invoiced")
    return initial | {"effective_on": timezone.localdate().isoformat(), "source_note": "umowa"} | changes


@pytest.mark.covers("D59")
def test_a_tariff_of_one_account_leaves_the_common_one(desk, account):
    client, before = desk("filip"), fee_tariff(timezone.localdate())
    assert "To konto nie ma własnej taryfy" in words(client.get(place(account)))

    answer = client.post(f"{place(account)}nowa/", sent(blik_fixed_gr="0,77"))

    assert (answer.status_code, answer["Location"]) == (302, place(account))
    own = fee_tariff(timezone.localdate(), account)
    assert {line["method_group"]: line["fixed_gr"] for line in own.lines}["blik"] == 77
    assert fee_tariff(timezone.localdate()) == before
    assert "0,77" in words(client.get(place(account)))
    assert "0,77" not in words(client.get(COMMON))
    assert "własna" in words(client.get(COMMON))


def test_the_page_of_the_account_says_by_which_tariff_it_goes(desk, account):
    client = desk("filip")
    page = f"/urzad/ustawienia/operator/{account.public_id}/"
    assert "To taryfa wspólna." in words(client.get(page))
    client.post(f"{place(account)}nowa/", sent(bearer="office"))
    assert "To taryfa wspólna." not in words(client.get(page))


def test_an_invoice_for_a_fee_that_the_payer_bears_is_refused(desk, account):
    page = desk("filip").post(f"{place(account)}nowa/", sent(bearer="payer", is_invoiced="on"))
    assert page.status_code == 422
    assert "tylko wtedy, gdy to on ponosi koszt" in error_beside(page, "is_invoiced")
    assert not FeeTariff.objects.filter(operator_account=account).exists()


def test_a_commission_on_an_invoice_is_kept_and_said(desk, account):
    client = desk("filip")
    client.post(f"{place(account)}nowa/", sent(bearer="office", is_invoiced="on"))
    assert fee_tariff(timezone.localdate(), account).is_invoiced
    assert "wypłaty są w całości" in words(client.get(place(account)))


@pytest.mark.parametrize("name", ["daria", "edyta"])
def test_only_the_administrator_changes_a_tariff(desk, account, name):
    answer = desk(name).post(f"{place(account)}nowa/", sent())
    assert answer.status_code in (403, 404)
    assert not FeeTariff.objects.filter(operator_account=account).exists()
