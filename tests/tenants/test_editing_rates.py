"""The legal tables: rows are added at the end, a wrong one is superseded with a reason, nothing is changed silently."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from kernel import tenancy
from kernel.actors import Actor, ActorKind
from kernel.audit.models import AuditEntry
from kernel.errors import Conflict, InvalidInput, NotFound
from tenants.rates.actions import NewRow, add_rows, confirm_rates, correct_row
from tenants.rates.models import InterestRate, RatesConfirmation
from tenants.rates.queries import forget_rates, last_row, rate_table, superseded_rows

pytestmark = pytest.mark.django_db

OLGA = Actor(kind=ActorKind.PLATFORM, ref="olga")
DECEMBER = date(2026, 12, 3)
ROW = NewRow("tax", DECEMBER, 1000, "M.P. 2026 poz. 1300")


@pytest.fixture(autouse=True)
def read_anew():
    forget_rates()
    yield
    forget_rates()


def changed(row: NewRow, **changes: object) -> NewRow:
    return replace(row, **changes)


def test_an_added_row_counts_at_once_in_this_process(in_public):
    assert rate_table().tax.row_on(DECEMBER).rate_bp == 1050
    assert add_rows([ROW], actor=OLGA) == 1
    row = rate_table().tax.row_on(DECEMBER)
    assert (row.rate_bp, row.act) == (1000, "M.P. 2026 poz. 1300")
    assert rate_table().tax.row_on(DECEMBER - timedelta(days=1)).rate_bp == 1050
    entry = AuditEntry.objects.get(action="rates.added")
    assert (entry.actor_ref, entry.details["value"]) == ("olga", 1000)


def test_another_process_notices_within_half_a_minute(in_public, monkeypatch):
    now = 1000.0
    monkeypatch.setattr("tenants.rates.queries.time.monotonic", lambda: now)
    assert rate_table().tax.row_on(DECEMBER).rate_bp == 1050
    InterestRate.objects.create(
        kind="tax", valid_from=DECEMBER, rate_bp=1000, act="x"
    )  # as another process does
    assert rate_table().tax.row_on(DECEMBER).rate_bp == 1050
    now += 30.1
    assert rate_table().tax.row_on(DECEMBER).rate_bp == 1000


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"valid_from": date(2026, 3, 5)}, "rates.not_newest"),
        ({"valid_from": date(2020, 1, 1)}, "rates.not_newest"),
        ({"kind": "commercial", "valid_from": date(2027, 1, 2)}, "rates.half_year"),
        ({"value": -1}, "rates.value"),
        ({"value": 10_001}, "rates.value"),
        ({"kind": "reminder_cost", "value": 0}, "rates.value"),
        ({"kind": "third_party_limit", "value": 0}, "rates.limit"),
        ({"kind": "third_party_limit", "value": 1_000_001}, "rates.limit"),
        ({"act": "  "}, "rates.act"),
        ({"act": "x" * 161}, "rates.act"),
    ],
)
def test_a_row_that_cannot_be_is_refused(changes, code, in_public):
    before = InterestRate.objects.count()
    with pytest.raises(InvalidInput) as refused:
        add_rows([changed(ROW, **changes)], actor=OLGA)
    assert refused.value.code == code
    assert InterestRate.objects.count() == before


def test_the_limit_of_art_62b_may_be_higher_than_other_amounts(in_public):
    add_rows([changed(ROW, kind="third_party_limit", value=150_000, act="Dz.U. 2026 poz. 1")], actor=OLGA)
    assert rate_table().third_party_limit.row_on(DECEMBER).amount_gr == 150_000
    assert rate_table().third_party_limit.row_on(DECEMBER - timedelta(days=1)).amount_gr == 100_000


def test_an_unknown_table_is_not_found(in_public):
    with pytest.raises(NotFound, match=r"rates\.unknown_kind"):
        add_rows([changed(ROW, kind="vat")], actor=OLGA)


def test_of_several_rows_all_go_in_or_none(in_public):
    civil = NewRow("civil", DECEMBER, 900, "M.P. 2026 poz. 1301")
    with pytest.raises(InvalidInput):
        add_rows([ROW, changed(civil, act="")], actor=OLGA, known_on=DECEMBER)
    assert rate_table().tax.row_on(DECEMBER).rate_bp == 1050
    assert add_rows([civil, ROW], actor=OLGA, known_on=DECEMBER) == 2
    assert rate_table().known_on == DECEMBER


def test_the_newest_row_is_corrected_and_the_wrong_one_stays_with_the_reason(in_public):
    add_rows([changed(ROW, value=1100)], actor=OLGA)
    wrong = last_row("tax")
    correct_row(
        kind="tax",
        row_id=wrong.pk,
        valid_from=DECEMBER + timedelta(days=1),
        value=1000,
        act="M.P. 2026 poz. 1300",
        reason="literówka w stopie",
        actor=OLGA,
    )
    assert rate_table().tax.row_on(DECEMBER).rate_bp == 1050
    assert rate_table().tax.row_on(DECEMBER + timedelta(days=1)).rate_bp == 1000
    kept = superseded_rows()
    assert [(row.pk, row.rate_bp, row.reason, row.superseded_by) for row in kept] == [
        (wrong.pk, 1100, "literówka w stopie", "olga")
    ]
    assert AuditEntry.objects.get(action="rates.corrected").details["before"] == "2026-12-03 1100"


def correct(**changes: object) -> None:
    values = {
        "kind": "tax",
        "row_id": last_row("tax").pk,
        "valid_from": date(2026, 3, 5),
        "value": 1000,
        "act": "M.P.",
        "reason": "błąd",
        "actor": OLGA,
    }
    correct_row(**(values | changes))


@pytest.mark.parametrize(
    ("changes", "error", "code"),
    [
        ({"reason": " "}, InvalidInput, "rates.reason"),
        ({"reason": "x" * 301}, InvalidInput, "rates.reason"),
        ({"row_id": 0}, Conflict, "rates.stale"),
        ({"valid_from": date(2025, 12, 4)}, InvalidInput, "rates.not_newest"),
        ({"kind": "vat"}, NotFound, "rates.unknown_kind"),
    ],
)
def test_a_correction_that_cannot_be_changes_nothing(changes, error, code, in_public):
    with pytest.raises(error) as refused:
        correct(**changes)
    assert refused.value.code == code
    assert superseded_rows() == []
    assert rate_table().tax.row_on(DECEMBER).rate_bp == 1050


@pytest.mark.parametrize("field", ["rate_bp = 1", "act = 'x'", "valid_from = valid_from + 1"])
def test_postgresql_refuses_to_change_a_row(field, in_public):
    with (
        pytest.raises(IntegrityError, match="not changed"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"UPDATE rates_interestrate SET {field} WHERE id = %s", [last_row("tax").pk])
    assert rate_table().tax.row_on(DECEMBER).rate_bp == 1050


def test_a_superseded_row_does_not_come_back(in_public):
    wrong = last_row("tax")
    correct()
    with pytest.raises(IntegrityError, match="not changed"), transaction.atomic():
        InterestRate.objects.filter(pk=wrong.pk).update(superseded_at=None)
    assert [row.pk for row in superseded_rows()] == [wrong.pk]


def test_the_tables_are_confirmed_to_a_day_that_has_come(in_public):
    today = date(2026, 11, 20)
    confirm_rates(known_on=today, today=today, actor=OLGA)
    assert rate_table().known_on == today
    for known_on, code in (
        (today + timedelta(days=1), "rates.known_in_future"),
        (date(2026, 1, 1), "rates.known_earlier"),
    ):
        with pytest.raises(InvalidInput) as refused:
            confirm_rates(known_on=known_on, today=today, actor=OLGA)
        assert refused.value.code == code
    assert RatesConfirmation.objects.count() == 2
    with tenancy.public():
        assert AuditEntry.objects.get(action="rates.confirmed").details == {"known_on": "2026-11-20"}
