"""A gmina goes to another server and stays the same gmina; nobody loses a write, and the way back is open."""

import threading
import time
from dataclasses import replace

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, connections, transaction

from kernel import tenancy
from kernel.audit.recording import history
from kernel.errors import Conflict, InvalidInput, NotFound, Unavailable
from kernel.postgresql.refusals import is_role_gone
from portal.embedded import postgres
from services.accounts.models import Payer
from services.ledger.models import Entry
from services.ledger.sealing import seal
from services.ledger.verification import verify
from services.liabilities.models import Liability
from tenants.archive import moves, servers
from tenants.archive.gmina import alone
from tenants.archive.moves import confirm_move, move_gmina, undo_move
from tenants.directory.placement import clusters, set_cluster
from tenants.directory.queries import scope_of, scope_to_work_in
from tests.tenants.archive.conftest import HUGE, OLGA, STRANGE, live_on, one
from tests.tenants.clusters.conftest import BORKI, DABROWA, NORTH, SCHEMA, state, tenant

ROWS = f"SELECT string_agg(md5(p::text), '' ORDER BY id) FROM {SCHEMA}.accounts_payer p"
EXISTS = f"SELECT count(*) FROM pg_namespace WHERE nspname = '{SCHEMA}'"


def move(target: str = NORTH, **options):
    return move_gmina(BORKI, target, say=lambda line: None, actor=OLGA, **options)


def refused(scope: tenancy.Scope) -> bool:
    """Whether PostgreSQL refuses whoever comes with this scope."""
    with tenancy.enter(scope), pytest.raises(DatabaseError) as error:
        Payer.objects.count()
    connections["default"].close()
    return is_role_gone(error.value)


def actions() -> list[str]:
    with tenancy.public():
        found = history(tenant()).order_by("id").values_list("action", flat=True)
        return [name for name in found if "move" in name]


@pytest.mark.covers("S105")
def test_a_moved_gmina_is_the_same_gmina(lived_in, own_dabrowa, here, there):
    before, other = one(here, ROWS), one(here, ROWS.replace(SCHEMA, f"gmina_{DABROWA}"))
    moved = move()
    assert moved.findings == []
    assert tenant().shard == NORTH
    assert not tenant().is_moving
    assert state() == "switched"
    assert one(there, ROWS) == before
    scope = scope_of(BORKI)
    assert scope.shard == NORTH
    with tenancy.enter(scope):
        anna = Payer.objects.get(external_id="K-anna")
        assert (anna.name, anna.address) == (STRANGE, HUGE)
        assert verify().findings == ()
        with pytest.raises(DatabaseError, match="append-only"), connection.cursor() as cursor:
            cursor.execute("DELETE FROM ledger_posting")
        assert Payer.objects.create(external_id="K-nowy", kind="person", name="Nowa").pk > anna.pk
    assert refused(lived_in), "the old copy is still open"
    assert one(here, ROWS.replace(SCHEMA, f"gmina_{DABROWA}")) == other
    with tenancy.enter(own_dabrowa):
        Payer.objects.count()
    confirm_move(BORKI, actor=OLGA)
    assert (one(here, EXISTS), one(there, EXISTS)) == (0, 1)
    assert state() == "confirmed"
    assert actions() == ["tenant.move_started", "tenant.moved", "tenant.move_confirmed"]
    with pytest.raises(Conflict, match=r"move\.nothing_kept"):
        confirm_move(BORKI, actor=OLGA)
    assert one(there, EXISTS) == 1


def test_what_is_written_afterwards_comes_after_the_old_entries_in_the_chain(lived_in, there):
    move()
    scope = scope_of(BORKI)
    with tenancy.enter(scope):
        oldest = max(Entry.objects.values_list("xid", flat=True))
        with connection.cursor() as cursor:
            cursor.execute("SELECT (pg_current_xact_id()::text)::bigint")
            assert cursor.fetchone()[0] < oldest, "the second server is not younger; the test shows nothing"
    live_on(scope)
    with tenancy.enter(scope):
        assert Entry.objects.order_by("id").last().xid > oldest
        assert seal() == 2
        assert (verify().findings, verify().unsealed) == ((), 0)


