"""The operator reads a gmina's use, drafts and issues its statement, and takes it away as CSV and PDF (P9)."""

from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone

from kernel import tenancy
from kernel.actors import system
from kernel.dates import WARSAW
from tenants.directory.models import Tenant
from tenants.metering.actions import add_price_list
from tenants.metering.domain import Charge, Price, days_between, month_of
from tenants.metering.models import PriceList, Statement, UsageDay
from tests.frontend.console.conftest import browser
from tests.frontend.reading import words

PAGE = "/gminy/0615022/zuzycie/"
PRICES = {"valid_from": "2026-12-01", "vat": "23", "price_month": "499,99", "price_payments": "0,50",
          "included_payments": "100", "price_api_requests": "1", "per_api_requests": "1000"}  # fmt: skip


def last_month() -> date:
    return month_of(month_of(timezone.localdate()) - timedelta(days=1))


@pytest.fixture
def used(db) -> date:
    """Borki has worked for years and used the platform all last month; its first day."""
    month = last_month()
    with tenancy.public():
        Tenant.objects.filter(teryt="0615022").update(activated_at=datetime(2020, 1, 1, tzinfo=WARSAW))
        add_price_list(
            valid_from=date(2020, 1, 1), vat_bp=2300, today=month, actor=system("tests"),
            prices=[Price(Charge.MONTH, 49_999), Price(Charge.PAYMENTS, 50, 1, 10)],
        )  # fmt: skip
        UsageDay.objects.bulk_create(
            UsageDay(
                tenant=Tenant.objects.get(teryt="0615022"), day=day, payments=3, payments_gr=45_000, messages=4,
                api_requests=1_200, residents=17, storage_bytes=30 * 1024**2, measured_at=timezone.now(),
            )
            for day in days_between(month, month_of(timezone.localdate()))
        )  # fmt: skip
    return month


def drafted(operator, month: date, **more: str) -> str:
    answer = operator.post(PAGE, {"month": f"{month:%Y-%m}", **more})
    assert answer.status_code == 302, words(answer)
    return answer["Location"]


def test_the_page_shows_the_month_as_sums_chart_and_table(operator, used):
    page = words(operator.get(f"{PAGE}?miesiac={used:%Y-%m}"))
    days = (month_of(timezone.localdate()) - used).days
    for shown in (
        "Wpłaty w kolejnych dniach",
        "30 MB",
        str(3 * days),
        "Poprzedni miesiąc",
        "Następny miesiąc",
    ):
        assert shown in page
    assert "Nie ma jeszcze żadnego zestawienia" in page


@pytest.mark.parametrize("month", ["", "2026-13", "kiedyś", "9999-01", "2020-01"])
def test_any_month_of_the_address_gives_a_page(month, operator):
    assert operator.get(PAGE, {"miesiac": month}).status_code == 200


def test_p9_a_statement_is_drafted_issued_and_taken_away(operator, used):
    address = drafted(operator, used)
    assert "Projekt zestawienia" in words(operator.get(address))
    assert operator.post(f"{address}wystaw/")["Location"] == address
    page = words(operator.get(address))
    with tenancy.public():
        number = Statement.objects.get().number
    assert number in page
    assert "499,99 zł" in page.replace("\u00a0", " ")
    assert "Wystaw zestawienie" not in page
    sheet = operator.get(f"{address}csv/")
    assert sheet["Content-Disposition"].endswith('.csv"')
    assert number in sheet.content.decode("utf-8-sig")
    assert operator.get(f"{address}pdf/").content.startswith(b"%PDF")
    assert number in words(operator.get(PAGE))
    assert "Wystawiono zestawienie miesięczne" in words(operator.get("/gminy/0615022/"))


def test_p9_the_page_says_what_is_missing_before_anything_can_be_issued(operator, used, settings):
    settings.SELLER_NIP = ""
    address = drafted(operator, used)
    page = words(operator.get(address))
    assert "Nie można jeszcze wystawić" in page
    assert "Wystaw zestawienie" not in page
    answer = words(operator.post(f"{address}wystaw/", follow=True))
    assert "SELLER_NIP" in answer
    with tenancy.public():
        assert Statement.objects.get().is_draft


