"""A gmina's monthly statement: draft, issue with a number, correct by a further one (P9)."""

import csv
import io
from collections.abc import Callable
from datetime import date, datetime, timedelta
from uuid import uuid4

import pypdf
import pytest
from django.db import transaction
from django.db.utils import DatabaseError

from kernel import tenancy
from kernel.audit.models import AuditEntry
from kernel.dates import WARSAW
from kernel.errors import Conflict, InvalidInput, NotFound, SkarbnikError
from tenants.directory.models import Tenant
from tenants.metering import queries
from tenants.metering.actions import add_price_list
from tenants.metering.document import csv_of, pdf_of
from tenants.metering.domain import Charge, Price, days_between, next_month
from tenants.metering.models import PriceList, Statement, StatementLine, UsageDay
from tenants.metering.statements import draft_statement, issue_statement
from tests.fixtures.database import ACTOR

pytestmark = pytest.mark.django_db
BORKI, DABROWA = "0615022", "2465011"
FEBRUARY, TODAY = date(2026, 2, 1), date(2026, 3, 2)
PRICES = (
    Price(Charge.MONTH, 28_000),
    Price(Charge.PAYMENTS, 50, 1, 10),
    Price(Charge.API_REQUESTS, 100, 1_000),
)
SELLER = ("Operator Pokazowy sp. z o.o.", "ul. Przykładowa 1, 00-001 Warszawa", "1234563218")


def live_on(day: date, teryt: str = BORKI) -> None:
    at = datetime(day.year, day.month, day.day, 9, tzinfo=WARSAW)
    Tenant.objects.filter(teryt=teryt).update(activated_at=at, opened_at=at)


def measured(first: date, end: date, teryt: str = BORKI, **used: int) -> None:
    tenant = Tenant.objects.get(teryt=teryt)
    now = datetime(2026, 3, 1, 1, tzinfo=WARSAW)
    UsageDay.objects.bulk_create(
        UsageDay(tenant=tenant, day=day, measured_at=now, **used) for day in days_between(first, end)
    )


@pytest.fixture
def prices(in_public: tenancy.Scope) -> Callable[..., PriceList]:
    def make(valid_from: date = date(2026, 1, 1), vat_bp: int | None = 2300, prices=PRICES) -> PriceList:
        return add_price_list(
            valid_from=valid_from, vat_bp=vat_bp, prices=prices, today=date(2026, 1, 1), actor=ACTOR
        )

    return make


@pytest.fixture
def february(prices) -> None:
    """Borki lives for years and paid 1 payment a day and 100 calls a day in February."""
    prices()
    live_on(date(2020, 1, 1))
    measured(FEBRUARY, next_month(FEBRUARY), payments=1, payments_gr=10_000, api_requests=100)


def draft(teryt: str = BORKI, month: date = FEBRUARY, today: date = TODAY, reason: str = "") -> Statement:
    return draft_statement(teryt, month, today=today, reason=reason, actor=ACTOR)


def issued(**options) -> Statement:
    return issue_statement(draft(**options).public_id, actor=ACTOR)


def code_of(act: Callable[[], object]) -> str:
    with pytest.raises(SkarbnikError) as refused:
        act()
    return refused.value.code


def test_p9_the_month_is_priced_line_by_line_with_vat_of_the_sum(february):
    row = draft()
    assert [(line.charge, line.quantity, line.amount_gr) for line in row.lines.all()] == [
        ("month", 28, 28_000), ("payments", 28, 900), ("api_requests", 2_800, 280),
    ]  # fmt: skip
    assert (row.net_gr, row.vat_gr, row.gross_gr) == (29_180, 6_711, 35_891)
    assert (row.state, row.number) == ("draft", "")


def test_p9_without_vat_in_the_price_list_there_is_no_line_of_vat(prices):
    prices(vat_bp=None)
    live_on(date(2020, 1, 1))
    measured(FEBRUARY, next_month(FEBRUARY))
    row = issued()
    assert (row.vat_bp, row.vat_gr, row.gross_gr) == (None, 0, 28_000)
    assert "VAT" not in csv_of(row).decode("utf-8-sig")


def test_p9_a_gmina_that_goes_live_in_the_month_pays_from_that_day(prices):
    prices()
    live_on(date(2026, 2, 15))
    measured(date(2026, 2, 1), next_month(FEBRUARY), payments=1)
    lines = {line.charge: line for line in draft().lines.all()}
    assert (lines["month"].quantity, lines["month"].amount_gr) == (14, 14_000)
    assert lines["payments"].quantity == 14, "the trial before it is free"


def test_p9_the_prices_are_those_of_the_month(prices):
    prices()
    prices(date(2026, 3, 1), prices=(Price(Charge.MONTH, 62_000),))
    live_on(date(2020, 1, 1))
    assert draft().net_gr == 28_000
    assert draft(month=date(2026, 3, 1), today=date(2026, 4, 1)).net_gr == 62_000


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"today": date(2026, 2, 28)}, "statement.month_open"),
        ({"teryt": "0000000"}, "tenant.unknown"),
        ({"month": date(2025, 12, 1)}, "price_list.missing"),
    ],
)
def test_p9_a_draft_that_cannot_be_made_is_none(options, code, february):
    assert code_of(lambda: draft(**options)) == code
    assert not Statement.objects.exists()


