"""Replaying one text in many gminas: one transaction each, over a few connections to each cluster, in order.

The order is kept where it matters: a gmina commits only when the statements of all gminas before it have succeeded. So the
first failure leaves every later gmina untouched, although several are under way at once. A gmina's COMMIT travels in one
message with the statements of the next one, so that each costs one round trip.
"""

import threading
import time
from collections import deque
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from queue import SimpleQueue

import psycopg
from psycopg import errors
from psycopg.pq import TransactionStatus

from tenants.fleet.gminas import Gmina
from tenants.fleet.sessions import Session, open_session

TRY_AGAIN = (errors.LockNotAvailable, errors.DeadlockDetected, errors.SerializationFailure)
PATIENCE = 0.01
"""Seconds for which a gmina may wait for its turn while it holds its locks; then it lets go and starts anew."""

CLOCK = "SELECT extract(epoch FROM clock_timestamp())::float8"


@dataclass(frozen=True)
class Limits:
    """How the replay treats the databases.

    `connections` are those to each cluster, which work side by side; `lock_timeout_ms`: for how long a statement may queue
    for a lock, because everybody else queues behind it; `tries`: how often a gmina in use is tried before that is a failure,
    with growing pauses while the others go on; `recycle`: gminas after which a connection is made anew, because PostgreSQL
    never forgets the relations that a session has seen.
    """

    connections: int = 2
    batch: int = 25
    lock_timeout_ms: int = 50
    tries: int = 12
    recycle: int = 100


@dataclass(frozen=True)
class Outcome:
    """What became of one gmina; `ms` is the time from its BEGIN to its COMMIT, the longest that a lock was held."""

    gmina: Gmina
    ms: float = 0.0
    retries: int = 0
    error: str = ""


@dataclass
class _Waiting:
    gmina: Gmina
    retries: int = 0
    not_before: float = 0.0


@dataclass(frozen=True)
class _Ready:
    """A gmina whose statements have run and whose turn to commit has come; `began` by the server's clock, in seconds."""

    place: int
    waiting: _Waiting
    began: float


class _NotCommitted(Exception):
    """The gmina before the one whose statements were sent could not be committed."""


