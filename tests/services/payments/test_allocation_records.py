"""The record of a booking: written with it, equal to its entry, never changed, and not computed anew by later rules."""

from datetime import date
from fractions import Fraction
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from services.ledger.actions import Line
from services.ledger.models import AccountKind, Entry, EntryCode, Posting
from services.payments import recording
from services.payments.actions import book_payment, credit_overpayment, request_overpayment, reverse_entry
from services.payments.booking import Split
from services.payments.domain.record import Record, from_plain
from services.payments.models import AllocationRecord, Payment
from services.payments.queries_records import record_of
from tenants.configuration.actions import set_allocation_rule
from tenants.configuration.domain import AllocationRule, RatioBase
from tests.factories.liabilities import LiabilityFactory, OverpaymentFactory
from tests.factories.payments import PaymentFactory
from tests.services.liabilities.statements import pay_at_the_desk
from tests.services.payments.booked import CREDITED_ON, ORDERED_ON, PAID_ON, arrears, book, record

pytestmark = pytest.mark.django_db


@pytest.fixture
def daria(in_borki, person):
    return person("daria").actor


def credits(entry: Entry) -> dict[tuple[str, str], int]:
    """What the entry credits to dues, costs and overpayments, in grosze."""
    found: dict[tuple[str, str], int] = {}
    for row in Posting.objects.filter(entry=entry, amount_gr__lt=0, subject__isnull=False):
        key = (row.account, str(row.subject))
        found[key] = found.get(key, 0) - row.amount_gr
    return found


@pytest.mark.covers("D66")
def test_the_record_says_what_the_entry_posts_grosz_by_grosz(payer, daria):
    payment, cost, first, second = arrears(payer, daria)
    found = record(payment)
    told = [(share.kind, share.subject, share.amount_gr) for share in found.record.shares]
    assert told == [
        ("reminder_costs", str(cost.public_id), 1_600),
        ("principal", str(first.public_id), 100_000),
        ("interest", str(first.public_id), 19_100),
        ("principal", str(second.public_id), 26_455),
        ("interest", str(second.public_id), 4_445),
    ]
    accounts = {"principal": "receivable_principal", "interest": "receivable_interest"}
    assert credits(found.entry) == {
        (accounts.get(kind, kind), subject): amount_gr for kind, subject, amount_gr in told
    }
    assert sum(share.amount_gr for share in found.record.shares) == payment.amount_gr


def test_days_interest_and_rule_are_kept_as_they_decided(payer, daria):
    payment, _, _, second = arrears(payer, daria)
    kept = record(payment).record
    assert (kept.ordered_on, kept.debited_on, kept.credited_on) == (ORDERED_ON, PAID_ON, CREDITED_ON)
    assert (kept.paid_on, kept.booked_on) == (PAID_ON, timezone.localdate())
    step = kept.steps[0]
    assert (step.day_source, step.day_reason.article) == (
        "debited_on",
        "art. 60 § 1 pkt 2 Ordynacji podatkowej",
    )
    assert (step.rule.ratio_base, step.rule.threshold, step.rule.effective_on) == (
        "rounded",
        "rounded",
        date(2020, 1, 28),
    )
    interest = step.interests[1]
    assert (interest.subject, interest.principal_gr) == (str(second.public_id), 150_000)
    assert interest.exact == Fraction(150_000 * 612_550, 365 * 10_000)
    assert interest.total_gr == 25_200
    assert sum(period.amount for period in interest.periods) == interest.exact
    assert interest.periods[-1].acts == ("M.P. 2026 poz. 269",)
    assert interest.periods[-1].to_on == PAID_ON


def test_what_is_left_of_each_due_is_kept_with_its_interest_of_that_day(payer, daria):
    payment, _, _, _ = arrears(payer, daria)
    left = [(one.before_gr, one.left_gr, one.left_interest_gr) for one in record(payment).record.subjects]
    assert left == [(1_600, 0, None), (100_000, 0, 0), (150_000, 123_545, 20_700)]


def test_later_rules_and_names_change_nothing_in_it(payer, daria):
    payment, _, first, _ = arrears(payer, daria)
    before = record(payment).record
    set_allocation_rule(
        AllocationRule(ratio_base=RatioBase.EXACT), effective_on=PAID_ON, note="nowa", actor=daria
    )
    first.refresh_from_db()
    first.title, first.document_number = "Inny tytuł", "X"
    first.save()
    pay_at_the_desk(first, 1)
    assert record(payment).record == before


def test_the_record_names_no_person(payer, daria):
    payment, _, _, _ = arrears(payer, daria)
    text = str(AllocationRecord.objects.get().content)
    for private in (payer.name, payer.identifier, payer.address, payment.resident.user.full_name):
        assert private not in text


