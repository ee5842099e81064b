"""mObywatel ePłatności: a due paid there is closed and free here, and its bulk transfer is found (payments.md 9)."""

from datetime import date

import pytest

from services.banking import actions
from services.banking.actions import Choice
from services.banking.domain.kinds import Target
from services.banking.models import Statement, StatementFile, StatementLine
from services.banking.queries import CheckedLines, contradictions, transfers_of
from services.banking.specification import of_payout, of_service_transfer
from services.banking.specification.forms import to_csv, to_pdf, to_xml
from services.ledger.models import Entry
from services.payments.queries_reconciliation import settlement_batch
from tests.factories.liabilities import LiabilityFactory
from tests.factories.payments import PaymentFactory
from tests.frontend.reading import words
from tests.integrations.finance.test_eplatnosci import NAMES
from tests.services.banking.conftest import transfer
from tests.services.banking.test_matching import payout, reconciled

pytestmark = pytest.mark.django_db


@pytest.fixture
def dues(anna):
    return [LiabilityFactory(payer=anna, external_id=f"N-2026-{n}") for n in (1001, 1002)]


def settlement(account, *due_ids: str, transfer_id: str = "BGK-77", amount: str = "300,00") -> bytes:
    rows = [
        f"EP-{n};{due_id};{amount};PLN;2026-09-14;2026-09-15;{account.account_nrb};{transfer_id};Podatek;ROZLICZONA"
        for n, due_id in enumerate(due_ids)
    ]
    return "".join(f"{line}\r\n" for line in (NAMES, *rows)).encode()


def read(content: bytes, clerk) -> StatementFile:
    file = actions.check_service_file(content, file_name="rozliczenie.csv", actor=clerk)
    actions.confirm_file(file_id=file.public_id, actor=clerk)
    actions.carry_on(file.public_id)
    file.refresh_from_db()
    return file


@pytest.mark.covers("D61", "D63")
def test_a_due_paid_there_is_closed_with_the_payers_day_and_its_attempt_here_ends(
    bank, account, anna, dues, owed
):
    attempt = PaymentFactory(payer=anna, dues=[dues[0]])
    file = read(settlement(account, "N-2026-1001", "N-2026-1002"), bank.clerk)
    attempt.refresh_from_db()
    assert (file.state, owed(*dues)) == ("done", 0)
    assert {entry.effective_on for entry in Entry.objects.filter(code="receipt")} == {date(2026, 9, 14)}
    assert attempt.next_check_at is not None
    assert attempt.expires_at is not None
    assert attempt.expires_at < attempt.next_check_at


def test_the_same_settlement_again_and_one_that_overlaps_change_nothing(bank, account, dues, owed):
    read(settlement(account, "N-2026-1001"), bank.clerk)
    again = read(settlement(account, "N-2026-1001", "N-2026-1002"), bank.clerk)
    assert (again.known_entries, owed(*dues)) == (1, 0)
    assert Entry.objects.filter(code="receipt").count() == 2


def test_a_bulk_transfer_that_two_files_tell_is_one_and_its_bank_line_is_found(bank, account, dues, owed):
    read(settlement(account, "N-2026-1001"), bank.clerk)
    later = read(settlement(account, "N-2026-1001", "N-2026-1002"), bank.clerk)
    transfer_row = Statement.objects.get(number="BGK-77")
    assert (transfer_row.entries, transfer_row.sum_gr) == (2, 60_000)
    assert list(transfers_of(later)) == [transfer_row]
    line = bank.line(transfer("Rozliczenie BGK-77", gr=60_000))
    match = line.matches.get()
    assert (line.state, match.target, match.service_transfer) == ("matched", "service", transfer_row)
    told = of_service_transfer(transfer_row)
    assert [row.due_id for row in told.rows] == ["N-2026-1001", "N-2026-1002"]
    assert told.payout_gr == told.bank_gr == told.amount_gr == 60_000
    assert (Entry.objects.filter(code="receipt").count(), owed(*dues)) == (2, 0)


def test_a_known_payment_with_another_amount_is_named_and_left_to_a_person(bank, account, dues, owed):
    read(settlement(account, "N-2026-1001"), bank.clerk)
    wrong = settlement(account, "N-2026-1001", amount="250,00")
    checked = actions.check_service_file(wrong, file_name="r.csv", actor=bank.clerk)
    assert (checked.known_entries, contradictions(checked)) == (0, ["EP-0"])
    assert CheckedLines(checked)[0:1][0].outcome == "amount"
    assert StatementLine.objects.count() == 1
    file = read(wrong, bank.clerk)
    line = StatementLine.objects.get(statement__file=file)
    assert (file.state, contradictions(file)) == ("done", ["EP-0"])
    assert (line.state, line.why, line.why_code) == ("to_clarify", "amount", "eplatnosci.amount")
    assert not line.matches.exists()
    assert Entry.objects.filter(code="receipt").count() == 1
    assert Statement.objects.get(number="BGK-77").sum_gr == 30_000
    again = read(wrong, bank.clerk)
    assert (again.known_entries, StatementLine.objects.count()) == (1, 2)


