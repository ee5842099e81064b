"""What the finance system has posted is booked once, whichever way it comes and whatever told of it (payments.md 14)."""

import io
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.utils import timezone

from integrations.finance.errors import FileRefused
from integrations.finance.exchange.formats import POSTINGS
from integrations.finance.exchange.reading import Shape
from integrations.finance.exchange.values import Head, Posting
from integrations.finance.exchange.writing import write_exchange
from kernel.errors import NotFound, Refused
from services.banking import actions
from services.banking.actions import postings as at_work
from services.banking.actions.clarify import Choice
from services.banking.domain.kinds import Target
from services.banking.models import PostingRow, PostingRun
from services.banking.queries_postings import counts_of, posting_run, postings_to_carry_on, result_of
from services.banking.sentences import posting_sentence
from services.ledger.models import Entry
from services.liabilities.models import Overpayment
from tests.factories.accounts import PayerFactory
from tests.factories.liabilities import LiabilityFactory
from tests.factories.payments import PaymentFactory
from tests.services.banking.conftest import transfer

pytestmark = pytest.mark.django_db
NUMBER = "FN.3120.1001.2026/3"
DAY = date(2026, 9, 21)
Load = Callable[..., PostingRun]


def posting(
    number: str = "K-1", gr: int = 30_000, due: str = NUMBER, on: date = DAY, reference: str = ""
) -> Posting:
    return Posting(number, due, gr, on, reference)


def content(*rows: Posting, shape: Shape = Shape.CSV) -> io.BytesIO:
    file = io.BytesIO()
    write_exchange(file, shape, POSTINGS, Head(False, DAY), iter(rows))
    file.seek(0)
    return file


@pytest.fixture
def due(anna):
    return LiabilityFactory(payer=anna, external_id=NUMBER)


@pytest.fixture
def check(daria) -> Load:
    def checked(*rows: Posting, shape: Shape = Shape.CSV, by=daria) -> PostingRun:
        return actions.check_postings(
            content(*rows, shape=shape), shape, file_name=f"ksiegowania.{shape}", actor=by
        )

    return checked


@pytest.fixture
def load(check, daria) -> Load:
    """Check, confirm, and what the worker does."""

    def loaded(*rows: Posting, by=daria, **more: object) -> PostingRun:
        run = actions.confirm_postings(run_id=check(*rows, by=by, **more).public_id, actor=by)
        actions.carry_on_postings(run.public_id)
        run.refresh_from_db()
        return run

    return loaded


def outcomes(run: PostingRun) -> list[tuple[str, str]]:
    return [(result_of(row), row.code) for row in run.rows.order_by("line")]


def booked(code: str = "receipt") -> int:
    return Entry.objects.filter(code=code).count()


@pytest.mark.covers("D61")
@pytest.mark.parametrize("shape", list(Shape))
def test_a_posting_past_the_portal_is_booked_once_in_every_form(load, due, owed, shape):
    run = load(posting(), shape=shape)
    assert (run.state, outcomes(run), owed(due)) == ("done", [("booked", "")], 0)
    entry = Entry.objects.get(code="receipt")
    assert entry.effective_on == DAY
    assert run.rows.get().entry == entry
    again = load(posting(), shape=shape)
    assert outcomes(again) == [("known", "posting.known")]
    assert (booked(), owed(due)) == (1, 0)


def test_another_content_under_the_same_id_is_refused(load, due, owed):
    load(posting(gr=10_000))
    run = load(posting(gr=20_000), posting("K-2", gr=5_000))
    assert outcomes(run) == [("refused", "posting.differs"), ("booked", "")]
    assert owed(due) == 15_000
    twice = load(posting("K-3", gr=1_000), posting("K-3", gr=2_000))
    assert outcomes(twice) == [("booked", ""), ("refused", "posting.differs")]
    assert owed(due) == 14_000


