"""The record of an allocation survives its JSON, and every reason that it may hold has its sentence."""

import json
import re
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

import services
from kernel.money import NBSP
from services.liabilities.domain.reasons import Reason
from services.payments.allocation_statement import wording
from services.payments.domain.record import (
    Chosen,
    PaidShare,
    Record,
    Step,
    Subject,
    UsedInterest,
    UsedPeriod,
    UsedRule,
    from_plain,
    to_plain,
)

DAY = date(2026, 11, 3)
RULE = UsedRule("", None, "", "rounded", "rounded", "instalment", civil_interest_first=True)
PERIOD = UsedPeriod(date(2026, 9, 16), DAY, 49, 1050, Fraction(10_290, 73), ("M.P. 2026 poz. 269",))
INTEREST = UsedInterest(
    "a", 10_000, date(2026, 9, 15), 49, Fraction(10_290, 73), 100, (PERIOD,),
    (Reason("interest.due_date_moved", "art. 12", {"due_on": date(2026, 9, 13), "effective_due_on": date(2026, 9, 15)}),),
)  # fmt: skip
STEP = Step(
    10_100, "Podatek", DAY, "debited_on", Reason("payment_day.debit", "art. 60"), RULE,
    (PaidShare("a", "principal", 10_000, Reason("allocation.indicated_arrear", "art. 62")),),
    (Reason("allocation.proportional", "art. 55", {"claim": "a", "principal_gr": 5, "ratio_base": "rounded"}),),
    (INTEREST,),
)  # fmt: skip
RECORD = Record(
    "tax", 10_100, 0, DAY, DAY, None, DAY, "transfer", DAY, (Chosen("Rata 3", 10_100),), (STEP,),
    (Subject("a", False, "Rata 3", "FN.1", "Podatek", DAY, 10_000, 0, None),),
)  # fmt: skip

FOLDER = Path(next(iter(services.__path__)))
WORDS = {
    "allocation": wording.SHARES | wording.REMARKS,
    "interest": wording.INTEREST,
    "payment_day": wording.DAYS,
}


def test_a_record_comes_back_from_json_as_it_was():
    assert from_plain(Record, json.loads(json.dumps(to_plain(RECORD)))) == RECORD


def test_a_fraction_of_a_grosz_is_kept_exactly():
    assert to_plain(INTEREST)["exact"] == "10290/73"


def test_a_record_with_a_missing_field_is_not_read_with_a_guess():
    plain = to_plain(RECORD)
    del plain["steps"][0]["rule"]
    with pytest.raises(KeyError, match="rule"):
        from_plain(Record, plain)


@pytest.mark.parametrize("prefix", WORDS)
def test_every_reason_of_the_law_has_its_sentence(prefix):
    sources = [
        *FOLDER.glob("payments/domain/*.py"),
        *FOLDER.glob("liabilities/domain/*.py"),
        FOLDER / "payments/recording.py",
    ]
    found: set[str] = set()
    errors: set[str] = set()
    for source in sources:
        text = source.read_text()
        found |= set(re.findall(rf'"({prefix}\.[a-z_]+)"', text))
        errors |= set(re.findall(rf'(?:InvalidInput|Refused|Conflict)\(\s*"({prefix}\.[a-z_]+)"', text))
    assert len(found - errors) > 5
    assert found - errors == set(WORDS[prefix])


def test_amounts_of_a_formula_are_written_as_people_write_them():
    assert wording.exact_text(Fraction(164_100, 73)) == f"22,4795{NBSP}zł"
    assert wording.exact_text(Fraction(0)) == f"0,0000{NBSP}zł"
    assert wording.percent_text(1050) == "10,50%"
    assert wording.number_text(102_200) == f"1{NBSP}022,00"