class Replay:
    """The text in each of the gminas. `outcomes` receives an Outcome a gmina and None when a connection's work ends."""

    def __init__(self, gminas: Iterable[Gmina], text: str, limits: Limits) -> None:
        self.outcomes: SimpleQueue[Outcome | None] = SimpleQueue()
        self._text, self._limits = text, limits
        self._waiting: dict[str, deque[_Waiting]] = {}
        for gmina in gminas:
            self._waiting.setdefault(gmina.shard, deque()).append(_Waiting(gmina))
        self._turn = threading.Condition()
        self._taken = 0
        self._cleared: set[int] = set()
        self._watermark = 0
        self._stopped_at: int | None = None
        self._gate = threading.Event()
        self._gate.set()
        self._threads = [
            threading.Thread(target=self._work, args=[shard], name=f"fleet-{shard}-{number}", daemon=True)
            for shard, waiting in self._waiting.items()
            for number in range(max(1, min(limits.connections, len(waiting))))
        ]

    # --- from outside -----------------------------------------------------------------------------------------------
    def start(self) -> int:
        """Begin; returns the number of connections, so of Nones to wait for."""
        for thread in self._threads:
            thread.start()
        return len(self._threads)

    def pause(self) -> None:
        """Take no further gmina; those under way are finished."""
        self._gate.clear()

    def resume(self) -> None:
        """Go on."""
        self._gate.set()

    def stop(self, place: int = 0) -> None:
        """Take no further gmina, and undo those under way from this place on that may not commit yet."""
        with self._turn:
            self._stopped_at = place if self._stopped_at is None else min(self._stopped_at, place)
            self._turn.notify_all()
        self._gate.set()

    def join(self) -> None:
        """Wait until all connections are closed."""
        for thread in self._threads:
            thread.join()

    # --- one connection ---------------------------------------------------------------------------------------------
    def _work(self, shard: str) -> None:
        session: Session | None = None
        served = 0
        ready: _Ready | None = None
        try:
            while True:
                taken = self._take(shard, may_wait=ready is None)
                if taken is None and ready is None:
                    break
                if session is not None and (taken is None or served >= self._limits.recycle):
                    self._finish(session, ready)
                    ready = None
                    if taken is None:
                        continue
                if session is None or served >= self._limits.recycle:
                    if session is not None:
                        session.close()
                    session, served = open_session(shard), 0
                served += 1
                ready = self._migrate(session, *taken, ready) if taken else None
        except Exception as error:  # a connection that cannot be made, or is gone
            self.stop()
            self.outcomes.put(Outcome(Gmina("", "", "", "", shard), error=describe(error)))
        finally:
            if session is not None:
                session.close()
            self.outcomes.put(None)

    def _take(self, shard: str, *, may_wait: bool) -> tuple[int, _Waiting] | None:
        """The next gmina, or None when there is none: none at all, or none just now and the caller may not wait."""
        mine = self._waiting[shard]
        while may_wait or self._gate.is_set():
            self._gate.wait()
            with self._turn:
                if self._stopped_at is not None or not mine:
                    return None
                pause = mine[0].not_before - time.monotonic()
                if pause <= 0:
                    self._taken += 1
                    return self._taken - 1, mine.popleft()
            if not may_wait:
                return None
            time.sleep(min(pause, 0.2))
        return None

    def _migrate(
        self, session: Session, place: int, waiting: _Waiting, before: _Ready | None
    ) -> _Ready | None:
        """Commit the gmina `before`, and run the statements of the next one in the same message.

        Returns the next one when it may be committed, else None: it is left for later, or has failed.
        """
        try:
            while True:
                began = self._send(session, self._message(waiting.gmina), before)
                before = None
                if self._is_my_turn(place, PATIENCE):
                    break
                session.execute("ROLLBACK")
                if not self._is_my_turn(place, None):
                    return None
            self._clear(place)
            return _Ready(place, waiting, began)
        except _NotCommitted:
            return None
        except TRY_AGAIN as error:
            session.execute("ROLLBACK")
            self._postpone(place, waiting, error)
            self._clear(place)
        except psycopg.Error as error:
            self._fail(session, place, waiting, error)
        return None

    def _finish(self, session: Session, ready: _Ready | None) -> None:
        """Commit a gmina that nobody follows at once."""
        if ready is not None:
            with suppress(_NotCommitted):
                self._send(session, "", ready)

    def _send(self, session: Session, message: str, before: _Ready | None) -> float:
        """One message; returns the server's clock, in seconds, at the end of `before` and the begin of what comes then.

        Raises _NotCommitted, noted already, when `before` itself was not committed, and psycopg.Error about the message.
        """
        try:
            cursor = session.execute(f"{'COMMIT; ' * (before is not None)}{CLOCK}; {message}")
        except psycopg.Error as error:
            if before is None:
                raise
            if session.closed or session.info.transaction_status != TransactionStatus.INERROR:
                self._fail(session, before.place, before.waiting, error)
                raise _NotCommitted from error
            self._note(before, before.began)  # how long it took went down with the message
            raise
        if before is not None:
            cursor.nextset()
        [now] = cursor.fetchone() or [0.0]
        if before is not None:
            self._note(before, now)
        return float(now)

    def _note(self, ready: _Ready, committed: float) -> None:
        ms, waiting = (committed - ready.began) * 1000, ready.waiting
        self.outcomes.put(Outcome(waiting.gmina, ms=ms, retries=waiting.retries))

    def _fail(self, session: Session, place: int, waiting: _Waiting, error: psycopg.Error) -> None:
        self.stop(place)  # before anything else: nobody behind may commit
        self.outcomes.put(Outcome(waiting.gmina, retries=waiting.retries, error=describe(error)))
        if not session.closed:
            session.execute("ROLLBACK")

    def _message(self, gmina: Gmina) -> str:
        """Everything but the COMMIT. The names are checked when a gmina is registered."""
        return (
            f'BEGIN; SET LOCAL ROLE "{gmina.role}"; SET LOCAL search_path = "{gmina.schema}";'
            f" SET LOCAL lock_timeout = {self._limits.lock_timeout_ms};\n"
            f"{self._text}\n;\nSET CONSTRAINTS ALL IMMEDIATE"
        )

    def _postpone(self, place: int, waiting: _Waiting, error: psycopg.Error) -> None:
        """Somebody uses the gmina's table: the others go on, and this one is tried again at their end."""
        waiting.retries += 1
        if waiting.retries >= self._limits.tries:
            self.stop(place)
            self.outcomes.put(Outcome(waiting.gmina, retries=waiting.retries, error=describe(error)))
            return
        waiting.not_before = time.monotonic() + min(0.05 * 2**waiting.retries, 5.0)
        with self._turn:
            self._waiting[waiting.gmina.shard].append(waiting)

    # --- whose turn it is to commit ---------------------------------------------------------------------------------
    def _is_my_turn(self, place: int, patience: float | None) -> bool:
        """Wait until all gminas before this one are through. False when that takes too long, or all is stopped here."""
        with self._turn:
            self._turn.wait_for(lambda: self._is_stopped(place) or self._watermark >= place, patience)
            return self._watermark >= place and not self._is_stopped(place)

    def _is_stopped(self, place: int) -> bool:
        return self._stopped_at is not None and place >= self._stopped_at

    def _clear(self, place: int) -> None:
        with self._turn:
            self._cleared.add(place)
            while self._watermark in self._cleared:
                self._cleared.remove(self._watermark)
                self._watermark += 1
            self._turn.notify_all()


def describe(error: BaseException) -> str:
    """The error's kind and first line, without the values of rows (they stand in DETAIL)."""
    cause = error.__cause__ if isinstance(error.__cause__, psycopg.Error) else error
    message = cause.diag.message_primary if isinstance(cause, psycopg.Error) else ""
    return f"{type(cause).__name__}: {message or str(cause).partition(chr(10))[0]}"