def test_the_check_says_what_would_happen_and_leaves_nothing(check, due, owed):
    run = check(
        posting(), posting("K-2", gr=-30_000), posting("K-3", due="N-nieznana"), posting("K-4", gr=30_001)
    )
    assert run.state == "checked"
    assert outcomes(run) == [
        ("booked", ""),
        ("taken_back", ""),
        ("refused", "posting.due_unknown"),
        ("refused", "bank_transfer.too_much"),
    ]
    assert (booked(), owed(due)) == (0, 30_000)
    assert not PostingRow.objects.exclude(entry=None).exists()
    assert not PostingRow.objects.filter(is_done=True).exists()
    run.read_at = timezone.now() - timedelta(days=8)
    run.save()
    at_work.forget_unconfirmed_postings(timezone.now())
    assert not PostingRow.objects.exists()


@pytest.mark.covers("D62")
def test_the_portals_number_books_the_payment_whole(load, anna, due, owed):
    other = LiabilityFactory(payer=anna, principal_gr=10_000, external_id="N-2")
    payment = PaymentFactory(
        paid=True, payer=anna, dues=[due, other], amount_gr=40_000, fee_gr=0, debited_on=date(2026, 9, 20)
    )
    told = (
        posting(reference=payment.reference.upper()),
        posting("K-2", gr=10_000, due="N-2", reference=payment.reference),
    )
    run = load(*told)
    payment.refresh_from_db()
    assert outcomes(run) == [("booked", ""), ("booked", "")]
    assert (payment.state, payment.credited_on, owed(due, other)) == ("booked", DAY, 0)
    assert (booked("payment"), booked()) == (1, 0)
    assert outcomes(load(*told)) == [("known", "posting.known")] * 2
    assert booked("payment") == 1


def test_a_payment_whose_postings_are_not_the_whole_of_it_is_not_booked(load, anna, due, owed):
    payment = PaymentFactory(paid=True, payer=anna, dues=[due], fee_gr=0, debited_on=date(2026, 9, 20))
    run = load(posting(gr=29_999, reference=payment.reference))
    assert outcomes(run) == [("refused", "posting.payment_amount")]
    assert "300,00" in posting_sentence(run.rows.get())
    payment.refresh_from_db()
    assert (payment.state, owed(due), booked("payment")) == ("paid", 30_000, 0)
    more = load(
        posting("K-2", reference=payment.reference), posting("K-3", gr=100, reference=payment.reference)
    )
    assert outcomes(more) == [("refused", "posting.payment_amount")] * 2
    assert booked("payment") == 0


def test_a_payment_that_was_booked_in_the_portal_is_recognised(load, anna, due, daria):
    from services.payments.actions import book_payment

    payment = PaymentFactory(paid=True, payer=anna, dues=[due], fee_gr=0, debited_on=date(2026, 9, 20))
    book_payment(payment_id=payment.public_id, credited_on=date(2026, 9, 22), actor=daria)
    run = load(posting(reference=payment.reference))
    assert outcomes(run) == [("recognised", "posting.in_portal")]
    assert "22.09.2026" in posting_sentence(run.rows.get())
    assert booked("payment") == 1


def test_an_unknown_number_an_unpaid_payment_and_a_strangers_due_book_nothing(load, anna, due, owed):
    started = PaymentFactory(payer=anna, dues=[due], fee_gr=0)
    foreign = LiabilityFactory(payer=PayerFactory(), external_id="N-obca")
    paid = PaymentFactory(
        paid=True, payer=anna, dues=[LiabilityFactory(payer=anna)], fee_gr=0, debited_on=date(2026, 9, 20)
    )
    run = load(
        posting(reference="0123456789abcdef01234567"),
        posting("K-2", reference=started.reference),
        posting("K-3", due="N-obca", reference=paid.reference),
    )
    assert outcomes(run) == [
        ("refused", "posting.payment_unknown"),
        ("refused", "posting.payment_not_paid"),
        ("refused", "posting.payment_other_due"),
    ]
    assert (booked("payment"), booked(), owed(due, foreign)) == (0, 0, 60_000)


