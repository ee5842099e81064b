"""T-10: a changed byte anywhere in the audit log is found, and its place is named: entry, field, seal."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from io import StringIO
from threading import Event, Thread
from types import SimpleNamespace

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, connections, transaction

from kernel import tenancy
from kernel.actors import Actor, ActorKind, system
from kernel.audit import purging, sealing, verification
from kernel.audit.models import Anchor, AuditEntry, Seal, Waiting
from kernel.audit.recording import record
from kernel.audit.verification import Finding
from kernel.errors import Conflict, InvalidInput
from portal.jobs import run_now
from tenants.archive.loading import _checks
from tenants.jobs import chains
from tenants.jobs.models import AuditChain, JobRun

ACTOR = Actor(kind=ActorKind.STAFF, ref="0193", user_id=1, role="clerk", address="192.0.2.7")
TABLES = ("audit_auditentry", "audit_seal", "audit_anchor")
PATIENCE = 30.0


def entry(number: int = 1, *, actor: Actor = ACTOR) -> AuditEntry:
    return record("test.done", actor=actor, amount_gr=number, name="żółć")


def tamper(statement: str, *parameters: object) -> None:
    """What the owner of the tables can do: switch the triggers off, change a row, switch them on again."""
    with transaction.atomic(), connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(statement, parameters)
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def tamper_as_superuser(server, database: str, schema: str, statement: str) -> None:
    """The administrator of the database, to whom no trigger and no role says no."""
    with psycopg.connect(server.url("postgres", database)) as administrator:
        administrator.execute(f'SET search_path = "{schema}"')
        administrator.execute("SET session_replication_role = replica")
        administrator.execute(statement)


def places() -> list[tuple]:
    return [(one.what, one.seal, one.entry_id, one.field) for one in verification.verify().findings]


@pytest.fixture
def open_borki(own_borki: tenancy.Scope) -> Iterator[tenancy.Scope]:
    """Borki open in a database of its own; what its setting up wrote is sealed."""
    with tenancy.enter(own_borki) as scope:
        chains.seal()
        yield scope


@pytest.fixture
def three(open_borki) -> SimpleNamespace:
    """Three entries under one seal, each from a transaction of its own."""
    rows = [entry(number) for number in (1, 2, 3)]
    chains.seal()
    assert places() == []
    return SimpleNamespace(rows=rows, seal=Seal.objects.latest("number").number)


CHANGES = {
    "public_id": "'00000000-0000-0000-0000-000000000001'",
    "at": "at + interval '1 microsecond'",
    "actor_kind": "'system'",
    "actor_ref": "actor_ref || '.'",
    "role": "'admin'",
    "action": "'test.undone'",
    "subject_type": "'x'",
    "subject_ref": "'x'",
    "details": "jsonb_set(details, '{amount_gr}', '4')",
    "address": "'192.0.2.8'",
    "outcome": "'refused'",
}


@pytest.mark.covers("D36", "S21", "S68", "S69")
def test_each_changed_field_is_named(three, server, own_database):
    for row, (name, value) in zip(
        [entry(number) for number in range(len(CHANGES))], CHANGES.items(), strict=True
    ):
        row.field_changed = (name, value)
        three.rows.append(row)
    chains.seal()
    scope = tenancy.current()
    for row in three.rows[3:]:
        name, value = row.field_changed
        tamper_as_superuser(
            server,
            own_database,
            scope.schema_name,
            f"UPDATE audit_auditentry SET {name} = {value} WHERE id = {row.pk}",
        )
    assert places() == [("changed", three.seal + 1, row.pk, row.field_changed[0]) for row in three.rows[3:]]


def test_deleted_inserted_and_swapped_rows_are_named(three):
    first, second, third = (row.pk for row in three.rows)
    swap = "UPDATE audit_auditentry SET details = jsonb_build_object('amount_gr', %s, 'name', 'żółć') WHERE id = %s"
    tamper(swap, 2, first)
    tamper(swap, 1, second)
    tamper("DELETE FROM audit_auditentry WHERE id = %s", third)
    tamper(
        "INSERT INTO audit_auditentry (public_id, at, actor_kind, actor_ref, role, action, subject_type, subject_ref,"
        " details, outcome) VALUES (gen_random_uuid(), now(), 'staff', '', '', 'test.forged', '', '', '{}', 'done')"
    )
    stranger = AuditEntry.objects.get(action="test.forged").pk
    assert places() == [
        ("changed", three.seal, first, "details"),
        ("changed", three.seal, second, "details"),
        ("missing", three.seal, third, ""),
        ("added", None, stranger, ""),
    ]


def test_an_entry_that_is_taken_off_the_list_of_those_that_wait_is_named(three):
    one = entry()
    Waiting.objects.all().delete()
    assert places() == [("added", None, one.pk, "")]


def test_a_seal_that_was_made_to_fit_a_changed_entry_is_named(three):
    """Whoever changes an entry can compute its digest anew, but not the code of the seal: that needs the gmina's key."""
    from kernel.audit.proof import member_of, pack

    tamper("UPDATE audit_auditentry SET role = 'admin' WHERE id = %s", three.rows[1].pk)
    rows = AuditEntry.objects.filter(pk__in=[row.pk for row in three.rows]).order_by("pk")
    tamper("UPDATE audit_seal SET members = %s WHERE number = %s", pack(map(member_of, rows)), three.seal)
    assert places() == [("changed", three.seal, None, "mac")]


