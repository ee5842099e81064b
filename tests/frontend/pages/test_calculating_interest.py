"""The public calculator of interest, held against sums made by hand from the tables of law.md."""

import re

import pytest
from django.utils import timezone

from services.payments.models import Payment
from tenants.configuration.models import AllocationRuleVersion
from tests.frontend.reading import error_beside, heading, main, words

pytestmark = pytest.mark.django_db
ADDRESS = "/kalkulator/"
QUESTION = {"rodzaj": "tax", "kwota": "1 000,00", "termin": "2025-03-17", "zaplata": "2026-03-17"}


@pytest.fixture
def ask(client_for, borki):
    """`ask(kwota="5")`: the page for this question, asked by nobody in particular."""
    visitor = client_for(None, borki)
    return lambda **changes: visitor.get(ADDRESS, QUESTION | changes)


def figure(page, label: str) -> str:
    found = re.search(rf"{label} ([0-9 ]+,\d\d zł)", words(page))
    assert found, words(page)
    return found[1]


def test_anybody_may_calculate_and_the_empty_form_asks(client_for, borki):
    page = client_for(None, borki).get(ADDRESS)
    assert heading(page) == "Kalkulator odsetek"
    assert page.status_code == 200
    assert "Wynik" not in words(page)


@pytest.mark.parametrize(
    ("kind", "total"),
    [
        # 51 days at 14.5 %, 56 at 13.5, 63 at 13, 35 at 12.5, 28 at 12, 28 at 11.5, 91 at 11, 13 at 10.5: art. 56 O.p.
        ("tax", "125,00 zł"),
        ("tax_reduced", "62,00 zł"),
        # 51 at 11.25, 56 at 10.75, 63 at 10.5, 35 at 10.25, 28 at 10, 28 at 9.75, 91 at 9.5, 13 at 9.25: art. 481 KC
        ("civil", "102,29 zł"),
        # 105 at 15.75 to 30.06, 184 at 15.25, 76 at 14: art. 4 pkt 3 of the Act of 8 March 2013
        ("commercial", "151,34 zł"),
    ],
)
def test_each_kind_of_interest_has_its_own_rates_and_rounding(ask, kind, total):
    page = ask(rodzaj=kind)
    assert page.status_code == 200
    assert figure(page, "Odsetki") == total


def test_each_period_shows_days_rate_and_act(ask):
    shown = words(ask(termin="2026-03-01", zaplata="2026-04-01"))
    assert re.search(r"05\.03\.2026 – 01\.04\.2026 28 10,5% [^0-9]*2026[^0-9]+269", shown), shown


def test_a_due_date_on_a_free_day_is_moved(ask):
    page = ask(termin="2026-03-15", zaplata="2026-03-16")
    assert "Zapłata w terminie: odsetek nie ma." in words(page)
    assert "16 marca 2026" in words(page)


def test_interest_that_does_not_exceed_the_minimum_is_not_due(ask):
    page = ask(kwota="100,00", termin="2026-04-01", zaplata="2026-06-01")
    assert figure(page, "Odsetki") == "0,00 zł"
    assert "Odsetki nie przekraczają 8,70 zł, więc ich nie pobieramy." in words(page)


def test_the_gminas_reading_of_the_minimum_counts(ask, borki):
    """8.60 zł exact: 9 zł when rounded, so it exceeds 8.70 in one reading and not in the other (law.md 12b)."""
    from kernel import tenancy

    question = {"kwota": "1000", "termin": "2026-06-30", "zaplata": "2026-07-30"}
    assert figure(ask(**question), "Odsetki") == "9,00 zł"
    with tenancy.enter(borki):
        AllocationRuleVersion.objects.update(threshold="exact")
    assert figure(ask(**question), "Odsetki") == "0,00 zł"


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("rodzaj", "lichwa", "Wybierz rodzaj odsetek z listy."),
        ("kwota", "", "Podaj kwotę, na przykład 1234,50."),
        ("kwota", "1,234.56", "Podaj kwotę w złotych, na przykład 123,45."),
        ("kwota", "0", "Podaj kwotę większą od zera"),
        ("kwota", "-5", "Podaj kwotę większą od zera"),
        ("kwota", "9000000000", "Podaj kwotę większą od zera, najwyżej miliard"),
        ("termin", "31.02.2026", "Podaj dzień, na przykład"),
        ("termin", "1995-01-01", "Tabela stóp zaczyna się"),
        ("termin", "1980-01-01", "Podaj dzień z lat 1990"),
        ("zaplata", "", "Podaj dzień."),
        ("zaplata", "2090-01-01", "Odsetki liczymy najwyżej rok naprzód."),
    ],
)
def test_what_cannot_be_counted_is_said_beside_its_field(ask, field, value, says):
    page = ask(**{field: value})
    assert page.status_code == 422
    assert error_beside(page, field).startswith(says)
    assert "Wynik" not in words(page)


def test_the_link_repeats_the_question_and_nothing_else(ask, client_for, borki):
    page = ask(nazwisko="Kowalska")
    link = re.search(r"https?://[^\s<\"]*/kalkulator/\?[^\s<\"]+", main(page))
    assert link
    address = link[0].replace("&amp;", "&")
    assert "Kowalska" not in address
    again = client_for(None, borki).get(address[address.index("/kalkulator/") :])
    assert figure(again, "Odsetki") == figure(page, "Odsetki")


def test_words_in_the_address_are_shown_as_words(ask):
    page = ask(kwota="<script>alert(1)</script>")
    assert "<script>alert" not in page.content.decode()


def test_every_page_leads_here(client_for, borki):
    page = client_for(None, borki).get("/kontakt/")
    assert page.content.decode().count(f'href="{ADDRESS}"') == 2


def test_calculating_writes_nothing(ask, borki):
    from kernel import tenancy
    from kernel.audit.models import AuditEntry

    with tenancy.enter(borki):
        before = AuditEntry.objects.count(), Payment.objects.count()
    ask(zaplata=timezone.localdate().isoformat())
    with tenancy.enter(borki):
        assert (AuditEntry.objects.count(), Payment.objects.count()) == before
