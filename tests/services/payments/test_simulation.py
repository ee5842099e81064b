"""A rule is tried on payments that are booked already: what was booked comes out again, and nothing changes."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

import pytest
from django.db import InternalError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kernel.dates import WARSAW
from kernel.errors import InvalidInput, Refused
from services.ledger.models import Entry, EntryCode
from services.liabilities.domain.interest import accrue
from services.liabilities.domain.regimes import InterestRegime
from services.liabilities.models import InterestPause, Liability
from services.payments import simulation
from services.payments.actions import book_payment, reverse_entry
from services.payments.domain.allocation import ShareKind
from services.payments.models import Payment, Refund
from services.payments.simulation import Simulation, Why, simulate
from tenants.configuration.actions import save_liability_type
from tenants.configuration.domain import AllocationRule, RatioBase, ThresholdReading, ThresholdScope
from tenants.configuration.models import AllocationRuleVersion, LiabilityType
from tenants.rates.queries import rate_table
from tests.access.test_matrix import digest
from tests.factories.accounts import PayerFactory
from tests.factories.bookings import booked
from tests.factories.liabilities import LiabilityFactory, ReminderCostFactory

pytestmark = pytest.mark.django_db

EXACT_RATIO = AllocationRule(ratio_base=RatioBase.EXACT)
EXACT_THRESHOLD = AllocationRule(threshold=ThresholdReading.EXACT)
PRINCIPAL_FIRST = AllocationRule(civil_interest_first=False)


@pytest.fixture
def daria(in_borki, person):
    return person("daria").actor


@pytest.fixture
def filip(in_borki, person):
    return person("filip").actor


@pytest.fixture
def today() -> date:
    return timezone.localdate()


@pytest.fixture
def pay(payer, daria, today) -> Callable[..., Payment]:
    """Book a payment of so many grosze of a due (and of more of them), paid today."""
    return lambda due, amount_gr, more=None: booked(
        payer, {due: amount_gr, **(more or {})}, paid_on=today, actor=daria
    )


@pytest.fixture
def run(filip, today) -> Callable[..., Simulation]:
    return lambda rule, **period: simulate(rule, **{"since": today, "until": today} | period, actor=filip)


def arrear(payer, today: date, **values) -> Liability:
    """A tax of 1 000,00 zł that has been overdue for 120 days."""
    return LiabilityFactory(
        payer=payer, **{"principal_gr": 100_000, "due_on": today - timedelta(days=120)} | values
    )


def below_the_threshold_only_before_rounding(payer, today: date) -> Liability:
    """A tax whose interest today is 8,50-8,70 zł exactly and 9,00 zł rounded (art. 54 § 1 pkt 5 O.p.)."""
    due_on = today - timedelta(days=120)
    for principal_gr in range(20_000, 60_000, 10):
        interest = accrue(principal_gr, due_on, today, regime=InterestRegime.TAX, rates=rate_table())
        if interest.total_gr == 900 and interest.exact <= 870:
            return arrear(payer, today, principal_gr=principal_gr, due_on=due_on)
    raise AssertionError("no principal gives such interest")


def amounts(found: Simulation) -> list[dict[ShareKind, tuple[int, int]]]:
    return [
        {line.kind: (line.booked_gr, line.proposed_gr) for line in difference.lines}
        for difference in found.differences
    ]


def test_what_was_booked_comes_out_again_to_the_grosz(payer, today, pay, run):
    """Two taxes, costs of a reminder, a lease, whole and part payments, one after another."""
    first, second = arrear(payer, today), arrear(payer, today, instalment=4)
    vehicle = LiabilityType.objects.get(code="vehicle_tax")
    other = arrear(payer, today, liability_type=vehicle, instalment=1)
    lease = LiabilityFactory(payer=payer, lease=True, due_on=today - timedelta(days=200))
    ReminderCostFactory(payer=payer, liabilities=[first], delivered_on=today - timedelta(days=9))
    pay(second, 30_000)
    pay(lease, 10_000)
    pay(first, 90_000, {other: 5_000})
    pay(lease, 40_000)
    pay(first, 200_000)
    found = run(AllocationRule())
    assert (found.compared, found.differences, found.left_out) == (5, (), ())


def test_a_part_payment_divided_by_exact_interest_differs_by_the_ratio(payer, today, pay, run):
    """Art. 55 § 2 O.p.: the ratio with rounded or with exact interest (law.md 3.3)."""
    due = arrear(payer, today)
    payment = pay(due, 50_000)
    interest = accrue(100_000, due.due_on, today, regime=InterestRegime.TAX, rates=rate_table())
    by_exact = round(50_000 * 100_000 / (100_000 + float(interest.exact)))
    by_rounded = round(50_000 * 100_000 / (100_000 + interest.total_gr))
    assert by_exact != by_rounded
    found = run(EXACT_RATIO)
    assert found.differences[0].payment_id == payment.public_id
    assert amounts(found) == [
        {
            ShareKind.PRINCIPAL: (by_rounded, by_exact),
            ShareKind.INTEREST: (50_000 - by_rounded, 50_000 - by_exact),
        }
    ]
    moved = found.totals.types[0]
    assert (moved.name, moved.payments) == (due.liability_type.name, 1)
    assert moved.to_principal_gr - moved.to_interest_gr == by_exact - by_rounded
    owing = found.totals.owing_less if by_exact > by_rounded else found.totals.owing_more
    assert (owing.payers, owing.amount_gr) == (1, abs(by_exact - by_rounded))


def test_interest_below_the_threshold_before_rounding_would_be_overpaid(payer, today, pay, run):
    """Art. 54 § 1 pkt 5 O.p.: exact interest of 8,50-8,70 zł is not charged, rounded to 9 zł it is."""
    due = below_the_threshold_only_before_rounding(payer, today)
    pay(due, due.principal_gr + 900)
    found = run(EXACT_THRESHOLD)
    assert amounts(found) == [
        {ShareKind.PRINCIPAL: (due.principal_gr, due.principal_gr), ShareKind.INTEREST: (900, 0)}
    ]
    assert (found.differences[0].booked_overpaid_gr, found.differences[0].proposed_overpaid_gr) == (0, 900)
    assert (found.totals.overpaid_more.payers, found.totals.overpaid_more.amount_gr) == (1, 900)
    assert found.totals.types[0].lost_gr == 900
    assert found.totals.owing_more.payers == found.totals.owing_less.payers == 0


def test_principal_first_takes_interest_of_a_civil_due_last(payer, today, pay, run):
    """Art. 451 § 1 KC: a creditor may waive taking interest before principal."""
    lease = LiabilityFactory(payer=payer, lease=True, due_on=today - timedelta(days=200))
    pay(lease, 10_000)
    interest = accrue(30_000, lease.due_on, today, regime=InterestRegime.CIVIL, rates=rate_table())
    found = run(PRINCIPAL_FIRST)
    assert amounts(found) == [
        {
            ShareKind.PRINCIPAL: (10_000 - interest.total_gr, 10_000),
            ShareKind.INTEREST: (interest.total_gr, 0),
        }
    ]
    assert found.totals.types[0].to_principal_gr == interest.total_gr
    assert found.totals.owing_less.amount_gr == interest.total_gr


def test_instalments_of_one_decision_are_charged_together_by_the_rule_that_says_so(payer, today, pay, run):
    """Art. 54 § 1 pkt 5 O.p. read for a decision as a whole: 6 zł of each instalment are nothing alone, 12 zł together."""
    together = AllocationRule(threshold_scope=ThresholdScope.DECISION)
    first, _second = (arrear(payer, today, instalment=n, principal_gr=18_000) for n in (1, 2))
    pay(first, 9_000)
    assert list(amounts(run(together))[0]) == [ShareKind.PRINCIPAL, ShareKind.INTEREST]
    assert run(AllocationRule()).differences == ()
    AllocationRuleVersion.objects.create(
        effective_on=today, ratio_base="rounded", threshold="rounded", civil_interest_first=True, threshold_scope="decision"
    )  # fmt: skip
    later = pay(first, 4_000)
    found = run(together)
    assert (found.compared, found.left_out) == (2, ())
    assert later.public_id not in {one.payment_id for one in found.differences}


@pytest.mark.parametrize("days", [1, 30])
def test_dues_with_different_days_of_payment_are_divided_each_by_its_own(days, payer, today, daria, run):
    """Art. 454 § 1 KC: the lease counts the credit, a contract may count the order; the entry keeps only the later day."""
    contract = LiabilityType.objects.get(code="perpetual_usufruct")
    LiabilityType.objects.filter(pk=contract.pk).update(payment_day_rule="contract")
    overdue = {"payer": payer, "due_on": today - timedelta(days=200)}
    lease = LiabilityFactory(lease=True, **overdue)
    usufruct = LiabilityFactory(liability_type=contract, instalment=None, **overdue)
    ordered_at = timezone.now() - timedelta(days=days)
    booked(payer, {usufruct: 20_000, lease: 20_000}, paid_on=today, actor=daria, ordered_at=ordered_at)
    found = run(PRINCIPAL_FIRST)
    assert (found.compared, found.left_out) == (1, ())
    later, earlier = (
        accrue(30_000, lease.due_on, day, regime=InterestRegime.CIVIL, rates=rate_table()).total_gr
        for day in (today, timezone.localdate(ordered_at))
    )
    interest = [line.booked_gr for line in found.differences[0].lines if line.kind is ShareKind.INTEREST]
    assert sorted(interest) == [earlier, later]


def test_dues_not_yet_due_and_whole_payments_are_divided_the_same_by_any_rule(payer, today, pay, run):
    pay(LiabilityFactory(payer=payer, due_on=today + timedelta(days=5)), 20_000)
    due = arrear(payer, today)
    interest = accrue(100_000, due.due_on, today, regime=InterestRegime.TAX, rates=rate_table())
    pay(due, 100_000 + interest.total_gr)
    found = run(EXACT_RATIO)
    assert (found.compared, found.differences, found.totals.types) == (2, (), ())


def test_each_payment_is_compared_as_things_stood_when_it_was_booked(payer, today, pay, run):
    """The second payment stands on what the first one really left, not on what the proposed rule would have left."""
    due = arrear(payer, today)
    pay(due, 30_000)
    pay(due, 30_000)
    found = run(EXACT_RATIO)
    assert (found.compared, found.left_out) == (2, ())
    principals = [one[ShareKind.PRINCIPAL] for one in amounts(found)]
    assert sum(booked_gr for booked_gr, _ in principals) == sum(
        -posting.amount_gr
        for entry in Entry.objects.filter(code=EntryCode.PAYMENT)
        for posting in entry.postings.filter(account="receivable_principal")
    )


def take_back_the_last_booking(today: date, actor) -> None:
    entry = Entry.objects.filter(code=EntryCode.PAYMENT).latest("id")
    reverse_entry(entry_id=entry.public_id, reason="zły dzień", corrected_on=today, actor=actor)


def test_of_a_payment_that_was_booked_anew_the_booking_that_stands_is_compared(payer, today, pay, run, daria):
    due = arrear(payer, today)
    payment = pay(due, 50_000)
    take_back_the_last_booking(today, daria)
    assert run(EXACT_RATIO).payments == 0
    book_payment(payment_id=payment.public_id, credited_on=today, actor=daria)
    later = pay(due, 20_000)
    found = run(EXACT_RATIO)
    assert (found.compared, found.left_out) == (2, ())
    assert {one.payment_id for one in found.differences} == {payment.public_id, later.public_id}


def test_a_payment_that_has_no_booking_any_more_is_listed(payer, today, pay, run, daria):
    payment = pay(arrear(payer, today), 60_000)
    take_back_the_last_booking(today, daria)
    Payment.objects.filter(pk=payment.pk).update(state="refunded", booked_at=timezone.now())
    found = run(EXACT_RATIO)
    assert [(one.reference, one.why) for one in found.left_out] == [(payment.reference, Why.REVERSED)]
    assert (found.compared, found.differences) == (0, ())


def test_a_due_that_has_another_debtor_by_now_is_named_as_the_reason(payer, today, pay, run):
    """Art. 62 § 1 O.p. put the money on the earlier arrear, which a later import gave to somebody else."""
    earlier = arrear(payer, today, due_on=today - timedelta(days=300), instalment=1)
    payment = pay(arrear(payer, today), 50_000)
    earlier.debtors.set([PayerFactory()])
    found = run(EXACT_RATIO)
    assert [(one.reference, one.why) for one in found.left_out] == [(payment.reference, Why.DUE_CHANGED)]


@pytest.mark.parametrize("what", ["due date", "pause", "enforcement"])
def test_a_payment_whose_due_has_changed_since_is_listed_with_the_reason(what, payer, today, pay, run):
    due = arrear(payer, today)
    payment = pay(due, 50_000)
    kept = pay(LiabilityFactory(payer=payer, lease=True, due_on=today - timedelta(days=200)), 10_000)
    if what == "due date":
        due.due_on -= timedelta(days=300)
    elif what == "pause":
        InterestPause.objects.create(liability=due, from_on=due.due_on, to_on=today)
    else:
        due.is_enforced = True
    due.save()
    found = run(PRINCIPAL_FIRST)
    assert [(one.reference, one.why) for one in found.left_out] == [(payment.reference, Why.DUE_CHANGED)]
    assert [one.payment_id for one in found.differences] == [kept.public_id]
    assert found.compared == 1


def test_principal_that_was_corrected_later_does_not_disturb_the_past(payer, today, pay, run):
    """The correction is a later entry; the due's own row has changed, but what was booked still comes out."""
    from services.ledger import actions as ledger
    from services.ledger.actions import Line
    from services.ledger.models import AccountKind
    from tests.factories.liabilities import ACTOR

    due = arrear(payer, today)
    pay(due, 50_000)
    ledger.post(
        code=EntryCode.WRITE_DOWN,
        reference=payer.public_id,
        lines=[
            Line(AccountKind.RECEIVABLE_PRINCIPAL, -20_000, due.public_id),
            Line(AccountKind.REVENUE, 20_000),
        ],
        effective_on=today,
        actor=ACTOR,
    )
    due.principal_gr = 80_000
    due.save()
    found = run(EXACT_RATIO)
    assert (found.compared, len(found.differences), found.left_out) == (1, 1, ())


