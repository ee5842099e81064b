"""15 writes in a second for one client, so many calls in a minute for the gmina; then 429, and nobody else notices (P8)."""

import time
from collections.abc import Callable, Iterator

import pytest
from django.utils import timezone

from kernel import tenancy
from services.api.throttling import WRITES_PER_SECOND
from services.api.v1 import examples
from services.liabilities.models import ImportRun, Liability
from services.payments.models import Payment
from tenants.metering import counters, switchboard, usage
from tenants.metering.actions import set_flag, set_quota
from tenants.metering.domain import Usage
from tenants.metering.models import UsageDay
from tests.api.conftest import FinanceSystem, error_of
from tests.factories.payments import PaymentFactory
from tests.fixtures.database import ACTOR

pytestmark = pytest.mark.django_db


class Clock:
    """The database's clock as the counters read it, which moves when the test says so."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.monkeypatch, self.now = monkeypatch, time.time()
        self.wait(0)

    def wait(self, seconds: float) -> None:
        self.now += seconds
        self.monkeypatch.setattr(counters, "NOW", f"to_timestamp({self.now})")


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    switchboard.forget()
    yield Clock(monkeypatch)
    switchboard.forget()


@pytest.fixture
def limit(db) -> Callable[..., None]:
    """`limit(api_requests=3)`: what the operator allows Borki."""

    def change(**most: int) -> None:
        with tenancy.public():
            for name, number in most.items():
                set_quota("0615022", name, most=number, reason="Prośba gminy", actor=ACTOR)

    return change


def write(system: FinanceSystem, n: int = 0):
    return system.put(f"liabilities/N-{n}", examples.DUE_ROW)


def rows(number: int) -> dict[str, object]:
    return {
        "format_version": 1,
        "rows": [{**examples.DUE_ROW, "external_id": f"R-{n}"} for n in range(number)],
    }


@pytest.mark.covers("S65")
def test_the_sixteenth_write_in_a_second_is_refused_and_says_when_to_come_back(finance, clock):
    assert WRITES_PER_SECOND == 15
    assert [write(finance, n).status_code for n in range(15)] == [201] * 15
    refused = write(finance, 99)
    assert error_of(refused, 429)["code"] == "rate.limited"
    assert refused["Retry-After"] == "1"
    assert not Liability.objects.filter(external_id="N-99").exists()
    clock.wait(1)
    assert write(finance, 99).status_code == 201


def test_reading_is_no_writing(finance):
    assert {finance.get("liabilities").status_code for _ in range(40)} == {200}
    assert write(finance).status_code == 201


@pytest.mark.covers("S65")
def test_another_client_and_another_gmina_are_not_slowed_down(finance, finance_system, in_borki, dabrowa):
    for n in range(16):
        write(finance, n)
    assert write(finance).status_code == 429
    assert write(finance_system(in_borki)).status_code == 200
    assert write(finance_system(dabrowa)).status_code == 201


def test_calls_that_are_refused_anyway_do_not_reach_the_counter_of_anybody(finance, borki):
    for _ in range(20):
        write(FinanceSystem(borki, finance.token + "x"))
    assert write(finance).status_code == 201


@pytest.mark.covers("S65")
def test_p8_all_clients_of_a_gmina_share_its_minute_and_are_told_how_it_stands(
    finance, finance_system, in_borki, dabrowa, limit, clock
):
    limit(api_requests=3)
    other = finance_system(in_borki)
    first = finance.get("liabilities")
    assert [first[f"RateLimit-{name}"] for name in ("Limit", "Remaining", "Reset")] == ["3", "2", "60"]
    clock.wait(20)
    assert other.get("liabilities")["RateLimit-Remaining"] == "1"
    assert write(finance)["RateLimit-Remaining"] == "0"
    refused = write(other, 99)
    error = error_of(refused, 429)
    assert error["code"] == "quota.api_requests"
    assert "3 wywołań na minutę" in error["message"]
    assert (refused["Retry-After"], refused["RateLimit-Remaining"], refused["RateLimit-Reset"]) == (
        "40",
        "0",
        "40",
    )
    assert not Liability.objects.filter(external_id="N-99").exists()
    assert finance_system(dabrowa).get("liabilities").status_code == 200
    clock.wait(40)
    assert write(other, 99).status_code == 201


def test_p8_a_used_up_quota_does_not_stop_the_booking_of_money_that_has_come(finance, limit):
    payment = PaymentFactory(paid=True)
    limit(api_requests=0)
    assert finance.get("payments").status_code == 429
    answer = finance.post(f"payments/{payment.public_id}/booking", examples.BOOKING)
    assert answer.status_code != 429
    assert error_of(finance.get("payments"), 429)["code"] == "quota.api_requests"
    assert Payment.objects.filter(pk=payment.pk).exists()


def test_p9_answered_calls_are_counted_for_the_day_and_refused_ones_are_not(finance, limit):
    limit(api_requests=3)
    assert [finance.get("liabilities").status_code for _ in range(5)] == [200, 200, 200, 429, 429]
    usage.gather_api_calls()
    with tenancy.public():
        assert UsageDay.objects.get().api_requests == 3


def test_p8_imports_and_their_rows_have_a_quota_of_the_day(finance, limit):
    limit(imports=2, import_rows=5)
    assert finance.post("imports", rows(3)).status_code == 201
    refused = finance.post("imports", rows(3))
    assert error_of(refused, 429)["code"] == "quota.import_rows"
    assert 1 <= int(refused["Retry-After"]) <= 25 * 3600
    assert ImportRun.objects.count() == 1
    assert finance.post("imports", rows(2)).status_code == 201
    refused = finance.post("imports", rows(0) | rows(1))
    assert error_of(refused, 429)["code"] == "quota.imports"
    assert ImportRun.objects.count() == 2


def test_p8_a_check_of_rows_uses_up_nothing(finance, limit):
    limit(imports=0)
    assert finance.post("imports", {**rows(2), "dry_run": True}).status_code == 201
    assert finance.post("imports", rows(2)).status_code == 429
    assert not Liability.objects.exists()


def test_p8_without_room_for_data_nothing_is_imported_and_single_dues_still_are(finance, limit):
    usage.store_usage("0615022", timezone.localdate(), Usage(0, 0, 0, 0, 2_000))
    limit(storage=2_000)
    assert error_of(finance.post("imports", rows(1)), 403)["code"] == "quota.storage"
    assert not ImportRun.objects.exists()
    limit(storage=2_001)
    assert finance.post("imports", rows(1)).status_code == 201


def test_p10_bulk_imports_are_switched_off_for_one_gmina(finance, finance_system, dabrowa):
    with tenancy.public():
        set_flag("0615022", "api_imports", is_on=False, reason="Awaria u dostawcy", actor=ACTOR)
    assert error_of(finance.post("imports", rows(1)), 403)["code"] == "imports.switched_off"
    assert not ImportRun.objects.exists()
    assert write(finance).status_code == 201
    assert finance_system(dabrowa).post("imports", rows(1)).status_code == 201