def test_the_page_of_the_file_names_the_payment_with_another_amount(
    bank, account, dues, client_for, in_borki
):
    read(settlement(account, "N-2026-1001"), bank.clerk)
    wrong = settlement(account, "N-2026-1001", amount="250,00")
    checked = actions.check_service_file(wrong, file_name="r.csv", actor=bank.clerk)
    daria = client_for("daria", in_borki)
    assert "Numery płatności: EP-0" in words(daria.get(f"/urzad/wyciagi/{checked.public_id}/"))
    file = read(wrong, bank.clerk)
    assert "Numery płatności: EP-0" in words(daria.get(f"/urzad/wyciagi/{file.public_id}/"))
    line = StatementLine.objects.get(statement__file=file)
    page = words(daria.get(f"/urzad/wplaty/{line.public_id}/"))
    assert "podało tę płatność ePłatności z inną kwotą" in page


def test_a_due_that_nobody_knows_is_to_be_clarified(bank, account, dues, owed):
    read(settlement(account, "N-2026-9999"), bank.clerk)
    line = StatementLine.objects.get()
    assert (line.state, line.why, owed(*dues)) == ("to_clarify", "nothing", 60_000)


def test_its_bulk_transfer_on_the_statement_is_found_and_books_nothing_twice(bank, account, dues, owed):
    read(settlement(account, "N-2026-1001", "N-2026-1002"), bank.clerk)
    line = bank.line(transfer("Rozliczenie BGK-77", gr=60_000))
    match = line.matches.get()
    assert (line.state, match.target) == ("matched", "service")
    assert Entry.objects.filter(code="receipt").count() == 2
    told = of_service_transfer(Statement.objects.get(number="BGK-77"))
    assert [(row.due_id, row.amount_gr, row.is_booked) for row in told.rows] == [
        ("N-2026-1001", 30_000, True),
        ("N-2026-1002", 30_000, True),
    ]
    assert (told.payout_gr, told.bank_gr, told.amount_gr) == (60_000, 60_000, 60_000)


def test_a_payment_that_is_matched_anew_names_the_overpayment_that_stands(bank, account, anna):
    due = LiabilityFactory(payer=anna, external_id="N-2026-1003", principal_gr=20_000)
    read(settlement(account, "N-2026-1003"), bank.clerk)
    line = StatementLine.objects.get()
    choice = Choice(Target.DUES, [due.public_id], may_overpay=True)
    actions.match_line(line_id=line.public_id, choice=choice, version=line.version, actor=bank.clerk)
    line.refresh_from_db()
    line = actions.undo_match(
        line_id=line.public_id, reason="Pomyłka", version=line.version, actor=bank.clerk
    )
    match = actions.match_line(line_id=line.public_id, choice=choice, version=line.version, actor=bank.clerk)
    told = of_service_transfer(Statement.objects.get(number="BGK-77"))
    assert [(row.due_id, row.kind, row.amount_gr) for row in told.rows] == [
        ("N-2026-1003", "due", 20_000),
        (f"przelew-{match.entry.reference}", "overpayment", 10_000),
    ]
    assert match.entry.reference != line.public_id


def test_a_bulk_transfer_of_another_sum_is_for_a_person(bank, account, dues):
    read(settlement(account, "N-2026-1001"), bank.clerk)
    line = bank.line(transfer("Rozliczenie BGK-77", gr=29_999))
    assert (line.state, line.why) == ("to_clarify", "amount")


@pytest.mark.covers("D61")
def test_the_specification_of_a_payout_says_to_which_due_each_grosz_belongs(bank, anna, dues, owed):
    payment = PaymentFactory(
        paid=True, payer=anna, dues=dues, amount_gr=60_000, fee_gr=100, debited_on=date(2026, 9, 14)
    )
    batch = payout(payment)
    reconciled(payment)
    bank.line(transfer(batch.batch_id, gr=60_000))
    ordered = of_payout(settlement_batch(bank.clerk, batch.public_id))
    from services.payments.actions import book_payment

    book_payment(payment_id=payment.public_id, credited_on=date(2026, 9, 21), actor=bank.clerk)
    booked = of_payout(settlement_batch(bank.clerk, batch.public_id))
    for told, is_booked in ((ordered, False), (booked, True)):
        assert [(row.due_id, row.kind, row.amount_gr, row.fee_gr, row.is_booked) for row in told.rows] == [
            ("N-2026-1001", "due", 30_000, 100, is_booked),
            ("N-2026-1002", "due", 30_000, 0, is_booked),
        ]
        assert told.amount_gr - told.office_fee_gr - told.kept_gr == told.payout_gr == told.bank_gr == 60_000
    assert {row.payer_debited_at for row in booked.rows} == {date(2026, 9, 14)}
    assert owed(*dues) == 0

    csv = to_csv(booked).decode("utf-8-sig").splitlines()
    assert csv[0].startswith("operator_id;reference;due_id;kind;account;amount;fee")
    assert csv[1].split(";")[:3] == ["OP-1", payment.reference, "N-2026-1001"]
    assert csv[-1].split(";")[:4] == ["CONTROL", "2", batch.batch_id, booked.digest]
    from lxml import etree

    control = etree.fromstring(to_xml(booked)).find("control")
    assert dict(control.attrib) == {
        "rows": "2", "sha256": booked.digest, "amount": "600.00", "fee": "1.00", "office_fee": "0.00",
        "kept": "0.00", "payout": "600.00", "bank": "600.00",
    }  # fmt: skip
    assert to_pdf(booked).startswith(b"%PDF")
    assert booked.digest != ordered.digest
