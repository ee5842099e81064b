"""Histories of public dues: art. 53-56a, 62 and 63 Ordynacji podatkowej hold after every payment of a payer's life."""

from datetime import timedelta
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from services.liabilities.domain.regimes import InterestRegime
from services.payments.domain.allocation import AllocationRegime, ShareKind
from tests.fixtures.histories import histories, tried
from tests.properties.payers import PUBLIC, RULES_OF_DECISIONS, TYPES, History, histories_of
from tests.properties.paying import File, Paid, check_interests, check_money
from tests.unit import law

ONE_BY_ONE = histories_of(PUBLIC, with_costs=True)
BY_DECISION = histories_of(PUBLIC, with_costs=True, rules=RULES_OF_DECISIONS)


@histories(short=120, nightly=45_000)
@given(st.one_of(ONE_BY_ONE, BY_DECISION))
def test_every_payment_of_a_payers_life_goes_where_the_law_says_to_the_last_grosz(history: History) -> None:
    file = File(history, AllocationRegime.TAX)
    for order in history.orders:
        amount_gr = order.amount_gr(file.owed_gr(order.paid_on))
        indicated = (None, *TYPES)[order.choice]
        paid = file.pay(amount_gr, order.paid_on, indicated)
        check_money(file, paid, amount_gr)
        check_interests(paid, history.rule)
        check_order_of_the_law(paid)
        check_split(file, paid)
    settle_and_overpay(file, history)
    tried("payers of public dues")


def check_order_of_the_law(paid: Paid) -> None:
    """Art. 62 § 1 and 1a: costs of delivered reminders; arrears, those of the named tax first; dues to come. What
    comes later gets nothing before all that comes earlier is closed."""
    delivered = [share for share in paid.allocation.shares if share.kind is ShareKind.REMINDER_COSTS]
    rest = [share for share in paid.allocation.shares if share.kind is not ShareKind.REMINDER_COSTS]
    assert list(paid.allocation.shares) == [*delivered, *rest]

    def place(claim_id: str) -> tuple[bool, bool, object, str]:
        claim = paid.before[claim_id]
        is_late = paid.paid_on > law.moved(claim.due_on, claim.interest.value)
        return not is_late, claim.type != paid.indicated, claim.due_on, claim_id

    queue = sorted(paid.before, key=place)
    given_to = {share.id for share in rest}
    reached = [number for number, claim_id in enumerate(queue) if claim_id in given_to]
    for claim_id in queue[: max(reached, default=0)]:
        assert paid.closed(claim_id)
    if paid.allocation.overpaid_gr:
        assert all(paid.closed(claim_id) for claim_id in queue)


def check_split(file: File, paid: Paid) -> None:
    """Art. 55 § 2: principal and interest in their ratio; with the last grosz of principal all interest is gone, and
    what is paid of the principal takes no more than its own interest along."""
    for claim_id, claim in paid.before.items():
        interest = paid.allocation.interests[claim_id]
        to_principal, to_interest = (paid.of(claim_id, k) for k in (ShareKind.PRINCIPAL, ShareKind.INTEREST))
        money_gr = to_principal + to_interest
        if not money_gr:
            continue
        assert (to_principal, to_interest) == law.share_of_one(
            money_gr, claim.principal_gr, interest.exact, interest.total_gr, file.rule.ratio_base.value
        )
        own = interest.exact * Fraction(to_principal, claim.principal_gr)
        rounding = 51 if claim.interest is InterestRegime.TAX else Fraction(1, 2)
        ratio = max(interest.exact, Fraction(interest.total_gr)) / claim.principal_gr
        assert to_interest <= own + rounding + Fraction(1, 2) * (1 + ratio)


def settle_and_overpay(file: File, history: History) -> None:
    """Exactly what is shown closes everything; a grosz less leaves something open; the next grosz is overpaid."""
    day = history.orders[-1].paid_on + timedelta(days=7)
    owed_gr = file.owed_gr(day)
    if owed_gr:
        short = file.look(day, owed_gr - 1)
        assert short.overpaid_gr == 0
        assert sum(share.amount_gr for share in short.shares) == owed_gr - 1
    paid = file.pay(owed_gr, day)
    assert paid.allocation.overpaid_gr == 0
    assert all(claim.principal_gr == 0 for claim in file.claims.values())
    assert sum(file.paid_principal.values()) == sum(file.assessed.values())
    later = day + timedelta(days=365)
    undelivered = [cost for cost in file.costs.values() if cost.amount_gr]
    assert all(cost.delivered_on is None or cost.delivered_on > day for cost in undelivered)
    file.costs = {}
    assert file.owed_gr(later) == 0
    assert file.look(later, 1).overpaid_gr == 1