def test_a_dry_run_tells_and_changes_nothing(lived_in, here, there, capsys):
    before = one(here, ROWS)
    call_command("move_gmina", BORKI, NORTH, "--dry-run")
    told = capsys.readouterr().out
    assert "main -> north" in told
    assert "rows" in told
    assert (one(here, ROWS), one(there, EXISTS)) == (before, 0)
    assert (tenant().shard, tenant().is_moving, state(), actions()) == ("main", False, "", [])


def test_whoever_writes_when_it_stops_is_waited_for_and_whoever_comes_later_is_refused(lived_in, there):
    begun, may_commit, moved = threading.Event(), threading.Event(), []

    def write() -> None:
        with tenancy.enter(lived_in), transaction.atomic():
            Payer.objects.create(external_id="K-ostatni", kind="person", name="Ostatni")
            begun.set()
            may_commit.wait(30)
            Payer.objects.filter(external_id="K-ostatni").update(external_id="K-zdazyl")
        connections.close_all()

    def carry() -> None:
        moved.append(move(patience_s=30))
        connections.close_all()

    threads = [threading.Thread(target=write), threading.Thread(target=carry)]
    threads[0].start()
    assert begun.wait(30)
    threads[1].start()
    deadline = time.monotonic() + 60
    while one(servers_url(), f"SELECT pg_has_role('skarbnik_app', '{SCHEMA}', 'SET')"):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert (state(), tenant().is_moving) == ("stopped", True)
    assert refused(lived_in), "a process that has heard nothing can still write"
    with pytest.raises(Unavailable, match=r"tenant\.moving"):
        scope_to_work_in(BORKI)
    may_commit.set()
    for thread in threads:
        thread.join(60)
    assert moved[0].waited_ms > 0
    assert moved[0].stop_ms >= moved[0].waited_ms
    with tenancy.enter(scope_of(BORKI)):
        assert Payer.objects.filter(external_id="K-zdazyl").count() == 1
    assert scope_to_work_in(BORKI).shard == NORTH


def servers_url() -> str:
    from django.conf import settings

    return settings.PROVISIONING_DATABASE_URL


def test_when_somebody_writes_for_too_long_the_gmina_goes_on_where_it_was(lived_in, writer, there):
    with writer(), pytest.raises(Conflict, match=r"move\.writers"):
        move(patience_s=0.2)
    assert (tenant().shard, tenant().is_moving, state()) == ("main", False, "copying")
    live_on(lived_in)
    with tenancy.enter(lived_in):
        count = Liability.objects.count()
    assert move().findings == []
    with tenancy.enter(scope_of(BORKI)):
        assert Liability.objects.count() == count


def test_an_undone_move_serves_from_the_old_copy_again(lived_in, here, there):
    before = one(here, ROWS)
    move()
    undo_move(BORKI, actor=OLGA)
    assert (tenant().shard, tenant().is_moving, state()) == ("main", False, "undone")
    assert (one(here, ROWS), one(there, EXISTS)) == (before, 0)
    live_on(scope_of(BORKI))
    assert move().findings == []
    assert actions().count("tenant.move_undone") == 1


def test_an_undo_that_would_lose_a_write_is_refused_and_says_what(lived_in, here, there, capsys):
    move()
    live_on(scope_of(BORKI))
    with pytest.raises(CommandError, match=r"move\.written"):
        call_command("move_gmina", BORKI, "--undo")
    assert "liabilities_liability: 4 rows, 3 in the copy" in capsys.readouterr().out
    assert (tenant().shard, tenant().is_moving, state()) == (NORTH, False, "switched")
    assert refused(lived_in)
    live_on(scope_of(BORKI))
    with pytest.raises(Conflict, match=r"move\.unconfirmed"):
        move("main")
    confirm_move(BORKI, actor=OLGA)
    assert move("main").findings == []
    with tenancy.enter(scope_of(BORKI)):
        assert Liability.objects.count() == 5
        assert verify().findings == ()
    assert tenant().shard == "main"