def test_a_changed_a_deleted_and_a_moved_seal_are_named(three):
    for number in (4, 5):
        entry(number)
        chains.seal()
    middle = three.seal + 1
    tamper("UPDATE audit_seal SET sealed_at = sealed_at - interval '1 day' WHERE number = %s", middle)
    assert places() == [("changed", middle, None, "mac")]
    tamper("UPDATE audit_seal SET sealed_at = sealed_at + interval '1 day' WHERE number = %s", middle)
    assert places() == []
    tamper("UPDATE audit_seal SET number = 1000 + number WHERE number = %s", middle + 1)
    assert ("changed", middle + 1001, None, "mac") in places()
    tamper("UPDATE audit_seal SET number = number - 1000 WHERE number > 1000")
    kept = Seal.objects.get(number=middle)
    tamper("DELETE FROM audit_seal WHERE number = %s", middle)
    found = places()
    assert found[0] == ("missing", middle, None, "")
    assert found[-1][0] == "added"
    assert kept.entries == 1


def test_the_end_that_was_cut_off_is_told_by_what_the_platform_has_noted(three):
    """The gmina's own schema is in order again; only the note in the public schema knows better, and it is not replaced."""
    last = three.seal
    ids = [row.pk for row in three.rows]
    tamper("DELETE FROM audit_seal WHERE number = %s", last)
    tamper("DELETE FROM audit_auditentry WHERE id = ANY(%s)", ids)
    assert places() == []
    assert chains.verify().findings == (Finding("missing", seal=last),)
    entry(9)
    with pytest.raises(Conflict, match=r"audit\.head_lost"):
        chains.seal()
    assert Waiting.objects.count() == 0
    assert chains.verify().findings == (Finding("changed", seal=last, field="mac"),)


def test_a_note_that_was_rewritten_or_taken_away_is_told(three):
    teryt = tenancy.current_tenant_id()
    with tenancy.public():
        AuditChain.objects.filter(tenant_id=teryt).update(number=three.seal - 1)
    assert chains.verify().findings == (Finding("changed", seal=three.seal - 1, field="note"),)
    with tenancy.public():
        AuditChain.objects.filter(tenant_id=teryt).delete()
    assert chains.verify().findings == (Finding("missing", seal=1, field="note"),)


@pytest.mark.parametrize("table", ["audit_seal", "audit_anchor", "audit_retention"])
def test_postgresql_refuses_to_change_what_proves(table, three):
    with connection.cursor() as cursor, pytest.raises(IntegrityError, match="append-only"):
        cursor.execute(f"TRUNCATE {table}")
    with connection.cursor() as cursor, pytest.raises(IntegrityError, match="append-only"):
        cursor.execute("DELETE FROM audit_seal")
    assert Seal.objects.exists()


def test_an_entry_that_is_not_sealed_yet_is_told_as_such(three):
    entry(4)
    told = verification.verify()
    assert (told.unsealed, told.findings) == (1, ())
    assert sealing.oldest_waiting() is not None


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


