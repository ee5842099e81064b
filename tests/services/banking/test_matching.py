"""What fits in exactly one way is booked by itself; everything else is for a person, with the reason (payments.md 14.1)."""

from datetime import date

import pytest

from services.accounts.models import Payer
from services.banking.models import Match, StatementLine
from services.ledger.models import Entry
from services.liabilities.models import Overpayment
from services.payments.models import Payment, SettlementBatch, SettlementLine
from tests.factories.accounts import PayerFactory
from tests.factories.liabilities import LiabilityFactory
from tests.factories.payments import PaymentFactory
from tests.integrations.finance.making import VIRTUAL
from tests.services.banking.conftest import transfer

pytestmark = pytest.mark.django_db
NUMBER = "FN.3120.1001.2026/3"


@pytest.fixture
def due(anna):
    return LiabilityFactory(payer=anna, external_id=NUMBER)


def stood(line: StatementLine) -> Match:
    return line.matches.get(undone_at__isnull=True)


@pytest.mark.covers("D61")
@pytest.mark.parametrize(
    "title",
    [
        (f"Podatek od nieruchomości {NUMBER}",),
        (f"rata 3, {NUMBER}.",),
        ("za dom FN.3120.10", "01.2026/3 dziękuję"),
        ("FN.3120. 1001.2026/3",),
    ],
)
def test_the_number_of_a_due_in_the_title_pays_that_due(bank, due, owed, title):
    line = bank.line(transfer(*title))
    match = stood(line)
    assert (line.state, match.target, match.ground) == ("matched", "dues", "reference")
    assert owed(due) == 0
    assert (match.entry.code, match.entry.effective_on) == ("receipt", date(2026, 9, 20))


def test_a_due_of_another_account_is_not_paid_by_its_number(bank, anna, owed):
    lease = LiabilityFactory(payer=anna, lease=True, external_id=NUMBER)
    assert lease.liability_type.account_nrb != bank.account.account_nrb
    line = bank.line(transfer(NUMBER))
    assert (line.state, line.why) == ("to_clarify", "nothing")
    assert owed(lease) == 30_000


def test_a_smaller_amount_pays_a_part_and_a_greater_one_waits_for_a_person(bank, due, owed):
    assert bank.line(transfer(NUMBER, gr=10_000)).state == "matched"
    assert owed(due) == 20_000
    line = bank.line(transfer(NUMBER, gr=20_001), number="184", opening_gr=1_010_000)
    assert (line.state, line.why) == ("to_clarify", "too_much")
    assert owed(due) == 20_000
    assert not Overpayment.objects.exists()


def test_a_due_under_enforcement_waits_for_a_person(bank, anna, owed):
    due = LiabilityFactory(payer=anna, external_id=NUMBER, enforced=True)
    line = bank.line(transfer(NUMBER))
    assert (line.state, line.why) == ("to_clarify", "enforced")
    assert owed(due) == 30_000


@pytest.mark.covers("D63")
def test_a_due_whose_payment_has_money_and_is_not_booked_waits_for_a_person(bank, anna, due, owed):
    PaymentFactory(paid=True, payer=anna, dues=[due])
    line = bank.line(transfer(NUMBER))
    assert (line.state, line.why) == ("to_clarify", "being_paid")
    assert owed(due) == 30_000


def test_an_attempt_without_money_is_asked_about_and_keeps_no_real_money_out(bank, anna, due, owed):
    attempt = PaymentFactory(payer=anna, dues=[due])
    assert bank.line(transfer(NUMBER)).state == "matched"
    attempt.refresh_from_db()
    assert owed(due) == 0
    assert attempt.state == "started"  # only the operator's answer ends it
    assert attempt.next_check_at is not None


