"""Bringing all gminas to the code's version. The design and its measurements: docs/decisions/0007, docs/fleet.md."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from queue import Empty

import psycopg

from kernel import tenancy
from kernel.actors import Actor
from kernel.postgresql import clusters
from tenants.directory.provisioning import migrate as migrate_stock
from tenants.directory.queries import scope_of
from tenants.fleet import actions, at_rest
from tenants.fleet.detection import Group, find_groups, public_is_current
from tenants.fleet.domain import CANCELLED, PAUSED
from tenants.fleet.gminas import Gmina
from tenants.fleet.models import FleetJob, GminaState, JobKind
from tenants.fleet.recording import Recording, record_canary
from tenants.fleet.replay import Limits, Outcome, Replay, describe
from tenants.fleet.report import Report
from tenants.fleet.sessions import Session, open_session
from tenants.fleet.signatures import Code, load_code
from tenants.fleet.texts import Segment, segments
from tenants.fleet.through_django import is_lock, migrate_through_django, named
from tenants.rates.actions import install_seed
from tenants.schemas import recording as schema_recording
from tenants.schemas.keys import migration_key
from tenants.schemas.making import provisioner

FLUSH_SECONDS = 0.5
LATER_ROUNDS = 3
"""Gminas may be registered or set up by older code while the others are migrated; so often they are looked for again."""


class Stopped(Exception):
    """The run ended before all gminas were done: a failure, or a person's wish."""


@dataclass
class Runner:
    """One run. `say` gets lines for people, `advance` the numbers of gminas done and in all."""

    actor: Actor
    limits: Limits = field(default_factory=Limits)
    only: tuple[str, ...] = ()
    canary: str = ""
    records: bool = True
    say: Callable[[str], None] = print
    advance: Callable[[int, int], None] = lambda done, total: None
    report: Report = field(default_factory=Report)

    def run(self) -> Report:
        """Migrate public, then all gminas that lack something. Raises Stopped; the report tells how far it came.

        In between the schema that new gminas get is recorded (`tenants.schemas`), unless `records` is off: what cannot be
        recorded is refused now, while no gmina has changed yet, and not when somebody opens a gmina.

        The caller holds the lock that keeps two runners apart. Nothing to do costs one process start and three questions.
        """
        code = load_code()
        with self._phase("detect"), open_session() as session:
            is_current = public_is_current(session, code)
        if not is_current:
            with self._phase("public"):
                migrate_stock(tenancy.PUBLIC)
            self.say("public schema: migrated")
        if install_seed(actor=self.actor):
            self.say("legal rates: installed")
        if self.records:
            with self._phase("recording"):
                recordings = _record_schema()
            if at_rest.fresh_digest() == (digest := at_rest.digest_of_code()) != "":
                actions.note_code(digest, code.signature, recordings)
        groups = self._groups(code)
        if groups:
            self._run_job(code, groups)
        return self.report

    def _groups(self, code: Code) -> list[Group]:
        with self._phase("detect"):
            return find_groups(code, self.only, self.report)

    def _run_job(self, code: Code, groups: list[Group]) -> None:
        job = actions.take_up_job(JobKind.MIGRATE, code.signature, actor=self.actor)
        try:
            if job.runs > 1:
                self._mend_canaries(job)
            if job.runs > 1 and not self.only:
                actions.note_done_before(job, [gmina.teryt for group in groups for gmina in group.gminas])
            for _ in range(LATER_ROUNDS):
                self._run_groups(job, code, groups)
                with self._phase("verify"):
                    groups = self._groups(code)
                if not groups:
                    break
            else:
                left = sum(len(group.gminas) for group in groups)
                raise Stopped(f"{left} gminas still lack migrations after all were replayed")
        except BaseException as error:
            reason = str(error) if isinstance(error, Stopped) else describe(error)
            actions.fail_job(job, reason, self.report.as_json(), actor=self.actor)
            raise
        actions.finish_job(job, self.report.as_json(), actor=self.actor)

    def _mend_canaries(self, job: FleetJob) -> None:
        """A run that was killed after a canary's last migration has left it without content types: Django adds them."""
        for teryt in job.report.get("canaries", []):
            migrate_stock(scope_of(teryt))
        self.report.canaries = list(job.report.get("canaries", []))

    def _run_groups(self, job: FleetJob, code: Code, groups: list[Group]) -> None:
        gminas = [gmina for group in groups for gmina in group.gminas]
        actions.list_gminas(job, [(gmina.teryt, gmina.name) for gmina in gminas])
        self.report.groups += len(groups)
        done_before = self.report.done
        for group in sorted(groups, key=lambda one: all(g.teryt != self.canary for g in one.gminas)):
            self._run_group(job, code, group, done_before + len(gminas))

    def _run_group(self, job: FleetJob, code: Code, group: Group, total: int) -> None:
        canary = group.canary(self.canary)
        recording = self._migrate_canary(job, code, group, canary)
        self.report.migrations = sorted(
            {*self.report.migrations, *(".".join(s.key) for s in recording.steps)}
        )
        self.report.through_django |= named(recording.steps)
        self.advance(self.report.done, total)
        others = [gmina for gmina in group.gminas if gmina is not canary]
        parts = segments(recording)
        with self._phase("replay"):
            if recording.is_replayable:
                self._replay(job, others, parts[0].text, total)
            else:
                self._one_by_one(job, others, parts, total)

    def _migrate_canary(self, job: FleetJob, code: Code, group: Group, canary: Gmina) -> Recording:
        self.report.canaries.append(canary.teryt)
        actions.keep_report(job, {"canaries": self.report.canaries})
        self.say(f"canary: {canary.teryt} {canary.name}, for {len(group.gminas)} gminas of its state")
        pending = [code.migrations[key] for key in sorted(group.pending)]
        start = time.perf_counter()
        with self._phase("canary"):
            for attempt in range(1, self.limits.tries + 1):
                try:
                    recording, _ = record_canary(
                        scope_of(canary.teryt), pending, lock_timeout_ms=self.limits.lock_timeout_ms
                    )
                    break
                except Exception as error:
                    if is_lock(error) and attempt < self.limits.tries:
                        time.sleep(min(0.05 * 2**attempt, 5.0))
                        continue
                    self._note(job, [Outcome(canary, error=describe(error))])
                    raise Stopped(f"canary {canary.teryt} {canary.name}: {describe(error)}") from error
        seconds = time.perf_counter() - start
        self._note(job, [Outcome(canary, ms=seconds * 1000, retries=attempt - 1)], is_canary=True)
        return recording

    # --- the others -------------------------------------------------------------------------------------------------
    def _replay(self, job: FleetJob, gminas: list[Gmina], text: str, total: int) -> None:
        if not gminas:
            return
        replay = Replay(gminas, text, self.limits)
        working = replay.start()
        kept: list[Outcome] = []
        flushed = time.monotonic()
        state = ""
        try:
            while working:
                try:
                    outcome = replay.outcomes.get(timeout=FLUSH_SECONDS)
                    working -= outcome is None
                    kept += [outcome] if outcome else []
                except Empty:
                    pass
                is_time = time.monotonic() - flushed > FLUSH_SECONDS
                if is_time and (len(kept) >= self.limits.batch or replay.outcomes.empty()):
                    state = self._note(job, kept)
                    kept, flushed = [], time.monotonic()
                    self.advance(self.report.done, total)
                    self._obey(replay, state)
        finally:
            replay.stop()
            replay.join()
            state = self._note(job, kept)
            self.advance(self.report.done, total)
        self._check(state)

    def _one_by_one(self, job: FleetJob, gminas: list[Gmina], parts: list[Segment], total: int) -> None:
        session: Session | None = None
        shard = ""
        try:
            for place, gmina in enumerate(sorted(gminas, key=lambda one: one.shard)):
                if session is None or gmina.shard != shard or place % self.limits.recycle == 0:
                    if session is not None:
                        session.close()
                    session, shard = open_session(gmina.shard), gmina.shard
                state = self._note(job, [migrate_through_django(gmina, parts, session, self.limits)])
                self.advance(self.report.done, total)
                while state == PAUSED:
                    time.sleep(FLUSH_SECONDS)
                    state = actions.beat(job)
                self._check(state)
        finally:
            if session is not None:
                session.close()

    def _obey(self, replay: Replay, state: str) -> None:
        if state == CANCELLED:
            replay.stop()
        elif state == PAUSED:
            replay.pause()
        else:
            replay.resume()

    def _check(self, state: str) -> None:
        if self.report.failed:
            raise Stopped(self.report.failed[0])
        if state == CANCELLED:
            raise Stopped("cancelled")

    def _note(self, job: FleetJob, outcomes: list[Outcome], *, is_canary: bool = False) -> str:
        for outcome in outcomes:
            # Django needs seconds for a canary, and holds no lock for most of them.
            self.report.note(Outcome(outcome.gmina, 0.0, outcome.retries) if is_canary else outcome)
        rows = [
            (o.gmina.teryt, GminaState.FAILED if o.error else GminaState.DONE, o.error, round(o.ms))
            for o in outcomes
            if o.gmina.teryt
        ]
        return actions.note_results(job, rows) if rows else actions.beat(job)

    @contextmanager
    def _phase(self, name: str) -> Iterator[None]:
        start = time.perf_counter()
        try:
            yield
        finally:
            self.report.spent(name, time.perf_counter() - start)