def test_an_entry_that_is_committed_late_is_sealed_late_and_loses_no_place(open_borki):
    written, may_commit = Event(), Event()

    @transaction.atomic
    def slow() -> None:
        entry(1)
        written.set()
        assert may_commit.wait(PATIENCE)

    thread = elsewhere(open_borki, slow)
    assert written.wait(PATIENCE)
    quick = entry(2)
    assert sealing.seal() == 1
    may_commit.set()
    thread.join(PATIENCE)
    late = AuditEntry.objects.get(action="test.done", details__amount_gr=1)
    assert late.pk < quick.pk
    assert sealing.seal() == 1
    assert places() == []


def test_entries_from_before_the_seals_are_taken_in_some_at_a_time(open_borki, monkeypatch):
    monkeypatch.setattr("kernel.audit.sealing.MOST_IN_A_SEAL", 3)
    tamper(
        "DELETE FROM audit_seal"
    )  # as a gmina comes out of the migration: old entries, no seals, nobody waits
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_auditentry DISABLE TRIGGER wait_for_seal")
    for number in range(7):
        entry(number)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_auditentry ENABLE TRIGGER wait_for_seal")
    old = AuditEntry.objects.count()
    new = entry(99)
    assert sealing.has_work()
    assert verification.verify().unsealed == old + 1
    assert sealing.seal() == old + 1
    newest = Seal.objects.latest("number")
    assert (newest.is_old, newest.last_id, newest.entries) == (False, new.pk, 1)
    assert places() == []
    assert not sealing.has_work()


def test_two_processes_that_seal_at_once_make_one_chain(open_borki, own_database):
    for number in range(40):
        entry(number)
    script = (
        "import django; django.setup()\n"
        "from kernel import tenancy\nfrom kernel.audit import sealing\n"
        "from tenants.directory.queries import scope_of\n"
        "sealing.MOST_IN_A_SEAL = 3\n"
        "with tenancy.enter(scope_of('0615022')):\n    sealing.seal()\n"
    )
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "portal.settings.local", "LOG_LEVEL": "ERROR"}
    running = [subprocess.Popen([sys.executable, "-c", script], env=environment) for _ in range(2)]
    threads = [elsewhere(open_borki, sealing.seal) for _ in range(2)]
    assert [process.wait(120) for process in running] == [0, 0]
    for thread in threads:
        thread.join(PATIENCE)
    sealing.seal()
    assert places() == []
    assert verification.verify().unsealed == 0


def test_a_run_that_is_killed_half_way_leaves_nothing_behind(open_borki, monkeypatch):
    """Before its commit: no seal, and everything waits as before. After it, before the note: the chain still stands."""
    one = entry(1)

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("kernel.audit.sealing.transaction.on_commit", killed)
        before = Seal.objects.count()
        with pytest.raises(KeyboardInterrupt):
            chains.seal()
        assert Seal.objects.count() == before
        assert Waiting.objects.get().entry_id == one.pk
    with monkeypatch.context() as patched:
        patched.setattr("tenants.jobs.chains._advance", killed)
        with pytest.raises(KeyboardInterrupt):
            chains.seal()
    assert chains.verify().findings == ()
    entry(2)
    chains.seal()
    assert chains.verify().findings == ()


def test_the_platforms_own_log_is_chained_too(own_database, own_borki):
    with tenancy.public():
        chains.seal_platform()
        one = entry(5, actor=system("tests"))
        chains.seal_platform()
        assert (places(), verification.verify().unsealed) == ([], 0)
        chains.check_platform()
        tamper("UPDATE audit_auditentry SET action = 'x' WHERE id = %s", one.pk)
        assert [place[2:] for place in places()] == [(one.pk, "action")]
        with pytest.raises(Conflict, match=r"audit\.broken"):
            chains.check_platform()


def test_the_command_names_log_and_place_and_fails(three, own_dabrowa):
    out = StringIO()
    call_command("verify_audit", "--all", stdout=out)
    assert "platform: " in out.getvalue()
    assert "2465011" in out.getvalue()
    out = StringIO()
    call_command("verify_audit", "0615022", stdout=out)
    assert "0 not sealed yet, 0 removed after their time, 0 wrong; head" in out.getvalue()
    head = out.getvalue().partition("head ")[2].split()[0]
    tamper("UPDATE audit_auditentry SET address = NULL WHERE id = %s", three.rows[1].pk)
    out = StringIO()
    with pytest.raises(CommandError, match="1 places"):
        call_command("verify_audit", "0615022", f"--head={head}", stdout=out)
    assert f"seal {three.seal}, entry {three.rows[1].pk}, field address: changed" in out.getvalue()
    call_command("verify_audit", "--platform", stdout=StringIO())
    for wrong in (["9999999"], ["0615022", "--head=1"], ["--head=1:ab"]):
        with pytest.raises(CommandError):
            call_command("verify_audit", *wrong, stdout=StringIO())


