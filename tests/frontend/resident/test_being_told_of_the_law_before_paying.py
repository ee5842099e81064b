"""Before paying, the payer hears which day counts, why a method is missing and whose money it has to be (law.md 3.8, 6)."""

import pytest
from django.utils import timezone

from kernel.dates import add_working_days
from services.accounts.models import Payer, Representation
from services.payments.credit_day import credit_day
from services.payments.queries import basket as basket_of
from tenants.configuration.models import PaymentTermsVersion
from tests.factories.liabilities import LiabilityFactory
from tests.frontend.reading import GLUE, words

pytestmark = pytest.mark.django_db
CHARGED = "Odsetki policzono do dnia, w którym pieniądze wpłyną do urzędu"
TODAY = "Tu dniem zapłaty jest dzień uznania rachunku urzędu (art. 454 § 1 Kodeksu cywilnego), zwykle"
TRANSFERS = "Na karty i inne sposoby musi zgodzić się rada uchwałą (art. 61a § 1 Ordynacji podatkowej)."
STRANGERS = "Zapłać pieniędzmi płatnika"
DESPITE = "Mimo egzekucji chcę wpłacić do urzędu"


def seen(browser, *dues) -> str:
    chosen = "&".join(f"naleznosc={due.public_id}" for due in dues)
    return words(browser.get(f"/platnosci/nowa/?{chosen}"))


@pytest.fixture
def lease(payer):
    return LiabilityFactory(payer=payer, lease=True, principal_gr=100_000)


@pytest.mark.covers("D70")
def test_the_payer_of_a_rent_hears_that_days_of_settlement_stay_owed(operator, browser, payer, lease):
    shown = seen(browser, lease)
    expected = add_working_days(timezone.localdate(), 1)
    assert f"{TODAY} {expected.day} " in shown
    assert "Odsetki na dziś" in shown
    assert CHARGED not in shown


@pytest.mark.covers("D70")
def test_where_the_gmina_charges_to_the_credit_the_payer_hears_how_much(operator, browser, payer, lease):
    PaymentTermsVersion.objects.update(civil_interest_to="credit", settlement_days=2)
    shown = seen(browser, lease)
    today = timezone.localdate()
    (group,) = basket_of(payer, [lease.public_id], today, None).groups
    later_gr = credit_day(group.dues, today).later_gr
    assert CHARGED in shown
    assert f"W kwocie są odsetki za te dni: 0,{later_gr:02d} zł" in shown.translate(GLUE)
    assert "Odsetki na dziś" not in shown


def test_the_payer_of_a_tax_hears_nothing_of_the_credit(operator, browser, due):
    shown = seen(browser, due)
    assert TODAY not in shown
    assert CHARGED not in shown


def test_without_a_resolution_the_page_says_why_there_are_only_banks(operator, browser, due, lease):
    assert TRANSFERS not in seen(browser, due)
    PaymentTermsVersion.objects.update(resolution_number="", resolution_on=None)
    shown = seen(browser, due)
    assert TRANSFERS in shown
    assert "Karta płatnicza" not in shown
    civil = seen(browser, lease)
    assert TRANSFERS not in civil
    assert "Karta płatnicza" in civil


@pytest.fixture
def represented(resident, payer):
    """Anna's file, as if Anna only represented its payer."""
    Representation.objects.filter(resident=resident, payer=payer).update(is_self=False)
    return payer


def test_art_62b_a_representative_hears_whose_money_pays_a_tax_above_the_limit(
    operator, browser, represented
):
    small = LiabilityFactory(payer=represented, principal_gr=100_000)
    assert STRANGERS not in seen(browser, small)
    large = LiabilityFactory(payer=represented, principal_gr=100_100, document_number="FN.7")
    shown = seen(browser, large).translate(GLUE)
    assert STRANGERS in shown
    assert "cudzy podatek powyżej 1 000,00 zł" in shown
    assert Payer.objects.get(pk=represented.pk).name in shown


def test_art_62b_a_payer_in_person_and_a_rent_need_no_such_word(operator, browser, payer, resident):
    assert STRANGERS not in seen(browser, LiabilityFactory(payer=payer, principal_gr=900_000))
    Representation.objects.filter(resident=resident, payer=payer).update(is_self=False)
    assert STRANGERS not in seen(browser, LiabilityFactory(payer=payer, lease=True, principal_gr=900_000))


@pytest.mark.covers("D67")
def test_an_enforced_due_shows_the_offices_account_only_where_the_gmina_warns(browser, payer):
    due = LiabilityFactory(payer=payer, enforced=True)
    blocked = words(browser.get(f"/naleznosci/{due.public_id}/"))
    assert DESPITE not in blocked
    assert "Numer rachunku" not in blocked
    PaymentTermsVersion.objects.update(enforced="warn")
    shown = words(browser.get(f"/naleznosci/{due.public_id}/"))
    assert DESPITE in shown
    assert "art. 64 § 4 i art. 115 § 1 pkt 1d" in shown
    assert "Urząd Skarbowy w Próbie" in shown
    assert "Numer rachunku" in shown


@pytest.mark.covers("D67")
def test_an_enforced_due_is_paid_online_in_no_gmina(operator, browser, payer):
    due = LiabilityFactory(payer=payer, enforced=True)
    PaymentTermsVersion.objects.update(enforced="warn")
    basket = basket_of(payer, [due.public_id], timezone.localdate(), None)
    assert (basket.groups, [reason for _, reason in basket.refused]) == ((), ["enforced"])
    assert "Tego nie można teraz zapłacić" in seen(browser, due)
