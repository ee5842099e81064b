"""One row at a time: what is read, what is refused, and that all its faults are told at once."""

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from services.liabilities.domain.dues_fields import Cells, RawRow, read_day
from services.liabilities.domain.dues_rows import CostRow, DueRow, Reading, TypeRule, read_rows
from services.liabilities.sentences import ROWS, row_sentence
from tests.services.liabilities.rows import cost, due

TYPES = {
    "property_tax": TypeRule("property_tax", True, True, True),
    "waste_fee": TypeRule("waste_fee", True, False, True),
    "old_fee": TypeRule("old_fee", False, False, True),
    "lease": TypeRule("lease", True, False, False, is_handled=False),
}
SOURCES = Path(__file__).parents[3] / "services/liabilities"
NRB = "31999900130000100020000101"


def read(*rows: dict[str, Any]) -> Reading:
    return read_rows([RawRow(line, row) for line, row in enumerate(rows, start=1)], TYPES)


def one(**changes: Any) -> DueRow:
    reading = read(due(**changes))
    assert reading.faults == []
    return reading.dues[0]


def faults(row: dict[str, Any]) -> set[tuple[str, str]]:
    reading = read(row)
    assert reading.dues == reading.costs == [], "a row with faults must not be taken"
    return {(fault.field, fault.code) for fault in reading.faults}


def test_a_full_row_is_read_field_by_field():
    row = one(
        account_nrb=f"PL {NRB[:2]} {NRB[2:]}",
        interest_pauses=[{"from_on": "2026-02-01", "to_on": "2026-02-28"}],
        reduced_rate=True,
        enforced=True,
        enforcement_office="Urząd Skarbowy w Próbie",
        writ_number="TW-1/2026",
    )
    assert row.external_id == "N-1"
    assert row.payers[0].name == "Jan Próbny"
    assert row.principal_gr == 30_000
    assert row.due_on == date(2026, 9, 15)
    assert (row.year, row.instalment) == (2026, 3)
    assert row.account_nrb == NRB
    assert row.pauses == ((date(2026, 2, 1), date(2026, 2, 28)),)
    assert row.is_reduced_rate
    assert row.is_enforced
    assert (row.enforcement_office, row.writ_number) == ("Urząd Skarbowy w Próbie", "TW-1/2026")


@pytest.mark.parametrize(
    ("text", "grosze"),
    [("123.45", 12_345), ("123,45", 12_345), ("300", 30_000), ("1 234,50", 123_450), ("0", 0)],
)
def test_an_amount_is_read_to_the_grosz(text, grosze):
    assert one(liability_type="waste_fee", principal=text).principal_gr == grosze


def test_the_amount_may_have_the_form_in_which_the_api_shows_it():
    assert one(principal={"amount": "300.00", "currency": "PLN"}).principal_gr == 30_000
    assert faults(due(principal={"amount": "300.00", "currency": "EUR"})) == {
        ("principal", "dues.amount_not_text")
    }


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"principal": "1,234.50"}, ("principal", "dues.amount")),
        ({"principal": "=1+1"}, ("principal", "dues.amount")),
        ({"principal": "12.345"}, ("principal", "dues.amount")),
        ({"principal": "-1"}, ("principal", "dues.amount_negative")),
        ({"principal": 140.57}, ("principal", "dues.amount_not_text")),
        ({"principal": 140}, ("principal", "dues.amount_not_text")),
        ({"principal": "1000000000"}, ("principal", "dues.amount_too_big")),
        ({"principal": "300.50"}, ("principal", "dues.not_full_zloty")),
        ({"principal": ""}, ("principal", "dues.missing")),
        ({"external_id": "  "}, ("external_id", "dues.missing")),
        ({"external_id": "x" * 81}, ("external_id", "dues.too_long")),
        ({"external_id": 17}, ("external_id", "dues.not_text")),
        ({"title": "Podatek\x00"}, ("title", "dues.characters")),
        ({"title": "Podatek \ud800"}, ("title", "dues.characters")),
        ({"payer_kind": "gmina"}, ("payer_kind", "dues.choice")),
        ({"payer_name": None}, ("payer_name", "dues.missing")),
        ({"liability_type": "dog_tax"}, ("liability_type", "dues.type_unknown")),
        ({"liability_type": "old_fee"}, ("liability_type", "dues.type_inactive")),
        ({"liability_type": "lease"}, ("liability_type", "dues.type_foreign")),
        ({"due_on": "2026-02-29"}, ("due_on", "dues.day")),
        ({"due_on": "15/09/2026"}, ("due_on", "dues.day")),
        ({"due_on": "1826-09-15"}, ("due_on", "dues.day")),
        ({"due_on": 20260915}, ("due_on", "dues.day")),
        ({"year": "dwa"}, ("year", "dues.number")),
        ({"year": True}, ("year", "dues.number")),
        ({"year": 1989}, ("year", "dues.number")),
        ({"instalment": 0}, ("instalment", "dues.number")),
        ({"payer_identifier": "7587030006"}, ("payer_identifier", "dues.pesel")),
        ({"payer_identifier": "75931300062"}, ("payer_identifier", "dues.pesel")),
        ({"payer_kind": "company", "payer_identifier": "5260001247"}, ("payer_identifier", "dues.nip")),
        ({"account_nrb": "31999900130000100020000102"}, ("account_nrb", "dues.nrb")),
        ({"enforced": "może"}, ("enforced", "dues.flag")),
        ({"interest_pauses": "2026-02-28/2026-02-01"}, ("interest_pauses", "dues.pause")),
        ({"interest_pauses": ["2026-02-28"]}, ("interest_pauses", "dues.pause")),
        (
            {"interest_pauses": "2026-01-01/2026-02-01;2026-02-01/2026-03-01"},
            ("interest_pauses", "dues.pauses_overlap"),
        ),
        ({"interest_pauses": 7}, ("interest_pauses", "dues.not_list")),
        ({"co_owners": ["P-1"]}, ("co_owners", "dues.co_owner_twice")),
        ({"co_owners": [{"external_id": "P-2", "kind": "person"}]}, ("co_owners.name", "dues.missing")),
        ({"princpal": "300"}, ("princpal", "dues.unknown_field")),
        ({"record": "invoice"}, ("record", "dues.choice")),
    ],
)
def test_a_row_with_a_fault_is_not_taken(changes, fault):
    assert fault in faults(due(**changes))