@pytest.mark.parametrize("lease", [False, True])
def test_money_that_went_back_after_the_booking_does_not_disturb_the_past(lease, payer, today, pay, run):
    """A refund that was made at the operator: what was booked stands until the office takes it back."""
    due = LiabilityFactory(payer=payer, lease=lease, principal_gr=90_000, due_on=today - timedelta(days=200))
    payment = pay(due, 50_000)
    Refund.objects.create(
        payment=payment, amount_gr=20_000, paid_gr=payment.paid_gr, refunded_gr=0, idempotency_key="z panelu",
        state="completed", ended_at=timezone.now(),
    )  # fmt: skip
    assert Payment.objects.get().office_gr == 30_000
    found = run(AllocationRule())
    assert (found.compared, found.differences, found.left_out) == (1, (), ())


def test_a_kind_of_due_that_was_changed_later_is_named_as_the_reason(payer, today, pay, run, filip):
    due = LiabilityFactory(payer=payer, lease=True, due_on=today - timedelta(days=200))
    payment = pay(due, 10_000)
    kind = due.liability_type
    save_liability_type(
        {"interest_regime": "none"}, public_id=kind.public_id, version=kind.version, actor=filip
    )
    found = run(PRINCIPAL_FIRST)
    assert [(one.reference, one.why) for one in found.left_out] == [(payment.reference, Why.TYPE_CHANGED)]