def test_a_negative_amount_takes_back_the_newest_posting_of_that_amount_that_stands(load, due, owed):
    load(posting(gr=10_000), posting("K-2", gr=10_000, on=DAY + timedelta(days=1)))
    run = load(posting("K-3", gr=-10_000, on=DAY + timedelta(days=2)))
    assert outcomes(run) == [("taken_back", "")]
    assert run.rows.get().takes_back.external_id == "K-2"
    assert (owed(due), booked("reversal")) == (20_000, 1)
    more = load(
        posting("K-4", gr=-10_000),
        posting("K-5", gr=-10_000),
        posting("K-3", gr=-10_000, on=DAY + timedelta(days=2)),
    )
    assert outcomes(more) == [
        ("taken_back", ""),
        ("refused", "posting.take_back_nothing"),
        ("known", "posting.known"),
    ]
    assert (owed(due), booked("reversal")) == (30_000, 2)


def test_one_due_of_a_payment_is_not_taken_back_alone(load, anna, due, owed):
    other = LiabilityFactory(payer=anna, principal_gr=10_000, external_id="N-2")
    payment = PaymentFactory(
        paid=True, payer=anna, dues=[due, other], amount_gr=40_000, fee_gr=0, debited_on=date(2026, 9, 20)
    )
    load(
        posting(reference=payment.reference),
        posting("K-2", gr=10_000, due="N-2", reference=payment.reference),
    )
    run = load(posting("K-3", gr=-10_000, due="N-2", reference=payment.reference))
    assert outcomes(run) == [("refused", "posting.take_back_part")]
    assert (owed(due, other), booked("reversal")) == (0, 0)


def test_a_payment_of_one_posting_waits_for_its_booking_again(load, anna, due, owed):
    payment = PaymentFactory(paid=True, payer=anna, dues=[due], fee_gr=0, debited_on=date(2026, 9, 20))
    load(posting(reference=payment.reference))
    assert outcomes(load(posting("K-2", gr=-30_000, reference=payment.reference))) == [("taken_back", "")]
    payment.refresh_from_db()
    assert (payment.state, owed(due)) == ("paid", 30_000)
    assert outcomes(load(posting("K-3", reference=payment.reference))) == [("booked", "")]
    assert owed(due) == 0


@pytest.mark.covers("D63")
@pytest.mark.parametrize("later", [-5, 0, 5])
def test_what_a_statement_has_booked_a_posting_does_not_book_again(bank, load, due, owed, later):
    line = bank.line(transfer(NUMBER, gr=10_000))
    assert line.state == "matched"
    on = line.booked_on + timedelta(days=later)
    for _ in range(2):
        run = load(posting(gr=10_000, on=on))
        assert outcomes(run) == [("recognised", "posting.in_statement")]
        assert counts_of(run).recognised == 1
        assert "21.09.2026" in posting_sentence(run.rows.get())
    assert (booked(), owed(due)) == (1, 20_000)
    assert outcomes(load(posting("K-2", gr=-10_000, on=on))) == [("refused", "posting.take_back_other")]
    assert (booked("reversal"), owed(due)) == (0, 20_000)


def test_a_second_posting_or_one_of_another_week_is_other_money(bank, load, due, owed):
    bank.line(transfer(NUMBER, gr=10_000))
    run = load(posting(gr=10_000), posting("K-2", gr=10_000), posting("K-3", gr=10_000, on=date(2026, 10, 1)))
    assert outcomes(run) == [("recognised", "posting.in_statement"), ("booked", ""), ("booked", "")]
    assert (booked(), owed(due)) == (3, 0)


