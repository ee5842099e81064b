"""Two payments of one day: does it matter which of them is booked first?

The law knows no hour (art. 60 § 1 Ordynacja podatkowa: the day counts), so the order must not matter. It does not, to the
grosz, where nothing is rounded between the two: different taxes are named, the dues are civil, no interest is charged, both
together cover all, or art. 55 § 2 divides by exact interest.

Where art. 55 § 2 divides by rounded interest, the first payment changes the amount that art. 63 § 1 rounds for the second.
What is left of a due can then differ
  - by 2 gr where interest is rounded to the grosz (one for each split),
  - by 1.01 zł where it is rounded to the złoty (half a złoty and half a grosz for each split),
  - by the minimum of art. 54 § 1 pkt 5 besides, where one order leaves interest that exceeds it and the other does not.
"""

from datetime import date, timedelta

from hypothesis import assume, given
from hypothesis import strategies as st

from services.liabilities.domain.regimes import InterestRegime, TaxRate
from services.payments.domain.allocation import AllocationRegime, Claim
from tenants.configuration.domain import AllocationRule, RatioBase
from tests.fixtures.histories import histories, tried
from tests.properties.payers import AMOUNTS, CIVIL, PUBLIC, RULES, History, histories_of
from tests.properties.paying import File

TO_GROSZ_GR = 2
TO_ZLOTY_GR = 101
MINIMUM_GR = 870

Payment = tuple[int, str | None]


def left_after(
    claims: tuple[Claim, ...], rule: AllocationRule, regime: AllocationRegime, day: date, *payments: Payment
) -> tuple[dict[str, int], int]:
    """(principal left of each due, overpaid in all) after payments in this order."""
    file = File(History(rule, claims, (), ()), regime)
    overpaid_gr = sum(file.pay(amount, day, named).allocation.overpaid_gr for amount, named in payments)
    return {claim.id: claim.principal_gr for claim in file.claims.values()}, overpaid_gr


@st.composite
def late_dues(draw: st.DrawFn, regime: InterestRegime) -> tuple[Claim, date]:
    """One due in arrears, and the day on which it is paid."""
    due_on = draw(st.dates(date(2016, 1, 1), date(2026, 6, 30)))
    claim = Claim("a", "property_tax", draw(AMOUNTS), due_on, regime, draw(st.sampled_from(TaxRate)))
    return claim, due_on + timedelta(days=draw(st.one_of(st.integers(0, 200), st.integers(0, 3_000))))


@st.composite
def two_parts(draw: st.DrawFn, owed_gr: int) -> tuple[int, int]:
    """Two payments, together from next to nothing to a little more than is owed; often exactly all."""
    whole = draw(st.one_of(st.just(owed_gr), st.integers(2, owed_gr + 300)))
    assume(whole >= 2)
    first = draw(st.integers(1, whole - 1))
    return first, whole - first


@histories(short=40, nightly=6_000)
@given(histories_of(PUBLIC, with_costs=False), st.data())
def test_payments_of_one_day_that_name_different_taxes_may_come_in_either_order(
    history: History, data: st.DataObject
) -> None:
    day = history.orders[-1].paid_on
    interests = File(history, AllocationRegime.TAX).look(day).interests
    arrears = {
        name: sum(
            claim.principal_gr + interests[claim.id].total_gr
            for claim in history.dues
            if claim.type == name and day > interests[claim.id].effective_due_on
        )
        for name in {claim.type for claim in history.dues}
    }
    named = [name for name, owed_gr in sorted(arrears.items()) if owed_gr]
    assume(len(named) >= 2)
    payments = [(data.draw(st.integers(1, arrears[name])), name) for name in named[:2]]
    one = left_after(history.dues, history.rule, AllocationRegime.TAX, day, *payments)
    other = left_after(history.dues, history.rule, AllocationRegime.TAX, day, *reversed(payments))
    assert one == other
    tried("days with two payments")


@histories(short=40, nightly=6_000)
@given(histories_of(CIVIL, with_costs=False), st.data())
def test_civil_payments_of_one_day_may_come_in_either_order(history: History, data: st.DataObject) -> None:
    """Art. 451 KC, whether debts are named or not: nothing is divided, and interest paid is not owed again."""
    day = history.orders[-1].paid_on
    names = st.sampled_from([None, *(claim.id for claim in history.dues)])
    named = data.draw(st.one_of(st.tuples(st.none(), st.none()), st.tuples(names, names)))
    assume(None not in named or named == (None, None))
    payments = [(data.draw(AMOUNTS), name) for name in named]
    one = left_after(history.dues, history.rule, AllocationRegime.CIVIL, day, *payments)
    other = left_after(history.dues, history.rule, AllocationRegime.CIVIL, day, *reversed(payments))
    assert one == other
    tried("days with two payments")


