"""Every match can be taken back: the ledger by an opposite entry with the reason, the history stays."""

from datetime import date
from uuid import uuid4

import pytest
from django.db import transaction

from kernel.audit.models import AuditEntry
from kernel.errors import Conflict, InvalidInput, NotFound, Refused
from services.banking import actions
from services.banking.actions import Choice
from services.banking.actions.matching import carry_out, locked_lines
from services.banking.domain.kinds import Ground, Target
from services.banking.models import Match, StatementLine
from services.banking.proposing import Proposal
from services.banking.suggesting import preview, suggested_dues, suggestions
from services.ledger.models import Entry
from services.liabilities.models import Liability, Overpayment
from services.payments.models import Payment
from tests.factories.accounts import PayerFactory
from tests.factories.liabilities import LiabilityFactory, ReminderCostFactory
from tests.factories.payments import PaymentFactory
from tests.services.banking.conftest import transfer
from tests.services.banking.test_matching import NUMBER, payout, reconciled

pytestmark = pytest.mark.django_db


@pytest.fixture
def due(anna):
    return LiabilityFactory(payer=anna, external_id=NUMBER)


@pytest.fixture
def clerk(daria):
    return daria


def undo(line, clerk, reason="Wpłata innego płatnika"):
    line.refresh_from_db()
    return actions.undo_match(line_id=line.public_id, reason=reason, version=line.version, actor=clerk)


def match(line, clerk, *dues, **changes):
    line.refresh_from_db()
    return actions.match_line(
        line_id=line.public_id,
        choice=Choice(Target.DUES, [due.public_id for due in dues], **changes),
        version=line.version,
        actor=clerk,
    )


@pytest.mark.covers("D61", "D62")
def test_a_match_that_is_taken_back_is_owed_again_and_stays_in_the_history(bank, clerk, due, owed):
    line = bank.line(transfer(NUMBER))
    receipt = Entry.objects.get(code="receipt")
    undo(line, clerk)
    line.refresh_from_db()
    assert owed(due) == 30_000
    assert (line.state, line.why) == ("to_clarify", "taken_back")
    reversal = Entry.objects.get(code="reversal", reference=receipt.public_id)
    assert reversal.reason == "Wpłata innego płatnika"
    (kept,) = line.matches.all()
    assert (kept.undone_by, kept.undo_reason, kept.entry) == (clerk.ref, "Wpłata innego płatnika", receipt)


def test_the_line_can_then_pay_another_due_and_be_taken_back_again(bank, clerk, due, owed):
    other = LiabilityFactory(payer=PayerFactory(), external_id="X-12345")
    line = bank.line(transfer(NUMBER))
    undo(line, clerk)
    match(line, clerk, other)
    assert (owed(due), owed(other)) == (30_000, 0)
    undo(line, clerk, "Jednak pierwszy")
    match(line, clerk, due)
    assert (owed(due), owed(other)) == (0, 30_000)
    assert [one.ground for one in line.matches.all()] == ["reference", "clerk", "clerk"]
    assert Match.objects.filter(undone_at__isnull=True).count() == 1


def test_without_a_reason_nothing_is_taken_back(bank, clerk, due, owed):
    line = bank.line(transfer(NUMBER))
    for reason in ("", "   ", "x" * 301):
        with pytest.raises(InvalidInput, match=r"correction\.reason"):
            undo(line, clerk, reason)
    assert owed(due) == 0
    assert Match.objects.get().stands
    assert not Entry.objects.filter(code="reversal").exists()


@pytest.mark.covers("D62", "D63")
def test_a_booked_payment_waits_for_its_booking_again(bank, clerk, anna, due, owed):
    payment = PaymentFactory(paid=True, payer=anna, dues=[due], fee_gr=0, debited_on=date(2026, 9, 20))
    line = bank.line(transfer(payment.reference))
    undo(line, clerk)
    payment.refresh_from_db()
    assert (payment.state, payment.booked_at, owed(due)) == ("paid", None, 30_000)
    assert payment.items.get().is_open


