"""Words for codes of the services: complete, and right for Polish."""

import ast
from pathlib import Path

import pytest

from frontend.resident import wording
from services.liabilities import statements
from services.liabilities.domain import decisions as decisions_module
from services.liabilities.domain import interest as interest_module
from services.payments import methods


def constants(module) -> set[str]:
    tree = ast.parse(Path(module.__file__).read_text(encoding="utf-8"))
    return {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def test_every_reason_of_interest_has_a_sentence():
    texts = constants(interest_module) | constants(decisions_module)
    codes = {text for text in texts if text.startswith("interest.") and " " not in text}
    errors = {"interest.contract_rate_missing", "interest.negative_principal", "interest.pause_reversed"}
    assert codes - errors == set(wording.INTEREST_REASONS)


def test_every_reason_why_a_due_cannot_be_paid_has_words():
    codes = {statements.ENFORCED, statements.TYPE_OFFLINE, statements.NO_ACCOUNT, "locked"}
    assert codes <= set(wording.NOT_PAYABLE)


def test_every_reason_why_a_method_cannot_be_chosen_has_words():
    assert {"temporarily_off", "amount", "fee_unknown"} & constants(methods) == set(wording.METHOD_NOTES)


@pytest.mark.parametrize(
    ("bp", "text"),
    [(1050, "10,5%"), (1200, "12%"), (1675, "16,75%"), (5, "0,05%"), (0, "0%"), (10000, "100%")],
)
def test_rates_are_written_as_people_write_them(bp, text):
    assert wording.percent_text(bp) == text


@pytest.mark.parametrize(("days", "text"), [(1, "1 dzień"), (2, "2 dni"), (735, "735 dni")])
def test_days_are_counted_in_polish(days, text):
    assert wording.days_text(days) == text
