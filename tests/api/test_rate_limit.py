"""15 writes in a second for one client; then 429, and nobody else notices."""

import pytest

from services.api import throttling
from services.api.throttling import WRITES_PER_SECOND
from services.api.v1 import examples
from services.liabilities.models import Liability
from tests.api.conftest import FinanceSystem, error_of

pytestmark = pytest.mark.django_db


class Clock:
    """The clock of the limit, which moves when the test says so."""

    now = 1_000.0

    def time(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(throttling, "time", clock)
    return clock


def write(system: FinanceSystem, n: int = 0):
    return system.put(f"liabilities/N-{n}", examples.DUE_ROW)


def test_the_sixteenth_write_in_a_second_is_refused_and_says_when_to_come_back(finance, clock):
    assert WRITES_PER_SECOND == 15
    assert [write(finance, n).status_code for n in range(15)] == [201] * 15
    refused = write(finance, 99)
    assert error_of(refused, 429)["code"] == "rate.limited"
    assert refused["Retry-After"] == "1"
    assert not Liability.objects.filter(external_id="N-99").exists()
    clock.now += 1
    assert write(finance, 99).status_code == 201


def test_reading_is_not_counted(finance, clock):
    assert {finance.get("liabilities").status_code for _ in range(40)} == {200}
    assert write(finance).status_code == 201


def test_another_client_and_another_gmina_are_not_slowed_down(
    finance, finance_system, in_borki, dabrowa, clock
):
    for n in range(16):
        write(finance, n)
    assert write(finance).status_code == 429
    assert write(finance_system(in_borki)).status_code == 200
    assert write(finance_system(dabrowa)).status_code == 201


def test_calls_that_are_refused_anyway_do_not_reach_the_counter_of_anybody(finance, borki, clock):
    for _ in range(20):
        write(FinanceSystem(borki, finance.token + "x"))
    assert write(finance).status_code == 201
