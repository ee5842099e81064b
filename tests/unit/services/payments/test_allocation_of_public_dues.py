"""Zaliczenie wpłaty by Ordynacja podatkowa: art. 62 § 1 and § 1a, art. 55 § 2 (law.md section 3)."""

from datetime import date

import pytest

from kernel.errors import InvalidInput, Refused
from services.liabilities.domain.regimes import InterestRegime, TaxRate
from services.payments.domain.allocation import (
    Allocation,
    AllocationRegime,
    Claim,
    ReminderCostClaim,
    allocate,
)
from tenants.configuration.domain import AllocationRule, RatioBase, ThresholdReading
from tenants.rates.domain import load_seed

RATES = load_seed()
PAID_ON = date(2026, 10, 1)


def claim(id_: str, principal_gr: int, due_on: str, kind: str = "property", **more: object) -> Claim:
    values = {"interest": InterestRegime.TAX} | more
    return Claim(id_, kind, principal_gr, date.fromisoformat(due_on), **values)


def pay(amount_gr: int, *claims: Claim, **more: object) -> Allocation:
    values = {"rule": AllocationRule(), "rates": RATES, "regime": AllocationRegime.TAX} | more
    return allocate(amount_gr, PAID_ON, claims, **values)


def shares(allocation: Allocation) -> list[tuple[str, str, int]]:
    assert (
        sum(share.amount_gr for share in allocation.shares) + allocation.overpaid_gr == allocation.amount_gr
    )
    return [(share.id, share.kind.value, share.amount_gr) for share in allocation.shares]


def codes(allocation: Allocation) -> list[str]:
    return [reason.code for reason in allocation.reasons]


# 1 000 zł due 2026-03-16 (moved), paid 2026-10-01: 199 days at 10.50 %: 57.2466 zł, owed 57 zł
ARREAR = claim("II", 100_000, "2026-03-15")


def test_a_payment_of_the_arrear_with_its_interest_closes_both() -> None:
    paid = pay(105_700, ARREAR)
    assert shares(paid) == [("II", "principal", 100_000), ("II", "interest", 5_700)]
    assert paid.overpaid_gr == 0
    assert paid.interests["II"].total_gr == 5_700


def test_sufficiency_is_judged_by_the_rounded_interest_even_where_the_exact_one_is_higher() -> None:
    rule = AllocationRule(ratio_base=RatioBase.EXACT)
    assert float(pay(1, ARREAR).interests["II"].exact) > 5_700
    assert shares(pay(105_700, ARREAR, rule=rule)) == [
        ("II", "principal", 100_000),
        ("II", "interest", 5_700),
    ]


def test_art_55_par_2_a_part_payment_is_split_in_the_ratio_of_principal_to_interest() -> None:
    paid = pay(50_000, ARREAR)
    assert shares(paid) == [("II", "principal", 47_304), ("II", "interest", 2_696)]  # 50 000 x 1000 / 1057
    (reason,) = paid.reasons
    assert (reason.code, reason.article) == ("allocation.proportional", "art. 55 § 2 Ordynacji podatkowej")
    assert reason.values == {
        "claim": "II",
        "principal_gr": 47_304,
        "interest_gr": 2_696,
        "ratio_base": "rounded",
    }


def test_the_exact_base_is_the_other_reading_of_art_55_par_2() -> None:
    rule = AllocationRule(ratio_base=RatioBase.EXACT)
    assert shares(pay(50_000, ARREAR, rule=rule)) == [("II", "principal", 47_293), ("II", "interest", 2_707)]


def test_trap_10_a_part_payment_never_goes_to_principal_first() -> None:
    paid = pay(100_000, ARREAR)
    assert shares(paid) == [("II", "principal", 94_607), ("II", "interest", 5_393)]


def test_with_the_exact_base_principal_never_gets_more_than_itself() -> None:
    # 8.55 zł exact, 9 zł owed: one grosz less than all of it would give principal 44 gr too much
    small = claim("a", 15_000, "2026-03-13")
    rule = AllocationRule(ratio_base=RatioBase.EXACT)
    interest = pay(1, small, rule=rule).interests["a"]
    assert (int(interest.exact), interest.total_gr) == (871, 900)
    assert shares(pay(15_899, small, rule=rule)) == [("a", "principal", 15_000), ("a", "interest", 899)]
    assert shares(pay(15_899, small)) == [("a", "principal", 14_999), ("a", "interest", 900)]


def test_below_the_threshold_a_part_payment_goes_wholly_to_principal() -> None:
    small = claim("a", 10_000, "2026-05-15")
    paid = pay(4_000, small)
    assert shares(paid) == [("a", "principal", 4_000)]
    assert codes(paid) == ["allocation.part_of_principal"]