@pytest.mark.covers("D61", "D62")
def test_our_number_of_a_payment_books_that_payment(bank, anna, due, owed):
    payment = PaymentFactory(paid=True, payer=anna, dues=[due], fee_gr=0, debited_on=date(2026, 9, 20))
    cut = f"{payment.reference[:11]} {payment.reference[11:].upper()}"
    line = bank.line(transfer(f"Zapłata {cut}"))
    payment.refresh_from_db()
    assert (line.state, stood(line).target, payment.state) == ("matched", "payment", "booked")
    assert (payment.credited_on, owed(due)) == (date(2026, 9, 21), 0)


def test_another_amount_than_the_payments_waits_for_a_person(bank, anna, due, owed):
    payment = PaymentFactory(paid=True, payer=anna, dues=[due], fee_gr=0)
    line = bank.line(transfer(payment.reference, gr=29_999))
    assert (line.state, line.why) == ("to_clarify", "amount")
    assert Payment.objects.get(pk=payment.pk).state == "paid"
    assert owed(due) == 30_000


def test_a_second_line_with_the_number_of_one_payment_waits_for_a_person(bank, anna, due):
    payment = PaymentFactory(paid=True, payer=anna, dues=[due], fee_gr=0, debited_on=date(2026, 9, 20))
    bank.line(transfer(payment.reference))
    line = bank.line(transfer("znowu", payment.reference), number="184")
    assert (line.state, line.why) == ("to_clarify", "twice")
    assert Entry.objects.filter(code="payment").count() == 1


def payout(payment: Payment, number: str = "P24-2026-09-20") -> SettlementBatch:
    batch = SettlementBatch.objects.create(
        operator_account=payment.operator_account,
        batch_id=number,
        settled_on=date(2026, 9, 20),
        first_read_at="2026-09-20T12:00Z",
    )
    SettlementLine.objects.create(
        batch=batch,
        operator_tx_id="OP-1",
        reference=payment.reference,
        amount_gr=payment.total_gr,
        fee_gr=payment.fee_gr,
        payment=payment,
    )
    return batch


def reconciled(payment: Payment) -> None:
    from django.utils import timezone

    from services.payments.models import Reconciliation

    Reconciliation.objects.create(
        operator_account=payment.operator_account, since_on=date(2026, 9, 1), next_run_at=timezone.now()
    )


@pytest.mark.covers("D61")
def test_the_bulk_transfer_of_an_operator_confirms_its_payout_and_proposes_its_day(bank, anna, due):
    payment = PaymentFactory(paid=True, payer=anna, dues=[due])
    batch = payout(payment)
    reconciled(payment)
    line = bank.line(transfer("Wypłata P24-2026-09-20"))
    batch.refresh_from_db()
    payment.refresh_from_db()
    assert (line.state, stood(line).target) == ("matched", "payout")
    assert (batch.bank_amount_gr, batch.bank_on) == (30_000, date(2026, 9, 21))
    assert batch.confirmed_at is not None
    assert (payment.state, payment.credited_on) == ("paid", date(2026, 9, 21))


def test_a_bulk_transfer_of_another_sum_confirms_nothing(bank, anna, due):
    payment = PaymentFactory(paid=True, payer=anna, dues=[due])
    batch = payout(payment)
    reconciled(payment)
    line = bank.line(transfer("Wypłata P24-2026-09-20", gr=29_900))
    batch.refresh_from_db()
    assert (line.why, batch.bank_amount_gr) == ("amount", None)


def test_a_virtual_account_pays_the_dues_that_have_it(bank, anna, owed):
    bank.account.layout = {
        "format": "mt940", "code": "own", "name": "Z numerem SWRK", "encoding": "iso-8859-2", "sign": "~",
        "one_per_line": True, "virtual_account": ["26"], "title": ["20", "21"],
    }  # fmt: skip
    bank.account.save()
    due = LiabilityFactory(payer=anna, account_nrb=VIRTUAL)
    line = bank.line(transfer("wpłata", "", "", "", "", "", VIRTUAL))
    assert (line.state, stood(line).ground) == ("matched", "virtual_account")
    assert owed(due) == 0


