"""The statement: balances by type, what is settled, arrears and overpayments, what cannot be paid here."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kernel import tenancy
from services.liabilities.models import Debtor, InterestPause
from services.liabilities.queries import due_as_of, settled_dues, statement
from services.payments import queries as payments
from services.payments.domain.states import State
from tenants.configuration.models import LiabilityType
from tests.factories.accounts import PayerFactory, ResidentFactory
from tests.factories.liabilities import LiabilityFactory, OverpaymentFactory, ReminderCostFactory
from tests.factories.payments import PaymentFactory
from tests.services.liabilities.statements import AS_OF, pay_at_the_desk

pytestmark = pytest.mark.django_db

BEFORE_DUE = date(2026, 9, 1)


@pytest.fixture
def payer(in_borki):
    return PayerFactory()


def kind(code: str) -> LiabilityType:
    return LiabilityType.objects.get(code=code)


def test_nothing_owed_is_an_empty_statement(payer):
    whole = statement(payer, AS_OF)
    assert (whole.groups, whole.costs, whole.overpayments, whole.total_gr) == ((), (), (), 0)


@pytest.mark.covers("S25", "D10", "D41", "D42", "D43", "D46")
def test_dues_stand_by_type_in_the_offices_order_and_then_by_date(payer):
    made = [
        LiabilityFactory(payer=payer, liability_type=kind(code), due_on=due_on, principal_gr=amount)
        for code, due_on, amount in (
            ("lease", date(2026, 12, 1), 1_000),
            ("forest_tax", date(2026, 12, 2), 2_000),
            ("property_tax", date(2026, 12, 5), 3_000),
            ("agricultural_tax", date(2026, 12, 3), 4_000),
            ("property_tax", date(2026, 12, 4), 5_000),
        )
    ]
    whole = statement(payer, AS_OF)
    assert [(group.code, group.total_gr) for group in whole.groups] == [
        ("property_tax", 8_000), ("agricultural_tax", 4_000), ("forest_tax", 2_000), ("lease", 1_000),
    ]  # fmt: skip
    assert [due.public_id for due in whole.groups[0].dues] == [made[4].public_id, made[2].public_id]
    assert whole.total_gr == 15_000


def test_a_due_shows_what_was_assessed_and_what_is_still_owed(payer):
    due = LiabilityFactory(payer=payer, principal_gr=100_000)
    pay_at_the_desk(due, 40_000)
    (shown,) = statement(payer, BEFORE_DUE).dues
    assert (shown.assessed_gr, shown.principal_gr, shown.total_gr) == (100_000, 60_000, 60_000)
    assert shown.document_number == "FN.3120.1.2026"


def test_a_settled_due_is_not_listed_and_is_found_among_the_settled_ones_of_its_year(payer):
    paid = LiabilityFactory(payer=payer)
    left = LiabilityFactory(payer=payer, instalment=4, due_on=date(2026, 11, 16))
    pay_at_the_desk(paid, paid.principal_gr)
    assert [due.public_id for due in statement(payer, AS_OF).dues] == [left.public_id]
    assert [due.public_id for due in settled_dues(payer, AS_OF, year=2026)] == [paid.public_id]
    assert settled_dues(payer, AS_OF, year=2025) == []
    assert due_as_of(paid, AS_OF).principal_gr == 0


def test_a_due_paid_with_one_grosz_too_much_is_settled_and_lowers_no_other(payer):
    """Zero and negative balances alike: the surplus of one due is not silently another one's payment."""
    exact, too_much = LiabilityFactory(payer=payer), LiabilityFactory(payer=payer, instalment=4)
    other = LiabilityFactory(payer=payer, instalment=2)
    pay_at_the_desk(exact, 30_000)
    pay_at_the_desk(too_much, 30_001)
    whole = statement(payer, BEFORE_DUE)
    assert [due.public_id for due in whole.dues] == [other.public_id]
    assert whole.total_gr == 30_000
    settled = {due.public_id: due for due in settled_dues(payer, AS_OF, year=2026)}
    assert settled[too_much.public_id].principal_gr == -1
    assert settled[too_much.public_id].interest_gr == 0