def test_a_session_that_somebody_has_signed_in_with_goes_along(lived_in):
    from services.users.sessions import SessionStore

    with tenancy.enter(lived_in):
        store = SessionStore()
        store["somebody"] = "anna"
        store.save()
    move()
    with tenancy.enter(scope_of(BORKI)):
        assert SessionStore(store.session_key)["somebody"] == "anna"


def test_wrong_clusters_are_refused_before_anything_happens(lived_in, here, there, server, settings):
    with pytest.raises(NotFound, match=r"cluster\.unknown"):
        move("south")
    with pytest.raises(Conflict, match=r"move\.same_cluster"):
        move("main")
    postgres.prepare_database(server, "skarbnik_beside")
    beside = server.url("skarbnik_provisioner", "skarbnik_beside")
    settings.DATABASE_CLUSTERS = {NORTH: {"url": beside, "provisioning_url": beside}}
    with pytest.raises(Conflict, match=r"move\.same_server"):
        move()
    assert (tenant().shard, tenant().is_moving) == ("main", False)
    assert (one(here, EXISTS), one(there, EXISTS)) == (1, 0)
    undo_move(BORKI, actor=OLGA)
    assert state() == "undone"
    live_on(lived_in)


def test_two_moves_of_one_gmina_do_not_meet(lived_in, there):
    with alone(BORKI), pytest.raises(Conflict, match=r"archive\.busy"):
        move()
    assert (state(), one(there, EXISTS)) == ("", 0)


def test_a_gmina_of_another_version_is_not_moved(lived_in, there):
    with tenancy.enter(lived_in), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE accounts_payer ADD COLUMN strange integer")
    with pytest.raises(Conflict, match=r"move\.version"):
        move()
    assert (tenant().shard, tenant().is_moving) == ("main", False)
    live_on(lived_in)


def test_a_copy_that_differs_is_never_switched_to(lived_in, monkeypatch):
    def lose_one(here, there):
        return [*real(here, there), "accounts_payer: lost"]

    real = moves.moving_rows.findings
    monkeypatch.setattr(moves.moving_rows, "findings", lose_one)
    with pytest.raises(Conflict, match=r"move\.differs"):
        move()
    assert (tenant().shard, tenant().is_moving, state()) == ("main", False, "copying")
    live_on(lived_in)


def test_a_role_that_somebody_else_has_given_too_stops_the_move(lived_in, here, server, own_database):
    with psycopg.connect(here, autocommit=True) as administrator:
        administrator.execute(
            f"GRANT {SCHEMA} TO skarbnik_app WITH INHERIT FALSE, SET TRUE GRANTED BY postgres"
        )
        try:
            with pytest.raises(Conflict, match=r"move\.role_stays"):
                move()
        finally:
            administrator.execute(f"REVOKE {SCHEMA} FROM skarbnik_app GRANTED BY postgres")
    assert (tenant().shard, tenant().is_moving) == ("main", False)
    live_on(lived_in)


def test_a_new_gmina_goes_to_the_least_filled_cluster_that_takes_new_ones(north, own_borki, there):
    from tenants.directory.actions import build_tenant, register_tenant

    def register(teryt: str, **options):
        return register_tenant(
            teryt=teryt, name="Nowa", kind="rural", label=f"nowa-{teryt}", setup={}, actor=OLGA, **options
        )

    with tenancy.public():
        assert [(row.name, row.accepts_new, row.gminas) for row in clusters()] == [
            ("main", True, 2), (NORTH, False, 0),
        ]  # fmt: skip
        assert register("0201032").shard == "main"
        with pytest.raises(InvalidInput, match=r"cluster\.closed"):
            register("0201042", cluster=NORTH)
        set_cluster(NORTH, accepts_new=True, note="", actor=OLGA)
        assert register("0201042").shard == NORTH
        assert register("0201052", cluster="main").shard == "main"
    scope = build_tenant("0201042")
    assert one(there, "SELECT count(*) FROM pg_namespace WHERE nspname = 'gmina_0201042'") == 1
    with tenancy.enter(scope):
        assert Payer.objects.count() == 0
    call_command("compare_schemas", "0201042", BORKI)
    with servers.administrator(replace(scope, shard="main")) as session:
        assert not servers.has_schema(session, "gmina_0201042")