def test_the_nightly_job_goes_on_where_its_time_was_over_and_tells_the_console(three, monkeypatch):
    teryt = tenancy.current_tenant_id()
    entry(4)
    chains.seal()
    with monkeypatch.context() as patched:
        patched.setattr("tenants.jobs.chains.is_time_up", lambda: True)
        chains.check()
        with tenancy.public():
            assert AuditChain.objects.get(tenant_id=teryt).verified_to == 1
    with tenancy.public():
        run_now("verify_audit", [teryt])
        row = AuditChain.objects.get(tenant_id=teryt)
        assert (row.verified_to, row.wrong) == (0, 0)
        assert row.verified_at is not None
    tamper("UPDATE audit_auditentry SET role = '' WHERE id = %s", three.rows[0].pk)
    with tenancy.public():
        run_now("verify_audit", [teryt])
        run = JobRun.objects.get(job="verify_audit", tenant_id=teryt)
        row = AuditChain.objects.get(tenant_id=teryt)
    assert (run.outcome, run.error_code) == ("failed", "audit.broken")
    assert (row.wrong, row.first_place) == (
        1,
        f"seal {three.seal}, entry {three.rows[0].pk}, field role: changed",
    )


def grow_old(months: int) -> None:
    """Let everything that is sealed now be this much older, seals included: as time would do it."""
    tamper("UPDATE audit_auditentry SET at = at - make_interval(months => %s)", months)
    tamper("DELETE FROM audit_seal")
    sealing.seal()


def test_a_purge_leaves_a_chain_that_verifies(open_borki, monkeypatch):
    for number in range(5):
        entry(number)
    monkeypatch.setattr("kernel.audit.sealing.MOST_IN_A_SEAL", 2)
    grow_old(25)
    chains.note_present(open_borki)
    old, seals = AuditEntry.objects.count(), Seal.objects.count()
    entry(100)
    chains.seal()
    assert purging.purge() == old
    anchor = Anchor.objects.latest("number")
    assert (anchor.number, anchor.entries) == (seals, old)
    left = list(AuditEntry.objects.order_by("id").values_list("action", flat=True))
    assert left == ["test.done", "audit.purged", "audit.purged"]
    told = chains.verify()
    assert (told.findings, told.purged, told.unsealed) == ((), old, 2)
    chains.seal()
    assert chains.verify().findings == ()
    tamper("UPDATE audit_anchor SET entries = entries - 1")
    assert places() == [("changed", seals, None, "anchor")]
    tamper("DELETE FROM audit_anchor")
    assert places()[0] == ("missing", 1, None, "")


def test_nothing_goes_before_its_time_and_a_gmina_may_keep_longer(open_borki):
    entry(1)
    grow_old(25)
    entry(2)
    sealing.seal()
    purging.keep_for(60, actor=ACTOR)
    before = AuditEntry.objects.count()
    assert purging.purge() == 0
    with pytest.raises(InvalidInput, match=r"audit\.months"):
        purging.keep_for(23, actor=ACTOR)
    assert purging.months() == 60
    too_early = "SET LOCAL skarbnik.audit_purge = 'on'; DELETE FROM audit_auditentry WHERE at > now() - interval '23 months'"
    with connection.cursor() as cursor, pytest.raises(IntegrityError, match="append-only"):
        cursor.execute(too_early)
    assert AuditEntry.objects.count() == before


def test_a_loaded_gmina_is_asked_for_its_chain(three):
    assert [wrong for check in _checks for wrong in check()] == []
    tamper("UPDATE audit_auditentry SET role = '' WHERE id = %s", three.rows[0].pk)
    found = [wrong for check in _checks for wrong in check()]
    assert found == [f"audit: seal {three.seal}, entry {three.rows[0].pk}, field role: changed"]
