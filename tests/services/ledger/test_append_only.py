"""What is in the ledger stays as it is: PostgreSQL refuses every change, and every entry that does not balance."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from kernel import tenancy
from kernel.actors import system
from services.ledger.actions import Line, post
from services.ledger.models import AccountKind, Entry, EntryCode, Posting
from services.ledger.queries import balances

ACTOR = system("tests")
DAY = date(2026, 3, 2)


def assess(due: UUID, amount_gr: int = 10_000, reference: UUID | None = None) -> Entry:
    entry = post(
        code=EntryCode.ASSESSMENT,
        reference=reference or uuid4(),
        lines=[
            Line(AccountKind.RECEIVABLE_PRINCIPAL, amount_gr, due),
            Line(AccountKind.REVENUE, -amount_gr),
        ],
        effective_on=DAY,
        actor=ACTOR,
    )
    assert entry is not None
    return entry


def owed(due: UUID) -> int:
    return balances([due], AccountKind.RECEIVABLE_PRINCIPAL).get(due, 0)


def write_unbalanced(scope: tenancy.Scope) -> None:
    """Rows of a half entry, past the action that would refuse them."""
    with tenancy.enter(scope):
        entry = Entry.objects.create(code="assessment", reference=uuid4(), effective_on=DAY, digest=bytes(32))
        Posting.objects.create(entry=entry, account="receivable_principal", amount_gr=5)


def check_now() -> None:
    """Do what a commit does to deferred triggers."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_posting SET amount_gr = 1 WHERE entry_id = {}",
        "DELETE FROM ledger_posting WHERE entry_id = {}",
        "UPDATE ledger_entry SET effective_on = '2020-01-01' WHERE id = {}",
        "DELETE FROM ledger_entry WHERE id = {}",
        "TRUNCATE ledger_posting",
        "TRUNCATE ledger_entry CASCADE",
    ],
)
def test_postgresql_refuses_to_change_an_entry(statement, in_borki):
    due = uuid4()
    entry = assess(due)
    check_now()
    with (
        pytest.raises(IntegrityError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement.format(entry.pk))
    assert owed(due) == 10_000
    assert Entry.objects.get(pk=entry.pk).effective_on == DAY


def test_the_models_cannot_change_an_entry_either(in_borki):
    due = uuid4()
    entry = assess(due)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Posting.objects.filter(entry=entry).update(amount_gr=1)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Posting.objects.filter(entry=entry).delete()
    assert owed(due) == 10_000


def test_a_commit_with_an_entry_that_does_not_balance_is_refused(own_borki):
    with tenancy.enter(own_borki):
        with pytest.raises(IntegrityError, match="differ by 5 gr"), transaction.atomic():
            write_unbalanced(own_borki)
        assert not Entry.objects.exists()
        assert not Posting.objects.exists()


def test_the_balance_is_checked_even_when_another_scope_commits(own_borki):
    @transaction.atomic
    def commit_as_the_platform() -> None:
        write_unbalanced(own_borki)
        connection.cursor().execute("SELECT 1")  # the platform's role is in force from here on

    with tenancy.public(), pytest.raises(IntegrityError, match="differ by 5 gr"):
        commit_as_the_platform()
    with tenancy.enter(own_borki):
        assert not Posting.objects.exists()


def test_nothing_can_be_added_to_an_old_entry_that_unbalances_it(in_borki):
    due = uuid4()
    entry = assess(due)
    check_now()  # from now on each statement is checked at once
    with pytest.raises(IntegrityError, match="does not balance"), transaction.atomic():
        Posting.objects.create(entry=entry, account="receivable_principal", subject=due, amount_gr=7)
    assert owed(due) == 10_000


def test_a_line_of_nothing_is_refused(in_borki):
    entry = assess(uuid4())
    with pytest.raises(IntegrityError, match="posting_not_zero"), transaction.atomic():
        Posting.objects.create(entry=entry, account="revenue", amount_gr=0)


def test_an_unbalanced_entry_is_refused_before_anything_is_written(in_borki):
    with pytest.raises(ValueError, match="differ by 1 gr"):
        post(
            code=EntryCode.ASSESSMENT,
            reference=uuid4(),
            lines=[Line(AccountKind.RECEIVABLE_PRINCIPAL, 101), Line(AccountKind.REVENUE, -100)],
            effective_on=DAY,
            actor=ACTOR,
        )
    assert not Entry.objects.exists()


def test_the_same_event_is_booked_once(in_borki):
    due, reference = uuid4(), uuid4()
    first = assess(due, reference=reference)
    assert assess(due, reference=reference).pk == first.pk
    assert owed(due) == 10_000
    assert Posting.objects.filter(entry=first).count() == 2


def test_an_entry_of_zeros_is_not_written(in_borki):
    lines = [Line(AccountKind.RECEIVABLE_PRINCIPAL, 0, uuid4()), Line(AccountKind.REVENUE, 0)]
    written = post(code=EntryCode.COST, reference=uuid4(), lines=lines, effective_on=DAY, actor=ACTOR)
    assert written is None
    assert not Entry.objects.exists()


def test_the_same_event_from_many_connections_at_once_is_booked_once(own_borki):
    due, reference, together = uuid4(), uuid4(), Barrier(6)

    def book() -> int:
        try:
            with tenancy.enter(own_borki), transaction.atomic():
                together.wait(10)
                return assess(due, reference=reference).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        written = {task.result() for task in [pool.submit(book) for _ in range(6)]}
    with tenancy.enter(own_borki):
        assert len(written) == 1
        assert owed(due) == 10_000
        assert Posting.objects.count() == 2


def test_a_balance_is_the_sum_of_all_entries(in_borki):
    due, other = uuid4(), uuid4()
    assess(due, 10_000)
    assess(due, 2_550)
    assess(other, 300)
    assert balances([due, other, uuid4()], AccountKind.RECEIVABLE_PRINCIPAL) == {due: 12_550, other: 300}


def test_an_entry_without_its_proof_is_refused(in_borki):
    with pytest.raises(IntegrityError, match="entry_proved"), transaction.atomic():
        Entry.objects.create(code="assessment", reference=uuid4(), effective_on=DAY)
    assert not Entry.objects.exists()
