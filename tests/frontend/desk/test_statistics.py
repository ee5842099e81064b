"""Statystyka: who sees which numbers, that they add up, and that each chart has its text, its table and its file (A10)."""

import csv
import io
from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kernel.audit.models import AuditEntry
from kernel.dates import WARSAW
from services.payments.models import Payment
from services.payments.statistics import punctuality
from tests.factories.accounts import ResidentFactory
from tests.factories.liabilities import LiabilityFactory
from tests.factories.payments import PaymentFactory
from tests.frontend.reading import error_beside, main, words

pytestmark = pytest.mark.django_db
PAGE = "/urzad/statystyka/"
RENT_ACCOUNT = "74999900130000100020000103"


@pytest.fixture
def two(anna, due, lease) -> tuple[Payment, Payment]:
    """300,00 zł of tax and 300,00 zł of rent, both paid now and before their due dates."""
    return (
        PaymentFactory(paid=True, payer=anna, dues=[due]),
        PaymentFactory(paid=True, payer=anna, dues=[lease], account_nrb=RENT_ACCOUNT),
    )


def table(response) -> list[list[str]]:
    return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig")), delimiter=";"))


def test_the_administrator_sees_the_whole_gmina_and_a_clerk_only_own_types(desk, two, only_real_estate):
    assert "Wpłacono przez portal 600,00 zł" in words(desk("filip").get(PAGE))
    clerk = words(desk("daria").get(PAGE))
    assert "Wpłacono przez portal 300,00 zł" in clerk
    assert two[0].items.get().liability.liability_type.name not in clerk.partition("Wpływy")[2]


def test_a_moderator_has_no_such_page_and_no_file(desk, two):
    assert desk("edyta").get(PAGE).status_code == 403
    assert desk("edyta").get(f"{PAGE}wplywy.csv").status_code == 403
    assert not AuditEntry.objects.filter(action="list.exported").exists()


def test_only_money_that_came_is_counted(desk, anna, due):
    PaymentFactory(expired=True, payer=anna, dues=[due])
    assert "W tych dniach nikt nie płacił przez portal" in words(desk("filip").get(PAGE))


def test_the_share_in_time_counts_the_day_on_which_the_payer_was_debited(desk, anna, two):
    late = LiabilityFactory(
        payer=anna, external_id="PO-TERMINIE", due_on=timezone.localdate() - timedelta(days=10)
    )
    PaymentFactory(paid=True, payer=anna, dues=[late])
    page = words(desk("filip").get(PAGE))
    assert "Zapłacone w terminie 66%" in page
    assert "50% (1/2)" in page


def test_what_falls_due_on_a_sunday_is_paid_in_time_on_monday(person, anna):
    """Ordynacja podatkowa art. 12 § 5: 15 November 2026 is a Sunday."""
    monday = datetime(2026, 11, 16, 12, tzinfo=WARSAW)
    for number, due_on in enumerate((date(2026, 11, 13), date(2026, 11, 15))):
        due = LiabilityFactory(payer=anna, external_id=f"RATA-{number}", due_on=due_on)
        PaymentFactory(paid=True, payer=anna, dues=[due], paid_at=monday, debited_on=monday.date())
    (row,) = punctuality(person("filip").actor, monday.date(), monday.date())
    assert (row.paid, row.on_time) == (2, 1)


def test_every_chart_says_in_words_what_it_draws_and_has_its_table(desk, two):
    page = main(desk("filip").get(PAGE))
    assert 'role="img" aria-label="Wpłaty w dniach.' in page
    assert "Te same liczby w tabeli" in page
    assert page.count("<svg") > 2
    today = timezone.localdate()
    assert f"{today:%d.%m.%Y}" in words(desk("filip").get(PAGE))


def test_the_files_hold_the_numbers_of_the_page_for_the_chosen_days_and_are_in_the_log(desk, two):
    client, today = desk("filip"), timezone.localdate().isoformat()
    rows = table(client.get(f"{PAGE}wplywy.csv"))
    assert rows[0] == ["Dzień", "Rodzaj należności", "Kwota", "Płatności"]
    assert sorted(row[2] for row in rows[1:]) == ["300,00", "300,00"]
    assert {row[0] for row in rows[1:]} == {today}
    before = (timezone.localdate() - timedelta(days=40)).isoformat()
    earlier = client.get(f"{PAGE}wplywy.csv?since={before}&until={before}")
    assert len(table(earlier)) == 1
    for name in ("terminowosc", "kanaly", "kolejki"):
        assert client.get(f"{PAGE}{name}.xlsx").content.startswith(b"PK")
    assert client.get(f"{PAGE}inne.csv").status_code == 404
    entry = AuditEntry.objects.filter(action="list.exported").earliest("pk")
    assert (entry.role, entry.details["page"]) == ("admin", "statystyka-wplywy")


def test_ages_of_the_queues_are_those_of_the_queues(desk, two):
    ResidentFactory(submitted=True, submitted_at=timezone.now() - timedelta(days=30))
    ResidentFactory(submitted=True)
    page = words(desk("daria").get(PAGE)).partition("Jak długo czekają sprawy")[2]
    assert "Rejestracje" in page
    rows = {row[0]: row[1:5] for row in table(desk("daria").get(f"{PAGE}kolejki.csv"))[1:]}
    assert rows["Rejestracje"] == ["1", "0", "0", "1"]
    assert rows["Płatności do zaksięgowania"] == ["2", "0", "0", "0"]


def test_a_wrong_period_is_refused_beside_its_field(desk, two):
    page = desk("filip").get(f"{PAGE}?since=2026-05-01&until=2026-04-01")
    assert page.status_code == 422
    assert "Ten dzień jest przed początkiem" in error_beside(page, "until")
    assert "Wybierz najwyżej rok" in words(desk("filip").get(f"{PAGE}?since=2020-01-01&until=2026-04-01"))


def test_more_payments_take_no_more_queries(desk, anna, two):
    client = desk("filip")
    client.get(PAGE)
    with CaptureQueriesContext(connection) as few:
        client.get(PAGE)
    for number in range(4):
        due = LiabilityFactory(payer=anna, external_id=f"WIELE-{number}", due_on=timezone.localdate())
        PaymentFactory(paid=True, payer=anna, dues=[due])
    with CaptureQueriesContext(connection) as many:
        client.get(PAGE)
    assert len(many) <= len(few)