def test_all_faults_of_a_row_are_told_at_once():
    found = faults(due(principal="x", due_on="x", year="x", liability_type="x", title=""))
    assert {field for field, _ in found} == {"principal", "due_on", "year", "liability_type", "title"}


def test_one_bad_row_does_not_touch_the_others():
    reading = read(due(), due(external_id="N-2", principal="x"), due(external_id="N-3"))
    assert [row.external_id for row in reading.dues] == ["N-1", "N-3"]
    assert [(fault.line, fault.external_id) for fault in reading.faults] == [(2, "N-2")]


def test_the_second_row_with_the_same_id_is_refused_and_names_the_first():
    reading = read(due(), due(principal="400"))
    assert [row.principal_gr for row in reading.dues] == [30_000]
    assert [(fault.line, fault.code, fault.excerpt) for fault in reading.faults] == [(2, "dues.twice", "1")]


def test_an_old_pesel_with_a_wrong_check_digit_is_a_warning():
    reading = read(due(payer_identifier="75870300063"))
    assert reading.dues[0].payers[0].identifier == "75870300063"
    assert [warning.code for warning in reading.warnings] == ["dues.pesel_check_digit"]


def test_a_refused_personal_number_is_not_repeated_in_the_report():
    reading = read(due(payer_identifier="75931300062"))
    assert reading.faults[0].excerpt == "*******0062"


def test_white_space_of_a_cell_becomes_one_space_and_letters_are_composed():
    row = one(payer_address="ul. Próbna 7\r\n21-345\tBorki ", payer_name="Jan Pro\u0301bny")
    assert row.payers[0].address == "ul. Próbna 7 21-345 Borki"
    assert row.payers[0].name == "Jan Próbny"


@pytest.mark.parametrize(
    ("text", "value"), [("tak", True), ("1", True), ("NIE", False), ("false", False), ("", False)]
)
def test_yes_and_no_are_read_from_a_file(text, value):
    assert one(enforced=text).is_enforced is value


def test_a_polish_day_is_read_as_well():
    assert read_day("15.09.2026") == read_day("2026-09-15") == date(2026, 9, 15)
    assert read_day("31.11.2026") is None


def test_co_owners_come_as_objects_or_as_ids():
    objects = one(
        co_owners=[{"external_id": "P-2", "kind": "company", "name": "Firma", "identifier": "526-000-12-46"}]
    )
    assert objects.debtor_ids == ("P-1", "P-2")
    assert objects.payers[1].identifier == "5260001246"
    assert (
        one(co_owners="P-2|P-3").debtor_ids == one(co_owners="P-2; P-3").debtor_ids == ("P-1", "P-2", "P-3")
    )


def test_costs_of_a_reminder_are_read():
    reading = read(cost(liabilities="N-1;N-2"))
    assert reading.costs == [
        CostRow(1, "U-1", "P-1", ("N-1", "N-2"), "UP/1/2026", 1_600, date(2026, 10, 1), date(2026, 10, 8))
    ]


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"amount": "0"}, ("amount", "dues.amount_zero")),
        ({"amount": None}, ("amount", "dues.missing")),
        ({"liabilities": []}, ("liabilities", "dues.missing")),
        ({"liabilities": [1]}, ("liabilities", "dues.not_text")),
        ({"liabilities": ["N-1"] * 201}, ("liabilities", "dues.not_list")),
        ({"delivered_on": "2026-09-30"}, ("delivered_on", "dues.delivered_before_sent")),
        ({"principal": "16.00"}, ("principal", "dues.unknown_field")),
    ],
)
def test_wrong_costs_of_a_reminder_are_not_taken(changes, fault):
    assert fault in faults(cost(**changes))


def test_every_code_that_the_reading_gives_has_a_polish_sentence():
    sources = (path.read_text() for path in SOURCES.rglob("*.py"))
    used = {code for source in sources for code in re.findall(r'"(dues\.[a-z_]+)"', source)} - {
        "dues.invalid"
    }
    assert used == set(ROWS)
    assert all("%(" not in row_sentence(code, "x") for code in used)


def test_a_reader_of_cells_gives_an_empty_value_beside_each_fault():
    cells = Cells(1, "N-1", {"a": "x", "b": []})
    assert (cells.amount("a"), cells.day("a"), cells.whole("a", 1, 2), cells.text("b", 9)) == (
        0,
        None,
        None,
        "",
    )
    assert len(cells.faults) == 4