def test_the_reading_of_the_threshold_changes_the_split() -> None:
    # 8.55 zł exact: charged as 9 zł, or not at all
    edge = claim("a", 14_710, "2026-03-13")
    assert 850 <= pay(1, edge).interests["a"].exact <= 870
    assert len(shares(pay(7_000, edge))) == 2
    rule = AllocationRule(threshold=ThresholdReading.EXACT)
    assert shares(pay(7_000, edge, rule=rule)) == [("a", "principal", 7_000)]


def test_the_next_interest_runs_on_the_rest_from_the_original_due_date() -> None:
    first = pay(50_000, ARREAR)
    rest_gr = 100_000 - first.shares[0].amount_gr
    rest = claim("II", rest_gr, "2026-03-15")
    assert pay(10**6, rest).interests["II"].days == 199


@pytest.mark.covers("D66")
def test_art_62_par_1a_costs_of_a_delivered_reminder_come_first_whatever_it_named() -> None:
    costs = [
        ReminderCostClaim("late", 1_600, date(2026, 9, 1)),
        ReminderCostClaim("early", 1_160, date(2021, 9, 1)),
        ReminderCostClaim("today", 1_600, PAID_ON),
        ReminderCostClaim("tomorrow", 1_600, date(2026, 10, 2)),
        ReminderCostClaim("never", 1_600, None),
    ]
    paid = pay(2_000, ARREAR, reminder_costs=costs)
    assert shares(paid) == [("early", "reminder_costs", 1_160), ("late", "reminder_costs", 840)]
    assert {share.reason.article for share in paid.shares} == {"art. 62 § 1a Ordynacji podatkowej"}
    richer = pay(10_000, ARREAR, reminder_costs=costs)
    assert [row[:2] for row in shares(richer)] == [
        ("early", "reminder_costs"),
        ("late", "reminder_costs"),
        ("today", "reminder_costs"),
        ("II", "principal"),
        ("II", "interest"),
    ]


@pytest.mark.parametrize(
    ("indicated", "order"),
    [
        (None, ["transport-1", "property-1", "property-2", "waste-1", "property-9", "transport-9"]),
        ("property", ["property-1", "property-2", "transport-1", "waste-1", "property-9", "transport-9"]),
        ("waste", ["waste-1", "transport-1", "property-1", "property-2", "property-9", "transport-9"]),
        ("transport", ["transport-1", "property-1", "property-2", "waste-1", "transport-9", "property-9"]),
        ("forest", ["transport-1", "property-1", "property-2", "waste-1", "property-9", "transport-9"]),
    ],
)
def test_art_62_par_1_order_with_and_without_an_indicated_tax(
    indicated: str | None, order: list[str]
) -> None:
    claims = [
        claim("waste-1", 5_000, "2026-09-15", "waste"),
        claim("property-2", 5_000, "2026-05-15"),
        claim("property-9", 5_000, "2026-11-15"),
        claim("transport-9", 5_000, "2026-11-16", "transport"),
        claim("transport-1", 5_000, "2026-02-15", "transport"),
        claim("property-1", 5_000, "2026-03-15"),
    ]
    paid = pay(10**6, *claims, indicated=indicated)
    assert [share.id for share in paid.shares if share.kind == "principal"] == order


def test_ticking_rata_iv_while_rata_ii_is_overdue_pays_rata_ii() -> None:
    paid = pay(
        5_000, claim("IV", 5_000, "2026-11-15"), claim("II", 5_000, "2026-05-15"), indicated="property"
    )
    assert [share.id for share in paid.shares] == ["II"]


def test_paying_the_current_property_tax_while_only_transport_is_in_arrears_pays_transport() -> None:
    paid = pay(
        5_000,
        claim("property", 5_000, "2026-11-15"),
        claim("transport", 5_000, "2026-09-15", "transport"),
        indicated="property",
    )
    assert [share.id for share in paid.shares] == ["transport"]
    assert codes(paid)[0] == "allocation.indication_without_arrears"
    assert paid.shares[0].reason.article == "art. 62 § 1 zd. 2 Ordynacji podatkowej"


def test_without_arrears_the_indicated_tax_is_paid_before_an_earlier_one() -> None:
    claims = [claim("waste", 5_000, "2026-10-15", "waste"), claim("property", 5_000, "2026-11-15")]
    paid = pay(7_000, *claims, indicated="property")
    assert shares(paid) == [("property", "principal", 5_000), ("waste", "principal", 2_000)]
    assert paid.shares[0].reason.article == "art. 62 § 1 zd. 1 Ordynacji podatkowej"
    assert [share.id for share in pay(7_000, *claims).shares] == ["waste", "property"]