def test_a_match_whose_entry_a_clerk_has_taken_back_itself_can_be_undone(bank, clerk, due, owed):
    from services.payments.actions import reverse_entry

    line = bank.line(transfer(NUMBER))
    receipt = Entry.objects.get(code="receipt")
    reverse_entry(entry_id=receipt.public_id, reason="Pomyłka", corrected_on=date(2026, 9, 30), actor=clerk)
    undo(line, clerk)
    line.refresh_from_db()
    assert (line.state, owed(due)) == ("to_clarify", 30_000)
    assert Entry.objects.get(code="reversal").reason == "Pomyłka"
    match(line, clerk, due)
    assert owed(due) == 0


def test_a_payment_that_was_booked_before_stays_booked(bank, clerk, anna, due, owed):
    from services.payments.actions import book_payment

    payment = PaymentFactory(paid=True, payer=anna, dues=[due], fee_gr=0, debited_on=date(2026, 9, 20))
    book_payment(payment_id=payment.public_id, credited_on=date(2026, 9, 21), actor=clerk)
    line = bank.line(transfer(payment.reference))
    assert line.state == "matched"
    undo(line, clerk)
    assert (Payment.objects.get(pk=payment.pk).state, owed(due)) == ("booked", 0)


def test_a_payment_that_was_booked_while_the_line_was_matched_stays_booked(bank, clerk, anna, due, owed):
    from services.payments.actions import book_payment

    payment = PaymentFactory(paid=True, payer=anna, dues=[due], fee_gr=0, debited_on=date(2026, 9, 20))
    line = bank.line(transfer("bez numeru"))
    seen = Payment.objects.get(pk=payment.pk)
    book_payment(payment_id=payment.public_id, credited_on=date(2026, 9, 21), actor=clerk)
    with transaction.atomic():
        found = Proposal(Target.PAYMENT, Ground.CLERK, payment=seen)
        made = carry_out(locked_lines().get(pk=line.pk), found, may_overpay=False, actor=clerk)
    assert not made.has_acted
    undo(line, clerk)
    assert (Payment.objects.get(pk=payment.pk).state, owed(due)) == ("booked", 0)


def test_a_payout_is_missed_again_with_the_days_that_it_proposed(bank, clerk, anna, due):
    payment = PaymentFactory(paid=True, payer=anna, dues=[due])
    batch = payout(payment)
    reconciled(payment)
    line = bank.line(transfer("P24-2026-09-20"))
    undo(line, clerk)
    batch.refresh_from_db()
    payment.refresh_from_db()
    assert (batch.bank_amount_gr, batch.confirmed_at, payment.credited_on) == (None, None, None)


def entered(batch, clerk, day=21):
    from services.payments.actions import enter_transfer

    return enter_transfer(batch_id=batch.public_id, amount_gr=30_000, bank_on=date(2026, 9, day), actor=clerk)


def test_a_transfer_that_a_clerk_entered_alike_stays_when_the_match_is_taken_back(bank, clerk, anna, due):
    payment = PaymentFactory(paid=True, payer=anna, dues=[due])
    batch = payout(payment)
    reconciled(payment)
    before = entered(batch, clerk)
    line = bank.line(transfer("P24-2026-09-20"))
    assert (line.state, line.matches.get().has_acted) == ("matched", False)
    undo(line, clerk)
    batch.refresh_from_db()
    payment.refresh_from_db()
    assert (batch.bank_amount_gr, batch.bank_on) == (30_000, date(2026, 9, 21))
    assert (batch.entered_at, batch.confirmed_at) == (before.entered_at, before.confirmed_at)
    assert payment.credited_on == date(2026, 9, 21)


def test_a_transfer_that_a_clerk_entered_otherwise_is_not_overwritten(bank, clerk, anna, due):
    payment = PaymentFactory(paid=True, payer=anna, dues=[due])
    batch = payout(payment)
    reconciled(payment)
    entered(batch, clerk, day=22)
    line = bank.line(transfer("P24-2026-09-20"))
    batch.refresh_from_db()
    payment.refresh_from_db()
    assert (line.state, line.why, line.why_code) == ("to_clarify", "refused", "match.entered_otherwise")
    assert (batch.bank_on, payment.credited_on) == (date(2026, 9, 22), date(2026, 9, 22))
    assert not line.matches.exists()
    assert not AuditEntry.objects.filter(action="match.made").exists()