def test_one_grosz_left_is_still_a_due(payer):
    due = LiabilityFactory(payer=payer)
    pay_at_the_desk(due, 29_999)
    (shown,) = statement(payer, AS_OF).dues
    assert (shown.principal_gr, shown.interest_gr, shown.total_gr) == (1, 0, 1)


@pytest.mark.covers("D51", "D52")
def test_arrears_of_earlier_years_stand_beside_the_current_year_and_have_their_own_sum(payer):
    current = LiabilityFactory(payer=payer, principal_gr=10_000, due_on=date(2026, 11, 30))
    earlier = LiabilityFactory(payer=payer, principal_gr=100_000, year=2025, due_on=date(2025, 11, 15))
    whole = statement(payer, date(2026, 3, 31))
    by_id = {due.public_id: due for due in whole.dues}
    assert by_id[earlier.public_id].is_from_earlier_year
    assert not by_id[current.public_id].is_from_earlier_year
    assert whole.arrears_gr == 104_000  # with 40,00 zł of interest
    assert whole.overdue_gr == 104_000
    assert whole.total_gr == 114_000


@pytest.mark.covers("D53")
def test_overpayments_of_earlier_years_are_shown_and_not_netted_with_dues(payer):
    LiabilityFactory(payer=payer, principal_gr=10_000)
    held = OverpaymentFactory(payer=payer, amount_gr=7_500)
    OverpaymentFactory(payer=PayerFactory(), amount_gr=99_900)
    whole = statement(payer, BEFORE_DUE)
    (row,) = whole.overpayments
    assert (row.public_id, row.amount_gr, row.arose_on) == (held.public_id, 7_500, date(2025, 3, 20))
    assert row.type_name == "Podatek od nieruchomości"
    assert (whole.overpayment_gr, whole.total_gr) == (7_500, 10_000)


def test_an_overpayment_that_was_given_back_is_not_shown(payer):
    from services.ledger import actions as ledger
    from services.ledger.actions import Line
    from services.ledger.models import AccountKind, EntryCode
    from tests.factories.liabilities import ACTOR

    held = OverpaymentFactory(payer=payer, amount_gr=7_500)
    ledger.post(
        code=EntryCode.RECEIPT,
        reference=held.public_id,
        lines=[Line(AccountKind.BANK, -7_500), Line(AccountKind.OVERPAYMENT, 7_500, held.public_id)],
        effective_on=AS_OF,
        actor=ACTOR,
    )
    assert statement(payer, AS_OF).overpayments == ()


# --- what cannot be paid here -------------------------------------------------------------------------------


@pytest.mark.covers("D67")
def test_a_due_under_enforcement_shows_where_to_pay_and_no_interest_of_ours(payer):
    LiabilityFactory(payer=payer, principal_gr=100_000, enforced=True)
    (due,) = statement(payer, AS_OF).dues
    assert due.interest.total_gr == 1_900  # it does grow, but the enforcement office counts it
    assert (due.interest_gr, due.total_gr) == (0, 100_000)
    assert (due.is_payable, due.not_payable_reason) == (False, "enforced")
    assert (due.enforcement_office, due.writ_number) == ("Urząd Skarbowy w Próbie", "TW-1/2026")


@pytest.mark.covers("D49", "D50")
def test_a_type_that_is_not_paid_online_is_shown_and_cannot_be_put_into_a_basket(payer):
    LiabilityType.objects.filter(code="forest_tax").update(is_payable_online=False)
    LiabilityFactory(payer=payer, liability_type=kind("forest_tax"))
    (due,) = statement(payer, AS_OF).dues
    assert (due.is_payable, due.not_payable_reason) == (False, "type_offline")
    whole = payments.basket(payer, [due.public_id], AS_OF, None)
    assert (whole.groups, [reason for _, reason in whole.refused]) == ((), ["type_offline"])