def test_p9_a_gmina_on_trial_gets_no_statement(prices):
    prices()
    Tenant.objects.filter(teryt=BORKI).update(activated_at=None)
    assert code_of(draft) == "statement.not_live"
    live_on(date(2026, 3, 1))
    assert code_of(draft) == "statement.not_live"
    assert not Statement.objects.exists()


def test_p9_a_draft_is_calculated_anew_and_stays_one(february):
    draft()
    UsageDay.objects.filter(day=date(2026, 2, 3)).update(payments=101)
    assert draft().lines.get(charge="payments").quantity == 128
    assert Statement.objects.count() == 1


def test_p9_issuing_gives_the_next_number_of_the_year_and_a_second_call_is_the_same_call(february):
    live_on(date(2020, 1, 1), DABROWA)
    measured(FEBRUARY, next_month(FEBRUARY), DABROWA)
    first, second = issued(), issued(teryt=DABROWA)
    year = first.issued_at.astimezone(WARSAW).year
    assert (first.number, second.number) == (f"Z/{year}/000001", f"Z/{year}/000002")
    assert issue_statement(first.public_id, actor=ACTOR).number == first.number
    entry = AuditEntry.objects.filter(action="tenant.statement_issued").last()
    assert entry.details["number"] == first.number


def test_p9_a_month_with_a_day_that_is_not_measured_is_not_issued(february):
    UsageDay.objects.filter(day=date(2026, 2, 28)).update(measured_at=None)
    row = draft()
    assert code_of(lambda: issue_statement(row.public_id, actor=ACTOR)) == "statement.days_missing"
    row.refresh_from_db()
    assert (row.state, row.sequence) == ("draft", None)


def test_p9_a_draft_that_is_out_of_date_is_not_issued(february):
    row = draft()
    UsageDay.objects.filter(day=date(2026, 2, 3)).update(payments=101)
    assert code_of(lambda: issue_statement(row.public_id, actor=ACTOR)) == "statement.changed"
    assert not Statement.objects.filter(state="issued").exists()


def test_an_unknown_statement_is_not_issued(in_public):
    with pytest.raises(NotFound):
        issue_statement(uuid4(), actor=ACTOR)


@pytest.mark.parametrize(
    "change",
    [
        lambda row: Statement.objects.filter(pk=row.pk).update(net_gr=1, gross_gr=1 + row.vat_gr),
        lambda row: Statement.objects.filter(pk=row.pk).update(state="draft", year=None, sequence=None),
        lambda row: Statement.objects.filter(pk=row.pk).delete(),
        lambda row: row.lines.update(amount_gr=1),
        lambda row: row.lines.all().delete(),
        lambda row: StatementLine.objects.create(
            statement=row, charge="storage", quantity=1, included=0, price_gr=1, per=1, amount_gr=1
        ),
    ],
    ids=["sums", "back to a draft", "delete", "a line", "lines away", "a further line"],
)
def test_p9_an_issued_statement_is_changed_by_nobody(change, february):
    row = issued()
    before = csv_of(queries.statement(BORKI, row.public_id))
    with pytest.raises(DatabaseError, match="issued"), transaction.atomic():
        change(row)
    assert csv_of(queries.statement(BORKI, row.public_id)) == before


def test_p9_a_correction_is_a_further_statement_with_the_difference_and_the_reason(february):
    first = issued()
    assert code_of(draft) == "metering.reason"
    assert code_of(lambda: draft(reason="Pomyłka")) == "statement.no_change"
    assert Statement.objects.count() == 1
    UsageDay.objects.filter(day=date(2026, 2, 3)).update(payments=201)
    second = issued(reason="Brakowało wpłat z 3 lutego")
    assert (second.corrects, second.reason) == (first, "Brakowało wpłat z 3 lutego")
    assert second.difference_gr == second.gross_gr - first.gross_gr == 12_300
    UsageDay.objects.filter(day=date(2026, 2, 3)).update(payments=1)
    third = issued(reason="Wpłaty policzono dwa razy")
    assert (third.corrects, third.difference_gr) == (second, -12_300)
    assert [row.number for row in queries.statements_of(BORKI)] == [third.number, second.number, first.number]


def test_p9_a_correction_keeps_the_prices_of_what_it_corrects(february, prices):
    first = issued()
    UsageDay.objects.filter(day=date(2026, 2, 3)).update(payments=201)
    prices(date(2026, 3, 1), prices=(Price(Charge.MONTH, 1),))
    assert draft(reason="Brakowało wpłat").price_list == first.price_list


def test_a_statement_of_one_gmina_is_not_found_in_another(february):
    row = issued()
    with pytest.raises(NotFound):
        queries.statement(DABROWA, row.public_id)
    assert not queries.statements_of(DABROWA).exists()