@pytest.mark.covers("D61")
def test_booking_twice_writes_one_record(payer, daria):
    payment, _, _, _ = arrears(payer, daria)
    kept = AllocationRecord.objects.get()
    book_payment(payment_id=payment.public_id, credited_on=timezone.localdate(), actor=daria)
    assert AllocationRecord.objects.get() == kept
    assert Entry.objects.filter(code=EntryCode.PAYMENT).count() == 1


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE payments_allocationrecord SET content = '{{}}' WHERE id = {}",
        "UPDATE payments_allocationrecord SET format = 2 WHERE id = {}",
        "DELETE FROM payments_allocationrecord WHERE id = {}",
        "TRUNCATE payments_allocationrecord",
    ],
)
def test_postgresql_refuses_to_change_a_record(statement, payer, daria):
    payment, _, _, _ = arrears(payer, daria)
    before = record(payment).record
    row = AllocationRecord.objects.get()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with (
        pytest.raises(IntegrityError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement.format(row.pk))
    assert record(payment).record == before


def test_a_record_that_differs_from_its_entry_stops_the_booking(payer, daria, due, monkeypatch):
    def to_nobody(split: Split, amount_gr: int, overpayment: UUID | None) -> list[Line]:
        return [Line(AccountKind.BANK, amount_gr), Line(AccountKind.REVENUE, -amount_gr)]

    payment = PaymentFactory(paid=True, payer=payer, dues=[due])
    monkeypatch.setattr("services.payments.actions.book.ledger_lines", to_nobody)
    with pytest.raises(ValueError, match="differs from its postings"):
        book_payment(payment_id=payment.public_id, credited_on=timezone.localdate(), actor=daria)
    assert not AllocationRecord.objects.exists()
    assert not Entry.objects.filter(code=EntryCode.PAYMENT).exists()
    assert Payment.objects.get(pk=payment.pk).state == "paid"


@pytest.mark.covers("D68", "D70")
def test_a_civil_due_is_recorded_with_the_day_of_credit_and_interest_first(payer, daria):
    """Art. 454 and 451 § 1 KC: 50 days at 9.25 % of 300 zł are 3.80 zł, taken before the principal."""
    lease = LiabilityFactory(payer=payer, lease=True)
    payment = book(payer, [lease], daria, allocation_regime="civil")
    found = record(payment)
    assert (found.record.regime, found.record.paid_on) == ("civil", CREDITED_ON)
    assert found.record.steps[0].day_source == "credited_on"
    assert [(share.kind, share.amount_gr) for share in found.record.shares] == [
        ("principal", 29_620),
        ("interest", 380),
    ]
    assert recording.disagreement(found.record, found.entry) == {}


def test_an_overpayment_is_part_of_the_record(payer, daria, due):
    pay_at_the_desk(due, 10_000)
    payment = book(payer, [due], daria)
    found = record(payment)
    assert found.record.overpaid_gr > 0
    assert sum(share.amount_gr for share in found.record.shares) + found.record.overpaid_gr == 30_000
    assert recording.disagreement(found.record, found.entry) == {}


def test_a_booking_taken_back_keeps_its_record_and_the_next_one_gets_its_own(payer, daria):
    payment, _, _, _ = arrears(payer, daria)
    first = record(payment)
    reverse_entry(
        entry_id=first.entry.public_id, reason="zła data", corrected_on=timezone.localdate(), actor=daria
    )
    payment.refresh_from_db()
    again = record(payment)
    assert (again.entry, again.reversed_on) == (first.entry, timezone.localdate())
    assert again.record == first.record
    book_payment(payment_id=payment.public_id, credited_on=CREDITED_ON, actor=daria)
    payment.refresh_from_db()
    anew = record(payment)
    assert anew.entry != first.entry
    assert anew.reversed_on is None
    assert AllocationRecord.objects.count() == 2


def test_a_payment_that_is_not_booked_has_no_record(payer, daria, due):
    assert record_of(PaymentFactory(paid=True, payer=payer, dues=[due])) is None


def test_a_credited_overpayment_is_recorded_as_of_the_day_it_arose(anna, payer, daria):
    """Art. 76a O.p.: 50 x 1000 / 1022 = 48.92 zł to the principal, with the interest of 1 June 2026."""
    due = LiabilityFactory(payer=payer, principal_gr=100_000, due_on=date(2026, 3, 15))
    overpayment = OverpaymentFactory(payer=payer, arose_on=date(2026, 6, 1))
    row = request_overpayment(
        payer_id=anna.payer_id,
        overpayment_id=overpayment.public_id,
        kind="credit",
        liability_id=due.public_id,
        actor=anna.actor,
    )
    credit_overpayment(request_id=row.public_id, actor=daria)
    kept = AllocationRecord.objects.get()
    found = from_plain(Record, kept.content)
    assert kept.entry.code == EntryCode.OVERPAID_CREDIT
    assert [(share.kind, share.amount_gr) for share in found.shares] == [
        ("principal", 4_892),
        ("interest", 108),
    ]
    assert (found.paid_on, found.amount_gr) == (date(2026, 6, 1), 5_000)
    assert {step.day_source for step in found.steps} == {"arose_on"}
    assert recording.disagreement(found, kept.entry) == {}
