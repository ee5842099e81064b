"""Corrections: only a reversing entry with a reason, once, by a clerk who handles everything that it concerns."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.utils import timezone

from kernel.audit.models import AuditEntry
from kernel.errors import Conflict, InvalidInput, NotFound, Refused
from services.accounts.models import DepartmentGrant, Payer
from services.accounts.oversight import ledger_entries_of
from services.ledger.actions import Line, post, reverse
from services.ledger.models import AccountKind, Entry, EntryCode, Posting
from services.ledger.queries import balances
from services.ledger.verification import verify
from services.liabilities.actions.receipts import post_receipt
from services.liabilities.models import Liability, Overpayment
from services.liabilities.queries import statement
from services.liabilities.queries_corrections import correction_for
from services.payments.actions import book_payment, reverse_entry
from services.users.models import User
from tenants.configuration.models import Department
from tests.factories.liabilities import ACTOR, LiabilityFactory
from tests.factories.payments import PaymentFactory

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 20)
WHY = "wpłata zapisana na złą należność"


@pytest.fixture
def daria(in_borki, person):
    return person("daria").actor


@pytest.fixture
def anna(in_borki) -> Payer:
    return Payer.objects.get(external_id="K-anna")


@pytest.fixture
def due(anna) -> Liability:
    return LiabilityFactory(payer=anna)


@pytest.fixture
def receipt(due, daria) -> Entry:
    return post_receipt(
        liability=due,
        principal_gr=30_000,
        interest_gr=700,
        paid_on=date(2026, 11, 10),
        external_id="W-1",
        actor=daria,
    )


def correct(entry: Entry, actor: Any, **changes: Any) -> Entry:
    values = {"entry_id": entry.public_id, "reason": WHY, "corrected_on": TODAY, "actor": actor}
    return reverse_entry(**(values | changes))


def owed(due: Liability) -> int:
    return balances([due.public_id], AccountKind.RECEIVABLE_PRINCIPAL)[due.public_id]


def total(account: AccountKind) -> int:
    return sum(Posting.objects.filter(account=account).values_list("amount_gr", flat=True))


def nothing_is_taken_back() -> bool:
    return (
        not Entry.objects.filter(code=EntryCode.REVERSAL).exists()
        and not AuditEntry.objects.filter(action="ledger.reversed").exists()
    )


def test_a_receipt_taken_back_is_owed_again_and_both_entries_stay(receipt, due, anna, daria):
    assert statement(anna, TODAY).dues == ()
    reversal = correct(receipt, daria, reason=f"  {WHY} ")
    assert owed(due) == 30_000
    assert total(AccountKind.BANK) == 0
    assert total(AccountKind.INTEREST_REVENUE) == 0
    assert statement(anna, date(2027, 6, 1)).dues[0].interest_gr > 870
    assert (reversal.code, reversal.reason, reversal.effective_on) == ("reversal", WHY, TODAY)
    assert reversal.reference == receipt.public_id
    assert sum(p.amount_gr for p in reversal.postings.all()) == 0
    assert [e.pk for e in ledger_entries_of(receipt.reference)] == [receipt.pk, reversal.pk]
    assert verify().findings == ()


def test_the_audit_log_says_who_took_back_which_entry(receipt, daria):
    correct(receipt, daria)
    row = AuditEntry.objects.get(action="ledger.reversed")
    assert (row.subject_ref, row.actor_ref, row.role) == (str(receipt.public_id), daria.ref, "clerk")
    assert row.details == {"amount_gr": 30_700}


def test_an_entry_is_taken_back_once(receipt, due, daria):
    correct(receipt, daria)
    with pytest.raises(Conflict, match=r"correction\.done"):
        correct(receipt, daria, reason="jeszcze raz")
    assert owed(due) == 30_000
    assert Entry.objects.filter(code=EntryCode.REVERSAL).count() == 1
    assert reverse(entry=receipt, reason="jeszcze raz", effective_on=TODAY, actor=daria).reason == WHY


def test_a_reversal_is_not_taken_back(receipt, due, daria):
    reversal = correct(receipt, daria)
    with pytest.raises(Conflict, match=r"correction\.not_reversible"):
        correct(reversal, daria)
    assert owed(due) == 30_000


@pytest.mark.parametrize("reason", ["", "   ", "x" * 301])
def test_without_a_reason_nothing_is_taken_back(reason, receipt, due, daria):
    with pytest.raises(InvalidInput, match=r"correction\.reason"):
        correct(receipt, daria, reason=reason)
    assert owed(due) == 0
    assert nothing_is_taken_back()
    with pytest.raises(ValueError, match="needs a reason"):
        reverse(entry=receipt, reason=" ", effective_on=TODAY, actor=daria)


def test_what_the_finance_system_assessed_is_left_to_the_finance_system(due, daria):
    assessment = Entry.objects.get(code=EntryCode.ASSESSMENT)
    with pytest.raises(Conflict, match=r"correction\.not_reversible"):
        correct(assessment, daria)
    assert owed(due) == 30_000
    assert nothing_is_taken_back()


@pytest.mark.parametrize("name", ["edyta", "filip"])
def test_a_moderator_and_an_administrator_correct_nothing(name, receipt, due, person):
    with pytest.raises(Refused, match=r"access\.denied"):
        correct(receipt, person(name).actor)
    assert owed(due) == 0
    assert nothing_is_taken_back()


def test_a_clerk_of_another_department_does_not_find_the_entry(receipt, due, daria):
    from guardian.shortcuts import assign_perm

    user = User.objects.get(pk=daria.user_id)
    DepartmentGrant.objects.filter(user=user).delete()
    assign_perm("configuration.handle_department", user, Department.objects.get(code="GN"))
    for act in (lambda: correct(receipt, daria), lambda: correction_for(daria, receipt.public_id)):
        with pytest.raises(NotFound):
            act()
    assert owed(due) == 0
    assert nothing_is_taken_back()


def test_who_handles_only_a_part_of_what_was_paid_corrects_nothing(anna, due, daria):
    from guardian.shortcuts import assign_perm

    lease = LiabilityFactory(payer=anna, lease=True)
    mixed = post(
        code=EntryCode.RECEIPT,
        reference=uuid4(),
        lines=[
            Line(AccountKind.BANK, 2_000),
            Line(AccountKind.RECEIVABLE_PRINCIPAL, -1_000, due.public_id),
            Line(AccountKind.RECEIVABLE_PRINCIPAL, -1_000, lease.public_id),
        ],
        effective_on=TODAY,
        actor=ACTOR,
    )
    user = User.objects.get(pk=daria.user_id)
    DepartmentGrant.objects.filter(user=user).delete()
    assign_perm("configuration.handle_department", user, Department.objects.get(code="GN"))
    with pytest.raises(NotFound):
        correct(mixed, daria)
    assert owed(lease) == 29_000
    assert nothing_is_taken_back()


def test_an_entry_that_does_not_exist_is_not_found(daria):
    with pytest.raises(NotFound, match=r"correction\.unknown"):
        reverse_entry(entry_id=UUID(int=1), reason=WHY, corrected_on=TODAY, actor=daria)


@pytest.fixture
def overpaid(anna, due, daria) -> Entry:
    """A booked payment of 310,00 zł whose 10,00 zł are an overpayment."""
    row = Overpayment.objects.create(
        external_id="portal-x", payer=anna, liability_type=due.liability_type, arose_on=TODAY
    )
    entry = post(
        code=EntryCode.PAYMENT,
        reference=uuid4(),
        lines=[
            Line(AccountKind.BANK, 31_000),
            Line(AccountKind.RECEIVABLE_PRINCIPAL, -30_000, due.public_id),
            Line(AccountKind.OVERPAYMENT, -1_000, row.public_id),
        ],
        effective_on=TODAY,
        actor=ACTOR,
    )
    assert entry is not None
    return entry


def test_an_overpayment_of_the_payment_goes_with_it(overpaid, anna, daria):
    changes = {
        c.account: (c.before_gr, c.after_gr) for c in correction_for(daria, overpaid.public_id).changes
    }
    assert changes == {"receivable_principal": (0, 30_000), "overpayment": (1_000, 0)}
    correct(overpaid, daria)
    assert statement(anna, TODAY).overpayments == ()


def test_a_payment_whose_overpayment_is_spent_is_not_taken_back(overpaid, due, daria):
    spent = Overpayment.objects.get(external_id="portal-x")
    post(
        code=EntryCode.RECEIPT,
        reference=uuid4(),
        lines=[Line(AccountKind.OVERPAYMENT, 400, spent.public_id), Line(AccountKind.BANK, -400)],
        effective_on=TODAY,
        actor=ACTOR,
    )
    with pytest.raises(Conflict, match=r"correction\.overpayment_used"):
        correct(overpaid, daria)
    assert owed(due) == 0
    assert nothing_is_taken_back()


def test_what_will_change_is_what_changes(receipt, due, daria):
    shown = correction_for(daria, receipt.public_id)
    assert [(c.title, c.before_gr, c.after_gr) for c in shown.changes] == [(due.title, 0, 30_000)]
    assert (shown.interest_gr, shown.amount_gr, shown.obstacle) == (700, 30_700, "")
    assert (shown.liability_id, shown.payment_id) == (due.public_id, None)
    correct(receipt, daria)
    assert owed(due) == 30_000


def test_a_booking_taken_back_is_told_to_no_finance_system_as_money(anna, due, daria):
    from services.api.queries_payments import _bookings

    payment = PaymentFactory(paid=True, payer=anna, dues=[due])
    book_payment(payment_id=payment.public_id, credited_on=timezone.localdate(), actor=daria)
    assert payment.public_id in _bookings([payment])
    correct(Entry.objects.get(code=EntryCode.PAYMENT), daria)
    assert _bookings([payment]) == {}