@histories(short=40, nightly=6_000)
@given(histories_of(PUBLIC, with_costs=True), st.sampled_from([None, "property_tax", "waste"]), st.data())
def test_payments_of_one_day_are_alike_in_either_order_when_no_interest_is_charged(
    history: History, named: str | None, data: st.DataObject
) -> None:
    """Dues to come, fines, and arrears whose interest is below the minimum: all money is principal."""
    day = history.orders[0].paid_on
    interests = File(history, AllocationRegime.TAX).look(day).interests
    claims = tuple(claim for claim in history.dues if interests[claim.id].total_gr == 0)
    assume(claims)
    first, second = data.draw(two_parts(sum(claim.principal_gr for claim in claims)))
    payments = [(first, named), (second, named)]
    one = left_after(claims, history.rule, AllocationRegime.TAX, day, *payments)
    other = left_after(claims, history.rule, AllocationRegime.TAX, day, *reversed(payments))
    assert (
        one == other == left_after(claims, history.rule, AllocationRegime.TAX, day, (first + second, named))
    )
    tried("days with two payments")


@histories(short=40, nightly=6_000)
@given(histories_of(PUBLIC, with_costs=True), st.sampled_from([None, "property_tax", "waste"]), st.data())
def test_payments_of_one_day_that_together_cover_all_close_all_in_either_order(
    history: History, named: str | None, data: st.DataObject
) -> None:
    """The first payment splits one due at most, so what the second meets is dearer by 1.01 zł at most."""
    day = history.orders[-1].paid_on
    owed_gr = File(history, AllocationRegime.TAX).owed_gr(day)
    first = data.draw(st.integers(1, owed_gr + TO_ZLOTY_GR))
    payments = [(first, named), (owed_gr + TO_ZLOTY_GR - first, named)]
    for order in (payments, payments[::-1]):
        file = File(history, AllocationRegime.TAX)
        paid = [file.pay(amount, day, name) for amount, name in order]
        assert all(claim.principal_gr == 0 for claim in file.claims.values())
        assert file.owed_gr(day) == 0
        assert sum(one.allocation.overpaid_gr for one in paid) <= 2 * TO_ZLOTY_GR + MINIMUM_GR
    tried("days with two payments")


@histories(short=40, nightly=6_000)
@given(late_dues(InterestRegime.TAX), RULES, st.data())
def test_the_order_within_a_day_moves_a_tax_by_the_rounding_of_its_interest_only(
    late: tuple[Claim, date], rule: AllocationRule, data: st.DataObject
) -> None:
    claim, day = late
    file = File(History(rule, (claim,), (), ()), AllocationRegime.TAX)
    first, second = data.draw(two_parts(file.owed_gr(day)))
    charged, ends = file.look(day).interests["a"].total_gr > 0, []
    for payments in ((first, second), (second, first)):
        file = File(History(rule, (claim,), (), ()), AllocationRegime.TAX)
        for amount in payments:
            charged = charged and file.look(day).interests["a"].total_gr > 0
            file.pay(amount, day)
        ends.append(file.claims["a"].principal_gr)
    difference_gr = abs(ends[0] - ends[1])
    if charged and rule.ratio_base is RatioBase.EXACT and all(ends):
        assert difference_gr == 0
    elif charged:
        assert difference_gr <= TO_ZLOTY_GR
    else:
        assert difference_gr <= TO_ZLOTY_GR + MINIMUM_GR
    tried("days with two payments")


@histories(short=40, nightly=6_000)
@given(late_dues(InterestRegime.CIVIL), RULES, st.data())
def test_the_order_within_a_day_moves_a_fee_for_the_road_lane_by_two_grosze_at_most(
    late: tuple[Claim, date], rule: AllocationRule, data: st.DataObject
) -> None:
    """Public allocation, civil interest (art. 40d ust. 1 ustawy o drogach publicznych): rounded to the grosz."""
    claim, day = late
    owed_gr = File(History(rule, (claim,), (), ()), AllocationRegime.TAX).owed_gr(day)
    first, second = data.draw(two_parts(owed_gr))
    ends = [
        left_after((claim,), rule, AllocationRegime.TAX, day, (one, None), (other, None))[0]["a"]
        for one, other in ((first, second), (second, first))
    ]
    assert abs(ends[0] - ends[1]) <= (0 if rule.ratio_base is RatioBase.EXACT and all(ends) else TO_GROSZ_GR)
    tried("days with two payments")
