"""Counters that all processes share: what is admitted, when a window ends, whose it is, and what a refusal leaves."""

from collections.abc import Callable, Iterator

import psycopg
import pytest
from django.db import connection, transaction
from django.db.utils import ProgrammingError

from kernel import tenancy
from tenants.metering import counters
from tenants.metering.counters import Wanted, take

pytestmark = pytest.mark.django_db


@pytest.fixture
def pass_time(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[float], None]]:
    """`pass_time(60)` moves the database's clock as the counters read it; it stands still otherwise."""
    now = [1_790_000_000.0]

    def move(seconds: float) -> None:
        now[0] += seconds
        monkeypatch.setattr(counters, "NOW", f"to_timestamp({now[0]})")

    move(0)
    return move


def tries(most: int = 3, subject: str = "anna@mieszkaniec.example", **more: int) -> Wanted:
    return Wanted("tries", most, seconds=60, subject=subject, **more)


def admitted(*wanted: Wanted) -> list[bool]:
    return [one.is_admitted for one in take(*wanted)]


@pytest.mark.covers("S65")
def test_as_many_are_admitted_as_the_limit_says_and_the_window_begins_with_the_first(in_borki, pass_time):
    assert [admitted(tries())[0] for _ in range(5)] == [True, True, True, False, False]
    pass_time(59)
    assert admitted(tries()) == [False]
    pass_time(1)
    assert [admitted(tries())[0] for _ in range(4)] == [True, True, True, False]


def test_a_refusal_says_what_is_used_and_when_to_come_back(in_borki, pass_time):
    take(tries(amount=3))
    pass_time(20)
    (refused,) = take(tries())
    assert (refused.is_admitted, refused.used, refused.most, refused.seconds_left) == (False, 3, 3, 40)


def test_too_much_at_once_is_refused_and_uses_up_nothing(in_borki, pass_time):
    assert admitted(tries(amount=4)) == [False]
    assert admitted(tries(amount=3)) == [True]


def test_two_limits_are_used_up_together_or_not_at_all(in_borki, pass_time):
    address = Wanted("client", 10, seconds=60, subject="192.0.2.1")
    for _ in range(3):
        assert admitted(address, tries()) == [True, True]
    assert admitted(address, tries()) == [True, False]
    (row,) = take(address)
    assert row.used == 4, "the refused call was given back"


def test_another_subject_and_another_gmina_have_windows_of_their_own(borki, dabrowa, pass_time):
    with tenancy.enter(borki):
        take(tries(amount=3))
        assert admitted(tries(subject="celina@mieszkaniec.example")) == [True]
        assert admitted(tries(subject=" ANNA@Mieszkaniec.example ")) == [False]
    with tenancy.enter(dabrowa):
        assert admitted(tries()) == [True]
    with tenancy.public():
        assert admitted(tries()) == [True]


def test_what_is_only_counted_is_never_refused(in_borki, pass_time):
    assert [take(Wanted("calls", None, seconds=60))[0].used for _ in range(3)] == [1, 2, 3]
    assert counters.used_by("0615022", ["calls", "other"]) == {"calls": 3, "other": 0}
    assert counters.used_by("2465011", ["calls"]) == {"calls": 0}


def test_forgetting_ends_the_window_and_giving_back_makes_room_for_one(in_borki, pass_time):
    take(tries(amount=3))
    counters.give_back("tries", "anna@mieszkaniec.example")
    assert [admitted(tries())[0] for _ in range(2)] == [True, False]
    counters.forget("tries", "anna@mieszkaniec.example")
    assert admitted(tries(amount=3)) == [True]


def test_no_address_of_a_person_stands_in_the_shared_table(in_borki, pass_time):
    take(tries())
    with tenancy.public(), connection.cursor() as cursor:
        cursor.execute("SELECT gmina, name, subject FROM metering_counter WHERE name = 'tries'")
        ((gmina, name, subject),) = cursor.fetchall()
    assert (gmina, name) == ("0615022", "tries")
    assert "anna" not in subject
    assert len(subject) == 32


def test_ended_windows_are_dropped_after_a_day(in_borki, pass_time):
    take(tries())
    pass_time(60 + 86_399)
    assert counters.drop_ended() == 0
    pass_time(2)
    assert counters.drop_ended() == 1
    assert admitted(tries(amount=3)) == [True]


@transaction.atomic
def run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_gminas_role_can_neither_read_nor_change_the_counters(in_borki):
    for statement in (
        "SELECT * FROM public.metering_counter",
        "DELETE FROM public.metering_counter",
        "UPDATE public.metering_quotaoverride SET most = 10",
    ):
        with pytest.raises(ProgrammingError) as refused:
            run(statement)
        assert isinstance(refused.value.__cause__, psycopg.errors.InsufficientPrivilege)


def test_the_table_costs_no_write_ahead_log(in_public):
    with connection.cursor() as cursor:
        cursor.execute("SELECT relpersistence FROM pg_class WHERE relname = 'metering_counter'")
        assert cursor.fetchone() == ("u",)
