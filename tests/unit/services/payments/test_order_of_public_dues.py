"""Which public due comes first where dates alone do not tell (art. 51 § 1 and 62 § 1 Ordynacja podatkowa)."""

from datetime import date

from services.liabilities.domain.regimes import InterestRegime
from services.payments.domain.allocation import Allocation, AllocationRegime, Claim, allocate
from tenants.configuration.domain import AllocationRule
from tenants.rates.domain import load_seed

PAID_ON = date(2026, 10, 1)


def pay(amount_gr: int, *claims: Claim, indicated: str | None = None) -> Allocation:
    return allocate(
        amount_gr,
        PAID_ON,
        claims,
        regime=AllocationRegime.TAX,
        rule=AllocationRule(),
        rates=load_seed(),
        indicated=indicated,
    )


def test_on_its_last_day_a_due_is_no_arrear_yet() -> None:
    """Art. 51 § 1 O.p.: an arrear is a tax not paid by its date; so the arrear of another tax comes first."""
    arrear = Claim("t", "property", 100_000, date(2026, 3, 15), InterestRegime.TAX)
    today = Claim("w", "waste", 50_000, PAID_ON, InterestRegime.TAX)
    assert {share.id for share in pay(1_000, today, arrear, indicated="waste").shares} == {"t"}


def test_dues_to_come_say_whether_they_were_named_or_are_only_the_earliest() -> None:
    named = Claim("w", "waste", 50_000, date(2026, 12, 15), InterestRegime.TAX)
    earlier = Claim("p", "property", 50_000, date(2026, 11, 16), InterestRegime.TAX)
    paid = pay(60_000, earlier, named, indicated="waste")
    assert [(share.id, share.amount_gr, share.reason.code) for share in paid.shares] == [
        ("w", 50_000, "allocation.indicated"),
        ("p", 10_000, "allocation.earliest_due"),
    ]


def test_of_dues_with_the_same_date_the_ticked_one_comes_first() -> None:
    other = Claim("a", "property", 50_000, date(2026, 3, 15), InterestRegime.NONE)
    ticked = Claim("b", "property", 50_000, date(2026, 3, 15), InterestRegime.NONE, is_chosen=True)
    paid = pay(60_000, other, ticked)
    assert [(share.id, share.amount_gr) for share in paid.shares] == [("b", 50_000), ("a", 10_000)]