def _record_schema() -> dict[str, str]:
    """In every cluster; where nothing has changed that costs one question. Keys of the recordings by major version of
    PostgreSQL. Raises Stopped."""
    keys = {}
    for shard in clusters.names():
        try:
            with provisioner(shard) as connection:
                schema_recording.current(connection, shard)
                major = connection.info.server_version // 10_000
                keys[str(major)] = migration_key(major)
        except (RuntimeError, psycopg.Error) as error:
            raise Stopped(
                f"the schema of new gminas cannot be recorded ({shard}): {describe(error)}"
            ) from error
    return keys


def planned_sql(only: tuple[str, ...], canary: str) -> Iterator[str]:
    """What a run would send, as Django writes it, a line at a time; nothing is changed and nothing locked."""
    from django.db import connections
    from django.db.migrations.executor import MigrationExecutor

    code, report = load_code(), Report()
    with open_session() as session:
        if not public_is_current(session, code):
            yield "-- public schema: its own migrations come first"
    groups = find_groups(code, only, report)
    for group in groups:
        first = group.canary(canary)
        yield f"-- {len(group.gminas)} gminas lack {len(group.pending)} migrations; canary {first.teryt} {first.name}"
        with tenancy.enter(scope_of(first.teryt)):
            executor = MigrationExecutor(connections["default"])
            plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
            yield from executor.loader.collect_sql(plan)
    yield from (f"-- {line}" for line in report.lines())
