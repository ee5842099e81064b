"""Bulk import through the API: a result for every row, one transaction, repeatable."""

import pytest

from services.api.v1 import examples
from services.api.v1.import_shapes import MOST_ROWS
from services.liabilities.models import ImportRun, Liability, ReminderCost
from tests.api.conftest import error_of
from tests.services.liabilities.rows import cost, due, owed

pytestmark = pytest.mark.django_db


def test_every_row_gets_its_result_and_the_good_ones_are_in(finance):
    rows = [
        due(),
        due(external_id="N-2", principal="12.34"),
        cost(),
        due(external_id=""),
        due(external_id="N-5"),
    ]
    answer = finance.post("imports", {"rows": rows})
    assert answer.status_code == 201
    report = answer.json()
    assert [row["result"] for row in report["rows"]] == [
        "created",
        "rejected",
        "created",
        "rejected",
        "created",
    ]
    assert [row["external_id"] for row in report["rows"]] == ["N-1", "N-2", "U-1", "", "N-5"]
    assert (report["state"], report["lines"], report["created"], report["rejected"]) == ("applied", 5, 3, 2)
    assert report["principal_sum"] == {"amount": "600.00", "currency": "PLN"}
    assert [(one["line"], one["field"], one["code"]) for one in report["rejections"]] == [
        (2, "principal", "dues.not_full_zloty"),
        (4, "external_id", "dues.missing"),
    ]
    assert (Liability.objects.count(), ReminderCost.objects.count()) == (2, 1)


def test_the_same_rows_again_are_unchanged(finance):
    finance.post("imports", examples.IMPORT)
    report = finance.post("imports", examples.IMPORT).json()
    assert [row["result"] for row in report["rows"]] == ["unchanged", "unchanged"]
    assert ImportRun.objects.count() == 2


def test_a_dry_run_only_checks(finance):
    report = finance.post("imports", {"dry_run": True, "rows": [due()]}).json()
    assert (report["state"], report["dry_run"], report["created"]) == ("checked", True, 1)
    assert Liability.objects.count() == 0


def test_the_report_can_be_read_again(finance):
    made = finance.post("imports", {"rows": [due(year="x")]}).json()
    read = finance.get(f"imports/{made['id']}").json()
    assert read == {name: value for name, value in made.items() if name != "rows"}


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        ({}, "request.invalid", "rows"),
        ({"rows": []}, "request.invalid", "rows"),
        ({"rows": {}}, "request.invalid", "rows"),
        ({"rows": [due(), "x"]}, "imports.row_not_object", "rows"),
        ({"rows": [due()], "dry_run": "tak"}, "request.invalid", "dry_run"),
        ({"rows": [due()], "dryrun": True}, "request.invalid", "dryrun"),
        ({"rows": [due()], "format_version": 2}, "imports.version", "format_version"),
        ({"rows": [{}] * (MOST_ROWS + 1)}, "imports.too_many_rows", "rows"),
    ],
)
def test_a_body_of_another_shape_is_refused_and_makes_no_run(body, code, field, finance):
    error = error_of(finance.post("imports", body), 400)
    assert (error["code"], error["field"]) == (code, field)
    assert Liability.objects.count() == ImportRun.objects.count() == 0


def test_ten_thousand_rows_go_in_by_one_call(finance):
    rows = [due(external_id=f"N-{n}", payer_external_id=f"P-{n}") for n in range(MOST_ROWS)]
    report = finance.post("imports", {"rows": rows}).json()
    assert (report["created"], len(report["rows"])) == (MOST_ROWS, MOST_ROWS)
    assert owed("N-9999") == 30_000
