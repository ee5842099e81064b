"""Many entries at once, by the rules of one."""

from datetime import date
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction
from django.db.utils import IntegrityError

from kernel.actors import system
from services.ledger.actions import Line, NewEntry, post, post_many
from services.ledger.models import AccountKind, Entry, EntryCode, Posting
from services.ledger.queries import balances

pytestmark = pytest.mark.django_db

ACTOR = system("tests")
DAY = date(2026, 9, 15)


def assessment(subject: UUID, amount_gr: int = 100, reference: UUID | None = None) -> NewEntry:
    lines = (
        Line(AccountKind.RECEIVABLE_PRINCIPAL, amount_gr, subject),
        Line(AccountKind.REVENUE, -amount_gr),
    )
    return NewEntry(EntryCode.ASSESSMENT, reference or subject, lines, DAY)


def owed(subject: UUID) -> int:
    return balances([subject], AccountKind.RECEIVABLE_PRINCIPAL).get(subject, 0)


def test_each_entry_is_written_with_its_postings(in_borki):
    subjects = [uuid4() for _ in range(5)]
    assert post_many([assessment(subject, 100 + n) for n, subject in enumerate(subjects)], actor=ACTOR) == 5
    assert [owed(subject) for subject in subjects] == [100, 101, 102, 103, 104]
    assert set(Entry.objects.values_list("effective_on", "actor_ref")) == {(DAY, "tests")}


def test_what_is_there_already_or_comes_twice_is_left_out(in_borki):
    first, second = uuid4(), uuid4()
    new = assessment(first)
    post(code=new.code, reference=new.reference, lines=new.lines, effective_on=DAY, actor=ACTOR)
    assert post_many([assessment(first), assessment(second), assessment(second)], actor=ACTOR) == 1
    assert (owed(first), owed(second)) == (100, 100)
    assert post_many([assessment(first), assessment(second)], actor=ACTOR) == 0
    assert Posting.objects.count() == 4


def test_an_entry_that_does_not_balance_is_refused_with_all_the_others(in_borki):
    wrong = NewEntry(EntryCode.ASSESSMENT, uuid4(), (Line(AccountKind.REVENUE, -1),), DAY)
    with pytest.raises(ValueError, match="differ by -1 gr"):
        post_many([assessment(uuid4()), wrong], actor=ACTOR)
    assert Entry.objects.count() == 0


def test_lines_of_zero_are_left_out_and_an_entry_of_nothing_is_not_written(in_borki):
    subject = uuid4()
    new = assessment(subject)
    with_zero = NewEntry(new.code, new.reference, (*new.lines, Line(AccountKind.BANK, 0)), DAY)
    assert post_many([with_zero, assessment(uuid4(), 0)], actor=ACTOR) == 1
    assert Posting.objects.count() == 2


def test_postgresql_checks_the_balance_of_bulk_entries_too(in_borki):
    post_many([assessment(uuid4())], actor=ACTOR)

    def spoil() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            Posting.objects.create(entry=Entry.objects.get(), account=AccountKind.BANK, amount_gr=1)
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    with pytest.raises(IntegrityError, match="does not balance"):
        spoil()
    assert Posting.objects.count() == 2
