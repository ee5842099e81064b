"""Moving one gmina to another database cluster while the others run, and itself for all but a moment.

Its rows are copied while the portal works, twice, so that little is left. Then nobody may write, the rest is copied, both
sides are compared, and the directory is switched. The old copy is kept, closed, until a person confirms or takes the move
back. docs/scaling.md tells it whole; what a killed run has left is mended by the next one, or by the sweep.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

import psycopg
import structlog
from django.core.exceptions import ImproperlyConfigured

from kernel import tenancy
from kernel.actors import Actor
from kernel.errors import Conflict, SkarbnikError
from tenants.archive import loading, move_states, moving_rows, servers, write_stop
from tenants.archive.gmina import alone
from tenants.archive.move_checks import refuse_other_structure, refuse_same_server
from tenants.archive.moving_rows import Compared, Side
from tenants.archive.restores import refuse_unconfirmed
from tenants.archive.servers import Connection
from tenants.directory import provisioning
from tenants.directory.models import ClusterMove
from tenants.directory.models_clusters import MoveState
from tenants.directory.setup import only_one
from tenants.schemas import making
from tenants.schemas.recording import fingerprint

PATIENCE_S = 10.0
"""How long a transaction that is under way may hold up the stop before it is given up."""
LONGEST_STATEMENT_S = 300
"""Comparing the largest table takes this long at most, or the stop is given up: residents wait meanwhile."""
PASSES = 2
"""Copies before the stop: what was written during the first, long one is in the second, short one."""

Say = Callable[[str], None]

log = structlog.get_logger(__name__)


@dataclass
class Moved:
    """What a move came to; `stop_ms` is how long nobody could write, `waited_ms` of it for transactions under way.

    `copy_s` are the seconds of the passes before the stop, `first_copy_s` those of the first, which sends everything.
    """

    rows: int = 0
    stop_ms: int = 0
    waited_ms: int = 0
    first_copy_s: float = 0.0
    copy_s: float = 0.0
    findings: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Pair:
    """The gmina in both clusters, and the provisioner's connections there."""

    here: tenancy.Scope
    there: tenancy.Scope
    source: Connection
    target: Connection


def move_gmina(
    teryt: str, target: str, *, patience_s: float = PATIENCE_S, say: Say = print, actor: Actor
) -> Moved:
    """Move the gmina to the cluster `target`; its old copy stays, closed, until `confirm_move` or `undo_move`.

    Raises what `move_states.begin` and `write_stop.stop` raise, Conflict("archive.busy") beside another act on the gmina,
    ("restore.unconfirmed"), ("move.same_server"), ("move.version") when the gmina is not of this version, ("move.fleet")
    while the fleet is migrated, ("move.differs") when the copy is not equal. The gmina serves where it was then.
    """
    with alone(teryt):
        mend(teryt)
        move = move_states.begin(teryt, target, actor=actor)
        try:
            return _move(move, patience_s, say, actor)
        except BaseException as error:
            move_states.lift(move, _told(error))
            raise


def confirm_move(teryt: str, *, actor: Actor) -> None:
    """Drop the old copy. Raises Conflict("move.nothing_kept") when no move waits for a decision."""
    with alone(teryt):
        mend(teryt)
        move = move_states.unfinished(teryt)
        if move is None or move.state != MoveState.SWITCHED:
            raise Conflict("move.nothing_kept")
        here, _ = move_states.scopes_of(move)
        _drop(here)
        move_states.finish(move, MoveState.CONFIRMED, actor=actor)


def undo_move(teryt: str, *, patience_s: float = PATIENCE_S, actor: Actor) -> None:
    """Let the old copy serve again and drop the new one; or give up a move that has not switched.

    Raises Conflict("move.written", findings=…) when something was written since the switch: it would be lost.
    ("move.nothing_kept") when there is no move, and what `write_stop.stop` raises; the gmina serves where it was then.
    """
    with alone(teryt):
        mend(teryt)
        move = move_states.unfinished(teryt)
        if move is None:
            raise Conflict("move.nothing_kept")
        _, there = move_states.scopes_of(move)
        if move.state == MoveState.COPYING:
            _drop(there)
            move_states.finish(move, MoveState.UNDONE, actor=actor)
            return
        try:
            _switch_back(move, patience_s, actor)
        except BaseException as error:
            move_states.lift(move, _told(error))
            raise
        _drop(there)


def mend(teryt: str) -> bool:
    """End the stop that a killed run has left; whether there was one. The caller holds the gmina's lock (`alone`)."""
    move = move_states.unfinished(teryt)
    if move is None or move.state not in (MoveState.STOPPED, MoveState.UNDOING):
        return False
    move_states.lift(move, "killed during the write stop")
    return True