def test_what_a_clerk_has_corrected_since_the_match_stays_when_it_is_taken_back(bank, clerk, anna, due):
    payment = PaymentFactory(paid=True, payer=anna, dues=[due])
    batch = payout(payment)
    reconciled(payment)
    line = bank.line(transfer("P24-2026-09-20"))
    entered(batch, clerk, day=22)
    undo(line, clerk)
    batch.refresh_from_db()
    assert (batch.bank_amount_gr, batch.bank_on) == (30_000, date(2026, 9, 22))
    assert not AuditEntry.objects.filter(action="settlement.transfer_withdrawn").exists()


def test_a_due_that_an_import_puts_under_enforcement_meanwhile_is_not_booked(bank, clerk, anna, due, owed):
    line = bank.line(transfer("bez numeru"))
    seen = Liability.objects.select_related("liability_type").get(pk=due.pk)
    Liability.objects.filter(pk=due.pk).update(is_enforced=True)
    found = Proposal(Target.DUES, Ground.CLERK, payer=anna, dues=(seen,))
    with pytest.raises(Conflict, match=r"bank_transfer\.enforced"), transaction.atomic():
        carry_out(locked_lines().get(pk=line.pk), found, may_overpay=False, actor=clerk)
    assert owed(due) == 30_000
    assert not Match.objects.exists()
    assert not Entry.objects.filter(code="receipt").exists()


def test_a_spent_overpayment_keeps_its_match(bank, clerk, anna, due, owed):
    line = bank.line(transfer(NUMBER, gr=35_000))
    match(line, clerk, due, may_overpay=True)
    held = Overpayment.objects.get(source_ref=str(line.public_id))
    from services.payments.actions import refund_ex_officio

    refund_ex_officio(
        overpayment_id=held.public_id, decision_id=uuid4(), refunded_on=date(2026, 9, 30), actor=clerk
    )
    with pytest.raises(Conflict, match="overpayment_used"):
        undo(line, clerk)
    assert Match.objects.get().stands
    assert owed(due) == 0


def test_more_than_owed_becomes_an_overpayment_only_when_the_clerk_says_so(bank, clerk, due, owed):
    line = bank.line(transfer(NUMBER, gr=35_000))
    assert line.why == "too_much"
    with pytest.raises(Conflict, match="too_much"):
        match(line, clerk, due)
    assert owed(due) == 30_000
    assert not Overpayment.objects.exists()
    match(line, clerk, due, may_overpay=True)
    assert owed(due) == 0
    assert Overpayment.objects.get().arose_on == date(2026, 9, 20)


def test_reminder_costs_come_first_and_the_preview_says_so(bank, clerk, anna, due, owed):
    cost = ReminderCostFactory(
        payer=anna, liabilities=[due], sent_on=date(2026, 9, 16), delivered_on=date(2026, 9, 18)
    )
    line = bank.line(transfer("bez numeru"))
    split = preview(line, [due.public_id], clerk)
    assert sorted(share.amount_gr for share in split.shares) == [1_600, 28_400]
    assert not line.matches.exists()
    match(line, clerk, due)
    assert owed(due) == 1_600
    assert cost.amount_gr == 1_600


def test_two_clerks_never_overwrite_each_other(bank, clerk, due, owed):
    line = bank.line(transfer("bez numeru"))
    seen = line.version
    match(line, clerk, due)
    choice = Choice(Target.DUES, [due.public_id])
    with pytest.raises(Conflict, match="matched"):
        actions.match_line(line_id=line.public_id, choice=choice, version=seen, actor=clerk)
    with pytest.raises(Conflict, match="stale"):
        actions.undo_match(line_id=line.public_id, reason="x", version=seen, actor=clerk)
    assert owed(due) == 0
    assert Match.objects.count() == 1