def test_a_transfer_that_the_finance_system_has_divided_is_recognised_in_each_part(
    bank, load, anna, due, owed
):
    other = LiabilityFactory(payer=anna, principal_gr=10_000, external_id="N-2345", due_on=date(2026, 10, 15))
    assert bank.line(transfer(f"{NUMBER} N-2345", gr=35_000)).state == "matched"
    run = load(posting(gr=29_000), posting("K-2", gr=6_000, due="N-2345"))
    assert outcomes(run) == [("recognised", "posting.in_statement")] * 2
    assert (booked(), owed(due, other)) == (1, 5_000)


def test_money_that_a_statement_brought_to_another_due_of_the_payer_is_for_a_person(
    bank, load, anna, due, owed
):
    other = LiabilityFactory(payer=anna, external_id="N-2345", due_on=date(2026, 11, 15))
    bank.line(transfer(NUMBER))
    run = load(posting(due="N-2345"))
    assert outcomes(run) == [("refused", "posting.other_due")]
    assert (booked(), owed(other)) == (1, 30_000)


@pytest.mark.covers("D63")
def test_what_a_posting_has_booked_a_statement_does_not_book_again(bank, load, due, owed):
    load(posting(gr=10_000, on=date(2026, 9, 24)))
    line = bank.line(transfer(NUMBER, gr=10_000))
    assert (line.state, line.why) == ("to_clarify", "posted")
    assert (booked(), owed(due)) == (1, 20_000)
    # A person who has looked may book it all the same: it was other money.
    choice = Choice(Target.DUES, [due.public_id])
    actions.match_line(line_id=line.public_id, choice=choice, version=line.version, actor=bank.clerk)
    assert (booked(), owed(due)) == (2, 10_000)


def test_a_statement_does_not_guess_the_next_instalment_for_money_that_was_posted(bank, load, owed):
    payer = PayerFactory(name="Wojciech Zażółcony-Próbny")
    first = LiabilityFactory(payer=payer, external_id=NUMBER)
    second = LiabilityFactory(payer=payer, due_on=date(2026, 11, 15), instalment=4)
    load(posting())
    line = bank.line(transfer("podatek", name="ZAŻÓŁCONY-PRÓBNY WOJCIECH"))
    assert (line.state, line.why) == ("to_clarify", "posted")
    assert (booked(), owed(first, second)) == (1, 30_000)


def test_a_posting_of_another_week_or_one_that_was_taken_back_keeps_no_line_out(bank, load, due, owed):
    load(posting(gr=10_000, on=date(2026, 9, 10)), posting("K-2", gr=5_000), posting("K-3", gr=-5_000))
    assert bank.line(transfer(NUMBER, gr=10_000)).state == "matched"
    assert bank.line(transfer(NUMBER, gr=5_000), number="184", opening_gr=1_010_000).state == "matched"
    assert owed(due) == 5_000


def test_what_cannot_be_booked_stays_out_with_its_reason(load, anna, due, owed):
    tomorrow = timezone.localdate() + timedelta(days=1)
    LiabilityFactory(payer=anna, external_id="N-egz", enforced=True)
    other = PayerFactory()
    held = LiabilityFactory(payer=other, external_id="N-2")
    PaymentFactory(paid=True, payer=other, dues=[held])
    run = load(
        posting(on=tomorrow),
        posting("K-2", due="N-egz"),
        posting("K-3", due="N-2"),
        posting("K-4", gr=40_000),
        posting("K-5", gr=1_000),
    )
    assert [code for _, code in outcomes(run)] == [
        "posting.in_future",
        "bank_transfer.enforced",
        "bank_transfer.being_paid",
        "bank_transfer.too_much",
        "",
    ]
    assert all(posting_sentence(row) != row.code for row in run.rows.exclude(code=""))
    assert (booked(), owed(due), owed(held)) == (1, 29_000, 30_000)
    assert not Overpayment.objects.exists()


