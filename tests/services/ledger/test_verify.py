"""A changed byte anywhere in the ledger is found, and its place is named: entry, posting, field."""

from collections.abc import Callable, Iterator
from datetime import date
from io import StringIO
from threading import Event, Thread
from uuid import UUID, uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, connections, transaction

from kernel import tenancy
from kernel.actors import system
from portal.jobs import run_now
from services.ledger.actions import Line, NewEntry, post, post_many
from services.ledger.domain import ENTRY_FIELDS, LINE_FIELDS, texts
from services.ledger.models import AccountKind, Entry, EntryCode, Posting, Seal
from services.ledger.sealing import seal
from services.ledger.verification import Finding, verify

ACTOR = system("tests")
DAY = date(2026, 3, 2)
PATIENCE = 30.0


def lines(due: UUID, amount_gr: int) -> tuple[Line, ...]:
    return (
        Line(AccountKind.RECEIVABLE_PRINCIPAL, amount_gr, due),
        Line(AccountKind.REVENUE, -amount_gr),
    )


def assess(amount_gr: int = 10_000) -> Entry:
    entry = post(
        code=EntryCode.ASSESSMENT,
        reference=uuid4(),
        lines=lines(uuid4(), amount_gr),
        effective_on=DAY,
        actor=ACTOR,
        reason="ważny powód",
    )
    assert entry is not None
    return entry


