"""A decision sent whole and in instalments is owed twice: the import takes the rows and says so (docs/exchange.md)."""

import pytest

from services.accounts.models import Payer
from services.liabilities.models import Liability
from services.liabilities.queries import statement
from tests.services.liabilities.rows import bring, counts, due, second_payer, warned

pytestmark = pytest.mark.django_db

CODE = "dues.whole_and_instalments"


def instalments(*numbers: int) -> list[dict]:
    return [due(external_id=f"N-{number}", instalment=number) for number in numbers]


def whole(**changes: object) -> dict:
    return due(**{"external_id": "N-whole", "instalment": None, "principal": "1200.00", **changes})


def test_the_whole_and_its_instalments_in_one_import_are_taken_and_the_whole_is_named(in_borki):
    run = bring(*instalments(1, 2), whole())
    assert warned(run) == [(3, CODE)]
    assert counts(run) == (3, 0, 0, 0)
    assert run.findings["warned"][0][4] == "FN.3120.7.2026"


def test_instalments_alone_or_the_whole_alone_are_no_reason_to_warn(in_borki):
    assert warned(bring(*instalments(1, 2, 3, 4))) == []
    assert warned(bring(whole(document_number="FN.3120.8.2026"))) == []


def test_a_whole_that_comes_after_its_instalments_is_named(in_borki):
    bring(*instalments(1, 2))
    assert warned(bring(whole())) == [(1, CODE)]


def test_instalments_that_come_after_their_whole_are_named(in_borki):
    bring(whole())
    assert warned(bring(*instalments(1, 2))) == [(1, CODE), (2, CODE)]


def test_with_the_whole_written_down_to_nothing_there_is_one_debt_and_no_warning(in_borki):
    bring(*instalments(1, 2), whole())
    assert warned(bring(whole(principal="0"))) == []
    assert warned(bring(*instalments(1, 2), whole(principal="0"))) == []
    owner = Payer.objects.get(external_id="P-1")
    found = statement(owner, Liability.objects.first().due_on)
    assert sum(row.principal_gr for row in found.dues) == 60_000


@pytest.mark.parametrize(
    "other",
    [
        {"document_number": "FN.3120.8.2026"},
        {"year": 2025},
        {"document_number": ""},
        {"liability_type": "lease"},
        second_payer(),
    ],
)
def test_another_document_year_kind_or_payer_is_another_decision(in_borki, other):
    assert warned(bring(*instalments(1, 2), whole(**other))) == []


def test_a_co_owner_is_a_payer_of_the_decision_too(in_borki):
    rows = [row | {"co_owners": "P-2"} for row in instalments(1, 2)]
    run = bring(due(external_id="N-9", document_number="", **second_payer()), *rows, whole(**second_payer()))
    assert warned(run) == [(4, CODE)]


def test_a_dry_run_warns_as_well_and_writes_nothing(in_borki):
    assert warned(bring(*instalments(1), whole(), is_dry_run=True)) == [(2, CODE)]
    assert not Liability.objects.exists()