def test_a_version_that_was_added_after_the_booking_is_not_the_rule_of_that_time(payer, today, pay, run):
    pay(arrear(payer, today), 50_000)
    AllocationRuleVersion.objects.create(
        effective_on=today - timedelta(days=30), ratio_base="exact", threshold="rounded", civil_interest_first=True
    )  # fmt: skip
    found = run(AllocationRule())
    assert (found.compared, found.differences, found.left_out) == (1, (), ())
    assert len(run(EXACT_RATIO).differences) == 1


def test_a_rule_that_was_in_force_on_the_day_of_payment_is_what_the_proposal_is_held_against(
    payer, today, pay, run
):
    AllocationRuleVersion.objects.create(
        effective_on=today - timedelta(days=30), ratio_base="exact", threshold="rounded", civil_interest_first=True
    )  # fmt: skip
    pay(arrear(payer, today), 50_000)
    assert run(EXACT_RATIO).differences == ()
    assert len(run(AllocationRule()).differences) == 1


def test_only_payments_booked_in_the_period_are_looked_at(payer, today, pay, run):
    payment = pay(arrear(payer, today), 50_000)
    day = today - timedelta(days=40)
    # At noon, because 40 times 24 hours before the last hour of a winter's day is another day.
    noon = datetime.combine(day, time(12), WARSAW)
    Payment.objects.filter(pk=payment.pk).update(booked_at=noon)
    assert run(EXACT_RATIO).payments == 0
    assert run(EXACT_RATIO, since=day, until=day).payments == 1
    assert run(EXACT_RATIO, since=today - timedelta(days=41), until=day - timedelta(days=1)).payments == 0