def test_p9_an_issued_month_is_corrected_only_with_a_reason_and_a_difference(operator, used):
    operator.post(f"{drafted(operator, used)}wystaw/")
    month = {"month": f"{used:%Y-%m}"}
    refused = operator.post(PAGE, month)
    assert refused.status_code == 422
    assert "Podaj powód." in words(refused)
    assert "nie ma czego poprawiać" in words(operator.post(PAGE, month | {"reason": "Pomyłka"}))
    with tenancy.public():
        UsageDay.objects.filter(day=used).update(payments=103)
    address = drafted(operator, used, reason="Brakowało wpłat")
    page = words(operator.get(address))
    assert "Brakowało wpłat" in page
    assert "61,50 zł" in page.replace("\u00a0", " "), "100 payments of 0,50 zł and VAT"


def test_p9_a_month_that_is_not_over_has_no_statement(operator, used):
    answer = operator.post(PAGE, {"month": f"{timezone.localdate():%Y-%m}"})
    assert (answer.status_code, "Ten miesiąc jeszcze trwa" in words(answer)) == (422, True)
    assert "Podaj rok i miesiąc" in words(operator.post(PAGE, {"month": "październik"}))
    with tenancy.public():
        assert not Statement.objects.exists()


def test_p9_a_statement_of_another_gmina_is_not_found(operator, used):
    address = drafted(operator, used).replace("0615022", "2465011")
    for path in ("", "csv/", "pdf/"):
        assert operator.get(address + path).status_code == 404
    assert operator.post(f"{address}wystaw/").status_code == 404
    with tenancy.public():
        assert Statement.objects.get().is_draft


def test_nobody_but_an_operator_reads_or_issues(client_for, borki, operator, used):
    address = drafted(operator, used)
    for client in (browser(), client_for("filip", borki)):
        for path in (PAGE, address, f"{address}csv/", f"{address}pdf/"):
            assert client.get(path).status_code in (302, 404)
        client.post(f"{address}wystaw/")
        client.post(PAGE, {"month": f"{used:%Y-%m}"})
        client.post("/cennik/nowy/", PRICES)
    with tenancy.public():
        assert Statement.objects.get().is_draft
        assert PriceList.objects.count() == 1


def test_p9_a_price_list_is_added_and_followed(operator):
    assert "Nie ma jeszcze cennika" in words(operator.get("/cennik/"))
    assert operator.post("/cennik/nowy/", PRICES)["Location"] == "/cennik/"
    page = words(operator.get("/cennik/")).replace("\u00a0", " ")
    for shown in ("499,99 zł", "23 %", "1 grudnia 2026", "1000 szt."):
        assert shown in page
    with tenancy.public():
        items = PriceList.objects.get().items.values_list("charge", "price_gr", "per", "included")
        assert list(items) == [
            ("month", 49_999, 1, 0),
            ("payments", 50, 1, 100),
            ("api_requests", 100, 1_000, 0),
        ]
    again = operator.post("/cennik/nowy/", PRICES)
    assert "Jest już cennik od tego dnia" in words(again)


@pytest.mark.parametrize(
    ("changes", "shown"),
    [
        ({"valid_from": "2026-12-02"}, "pierwszego dnia miesiąca"),
        ({"valid_from": ""}, "Podaj pierwszy dzień miesiąca."),
        ({"vat": "dużo"}, "Podaj liczbę z najwyżej dwoma miejscami"),
        ({"vat": "101"}, "od 0 do 100"),
        ({"price_month": "-1"}, "nie mniejszą od zera"),
        ({"per_api_requests": "0"}, "1"),
        (
            {"price_month": "", "price_payments": "", "price_api_requests": ""},
            "Podaj cenę przynajmniej jednej pozycji.",
        ),
    ],
)
def test_prices_that_make_no_sense_are_refused(changes, shown, operator):
    answer = operator.post("/cennik/nowy/", PRICES | changes)
    assert answer.status_code == 422
    assert shown in words(answer)
    with tenancy.public():
        assert not PriceList.objects.exists()