def test_the_payers_number_in_a_mass_payment_pays_the_due_of_that_amount(bank, anna, owed):
    bank.account.layout = {
        "format": "mt940", "code": "own", "name": "Z numerem SWRK", "encoding": "iso-8859-2", "sign": "~",
        "one_per_line": True, "virtual_account": ["26"], "title": ["20", "21"],
    }  # fmt: skip
    bank.account.save()
    payer = PayerFactory(external_id="1001")
    due, other = LiabilityFactory(payer=payer, principal_gr=20_000), LiabilityFactory(payer=payer)
    line = bank.line(transfer("wpłata", "", "", "", "", "", "000000001001"))
    assert (line.state, stood(line).ground) == ("matched", "virtual_account")
    assert (owed(due), owed(other)) == (20_000, 0)


def test_a_number_of_two_payers_in_a_mass_payment_pays_neither(bank, owed):
    """With and without its zeros the number is somebody's: a person has to look whose money it is."""
    bank.account.layout = {
        "format": "mt940", "code": "own", "name": "Z numerem SWRK", "encoding": "iso-8859-2", "sign": "~",
        "one_per_line": True, "virtual_account": ["26"], "title": ["20", "21"],
    }  # fmt: skip
    bank.account.save()
    dues = [LiabilityFactory(payer=PayerFactory(external_id=number)) for number in ("1001", "000000001001")]
    line = bank.line(transfer("wpłata", "", "", "", "", "", "000000001001"))
    assert (line.state, line.why) == ("to_clarify", "several")
    assert owed(*dues) == 60_000


def test_the_amount_and_the_whole_name_pay_the_due(bank, owed):
    payer = PayerFactory(name="Wojciech Zażółcony-Próbny")
    due = LiabilityFactory(payer=payer)
    line = bank.line(transfer("podatek", name="ZAŻÓŁCONY-PRÓBNY WOJCIECH UL. DŁUGA 7"))
    assert (line.state, stood(line).ground) == ("matched", "amount_and_payer")
    assert owed(due) == 0


def test_a_namesake_makes_it_a_case_for_a_person(bank, owed):
    dues = [LiabilityFactory(payer=PayerFactory(name="Wojciech Próbny")) for _ in range(2)]
    line = bank.line(transfer("podatek", name="Próbny Wojciech"))
    assert (line.state, line.why) == ("to_clarify", "several")
    assert owed(*dues) == 60_000


def test_the_same_amount_from_another_name_pays_nothing(bank, due, owed):
    line = bank.line(transfer("podatek", name="Anna Nieznana"))
    assert (line.state, line.why) == ("to_clarify", "nothing")
    assert owed(due) == 30_000


def test_who_has_paid_from_an_account_is_known_by_it_the_next_time(bank, anna, owed):
    first = LiabilityFactory(payer=anna, external_id=NUMBER)
    bank.line(transfer(NUMBER))
    second = LiabilityFactory(payer=anna, principal_gr=11_111, instalment=4)
    line = bank.line(transfer("bez numeru", gr=11_111, name="Konto Wspólne"), number="184")
    assert (line.state, stood(line).ground) == ("matched", "amount_and_payer")
    assert owed(first, second) == 0


def test_co_owners_are_told_apart_by_the_name(bank, anna, owed):
    other = PayerFactory(name="Tomasz Współwłaściciel")
    due = LiabilityFactory(payer=anna, external_id=NUMBER)
    due.debtors.add(other)
    line = bank.line(transfer(NUMBER, name="Tomasz Współwłaściciel"))
    assert Payer.objects.get(pk=stood(line).payer_id) == other
    assert owed(due) == 0


def test_what_left_the_account_is_kept_and_is_not_in_the_queue(bank, due, owed):
    line = bank.line(transfer(NUMBER, gr=-30_000))
    assert line.state == "outgoing"
    assert owed(due) == 30_000
