"""A credit or refund decided by mistake is taken back by a reversing entry with a reason; the overpayment is open again."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from kernel.audit.models import AuditEntry
from kernel.errors import Conflict, InvalidInput, NotFound, Refused
from services.ledger.actions import Line, post, reverse
from services.ledger.models import AccountKind, Entry, EntryCode, Posting
from services.ledger.verification import verify
from services.liabilities.actions.receipts import post_receipt
from services.liabilities.models import Liability, Overpayment
from services.liabilities.queries import statement
from services.liabilities.queries_corrections import correction_for
from services.notices.models import Message
from services.payments.actions import (
    book_payment,
    credit_overpayment,
    refund_overpayment,
    reverse_entry,
)
from services.payments.models import OverpaymentRequest
from services.payments.queries_overpayments import decision_entry
from tests.factories.liabilities import ACTOR, LiabilityFactory, OverpaymentFactory, ReminderCostFactory
from tests.factories.payments import PaymentFactory
from tests.services.payments.overpaid import AROSE, ask, cost_owed, credit, entries, held, owed

pytestmark = pytest.mark.django_db
WHY = "zaliczono na niewłaściwą należność"


@pytest.fixture
def daria(in_borki, person):
    return person("daria").actor


@pytest.fixture
def overpayment(payer):
    return OverpaymentFactory(payer=payer, arose_on=AROSE)


@pytest.fixture
def credited(payer, anna, daria, due, overpayment) -> OverpaymentRequest:
    """Anna's 50,00 zł credited to her due of 300,00 zł."""
    return credit_overpayment(request_id=ask(anna, overpayment, due).public_id, actor=daria)


def take_back(row: OverpaymentRequest, actor, *, reason: str = WHY) -> Entry:
    entry = decision_entry(row)
    assert entry is not None
    return reverse_entry(
        entry_id=entry.public_id, reason=reason, corrected_on=timezone.localdate(), actor=actor
    )


def test_a_credit_taken_back_is_owed_again_and_held_again(payer, due, daria, overpayment, credited):
    before = statement(payer, timezone.localdate())
    assert (owed(due), held(overpayment)) == (25_000, 0)
    reversal = take_back(credited, daria)
    assert (owed(due), held(overpayment)) == (30_000, 5_000)
    assert (reversal.code, reversal.reason) == ("reversal", WHY)
    credited.refresh_from_db()
    assert (credited.state, credited.reason, credited.amount_gr) == ("reversed", WHY, 5_000)
    assert credited.taken_back_at is not None
    assert statement(payer, timezone.localdate()).total_gr > before.total_gr
    assert verify().findings == ()


def test_costs_and_interest_that_the_credit_had_paid_come_back_too(payer, daria):
    overpayment = OverpaymentFactory(payer=payer, arose_on=AROSE, amount_gr=110_000)
    due = LiabilityFactory(payer=payer, principal_gr=100_000, due_on=date(2026, 3, 15))
    cost = ReminderCostFactory(payer=payer, liabilities=[due])
    row = credit(overpayment, daria)
    assert (owed(due), cost_owed(cost)) == (0, 0)
    take_back(row, daria)
    assert (owed(due), cost_owed(cost), held(overpayment)) == (100_000, 1_600, 110_000)
    revenue = Posting.objects.filter(account=AccountKind.INTEREST_REVENUE)
    assert sum(posting.amount_gr for posting in revenue) == 0


def test_a_refund_taken_back_is_held_again(anna, daria, overpayment):
    request = ask(anna, overpayment)
    row = refund_overpayment(request_id=request.public_id, refunded_on=timezone.localdate(), actor=daria)
    take_back(row, daria, reason="bank oddał przelew")
    assert held(overpayment) == 5_000
    bank = Posting.objects.filter(account=AccountKind.BANK, entry__reference=row.public_id).get()
    assert bank.amount_gr == -5_000
    row.refresh_from_db()
    assert (row.state, row.reason) == ("reversed", "bank oddał przelew")


def test_who_asked_is_told_with_the_reason_and_may_ask_again(anna, daria, due, overpayment, credited):
    take_back(credited, daria)
    letter = Message.objects.get(kind="overpayment_reversed")
    assert letter.recipient == anna.email
    assert WHY in letter.body
    again = ask(anna, overpayment, due)
    assert again.pk != credited.pk
    credit_overpayment(request_id=again.public_id, actor=daria)
    assert (owed(due), held(overpayment), entries(EntryCode.OVERPAID_CREDIT)) == (25_000, 0, 2)


def test_an_act_ex_officio_is_taken_back_too_and_may_be_done_anew(due, daria, overpayment):
    row = credit(overpayment, daria)
    take_back(row, daria)
    row.refresh_from_db()
    assert (row.state, held(overpayment)) == ("reversed", 5_000)
    credit(overpayment, daria)
    assert (owed(due), held(overpayment)) == (25_000, 0)


def test_the_same_call_again_is_the_same_call(due, daria, overpayment, credited):
    first = take_back(credited, daria)
    assert take_back(credited, daria).pk == first.pk
    assert (owed(due), held(overpayment), entries(EntryCode.REVERSAL)) == (30_000, 5_000, 1)
    assert AuditEntry.objects.filter(action="overpayment.reversed").count() == 1
    assert Message.objects.filter(kind="overpayment_reversed").count() == 1
    with pytest.raises(Conflict, match=r"correction\.done"):
        take_back(credited, daria, reason="inny powód")


