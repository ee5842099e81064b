"""Zaliczenie wpłaty by art. 451 KC (law.md 3.6)."""

from datetime import date

import pytest

from kernel.errors import InvalidInput
from services.liabilities.domain.regimes import InterestRegime
from services.payments.domain.allocation import (
    Allocation,
    AllocationRegime,
    Claim,
    ReminderCostClaim,
    allocate,
)
from tenants.configuration.domain import AllocationRule
from tenants.rates.domain import load_seed

RATES = load_seed()
PAID_ON = date(2026, 10, 1)
OLD = Claim("old", "rent", 100_000, date(2026, 3, 31), InterestRegime.CIVIL)
YOUNG = Claim("young", "rent", 100_000, date(2026, 9, 30), InterestRegime.CIVIL)
NEXT = Claim("next", "rent", 100_000, date(2026, 10, 30), InterestRegime.CIVIL)
PRINCIPAL_FIRST = AllocationRule(civil_interest_first=False)


def pay(amount_gr: int, *claims: Claim, **more: object) -> Allocation:
    values = {"rule": AllocationRule(), "rates": RATES, "regime": AllocationRegime.CIVIL} | more
    return allocate(amount_gr, PAID_ON, claims, **values)


def shares(allocation: Allocation) -> list[tuple[str, str, int]]:
    assert (
        sum(share.amount_gr for share in allocation.shares) + allocation.overpaid_gr == allocation.amount_gr
    )
    return [(share.id, share.kind.value, share.amount_gr) for share in allocation.shares]


def test_the_creditor_takes_interest_of_the_debt_first_by_default() -> None:
    # 184 days at 9.25 %: 46.63 zł
    paid = pay(10_000, OLD)
    assert shares(paid) == [("old", "principal", 5_337), ("old", "interest", 4_663)]
    assert [(r.code, r.article) for r in paid.reasons] == [("allocation.interest_first", "art. 451 § 1 KC")]
    assert shares(pay(4_000, OLD)) == [("old", "interest", 4_000)]


def test_a_gmina_may_leave_that_right_and_take_principal_first() -> None:
    assert shares(pay(10_000, OLD, rule=PRINCIPAL_FIRST)) == [("old", "principal", 10_000)]
    paid = pay(102_000, OLD, rule=PRINCIPAL_FIRST)
    assert shares(paid) == [("old", "principal", 100_000), ("old", "interest", 2_000)]
    assert paid.reasons[0].code == "allocation.principal_first"


@pytest.mark.parametrize(
    ("amount_gr", "codes"),
    [
        (0, []),
        (1, ["allocation.interest_first"]),
        (104_662, ["allocation.interest_first"]),
        (104_663, []),  # all of the older debt
        (104_664, ["allocation.interest_first"]),  # a grosz for the younger
        (204_688, []),
        (204_689, ["allocation.overpaid"]),
    ],
)
def test_only_a_debt_that_is_paid_in_part_is_divided(amount_gr: int, codes: list[str]) -> None:
    assert [reason.code for reason in pay(amount_gr, OLD, YOUNG).reasons] == codes


def test_interest_first_counts_for_each_debt_and_not_across_debts() -> None:
    older = Claim("older", "rent", 100_000, date(2026, 2, 27), InterestRegime.CIVIL)
    paid = pay(106_000, older, OLD)
    # principal of the older debt comes before interest of the younger
    assert shares(paid) == [
        ("older", "principal", 100_000),
        ("older", "interest", 5_477),  # 5 days at 9.50 %, 211 at 9.25 %
        ("old", "interest", 523),
    ]


def test_the_debtor_says_which_debt() -> None:
    paid = pay(50_000, OLD, YOUNG, NEXT, indicated="next")
    assert shares(paid) == [("next", "principal", 50_000)]
    assert paid.shares[0].reason.article == "art. 451 § 1 KC"


def test_a_surplus_over_the_named_debt_is_not_set_off_against_another() -> None:
    paid = pay(150_000, OLD, YOUNG, indicated="young")
    assert shares(paid) == [("young", "principal", 100_000), ("young", "interest", 25)]
    assert paid.overpaid_gr == 49_975
    assert paid.reasons[-1].article == "art. 410 KC"


def test_without_a_word_of_the_debtor_due_debts_come_first_and_the_oldest_of_them() -> None:
    earlier_but_free = Claim("free", "rent", 1_000, date(2026, 2, 2), InterestRegime.NONE)
    paid = pay(10**6, NEXT, YOUNG, OLD, earlier_but_free)
    assert [share.id for share in paid.shares] == ["free", "old", "old", "young", "young", "next"]
    assert paid.shares[-1].reason.code == "allocation.not_yet_due"


def test_a_part_payment_is_never_proportional() -> None:
    paid = pay(50_000, OLD)
    assert [share.amount_gr for share in paid.shares] == [45_337, 4_663]


def test_commercial_and_contractual_interest_count_by_their_own_law() -> None:
    commercial = Claim("c", "rent", 100_000, date(2026, 3, 31), InterestRegime.COMMERCIAL)
    contract = Claim("d", "rent", 100_000, date(2026, 3, 31), InterestRegime.CONTRACT, contract_rate_bp=500)
    paid = pay(10**6, commercial, contract)
    assert shares(paid)[1] == ("c", "interest", 6_994)  # 91 days at 14.00 %, 93 at 13.75 %
    assert shares(paid)[3] == ("d", "interest", 2_521)


def test_costs_of_a_public_reminder_are_not_taken_out_of_rent() -> None:
    costs = [ReminderCostClaim("cost", 1_600, date(2026, 9, 1))]
    paid = pay(10_000, OLD, reminder_costs=costs)
    assert "cost" not in [share.id for share in paid.shares]
    assert paid.reasons[0].code == "allocation.no_reminder_costs_in_civil"


def test_a_tax_never_meets_rent_in_one_payment() -> None:
    tax = Claim("tax", "property", 1_000, date(2026, 3, 16), InterestRegime.TAX)
    with pytest.raises(InvalidInput, match=r"allocation\.mixed_laws"):
        pay(10_000, OLD, tax)


def test_a_debt_that_is_not_there_cannot_be_named() -> None:
    with pytest.raises(InvalidInput) as raised:
        pay(10_000, OLD, indicated="other")
    assert raised.value.code == "allocation.unknown_indication"
