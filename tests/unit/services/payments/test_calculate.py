"""The bulk door: JSON lines in and out, for every operation of it."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kernel import dates, identifiers
from services.liabilities.domain import interest
from services.payments import calculate
from services.payments.calculate import answer
from services.payments.calculate_fields import MESSAGES
from services.payments.domain import allocation, payment_day
from tenants.rates import domain as rates
from tests.unit import law
from tests.unit.services.payments.test_allocation_keeps_every_grosz import cases

NRB = "92124012340001567890123456"


def ask(op: str, **fields: Any) -> dict[str, Any]:
    line = json.dumps({"id": 7, "op": op} | fields)
    replied = answer(line)
    assert "\n" not in replied
    result = json.loads(replied)
    assert result.pop("id") == 7
    return result


def refused(op: str, **fields: Any) -> str:
    result = ask(op, **fields)
    assert result.keys() == {"error"}
    assert result["error"].keys() == {"code", "message"}
    assert result["error"]["message"] != result["error"]["code"]
    return result["error"]["code"]


def test_due_date_moves_over_saturdays_and_free_days() -> None:
    assert ask("due_date", due_on="2026-11-15") == {"effective_due_on": "2026-11-16"}
    assert ask("due_date", due_on="2016-10-01") == {"effective_due_on": "2016-10-03"}


def test_working_days_begin_with_the_day_after() -> None:
    assert ask("working_days", start_on="2026-12-23", days=1) == {"deadline_on": "2026-12-28"}
    assert ask("working_days", start_on="2026-12-23", days=0) == {"deadline_on": "2026-12-23"}


def test_interest_with_all_its_fields() -> None:
    result = ask(
        "interest",
        regime="tax",
        principal_gr=10_000_000,
        due_on="2026-02-15",
        as_of="2026-03-10",
        rate="reduced",
        pauses=[["2026-02-20", "2026-02-21"]],
        threshold="exact",
    )
    assert result == {
        "effective_due_on": "2026-02-16",
        "days": 20,
        "total_gr": 29_700,
        "periods": [
            {"from_on": "2026-02-17", "to_on": "2026-02-19", "days": 3, "rate_bp": 550},
            {"from_on": "2026-02-22", "to_on": "2026-03-04", "days": 11, "rate_bp": 550},
            {"from_on": "2026-03-05", "to_on": "2026-03-10", "days": 6, "rate_bp": 525},
        ],
    }


@pytest.mark.parametrize(
    ("regime", "total_gr"),
    [
        ("tax", 900),
        ("civil", 786),
        ("commercial", 1_189),
        ("commercial_healthcare", 1_019),
        ("contract", 425),
        ("none", 0),
    ],
)
def test_interest_of_every_regime(regime: str, total_gr: int) -> None:
    fields = {"principal_gr": 100_000, "due_on": "2026-04-30", "as_of": "2026-05-31", "contract_rate_bp": 500}
    assert ask("interest", regime=regime, **fields)["total_gr"] == total_gr


def test_switches_that_mean_nothing_in_a_regime_may_stand_there_or_be_null() -> None:
    fields = {"regime": "civil", "principal_gr": 100_000, "due_on": "2026-04-30", "as_of": "2026-05-31"}
    plain = ask("interest", **fields)
    assert (
        ask("interest", **fields, rate="base", threshold="exact", contract_rate_bp=None, pauses=None) == plain
    )
    assert ask("interest", **fields, note="from our system", batch=5) == plain


def test_allocation_of_a_tax_payment() -> None:
    result = ask(
        "allocate",
        regime="tax",
        amount_gr=55_000,
        paid_on="2026-10-01",
        claims=[
            {"id": "IV", "type": "property", "principal_gr": 5_000, "due_on": "2026-11-15"},
            {"id": "II", "type": "property", "principal_gr": 100_000, "due_on": "2026-03-15"},
        ],
        indicated="property",
        reminder_costs=[
            {"id": "k1", "amount_gr": 1_600, "delivered_on": "2026-06-01"},
            {"id": "k2", "amount_gr": 1_600, "delivered_on": None},
        ],
        rule={"ratio_base": "exact"},
    )
    assert result == {
        "shares": [
            ["k1", "reminder_costs", 1_600],
            ["II", "principal", 50_509],
            ["II", "interest", 2_891],
        ],
        "overpaid_gr": 0,
    }


def test_allocation_of_a_civil_payment_names_a_claim() -> None:
    claims = [
        {"id": 12, "principal_gr": 1_000, "due_on": "2026-10-30"},
        {"id": 9, "type": "rent", "principal_gr": 1_000, "due_on": "2026-10-30"},
    ]
    fields = {"regime": "civil", "amount_gr": 1_500, "paid_on": "2026-10-01", "claims": claims}
    assert ask("allocate", **fields) == {
        "shares": [[9, "principal", 1_000], [12, "principal", 500]],  # numbers by value: 9 before 12
        "overpaid_gr": 0,
    }
    assert ask("allocate", **fields, indicated=12) == {
        "shares": [[12, "principal", 1_000]],
        "overpaid_gr": 500,
    }
    assert refused("allocate", **fields, indicated=13) == "allocation.unknown_indication"
    as_text = [claim | {"id": str(claim["id"])} for claim in claims]
    assert ask("allocate", **(fields | {"claims": as_text}))["shares"][0] == ["12", "principal", 1_000]


def test_art_54_par_1_pkt_5_instalments_of_one_decision_are_charged_together_only_when_asked() -> None:
    """569.59 and 474.66 gr of interest: alone below the minimum, together 10 zł, divided 5.45 and 4.55 zł."""
    claims = [
        {"id": 2, "type": "t", "principal_gr": 30_000, "due_on": "2026-09-15", "decision": "FN.1"},
        {"id": 3, "type": "t", "principal_gr": 25_000, "due_on": "2026-09-15", "decision": "FN.1"},
    ]
    fields = {"regime": "tax", "amount_gr": 56_000, "paid_on": "2026-11-20", "claims": claims}
    assert ask("allocate", **fields)["overpaid_gr"] == 1_000
    assert ask("allocate", **fields, rule={"threshold_scope": "instalment"})["overpaid_gr"] == 1_000
    assert ask("allocate", **fields, rule={"threshold_scope": "decision"}) == {
        "shares": [
            [2, "principal", 30_000],
            [2, "interest", 545],
            [3, "principal", 25_000],
            [3, "interest", 455],
        ],
        "overpaid_gr": 0,
    }
    assert refused("allocate", **fields, rule={"threshold_scope": "jointly"}) == "field.invalid"


def test_a_claim_may_have_days_without_interest_and_the_reduced_rate() -> None:
    """Art. 54 § 1 and art. 56a Ordynacji: both belong to the arrear, not to the payment."""
    claim = {"id": "a", "type": "tax", "principal_gr": 10_000_000, "due_on": "2026-01-15"}

    def interest_of(**more: Any) -> int:
        question = {
            "regime": "tax",
            "amount_gr": 20_000_000,
            "paid_on": "2026-03-16",
            "claims": [claim | more],
        }
        shares = ask("allocate", **question)["shares"]
        return next((amount_gr for _, kind, amount_gr in shares if kind == "interest"), 0)

    alone = ask("interest", regime="tax", principal_gr=10_000_000, due_on="2026-01-15", as_of="2026-03-16")
    assert interest_of() == alone["total_gr"]
    assert interest_of(rate="reduced") < interest_of(pauses=[["2026-02-01", "2026-02-01"]]) < interest_of()
    assert interest_of(pauses=[["2026-01-01", "2026-12-31"]]) == 0


def test_defaults_of_the_rule_are_rounded_rounded_and_interest_first() -> None:
    claims = [{"id": "a", "type": "t", "principal_gr": 100_000, "due_on": "2026-03-15"}]
    for regime in ("tax", "civil"):
        fields = {"regime": regime, "amount_gr": 50_000, "paid_on": "2026-10-01", "claims": claims}
        rule = {"ratio_base": "rounded", "threshold": "rounded", "civil_interest_first": True}
        assert ask("allocate", **fields) == ask("allocate", **fields, rule=rule)
        changed = {"ratio_base": "exact", "civil_interest_first": False}
        assert ask("allocate", **fields) != ask("allocate", **fields, rule=changed)


@pytest.mark.parametrize(
    ("regime", "instrument", "paid_on"),
    [
        ("tax", "transfer", "2026-10-03"),
        ("tax", "card", "2026-10-05"),
        ("tax", "blik", "2026-10-05"),
        ("tax", "pay_by_link", "2026-10-03"),
        ("tax", "cash", "2026-10-02"),
        ("civil", "transfer", "2026-10-06"),
        ("civil", "cash", "2026-10-06"),
        ("commercial", "blik", "2026-10-06"),
        ("commercial_healthcare", "transfer", "2026-10-06"),
        ("contract", "card", "2026-10-06"),
    ],
)
def test_payment_day(regime: str, instrument: str, paid_on: str) -> None:
    days = {
        "ordered_on": "2026-10-02",
        "debited_on": "2026-10-03",
        "authorised_on": "2026-10-05",
        "credited_on": "2026-10-06",
    }
    assert ask("payment_day", regime=regime, instrument=instrument, **days) == {"paid_on": paid_on}
    needed = next(name for name, day in days.items() if day == paid_on)
    code = refused("payment_day", regime=regime, instrument=instrument, **(days | {needed: None}))
    assert code == "payment_day.unknown"


@pytest.mark.parametrize(
    ("kind", "value", "valid"),
    [
        ("pesel", "44051401359", True),
        ("pesel", "00000000000", False),
        ("nip", "5261040828", True),
        ("nip", "1234567890", False),
        ("regon", "12345678512347", True),
        ("nrb", NRB, True),
        ("nrb", "PL" + NRB, False),
        ("pesel", "", False),
    ],
)
def test_identifier(kind: str, value: str, valid: bool) -> None:
    assert ask("identifier", kind=kind, value=value) == {"valid": valid}


def test_transfer_qr_is_the_official_sample() -> None:
    fields = {"nrb": NRB, "amount_gr": 1200, "name": "Odbiorca 1", "title": "FV 1234/34/2012"}
    text = f"|PL|{NRB}|001200|Odbiorca 1|FV 1234/34/2012|||"
    assert ask("transfer_qr", nip="1234567890", **fields) == {"text": "1234567890" + text}
    assert ask("transfer_qr", nip=None, **fields) == ask("transfer_qr", **fields) == {"text": text}
    assert refused("transfer_qr", **(fields | {"title": "a|b"})) == "transfer_qr.title"


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("", "line.not_json"),
        ("\n", "line.not_json"),
        ("{", "line.not_json"),
        ('{"id":1,"op":"due_date","due_on":NaN}', "line.not_json"),
        ('{"id":1,"id":2,"op":"due_date"}', "line.not_json"),
        (b'{"id":"\xff"}', "line.not_json"),
        ("[" * 100_000, "line.not_json"),
        ('{"id":' + "9" * 5_000 + "}", "line.not_json"),
        ("[]", "line.not_object"),
        ("null", "line.not_object"),
        ("{}", "field.missing"),
        ('{"op":"due_date","due_on":"2026-01-01"}', "field.missing"),
        ('{"id":null,"op":"due_date","due_on":"2026-01-01"}', "field.missing"),
        ('{"id":{},"op":"due_date","due_on":"2026-01-01"}', "field.invalid"),
        ('{"id":1.5,"op":"due_date","due_on":"2026-01-01"}', "field.invalid"),
    ],
)
def test_a_line_without_a_readable_id_is_answered_with_a_null_id(line: str | bytes, code: str) -> None:
    result = json.loads(answer(line))
    assert result["id"] is None
    assert result["error"]["code"] == code


TAX = {"regime": "tax", "principal_gr": 100, "due_on": "2026-03-15", "as_of": "2026-10-01"}
CLAIM = {"id": "a", "type": "t", "principal_gr": 100, "due_on": "2026-03-15"}
COST = {"id": "k", "amount_gr": 1_600, "delivered_on": "2026-06-01"}
PAID = {"regime": "tax", "amount_gr": 100, "paid_on": "2026-10-01", "claims": [CLAIM]}


@pytest.mark.parametrize(
    ("op", "fields", "code"),
    [
        ("interests", {}, "line.unknown_op"),
        (None, {}, "field.missing"),
        (5, {}, "field.invalid"),
        ("due_date", {}, "field.missing"),
        ("due_date", {"due_on": None}, "field.missing"),
        ("due_date", {"due_on": "2026-02-30"}, "field.invalid"),
        ("due_date", {"due_on": "20260215"}, "field.invalid"),
        ("due_date", {"due_on": "2026-W07-7"}, "field.invalid"),
        ("due_date", {"due_on": "2026-02-15T00:00:00"}, "field.invalid"),
        ("due_date", {"due_on": "٢٠٢٦-02-15"}, "field.invalid"),
        ("due_date", {"due_on": 20260215}, "field.invalid"),
        ("due_date", {"due_on": "1950-02-15"}, "day.out_of_calendar"),
        ("due_date", {"due_on": "9999-12-31"}, "day.out_of_calendar"),
        ("working_days", {"start_on": "2026-02-15", "days": -1}, "working_days.negative"),
        ("working_days", {"start_on": "2026-02-15", "days": 1.0}, "field.invalid"),
        ("working_days", {"start_on": "2026-02-15", "days": True}, "field.invalid"),
        ("working_days", {"start_on": "2026-02-15", "days": 10**9}, "day.out_of_calendar"),
        ("interest", TAX | {"regime": "vat"}, "field.invalid"),
        ("interest", TAX | {"principal_gr": -1}, "field.invalid"),
        ("interest", TAX | {"principal_gr": "100"}, "field.invalid"),
        ("interest", TAX | {"principal_gr": 100.0}, "field.invalid"),
        ("interest", TAX | {"principal_gr": 10**16}, "field.invalid"),
        ("interest", TAX | {"rate": "raised"}, "field.invalid"),
        ("interest", TAX | {"threshold": "8.70"}, "field.invalid"),
        ("interest", TAX | {"treshold": "exact"}, "field.misspelt"),
        ("interest", TAX | {"pauses": "2026-04-01"}, "field.invalid"),
        ("interest", TAX | {"pauses": [["2026-04-01"]]}, "field.invalid"),
        ("interest", TAX | {"pauses": [["2026-04-01", None]]}, "field.invalid"),
        ("interest", TAX | {"pauses": [["2026-04-02", "2026-04-01"]]}, "interest.pause_reversed"),
        ("interest", TAX | {"due_on": "2005-01-14"}, "rates.unknown_day"),
        ("interest", TAX | {"regime": "contract"}, "interest.contract_rate_missing"),
        ("interest", TAX | {"regime": "contract", "contract_rate_bp": -5}, "field.invalid"),
        ("allocate", PAID | {"regime": "contract"}, "field.invalid"),
        ("allocate", PAID | {"amount_gr": -1}, "field.invalid"),
        ("allocate", PAID | {"claims": None}, "field.missing"),
        ("allocate", PAID | {"claims": {}}, "field.invalid"),
        ("allocate", PAID | {"claims": ["a"]}, "field.invalid"),
        ("allocate", PAID | {"claims": [CLAIM, CLAIM]}, "allocation.doubled_id"),
        ("allocate", PAID | {"claims": [CLAIM, CLAIM | {"id": 5}]}, "field.invalid"),
        ("allocate", PAID | {"claims": [CLAIM | {"id": True}]}, "field.invalid"),
        ("allocate", PAID | {"claims": [CLAIM | {"type": None}]}, "field.missing"),
        ("allocate", PAID | {"claims": [CLAIM | {"principal": 1}]}, "field.misspelt"),
        ("allocate", PAID | {"indicated": 5}, "field.invalid"),
        ("allocate", PAID | {"reminder_costs": [COST, COST]}, "allocation.doubled_id"),
        ("allocate", PAID | {"reminder_costs": [COST | {"amount_gr": -1}]}, "field.invalid"),
        ("allocate", PAID | {"rule": []}, "field.invalid"),
        ("allocate", PAID | {"rule": {"ratio_base": "both"}}, "field.invalid"),
        ("allocate", PAID | {"rule": {"civil_interest_first": "yes"}}, "field.invalid"),
        ("allocate", PAID | {"rule": {"ratiobase": "exact"}}, "field.misspelt"),
        (
            "payment_day",
            {"regime": "none", "instrument": "card", "authorised_on": "2026-01-01"},
            "field.invalid",
        ),
        ("payment_day", {"regime": "tax", "instrument": "cheque"}, "field.invalid"),
        ("identifier", {"kind": "vat", "value": "1"}, "field.invalid"),
        ("identifier", {"kind": "pesel", "value": 44051401359}, "field.invalid"),
        ("identifier", {"kind": "pesel"}, "field.missing"),
        ("transfer_qr", {"nrb": NRB, "amount_gr": -1, "name": "a", "title": "b"}, "field.invalid"),
        ("transfer_qr", {"nrb": "1", "amount_gr": 1, "name": "a", "title": "b"}, "transfer_qr.nrb"),
    ],
)
def test_a_bad_line_says_what_is_wrong_and_nothing_else(
    op: object, fields: dict[str, Any], code: str
) -> None:
    assert refused(op, **fields) == code


def test_the_sentence_is_polish_and_names_the_field() -> None:
    result = json.loads(answer('{"id":"ż","op":"due_date"}'))
    assert result == {"id": "ż", "error": {"code": "field.missing", "message": "Brakuje pola „due_on”."}}
    early = json.loads(answer(json.dumps({"id": 1, "op": "interest"} | TAX | {"due_on": "2005-01-14"})))
    assert "2008-06-26" in early["error"]["message"]


def test_the_id_comes_back_as_it_came() -> None:
    for line_id in ("a", "", "Zażółć", 0, -5, 10**30, "\ud800"):
        line = json.dumps({"id": line_id, "op": "due_date", "due_on": "2026-01-02"})
        result = answer(line)
        result.encode()
        assert json.loads(result) == {"id": line_id, "effective_due_on": "2026-01-02"}


def test_bytes_with_or_without_a_byte_order_mark_are_read() -> None:
    line = '{"id":"ą","op":"due_date","due_on":"2026-01-02"}\r\n'
    expected = '{"id": "ą", "effective_due_on": "2026-01-02"}'
    assert {answer(one) for one in (line, "\ufeff" + line, line.encode(), ("\ufeff" + line).encode())} == {
        expected
    }


def test_every_code_the_engine_can_raise_here_has_a_sentence() -> None:
    raised: set[str] = set()
    for module in (dates, identifiers, interest, allocation, payment_day, rates):
        text = Path(module.__file__).read_text(encoding="utf-8")
        raised |= set(re.findall(r'(?:InvalidInput|Refused)\(\s*"([a-z_.]+)"', text))
        raised |= set(re.findall(r'"(transfer_qr\.[a-z_]+)"', text))
    # what a checked line cannot bring about
    raised -= {
        "nrb.format",
        "pesel.format",
        "instant.naive",
        "rates.empty",
        "rates.negative",
        "rates.not_ascending",
    }
    raised -= {"interest.negative_principal", "allocation.negative_amount"}
    raised -= {"allocation.mixed_laws", "allocation.enforced"}
    assert raised - MESSAGES.keys() == set()


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.dates().map(str),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
NAMES = st.sampled_from(
    [
        "id",
        "op",
        "regime",
        "principal_gr",
        "due_on",
        "as_of",
        "rate",
        "contract_rate_bp",
        "pauses",
        "threshold",
        "amount_gr",
        "paid_on",
        "claims",
        "indicated",
        "reminder_costs",
        "rule",
        "instrument",
        "ordered_on",
        "debited_on",
        "authorised_on",
        "credited_on",
        "kind",
        "value",
        "nip",
        "nrb",
        "name",
        "title",
        "start_on",
        "days",
    ]
)
OPERATIONS = ["due_date", "working_days", "interest", "allocate", "payment_day", "identifier", "transfer_qr"]


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(NAMES, JSON_VALUES, max_size=12), st.sampled_from(OPERATIONS))
def test_no_line_whatever_breaks_the_run(values: dict[str, Any], op: str) -> None:
    line = json.dumps({"id": 1} | values | {"op": op})
    result = json.loads(answer(line))
    assert "id" in result
    assert len(result) > 1


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=60) | st.text(max_size=60))
def test_no_noise_whatever_breaks_the_run(noise: str | bytes) -> None:
    result = json.loads(answer(noise))
    assert result["error"]["code"] in MESSAGES


@settings(max_examples=200, deadline=None)
@given(cases(), st.sampled_from(["rounded", "exact"]), st.sampled_from(["rounded", "exact"]), st.booleans())
def test_allocations_agree_with_the_plain_count(
    case: dict[str, Any], base: str, threshold: str, interest_first: bool
) -> None:
    rule = {"ratio_base": base, "threshold": threshold, "civil_interest_first": interest_first}
    line = case | {"rule": rule}
    shares, overpaid_gr = law.allocated(line)
    assert ask("allocate", **line) == {"shares": shares, "overpaid_gr": overpaid_gr}


def test_a_defect_of_ours_costs_one_answer_and_not_the_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(fields: object) -> dict[str, Any]:
        raise ZeroDivisionError("division by zero")

    monkeypatch.setitem(calculate._OPERATIONS, "due_date", broken)

    assert refused("due_date", due_on="2026-11-15") == "line.failed"
    assert "ZeroDivisionError" in capsys.readouterr().err
    assert ask("working_days", start_on="2026-12-23", days=1) == {"deadline_on": "2026-12-28"}