def test_a_line_that_is_set_aside_can_be_put_back(bank, clerk, due):
    line = bank.line(transfer("Dotacja"))
    left = actions.leave_line(line_id=line.public_id, note="Dotacja MF", version=line.version, actor=clerk)
    assert (left.state, left.note) == ("left", "Dotacja MF")
    with pytest.raises(Conflict, match="not_open"):
        match(line, clerk, due)
    back = actions.reopen_line(line_id=line.public_id, version=left.version, actor=clerk)
    assert back.state == "to_clarify"
    assert not Match.objects.exists()


def test_who_may_not_book_or_correct_changes_nothing(bank, clerk, person, due, owed):
    line = bank.line(transfer(NUMBER))
    other = bank.line(transfer("inne", gr=7), number="184")
    for name in ("edyta", "filip"):
        actor = person(name).actor
        with pytest.raises(Refused):
            undo(line, actor)
        with pytest.raises(Refused):
            match(other, actor, due)
    with pytest.raises(NotFound):
        undo(replace_id(line), clerk)
    assert owed(due) == 0
    assert StatementLine.objects.get(pk=line.pk).state == "matched"


def replace_id(line):
    line.refresh_from_db = lambda: None
    line.public_id = uuid4()
    return line


def test_one_payment_stands_for_one_line(bank, clerk, anna, due):
    payment = PaymentFactory(paid=True, payer=anna, dues=[due], fee_gr=0, debited_on=date(2026, 9, 20))
    bank.line(transfer(payment.reference))
    line = bank.line(transfer("inna"), number="184")
    choice = Choice(Target.PAYMENT, [payment.public_id])
    with pytest.raises(Conflict, match="taken"):
        actions.match_line(line_id=line.public_id, choice=choice, version=line.version, actor=clerk)
    assert not line.matches.exists()


@pytest.mark.parametrize("target", [Target.PAYMENT, Target.PAYOUT])
def test_a_part_of_a_payment_or_payout_stands_for_neither(bank, clerk, anna, due, owed, target):
    payment = PaymentFactory(paid=True, payer=anna, dues=[due], fee_gr=0, debited_on=date(2026, 9, 20))
    batch = payout(payment)
    reconciled(payment)
    line = bank.line(transfer("część", gr=29_999))
    chosen = payment if target is Target.PAYMENT else batch
    choice = Choice(target, [chosen.public_id])
    with pytest.raises(Conflict, match=r"match\.amount"):
        actions.match_line(line_id=line.public_id, choice=choice, version=line.version, actor=clerk)
    batch.refresh_from_db()
    assert (Payment.objects.get().state, batch.bank_amount_gr, owed(due)) == ("paid", None, 30_000)


def test_suggestions_name_what_has_the_amount_and_what_the_title_names(bank, clerk, anna, due):
    other = LiabilityFactory(payer=PayerFactory(name="Jan Próbny"), principal_gr=123)
    lease = LiabilityFactory(payer=anna, lease=True)
    paid = PaymentFactory(paid=True, payer=anna, dues=[lease], fee_gr=0, account_nrb=bank.account.account_nrb)
    line = bank.line(transfer(f"za {NUMBER} i coś", gr=40_000, name="JAN PRÓBNY"))
    assert line.state == "to_clarify"
    assert [one.number for one in suggested_dues(clerk, line)] == [NUMBER, other.external_id]
    assert [one.number for one in suggested_dues(clerk, line, "Jan Próbny")] == [other.external_id]
    assert suggestions(clerk, line) == []
    same = bank.line(transfer("bez numeru"), number="184", opening_gr=1)
    assert [one.id for one in suggestions(clerk, same)] == [paid.public_id]


def test_acts_on_a_line_are_in_the_log_without_a_person(bank, clerk, due):
    line = bank.line(transfer(NUMBER, name="Tajna Osoba"))
    undo(line, clerk, "Powód bez danych")
    acts = AuditEntry.objects.filter(subject_ref=str(line.public_id)).order_by("pk")
    assert [row.action for row in acts] == ["match.made", "match.undone"]
    assert "Tajna" not in str([row.details for row in AuditEntry.objects.all()])
