"""Where the operator has switched parts off, a due is paid whole, whatever the form sends (P10)."""

from collections.abc import Iterator

import pytest

from kernel import tenancy
from services.payments.models import Payment
from tenants.metering import switchboard
from tenants.metering.actions import set_flag
from tests.fixtures.database import ACTOR
from tests.frontend.reading import main, words
from tests.frontend.resident.test_paying_a_part import basket, money, name_of, with_part


@pytest.fixture(autouse=True)
def switched_off(db) -> Iterator[None]:
    with tenancy.public():
        set_flag("0615022", "part_payments", is_on=False, reason="Prośba gminy", actor=ACTOR)
    yield
    switchboard.forget()


def test_p10_a_part_is_neither_offered_nor_taken(operator, browser, due):
    page = browser.get(basket(due))
    assert "Zapłacę część" not in main(page)
    assert f"Razem dla urzędu {money(30_000)}" in words(page)
    refused = browser.get(with_part(due, "100"))
    assert "płaci się teraz tylko całe należności" in words(refused)
    assert 'name="metoda"' not in main(refused)
    posted = {"naleznosc": due.public_id, "metoda": "154", "total_gr": "10000", name_of(due): "100"}
    browser.post(
        "/platnosci/potwierdzenie/",
        posted | {"start_key": "0191d0b0-0000-7000-8000-000000000000", "texts_key": "x"},
    )
    assert not Payment.objects.exists()


def test_p10_the_whole_amount_typed_as_a_part_is_the_whole(operator, browser, due):
    assert f"Razem dla urzędu {money(30_000)}" in words(browser.get(with_part(due, "300")))