def test_without_a_bank_account_a_due_cannot_be_paid_here(payer):
    LiabilityType.objects.filter(code="forest_tax").update(account_nrb="")
    LiabilityFactory(payer=payer, liability_type=kind("forest_tax"))
    own = LiabilityFactory(
        payer=payer, liability_type=kind("forest_tax"), account_nrb="31999900130000100020000101"
    )
    by_id = {due.public_id: due.not_payable_reason for due in statement(payer, AS_OF).dues}
    assert by_id.pop(own.public_id) == ""
    assert list(by_id.values()) == ["no_account"]


# --- whose --------------------------------------------------------------------------------------------------


def test_nobody_sees_dues_of_another_payer_or_gmina(payer, dabrowa):
    LiabilityFactory(payer=PayerFactory())
    with tenancy.enter(dabrowa):
        theirs = PayerFactory(identifier=payer.identifier)
        LiabilityFactory(payer=theirs)
        OverpaymentFactory(payer=theirs)
    whole = statement(payer, AS_OF)
    assert (whole.total_gr, whole.overpayments) == (0, ())


# --- how much it costs --------------------------------------------------------------------------------------


def a_payer_with(count: int):
    """`count` dues of three types, some part paid, paused, locked, with co-owners and reminder costs."""
    payer = PayerFactory()
    resident = ResidentFactory(payer=payer)
    kinds = [kind(code) for code in ("property_tax", "forest_tax", "lease")]
    dues = [
        LiabilityFactory(payer=payer, liability_type=kinds[n % 3], due_on=AS_OF - timedelta(days=n))
        for n in range(count)
    ]
    other = PayerFactory()
    Debtor.objects.bulk_create(Debtor(liability=due, payer=other) for due in dues[::4])
    InterestPause.objects.bulk_create(
        InterestPause(liability=due, from_on=date(2026, 10, 1), to_on=date(2026, 10, 9)) for due in dues[::5]
    )
    for due in dues[::10]:
        pay_at_the_desk(due, 100)
        ReminderCostFactory(payer=payer, liabilities=[due, dues[1]])
        OverpaymentFactory(payer=payer)
        PaymentFactory(payer=payer, resident=resident, dues=[due])
    return payer, resident


def queries_of(payer, resident) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        whole = payments.statement(payer, AS_OF, resident)
    assert whole.total_gr > 0
    assert any(due.lock for due in whole.dues)
    return len(captured)


def test_300_dues_cost_as_many_queries_as_10(in_borki, known_switches):
    few, many = a_payer_with(10), a_payer_with(300)
    assert len(statement(few[0], AS_OF).dues) == 10
    assert len(statement(many[0], AS_OF).dues) == 300
    assert queries_of(*few) == queries_of(*many)
    assert queries_of(*many) <= 17


def test_locks_of_given_up_payments_are_gone(payer):
    due = LiabilityFactory(payer=payer)
    PaymentFactory(payer=payer, dues=[due], expired=True)
    (shown,) = payments.statement(payer, AS_OF, None).dues
    assert shown.lock is None
    assert shown.is_payable


@pytest.mark.covers("D62", "D63")
@pytest.mark.parametrize(
    "state", [State.CREATED, State.STARTED, State.UNKNOWN, State.PENDING, State.PAID, State.MISMATCH]
)
def test_while_a_payment_is_under_way_the_due_is_locked_and_its_balance_stands(payer, state):
    due = LiabilityFactory(payer=payer)
    resident = ResidentFactory(payer=payer)
    payment = PaymentFactory(payer=payer, resident=resident, dues=[due], state=state)
    (shown,) = payments.statement(payer, BEFORE_DUE, resident).dues
    assert (shown.principal_gr, shown.total_gr, shown.is_payable) == (30_000, 30_000, False)
    assert shown.lock is not None
    assert (shown.lock.payment_id, shown.lock.amount_gr, shown.lock.state) == (
        payment.public_id,
        30_000,
        state,
    )
    assert shown.lock.since == payment.created_at