def test_p9_the_csv_has_whole_grosze_and_adds_up(february):
    row = issued()
    table = list(csv.reader(io.StringIO(csv_of(row).decode("utf-8-sig")), delimiter=";"))
    assert table[0][0] == "numer"
    assert [line[4] for line in table[1:]] == [
        "Abonament", "Wpłaty potwierdzone przez operatorów płatności", "Wywołania API",
        "Razem netto", "VAT 23\u00a0%", "Razem do zapłaty",
    ]  # fmt: skip
    assert {tuple(line[:4]) for line in table[1:]} == {(row.number, "Gmina Borki", BORKI, "2026-02")}
    place = table[0].index("kwota w groszach")
    amounts = [int(line[place]) for line in table[1:]]
    assert {tuple(line[place + 1 :]) for line in table[1:]} == {SELLER}
    assert amounts == [28_000, 900, 280, 29_180, 6_711, 35_891]


def test_p9_the_pdf_is_tagged_and_says_the_same(february):
    row = issued()
    reader = pypdf.PdfReader(io.BytesIO(pdf_of(row)))
    text = " ".join(" ".join(page.extract_text() for page in reader.pages).replace("\u00a0", " ").split())
    for words in (
        f"Zestawienie {row.number}",
        "Gmina Borki",
        "Luty 2026",
        "358,91 zł",
        "VAT 23 %",
        "67,11 zł",
        f"Wystawca {SELLER[0]}, {SELLER[1]}, NIP {SELLER[2]}",
    ):
        assert words in text
    assert "Projekt" not in text
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert reader.trailer["/Root"]["/Lang"] == "pl-PL"


def test_p9_the_pdf_of_a_draft_says_that_it_is_one_and_of_a_correction_what_it_corrects(february):
    def words(row: Statement) -> str:
        pages = pypdf.PdfReader(io.BytesIO(pdf_of(row))).pages
        return " ".join(" ".join(page.extract_text() for page in pages).replace("\u00a0", " ").split())

    assert "Projekt. To zestawienie nie jest wystawione." in words(draft())
    first = issued()
    UsageDay.objects.filter(day=date(2026, 2, 3)).update(payments=201)
    second = words(issued(reason="Brakowało wpłat z 3 lutego"))
    for part in (
        f"Poprawia zestawienie {first.number}",
        "Brakowało wpłat z 3 lutego",
        "Różnica",
        "123,00 zł",
    ):
        assert part in second


@pytest.mark.parametrize(
    ("options", "error", "code"),
    [
        ({"valid_from": date(2026, 2, 2)}, InvalidInput, "price_list.first_of_month"),
        ({"valid_from": date(2025, 12, 1)}, InvalidInput, "price_list.past"),
        ({"valid_from": date(2026, 1, 1)}, Conflict, "price_list.order"),
        ({"valid_from": date(2026, 2, 1), "vat_bp": 10_001}, InvalidInput, "price_list.vat"),
        ({"valid_from": date(2026, 2, 1), "prices": ()}, InvalidInput, "price_list.empty"),
    ],
)
def test_p9_prices_are_followed_and_never_changed(options, error, code, prices):
    prices()
    with pytest.raises(error) as refused:
        prices(**options)
    assert refused.value.code == code
    assert PriceList.objects.count() == 1


def test_p9_the_month_so_far_is_there_for_the_pages(february):
    used = queries.month_used(BORKI, FEBRUARY)
    assert (used.payments, used.payments_gr, used.api_requests) == (28, 280_000, 2_800)
    assert len(queries.usage_days(BORKI, FEBRUARY)) == 28
    assert queries.usage_days(DABROWA, FEBRUARY) == []
    assert queries.month_used(BORKI, FEBRUARY + timedelta(days=28)).payments == 0


@pytest.mark.parametrize(
    ("setting", "value"),
    [("SELLER_NAME", ""), ("SELLER_ADDRESS", "  "), ("SELLER_NIP", ""), ("SELLER_NIP", "1234563219")],
)
def test_p9_nothing_is_issued_while_the_settings_do_not_say_by_whom(february, settings, setting, value):
    row = draft()
    setattr(settings, setting, value)
    assert code_of(lambda: issue_statement(row.public_id, actor=ACTOR)) == "statement.seller"
    row.refresh_from_db()
    assert (row.is_draft, row.sequence, row.seller_name) == (True, None, "")
    assert not AuditEntry.objects.filter(action="tenant.statement_issued").exists()


def test_p9_an_issued_statement_keeps_its_seller_when_the_settings_change(february, settings):
    row = issued()
    settings.SELLER_NAME, settings.SELLER_NIP = "Inny Operator S.A.", "5260250274"
    again = queries.statement(BORKI, row.public_id)
    assert (again.seller_name, again.seller_address, again.seller_nip) == SELLER
    assert "Inny Operator" not in csv_of(again).decode("utf-8-sig")
