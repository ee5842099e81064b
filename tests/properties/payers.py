"""Made-up payers: dues of many kinds between 2014 and 2026, reminders, and what they pay one day after another."""

from dataclasses import dataclass
from datetime import date, timedelta

from hypothesis import strategies as st

from services.liabilities.domain.regimes import InterestRegime, TaxRate
from services.payments.domain.allocation import AllocationRegime, Claim, ReminderCostClaim
from tenants.configuration.domain import AllocationRule, RatioBase, ThresholdReading, ThresholdScope

FIRST_DUE, LAST_DUE = date(2014, 1, 1), date(2026, 12, 31)
LAST_PAYMENT = date(2028, 6, 30)
COMMERCIAL_SINCE = date(2016, 1, 1)


@dataclass(frozen=True)
class Kind:
    """A kind of due: the type that a payer can name, and the laws that it follows."""

    type: str
    allocation: AllocationRegime
    interest: InterestRegime


PUBLIC = (
    Kind("property_tax", AllocationRegime.TAX, InterestRegime.TAX),
    Kind("vehicle_tax", AllocationRegime.TAX, InterestRegime.TAX),
    Kind("waste", AllocationRegime.TAX, InterestRegime.TAX),
    Kind("road_lane", AllocationRegime.TAX, InterestRegime.CIVIL),
    Kind("fine", AllocationRegime.TAX, InterestRegime.NONE),
)
CIVIL = (
    Kind("usufruct", AllocationRegime.CIVIL, InterestRegime.CIVIL),
    Kind("shop", AllocationRegime.CIVIL, InterestRegime.COMMERCIAL),
    Kind("clinic", AllocationRegime.CIVIL, InterestRegime.COMMERCIAL_HEALTHCARE),
    Kind("lease", AllocationRegime.CIVIL, InterestRegime.CONTRACT),
    Kind("deposit", AllocationRegime.CIVIL, InterestRegime.NONE),
)
TYPES = tuple(kind.type for kind in PUBLIC)

RULES = st.builds(
    AllocationRule,
    ratio_base=st.sampled_from(RatioBase),
    threshold=st.sampled_from(ThresholdReading),
    civil_interest_first=st.booleans(),
)
RULES_OF_DECISIONS = st.builds(
    AllocationRule,
    ratio_base=st.sampled_from(RatioBase),
    threshold=st.sampled_from(ThresholdReading),
    threshold_scope=st.just(ThresholdScope.DECISION),
)
AMOUNTS = st.one_of(
    st.integers(1, 3_000), st.integers(1, 60_000), st.integers(1, 5_000).map(lambda n: n * 1_000)
)


@st.composite
def dues(draw: st.DrawFn, kinds: tuple[Kind, ...], near: date, number: int) -> Claim:
    """One due, from long before `near` to a year after it."""
    kind = draw(st.sampled_from(kinds))
    first = COMMERCIAL_SINCE if kind.interest.startswith("commercial") else FIRST_DUE
    due_on = near - timedelta(days=draw(st.one_of(st.integers(-300, 60), st.integers(0, 4_000))))
    due_on = min(max(due_on, first), LAST_DUE)
    offsets = draw(st.lists(st.tuples(st.integers(-30, 500), st.integers(0, 300)), max_size=2))
    return Claim(
        id=f"{draw(st.integers(0, 9))}-{number}",
        type=kind.type,
        principal_gr=draw(AMOUNTS),
        due_on=due_on,
        interest=kind.interest,
        rate=TaxRate.REDUCED if draw(st.integers(0, 4)) == 4 else TaxRate.BASE,
        contract_rate_bp=draw(st.integers(0, 3_000)) if kind.interest is InterestRegime.CONTRACT else None,
        pauses=tuple(
            (due_on + timedelta(days=start), due_on + timedelta(days=start + length))
            for start, length in offsets
        ),
        decision=f"{kind.type}-{draw(st.integers(1, 2))}" if draw(st.booleans()) else "",
    )


@st.composite
def costs(draw: st.DrawFn, near: date, number: int) -> ReminderCostClaim:
    """Costs of one reminder; some are never delivered."""
    delivered_on = draw(st.one_of(st.none(), st.integers(-60, 400).map(lambda n: near + timedelta(days=n))))
    return ReminderCostClaim(f"k{number}", draw(st.sampled_from([880, 1_160, 1_600])), delivered_on)


@dataclass(frozen=True)
class Order:
    """A payment before its amount is known: so many thousandths of all that is owed then, and grosze more or less."""

    paid_on: date
    thousandths: int
    more_gr: int
    choice: int
    """Which type or due is named; 0 for none."""

    def amount_gr(self, owed_gr: int) -> int:
        """Grosze, never below zero."""
        return max(0, owed_gr * self.thousandths // 1_000 + self.more_gr)


@dataclass(frozen=True)
class History:
    """One payer under one law."""

    rule: AllocationRule
    dues: tuple[Claim, ...]
    costs: tuple[ReminderCostClaim, ...]
    orders: tuple[Order, ...]


@st.composite
def histories_of(
    draw: st.DrawFn,
    kinds: tuple[Kind, ...],
    *,
    with_costs: bool,
    rules: st.SearchStrategy[AllocationRule] = RULES,
) -> History:
    """A payer with up to five dues who pays up to six times, often twice on a day and often exactly all."""
    near = draw(st.dates(date(2014, 6, 1), date(2026, 11, 30)))
    count = draw(st.integers(1, 5))
    reminders = draw(st.integers(0, 2)) if with_costs else 0
    orders, day = [], near
    for _ in range(draw(st.integers(1, 6))):
        day = min(
            day + timedelta(days=draw(st.one_of(st.just(0), st.integers(0, 40), st.integers(0, 500)))),
            LAST_PAYMENT,
        )
        orders.append(
            Order(
                day,
                draw(st.one_of(st.sampled_from([0, 500, 1_000]), st.integers(0, 1_100))),
                draw(st.one_of(st.integers(-1, 1), st.integers(0, 3_000))),
                draw(st.integers(0, 5)),
            )
        )
    return History(
        rule=draw(rules),
        dues=tuple(draw(dues(kinds, near, number)) for number in range(count)),
        costs=tuple(draw(costs(near, number)) for number in range(reminders)),
        orders=tuple(orders),
    )