def test_the_decision_is_not_carried_out_again_under_its_number(due, daria, overpayment, credited):
    take_back(credited, daria)
    with pytest.raises(Conflict, match=r"overpayment_request\.decided"):
        credit_overpayment(request_id=credited.public_id, actor=daria)
    assert (owed(due), held(overpayment)) == (30_000, 5_000)


def test_a_later_receipt_for_the_rest_does_not_hinder_and_nothing_falls_below_zero(
    payer, due, daria, overpayment, credited
):
    """What is owed again bears interest from its own due date; what the receipt paid stays paid."""
    post_receipt(
        liability=due,
        principal_gr=25_000,
        interest_gr=300,
        paid_on=date(2026, 11, 2),
        external_id="W-1",
        actor=daria,
    )
    assert owed(due) == 0
    take_back(credited, daria)
    assert (owed(due), held(overpayment)) == (5_000, 5_000)


def test_after_the_due_was_lowered_below_what_was_paid_the_credit_stays(payer, daria):
    """The import has already given the surplus back as an overpayment of its own: the same money would be owed and held."""
    overpayment = OverpaymentFactory(payer=payer, arose_on=AROSE, amount_gr=30_000)
    due = LiabilityFactory(payer=payer)
    row = credit(overpayment, daria)
    lower(due, payer, by_gr=10_000)
    entry = decision_entry(row)
    assert correction_for(daria, entry.public_id).obstacle == "correction.due_lowered"
    with pytest.raises(Conflict, match=r"correction\.due_lowered"):
        take_back(row, daria)
    row.refresh_from_db()
    assert (row.state, owed(due), held(overpayment)) == ("done", 0, 0)


def lower(due: Liability, payer, *, by_gr: int) -> None:
    """A write-down below what was paid, as an import posts it."""
    surplus = Overpayment.objects.create(
        external_id="odpis-1", payer=payer, liability_type=due.liability_type, arose_on=timezone.localdate()
    )
    post(
        code=EntryCode.WRITE_DOWN,
        reference=surplus.public_id,
        lines=[Line(AccountKind.REVENUE, by_gr), Line(AccountKind.OVERPAYMENT, -by_gr, surplus.public_id)],
        effective_on=timezone.localdate(),
        actor=ACTOR,
    )
    Liability.objects.filter(pk=due.pk).update(principal_gr=due.principal_gr - by_gr)


def test_while_somebody_pays_the_due_the_credit_stays(payer, due, daria, overpayment, credited):
    PaymentFactory(payer=payer, paid=True, dues=[due])
    with pytest.raises(Conflict, match=r"correction\.due_being_paid"):
        take_back(credited, daria)
    credited.refresh_from_db()
    assert (credited.state, owed(due), held(overpayment)) == ("done", 25_000, 0)


def test_the_way_to_a_booking_whose_overpayment_was_spent_is_open_again(payer, anna, due, daria):
    """correction.overpayment_used told to take the decision back first: now that works."""
    payment = PaymentFactory(paid=True, payer=payer, dues=[due], amount_gr=32_000)
    payment.items.update(principal_gr=32_000)
    type(payment).objects.filter(pk=payment.pk).update(debited_on=due.due_on)
    book_payment(payment_id=payment.public_id, credited_on=timezone.localdate(), actor=daria)
    surplus = Overpayment.objects.get(source_ref=str(payment.public_id))
    other = LiabilityFactory(payer=payer, instalment=4, due_on=timezone.localdate() + timedelta(days=5))
    row = credit_overpayment(request_id=ask(anna, surplus, other).public_id, actor=daria)
    booking = Entry.objects.get(code=EntryCode.PAYMENT)
    values = {"reason": WHY, "corrected_on": timezone.localdate(), "actor": daria}
    with pytest.raises(Conflict, match=r"correction\.overpayment_used"):
        reverse_entry(entry_id=booking.public_id, **values)
    take_back(row, daria)
    reverse_entry(entry_id=booking.public_id, **values)
    assert (owed(due), owed(other), held(surplus)) == (30_000, 30_000, 0)


@pytest.mark.parametrize("reason", ["", "  ", "x" * 301])
def test_without_a_reason_nothing_is_taken_back(reason, due, daria, overpayment, credited):
    with pytest.raises(InvalidInput, match=r"correction\.reason"):
        take_back(credited, daria, reason=reason)
    credited.refresh_from_db()
    assert (credited.state, owed(due), held(overpayment)) == ("done", 25_000, 0)


@pytest.mark.parametrize("name", ["edyta", "filip", "anna"])
def test_only_a_clerk_takes_back(name, due, person, overpayment, credited):
    with pytest.raises(Refused, match=r"access\.denied"):
        take_back(credited, person(name).actor)
    credited.refresh_from_db()
    assert (credited.state, owed(due), held(overpayment)) == ("done", 25_000, 0)


def test_a_clerk_of_another_department_takes_back_nothing(due, person, overpayment, credited):
    from guardian.shortcuts import assign_perm

    from services.accounts.models import DepartmentGrant
    from services.users.models import User
    from tenants.configuration.models import Department

    user = User.objects.get(pk=person("daria").user_id)
    DepartmentGrant.objects.filter(user=user).delete()
    assign_perm("configuration.handle_department", user, Department.objects.get(code="GN"))
    with pytest.raises(NotFound):
        take_back(credited, person("daria").actor)
    credited.refresh_from_db()
    assert (credited.state, owed(due), held(overpayment)) == ("done", 25_000, 0)


def test_the_ledger_itself_takes_an_entry_back_only_once(daria, credited):
    entry = decision_entry(credited)
    first = take_back(credited, daria)
    assert reverse(entry=entry, reason="x", effective_on=timezone.localdate(), actor=daria).pk == first.pk