def tamper(statement: str, *parameters: object) -> None:
    """What the owner of the tables can do: switch the triggers off, change a row, switch them on again."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in ("ledger_entry", "ledger_posting", "ledger_seal"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(statement, parameters)
        for table in ("ledger_entry", "ledger_posting", "ledger_seal"):
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def places() -> list[tuple]:
    return [
        (found.what, found.seal, found.entry_id, found.posting_id, found.line, found.field)
        for found in verify().findings
    ]


@pytest.fixture
def open_borki(own_borki: tenancy.Scope) -> Iterator[tenancy.Scope]:
    """Borki open in a database of its own, where everything commits."""
    with tenancy.enter(own_borki) as scope:
        yield scope


@pytest.fixture
def three(open_borki) -> list[Entry]:
    """Three sealed entries, each from a transaction of its own."""
    entries = [assess(amount) for amount in (10_000, 20_000, 30_000)]
    assert seal() == 3
    assert places() == []
    return entries


ENTRY_CHANGES = {
    "public_id": "'00000000-0000-0000-0000-000000000001'",
    "code": "'receipt'",
    "reference": "'00000000-0000-0000-0000-000000000001'",
    "effective_on": "effective_on + 1",
    "recorded_at": "recorded_at + interval '1 microsecond'",
    "actor_ref": "actor_ref || '.'",
    "reason": "'wazny powód'",
}


@pytest.mark.parametrize("field", ENTRY_CHANGES)
def test_a_changed_field_of_an_entry_is_named(field, three):
    tamper(f"UPDATE ledger_entry SET {field} = {ENTRY_CHANGES[field]} WHERE id = %s", three[1].pk)
    assert places() == [("changed", None, three[1].pk, None, None, field)]


POSTING_CHANGES = {
    "account": "'receivable_interest'",
    "subject": "'00000000-0000-0000-0000-000000000001'",
}


@pytest.mark.parametrize("field", POSTING_CHANGES)
def test_a_changed_field_of_a_posting_is_named(field, three):
    posting = Posting.objects.get(entry=three[2], line=1)
    tamper(f"UPDATE ledger_posting SET {field} = {POSTING_CHANGES[field]} WHERE id = %s", posting.pk)
    assert places() == [("changed", None, three[2].pk, posting.pk, 1, field)]


def test_an_amount_moved_between_two_claims_is_named_though_the_entry_still_balances(three):
    ids = list(Posting.objects.filter(entry=three[0]).order_by("line").values_list("pk", flat=True))
    tamper(
        "UPDATE ledger_posting SET amount_gr = amount_gr + sign(amount_gr) WHERE entry_id = %s", three[0].pk
    )
    assert places() == [
        ("changed", None, three[0].pk, ids[0], 1, "amount_gr"),
        ("changed", None, three[0].pk, ids[1], 2, "amount_gr"),
    ]
    assert "now '10001'" in str(verify().findings[0])


def test_an_amount_that_unbalances_the_entry_is_named_twice(three):
    posting = Posting.objects.get(entry=three[0], line=2)
    tamper("UPDATE ledger_posting SET amount_gr = amount_gr - 1 WHERE id = %s", posting.pk)
    assert places() == [
        ("changed", None, three[0].pk, posting.pk, 2, "amount_gr"),
        ("unbalanced", None, three[0].pk, None, None, ""),
    ]


def test_a_changed_proof_is_found_by_the_entry_and_by_its_seal(three):
    tamper("UPDATE ledger_entry SET digest = sha256('x') WHERE id = %s", three[1].pk)
    assert places() == [
        ("changed", None, three[1].pk, None, None, "digest"),
        ("changed", 1, three[1].pk, None, None, "digest"),
    ]


def test_an_entry_rewritten_with_a_fitting_proof_is_found_by_its_seal(three):
    """Whoever changes an amount can compute the entry's proof anew, but not the seal's list and all that follows."""
    entry = Entry.objects.get(pk=three[1].pk)
    entry.reason = "inny powód"
    postings = [[getattr(p, f) for f in LINE_FIELDS] for p in entry.postings.order_by("line")]
    proof = texts([getattr(entry, f) for f in ENTRY_FIELDS], postings).proof()
    tamper(
        "UPDATE ledger_entry SET reason = %s, digest = %s, marks = %s WHERE id = %s",
        entry.reason,
        proof.digest,
        proof.marks,
        entry.pk,
    )
    assert places() == [("changed", 1, entry.pk, None, None, "digest")]


def test_a_deleted_entry_is_named(three):
    gone = three[1].pk
    tamper("DELETE FROM ledger_posting WHERE entry_id = %s", gone)
    tamper("DELETE FROM ledger_entry WHERE id = %s", gone)
    assert places() == [("missing", 1, gone, None, None, "")]


def test_a_deleted_posting_is_named_by_its_line(three):
    tamper("DELETE FROM ledger_posting WHERE entry_id = %s AND line = 2", three[1].pk)
    assert ("missing", None, three[1].pk, None, 2, "") in places()


def test_postings_added_to_an_old_entry_are_named(three):
    entry = three[1]
    with transaction.atomic():
        added = [
            Posting.objects.create(entry=entry, account="bank", amount_gr=amount, line=line).pk
            for line, amount in ((2, 5), (3, -5))
        ]
    found = places()
    assert [place for place in found if place[0] == "added"] == [
        ("added", None, entry.pk, added[0], 2, ""),
        ("added", None, entry.pk, added[1], 3, ""),
    ]


def test_an_entry_put_between_sealed_ones_is_named(three):
    stranger = assess(40_000)
    tamper("UPDATE ledger_entry SET xid = %s WHERE id = %s", three[0].xid, stranger.pk)
    assert places() == [("added", 1, stranger.pk, None, None, "")]


def test_a_changed_transaction_of_an_entry_is_named(three):
    tamper("UPDATE ledger_entry SET xid = xid - 1 WHERE id = %s", three[0].pk)
    assert ("changed", 1, three[0].pk, None, None, "xid") in places()


def test_a_changed_seal_and_a_deleted_one_are_named(three):
    for amount in (1, 2):
        assess(amount)
        assert seal() == 1
    assert places() == []
    tamper("UPDATE ledger_seal SET sealed_at = sealed_at - interval '1 day' WHERE number = 2")
    assert places() == [("changed", 2, None, None, None, "")]
    tamper("DELETE FROM ledger_seal WHERE number = 2")
    assert places()[0] == ("missing", 2, None, None, None, "")


def test_the_lost_end_of_the_chain_is_told_by_a_head_that_was_noted_down(three):
    head = verify().head
    assess(1)
    seal()
    assert verify((1, head)).findings == ()
    later = verify().head
    tamper("DELETE FROM ledger_seal WHERE number = 2")
    assert verify().findings == ()
    assert verify((2, later)).findings == (Finding("missing", seal=2),)
    assert verify((1, later)).findings == (Finding("changed", seal=1, field="digest"),)


@pytest.mark.parametrize("statement", ["UPDATE ledger_seal SET number = 9", "DELETE FROM ledger_seal"])
def test_postgresql_refuses_to_change_a_seal(statement, three):
    with pytest.raises(IntegrityError, match="append-only"), connection.cursor() as cursor:
        cursor.execute(statement)
    assert Seal.objects.get().number == 1


def test_bulk_entries_are_proved_and_chained_too(open_borki):
    new = [NewEntry(EntryCode.ASSESSMENT, uuid4(), lines(uuid4(), 100 + n), DAY) for n in range(20)]
    with transaction.atomic():
        post_many(new, actor=ACTOR)
    assert seal() == 20
    assert seal() == 0
    assert places() == []
    assert verify().unsealed == 0


def test_a_long_chain_is_cut_into_seals_in_the_middle_of_a_transaction(open_borki, monkeypatch):
    monkeypatch.setattr("services.ledger.sealing.MOST_IN_A_SEAL", 7)
    new = [NewEntry(EntryCode.ASSESSMENT, uuid4(), lines(uuid4(), 100 + n), DAY) for n in range(20)]
    with transaction.atomic():
        post_many(new, actor=ACTOR)
    assert seal() == 20
    assert Seal.objects.count() == 3
    assert places() == []
    tamper(
        "UPDATE ledger_posting SET amount_gr = amount_gr * 2 WHERE entry_id = (SELECT max(id) FROM ledger_entry)"
    )
    assert {place[5] for place in places()} == {"amount_gr"}


def elsewhere(scope: tenancy.Scope, act: Callable[[], None]) -> Thread:
    """Run an act in a thread with a connection of its own."""

    def run() -> None:
        try:
            with tenancy.enter(scope):
                act()
        finally:
            connections.close_all()

    thread = Thread(target=run, daemon=True)
    thread.start()
    return thread


def test_an_entry_that_is_committed_late_waits_for_no_one_and_loses_no_place(open_borki):
    """The slow transaction has the smaller id and commits last: nothing after it is sealed before it ends."""
    written, may_commit = Event(), Event()

    @transaction.atomic
    def slow() -> None:
        assess(1)
        written.set()
        assert may_commit.wait(PATIENCE)

    thread = elsewhere(open_borki, slow)
    assert written.wait(PATIENCE)
    quick = assess(2)  # commits at once, though the slow one has not
    assert seal() == 0
    assert verify().unsealed == 1
    may_commit.set()
    thread.join(PATIENCE)
    late = Entry.objects.exclude(pk=quick.pk).get()
    assert late.pk < quick.pk
    assert seal() == 2
    assert places() == []


def test_an_entry_that_takes_its_id_first_and_its_commit_after_a_seal_is_in_a_later_seal(open_borki):
    """An older transaction ends and is sealed while a younger one, with a smaller id, still runs."""
    has_xid, go_on = Event(), Event()

    @transaction.atomic
    def older() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_current_xact_id()")
        has_xid.set()
        assert go_on.wait(PATIENCE)
        assess(1)

    first = elsewhere(open_borki, older)
    assert has_xid.wait(PATIENCE)
    may_commit, written = Event(), Event()

    @transaction.atomic
    def younger() -> None:
        assess(2)
        written.set()
        assert may_commit.wait(PATIENCE)

    second = elsewhere(open_borki, younger)
    assert written.wait(PATIENCE)
    go_on.set()
    first.join(PATIENCE)
    assert seal() == 1  # only the older one, whose id is the larger
    may_commit.set()
    second.join(PATIENCE)
    assert seal() == 1
    assert places() == []
    ids = list(Entry.objects.order_by("xid").values_list("pk", flat=True))
    assert ids == sorted(ids, reverse=True)


def test_the_periodic_sweep_seals(open_borki):
    assess(1)
    with tenancy.public():
        run_now("sweep", ["0615022"])
    assert Seal.objects.get().last_id == Entry.objects.get().pk


def test_two_sealers_at_once_make_one_chain(open_borki):
    for amount in range(1, 6):
        assess(amount)
    threads = [elsewhere(open_borki, seal) for _ in range(4)]
    for thread in threads:
        thread.join(PATIENCE)
    seal()
    assert places() == []
    assert verify().unsealed == 0


def test_the_command_names_gmina_and_place_and_fails(three, own_dabrowa):
    out = StringIO()
    call_command("verify_ledger", stdout=out)
    assert "0615022 Gmina Borki: 3 entries, 1 seals, 0 not sealed yet, 0 wrong" in out.getvalue()
    assert "2465011" in out.getvalue()
    head = out.getvalue().partition("head ")[2].split()[0]
    posting = Posting.objects.get(entry=three[1], line=1)
    tamper("UPDATE ledger_posting SET subject = NULL WHERE id = %s", posting.pk)
    out = StringIO()
    with pytest.raises(CommandError, match="1 places"):
        call_command("verify_ledger", "0615022", f"--head={head}", stdout=out)
    assert f"entry {three[1].pk}, posting {posting.pk}, line 1, field subject: changed" in out.getvalue()
    call_command("verify_ledger", "2465011", stdout=StringIO())


@pytest.mark.parametrize(
    "arguments", [["9999999"], ["0615022", "--head=1"], ["--head=1:ab"]], ids=["gmina", "head", "which"]
)
def test_the_command_refuses_what_it_cannot_read(arguments, three):
    with pytest.raises(CommandError):
        call_command("verify_ledger", *arguments, stdout=StringIO())