def test_a_period_with_too_many_payments_is_cut_and_says_so(payer, today, pay, run, monkeypatch):
    monkeypatch.setattr(simulation, "MOST_PAYMENTS", 2)
    due = arrear(payer, today)
    for days in (0, 1, 2):
        payment = pay(due, 10_000)
        Payment.objects.filter(pk=payment.pk).update(booked_at=timezone.now() - timedelta(days=days))
    period = {"since": today - timedelta(days=9)}
    found = run(EXACT_RATIO, **period)
    assert (found.payments, found.cut_on) == (2, today - timedelta(days=1))
    monkeypatch.setattr(simulation, "MOST_PAYMENTS", 3)
    whole = run(EXACT_RATIO, **period)
    assert (whole.payments, whole.cut_on) == (3, None)


def test_a_period_without_payments_has_nothing_to_say(run):
    found = run(EXACT_RATIO)
    assert (found.payments, found.differences, found.cut_on) == (0, (), None)


def test_a_period_that_ends_before_it_begins_is_refused(run, today):
    with pytest.raises(InvalidInput, match=r"simulation\.period"):
        run(EXACT_RATIO, since=today, until=today - timedelta(days=1))


@pytest.mark.parametrize("name", ["daria", "edyta", "anna"])
def test_who_may_not_plan_a_rule_may_not_try_one(name, payer, today, pay, person):
    pay(arrear(payer, today), 50_000)
    with pytest.raises(Refused):
        simulate(EXACT_RATIO, since=today, until=today, actor=person(name).actor)


def test_nothing_changes_in_any_table(payer, today, pay, run, in_borki):
    pay(arrear(payer, today), 50_000)
    before = digest(in_borki)
    assert len(run(EXACT_RATIO).differences) == 1
    assert digest(in_borki) == before


def test_a_simulation_could_not_write_even_if_it_tried(payer, today, pay, run, monkeypatch):
    pay(arrear(payer, today), 50_000)
    number = Liability.objects.get().document_number
    monkeypatch.setattr(
        simulation, "totals", lambda _differences: Liability.objects.update(document_number="zmieniony")
    )
    with pytest.raises(InternalError, match="read-only transaction"):
        run(EXACT_RATIO)
    assert Liability.objects.get().document_number == number


def test_the_number_of_queries_does_not_grow_with_the_payments(payer, today, daria, run, known_switches):
    def queries_with(payments: int) -> int:
        for _ in range(payments - Payment.objects.count()):
            own = PayerFactory()
            booked(own, {arrear(own, today): 50_000}, paid_on=today, actor=daria)
        with CaptureQueriesContext(connection) as seen:
            found = run(EXACT_RATIO)
        assert len(found.differences) == payments
        return len(seen)

    assert queries_with(5) == queries_with(50)