def mend_abandoned() -> list[str]:
    """End the stops behind which no run stands any more, so that nobody waits for a person; TERYT codes of the gminas."""
    with tenancy.public():
        stopped = ClusterMove.objects.filter(state__in=[MoveState.STOPPED, MoveState.UNDOING])
        teryts = list(stopped.values_list("tenant__teryt", flat=True))
    mended = []
    for teryt in teryts:
        try:
            with alone(teryt):
                mended += [teryt] if mend(teryt) else []
        except Conflict:  # its run is at work
            continue
        except (
            psycopg.Error,
            ImproperlyConfigured,
        ) as error:  # a cluster is away: the next sweep tries again
            log.warning("move.not_mended", teryt=teryt, error=type(error).__name__)
    return mended


def _move(move: ClusterMove, patience_s: float, say: Say, actor: Actor) -> Moved:
    outcome = Moved()
    with _pair(move) as pair, ExitStack() as stack:
        refuse_same_server(pair.source, pair.target)
        refuse_unconfirmed(pair.here)
        provisioning.build(pair.there)
        refuse_other_structure(pair.source, pair.here, pair.target, pair.there)
        start = time.perf_counter()
        for number in range(1, PASSES + 1):
            with _sides(pair) as (here, there):
                told = _copy(here, there)
            say(f"copied while the portal works, pass {number} of {PASSES}: {told.rows} rows are equal")
            outcome.copy_s = time.perf_counter() - start
            outcome.first_copy_s = outcome.first_copy_s or outcome.copy_s
        _refuse(_checked(pair.there))
        say("the copy's ledger and log verify")
        if not stack.enter_context(only_one("fleet_migrate")):
            raise Conflict("move.fleet")
        with _sides(pair) as (here, there):  # signing in takes time, and there is none in the stop
            start = time.perf_counter()
            token = move_states.stop_writing(move)
            outcome.waited_ms = round(1000 * write_stop.stop(pair.source, pair.here, patience_s))
            outcome.rows = _copy(here, there, last=True).rows
        if fingerprint(pair.source, pair.here) != fingerprint(pair.target, pair.there):
            raise Conflict("move.version")
        move_states.switch(move, token, outcome.rows, actor=actor)
        outcome.stop_ms = round(1000 * (time.perf_counter() - start))
    outcome.findings = _checked(pair.there)
    return outcome


def _switch_back(move: ClusterMove, patience_s: float, actor: Actor) -> None:
    with _pair(move) as pair:
        if not servers.has_schema(pair.source, pair.here.schema_name):
            raise Conflict("move.nothing_kept")  # a confirmation that was killed has dropped it
        token = move_states.stop_writing(move)
        write_stop.stop(pair.target, pair.there, patience_s)
        with servers.snapshot(pair.there) as new, servers.snapshot(pair.here) as old:
            now, before = Side(new, pair.there), Side(old, pair.here)
            if now.catalog.tables != before.catalog.tables:
                raise Conflict("move.written", place="django_migrations", findings=["migrated since"])
            outcome = moving_rows.compare(now, before, with_sessions=False)
        if outcome.tables:
            raise Conflict("move.written", place=", ".join(outcome.tables), findings=outcome.lines())
        write_stop.end(pair.source, pair.here)
        move_states.switch(move, token, outcome.rows, actor=actor)


@contextmanager
def _sides(pair: Pair) -> Iterator[tuple[Side, Side]]:
    """A transaction on both sides, the copy's committed at the end; the original as it stands when it is first read."""
    with (
        servers.snapshot(pair.here) as source,
        servers.owner(pair.there) as target,
        target.transaction(),
    ):
        yield Side(source, pair.here), Side(target, pair.there)


def _copy(here: Side, there: Side, *, last: bool = False) -> Compared:
    """Make the copy equal to the gmina as it stands at one moment. The last time nobody writes, so all must be equal."""
    if last:
        for side in (here, there):
            side.connection.execute(f"SET LOCAL statement_timeout = '{LONGEST_STATEMENT_S}s'")
    outcome = moving_rows.synchronise(here, there)
    _refuse(outcome.lines() + (moving_rows.findings(here, there) if last else []))
    return outcome


def _checked(scope: tenancy.Scope) -> list[str]:
    """What the layers above find wrong in the copy: the ledger, and whoever else has told `loading.check_with`."""
    with tenancy.enter(scope):
        return loading.checked()


def _refuse(findings: list[str]) -> None:
    if findings:
        raise Conflict("move.differs", place=findings[0], findings=findings)


@contextmanager
def _pair(move: ClusterMove) -> Iterator[Pair]:
    """Both clusters, and nobody else at work on the copy: what a killed run began may still run in the server there."""
    here, there = move_states.scopes_of(move)
    with (
        servers.administrator(here) as source,
        servers.administrator(there) as target,
        making.only_one(target, f"copy of {there.schema_name}"),
    ):
        yield Pair(here, there, source, target)


def _drop(scope: tenancy.Scope) -> None:
    servers.drop_schema(scope)
    servers.drop_role(scope)


def _told(error: BaseException) -> str:
    if isinstance(error, SkarbnikError):
        return f"{error.code} {error.params.get('place', '')}".strip()
    return type(error).__name__