def test_a_due_that_moved_to_the_payment_day_is_not_yet_an_arrear() -> None:
    # 2026-10-03 is a Saturday, so the date moves to Monday
    sunday = allocate(
        5_000,
        date(2026, 10, 5),
        [claim("moved", 5_000, "2026-10-03"), claim("late", 5_000, "2026-10-02")],
        regime=AllocationRegime.TAX,
        rule=AllocationRule(),
        rates=RATES,
        indicated=None,
    )
    assert [(share.id, share.reason.code) for share in sunday.shares] == [
        ("late", "allocation.earliest_arrear")
    ]


def test_ties_go_by_due_date_and_then_by_id() -> None:
    claims = [claim("b", 100, "2026-03-15"), claim("a", 100, "2026-03-15"), claim("c", 100, "2026-03-14")]
    # all three move to Monday 16 March: the nominal date still decides
    assert [share.id for share in pay(300, *claims).shares] == ["c", "a", "b"]


def test_what_no_claim_takes_is_an_overpayment() -> None:
    paid = pay(110_000, ARREAR)
    assert paid.overpaid_gr == 4_300
    assert paid.reasons[-1].code == "allocation.overpaid"
    assert paid.reasons[-1].values == {"amount_gr": 4_300}
    assert pay(500).overpaid_gr == 500


def test_the_loop_stops_at_the_first_arrear_that_is_not_covered() -> None:
    paid = pay(110_000, ARREAR, claim("III", 100_000, "2026-05-15"), claim("IV", 100_000, "2026-09-15"))
    assert [share.id for share in paid.shares] == ["II", "II", "III", "III"]


def test_a_public_fee_with_civil_interest_is_allocated_as_a_tax() -> None:
    # zajęcie pasa drogowego: art. 40d u.d.p. and art. 67 u.f.p. (law.md section 0)
    road = claim("road", 100_000, "2026-03-16", "road", interest=InterestRegime.CIVIL)
    paid = pay(50_000, road)
    assert paid.interests["road"].total_gr == 5_043  # rounded to the grosz
    assert shares(paid) == [("road", "principal", 47_600), ("road", "interest", 2_400)]


def test_a_due_without_interest_and_a_reduced_rate_are_followed() -> None:
    fine = claim("fine", 10_000, "2026-03-16", "fine", interest=InterestRegime.NONE)
    assert shares(pay(20_000, fine)) == [("fine", "principal", 10_000)]
    reduced = claim("own", 1_000_000, "2026-03-16", rate=TaxRate.REDUCED)
    assert pay(1, reduced).interests["own"].total_gr == 28_600
    paused = claim("own", 1_000_000, "2026-03-16", pauses=((date(2026, 3, 1), date(2026, 12, 31)),))
    assert shares(pay(10**7, paused)) == [("own", "principal", 1_000_000)]


def test_a_paused_arrear_is_still_an_arrear() -> None:
    paused = claim("paused", 1_000, "2026-03-16", pauses=((date(2026, 3, 1), date(2026, 12, 31)),))
    paid = pay(1_000, claim("current", 1_000, "2026-11-15"), paused, indicated="property")
    assert [share.id for share in paid.shares] == ["paused"]


@pytest.mark.covers("D67")
def test_dues_in_enforcement_are_refused_and_never_split() -> None:
    with pytest.raises(Refused) as raised:
        pay(50_000, ARREAR, claim("writ", 1_000, "2025-03-17", is_enforced=True))
    assert raised.value.code == "allocation.enforced"
    assert raised.value.params == {"claims": ["writ"]}


@pytest.mark.parametrize("law", [InterestRegime.COMMERCIAL, InterestRegime.CONTRACT])
def test_dues_of_a_contract_never_meet_taxes_in_one_payment(law: InterestRegime) -> None:
    with pytest.raises(InvalidInput, match=r"allocation\.mixed_laws"):
        pay(50_000, ARREAR, claim("rent", 1_000, "2026-03-16", "rent", interest=law, contract_rate_bp=500))


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda: pay(-1, ARREAR), "allocation.negative_amount"),
        (lambda: pay(1, claim("x", -1, "2026-03-15")), "allocation.negative_amount"),
        (lambda: pay(1, reminder_costs=[ReminderCostClaim("c", -1, PAID_ON)]), "allocation.negative_amount"),
        (lambda: pay(1, ARREAR, ARREAR), "allocation.doubled_id"),
        (lambda: pay(1, reminder_costs=[ReminderCostClaim("c", 1, PAID_ON)] * 2), "allocation.doubled_id"),
    ],
)
def test_impossible_input_is_refused(call, code: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        call()
    assert raised.value.code == code