def test_a_clerk_books_only_dues_of_her_department(load, anna, due, person, owed):
    from guardian.shortcuts import remove_perm

    from services.users.models import User

    lease = LiabilityFactory(payer=anna, lease=True, external_id="N-czynsz")
    daria = User.objects.get(pk=person("daria").user_id)
    remove_perm("configuration.handle_department", daria, lease.liability_type.department)
    assert lease.liability_type.department != due.liability_type.department
    run = load(posting(), posting("K-2", due="N-czynsz"))
    assert outcomes(run) == [("booked", ""), ("refused", "posting.due_unknown")]
    assert (owed(due), owed(lease), booked()) == (0, 30_000, 1)


def test_a_file_is_of_who_brought_it(load, due, person):
    run = load(posting())
    with pytest.raises(Refused, match=r"access\.denied"):
        posting_run(person("edyta").actor, run.public_id)
    PostingRun.objects.update(actor_ref="somebody else")
    with pytest.raises(NotFound, match=r"postings\.unknown"):
        posting_run(person("daria").actor, run.public_id)


def test_a_faulty_row_is_reported_and_the_others_go_in(load, due, owed, daria):
    file = content(posting(), posting("K-2", gr=1_000))
    broken = io.BytesIO(
        file.getvalue().replace(b"2026-09-21", b"2026-02-30", 2).replace(b"2026-02-30", b"2026-09-21", 1)
    )
    run = actions.check_postings(broken, Shape.CSV, file_name="x.csv", actor=daria)
    actions.confirm_postings(run_id=run.public_id, actor=daria)
    actions.carry_on_postings(run.public_id)
    assert outcomes(run) == [("refused", "finance_file.day"), ("booked", "")]
    assert "%" not in posting_sentence(run.rows.first())
    assert owed(due) == 29_000


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda data: data.replace(b"300.00", b"300.01", 1), "control_sum"),
        (lambda data: data.replace(b"skarbnik.postings", b"skarbnik.payments"), "format"),
        (lambda data: data[: data.rindex(b"control")], "control_missing"),
        (lambda data: data.replace(b"K-1", b"=1+1"), "formula"),
        (lambda data: data.replace(b"K-1", b"K-\xb3"), "encoding"),
        (lambda data: b"PK\x03\x04" + data, "other_kind"),
        (lambda data: b"", "empty"),
    ],
)
def test_a_damaged_or_hostile_file_is_refused_whole(daria, due, owed, spoil, code):
    with pytest.raises(FileRefused, match=code):
        actions.check_postings(
            io.BytesIO(spoil(content(posting()).getvalue())), Shape.CSV, file_name="x.csv", actor=daria
        )
    assert not PostingRun.objects.exists()
    assert (booked(), owed(due)) == (0, 30_000)


def test_a_worker_that_is_killed_half_way_leaves_nothing_twice(check, due, daria, owed, monkeypatch):
    rows = [posting(f"K-{n}", gr=100 + n) for n in range(6)]
    run = actions.confirm_postings(run_id=check(*rows).public_id, actor=daria)
    real, done = at_work._do_once, []

    def killed(pk, actor):
        if len(done) == 3:
            raise KeyboardInterrupt
        done.append(pk)
        real(pk, actor)

    monkeypatch.setattr(at_work, "_do_once", killed)
    with pytest.raises(KeyboardInterrupt):
        actions.carry_on_postings(run.public_id)
    assert booked() == 3
    monkeypatch.undo()
    actions.carry_on_postings(run.public_id)  # the dead worker's lease holds
    assert booked() == 3
    PostingRun.objects.update(busy_until=timezone.now() - timedelta(seconds=1))
    assert postings_to_carry_on() == [run.public_id]
    actions.carry_on_postings(run.public_id)
    run.refresh_from_db()
    assert (run.state, booked(), owed(due)) == ("done", 6, 30_000 - sum(row.amount_gr for row in rows))
    assert postings_to_carry_on() == []
