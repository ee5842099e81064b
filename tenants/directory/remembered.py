"""The directory of gminas as this process remembers it: which gmina answers under a host, and what a TERYT code opens.

Every request and every task asks. An answer is remembered only while PostgreSQL would tell us of a change: a thread
listens to `skarbnik_directory`, which the triggers of the directory's tables notify (migration 0003), and a change empties
the memory of every process at once. The listening connection proves itself every few seconds with a message to itself;
without proof (connection lost, a pooler between that drops notifications) nothing is remembered and every question goes
to the database.
"""

import os
import threading
import time
from collections.abc import Callable, Hashable
from typing import Any, Final, TypeVar

import psycopg
import structlog
from django.conf import settings
from django.db import connection as database
from psycopg import sql

from kernel import tenancy

log = structlog.get_logger(__name__)

CHANNEL: Final = "skarbnik_directory"
PROOF_EVERY_SECONDS: Final = 5.0
PROOF_WITHIN_SECONDS: Final = 2.0
TRY_AGAIN_SECONDS: Final = 1.0

Answer = TypeVar("Answer")


class Memory:
    """Answers that are forgotten when the directory changes, when nobody listens, and in a forked child."""

    def __init__(self) -> None:
        self._answers: dict[Hashable, Any] = {}
        self._generation = 0
        self._is_proven = False
        self._pid = 0
        self._lock = threading.Lock()
        self._is_closed = threading.Event()

    def close(self) -> None:
        """End listening; from then on everything is asked anew."""
        self._is_closed.set()
        self._forget(is_proven=False)

    def get(self, key: Hashable, ask: Callable[[], Answer | None]) -> Answer | None:
        """What `ask()` says, or said since the last change. None is never remembered: strangers may ask for anything.

        A transaction sees its own changes, of which nobody has been told yet: inside one it is always asked.
        """
        with tenancy.public():
            is_inside = database.in_atomic_block
        if is_inside or not settings.REMEMBER_DIRECTORY:
            return ask()
        self._listen()
        known: Answer | None = self._answers.get(key) if self._is_proven else None
        if known is not None:
            return known
        generation = self._generation
        answer = ask()
        if answer is not None:
            with self._lock:  # an answer from before a change must not outlive it
                if self._is_proven and generation == self._generation:
                    self._answers[key] = answer
        return answer

    @property
    def is_proven(self) -> bool:
        """Whether a change would reach us now."""
        return self._is_proven and self._pid == os.getpid()

    def _forget(self, *, is_proven: bool) -> None:
        with self._lock:
            self._generation += 1
            self._answers = {}
            self._is_proven = is_proven

    def _listen(self) -> None:
        if self._pid == os.getpid():
            return
        with self._lock:
            if self._pid == os.getpid():
                return
            self._answers, self._is_proven = {}, False  # a parent process's, whose thread is not here
            self._pid = os.getpid()
        threading.Thread(target=self._keep_listening, name="directory", daemon=True).start()

    def _keep_listening(self) -> None:
        while not self._is_closed.is_set():
            try:
                self._hear_until_lost()
            except psycopg.Error as error:
                log.warning("directory.unheard", error=type(error).__name__)
            self._forget(is_proven=False)
            self._is_closed.wait(TRY_AGAIN_SECONDS)

    def _hear_until_lost(self) -> None:
        own = f"{CHANNEL}_{os.getpid()}_{threading.get_ident()}"
        with psycopg.connect(
            settings.DIRECTORY_DATABASE_URL,
            autocommit=True,
            connect_timeout=5,
            application_name="skarbnik directory",
        ) as connection:
            for channel in (CHANNEL, own):
                connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(channel)))
            prove = sql.SQL("NOTIFY {}").format(sql.Identifier(own))
            while not self._is_closed.is_set():
                connection.execute(prove)
                if not self._is_heard(connection, own):
                    log.warning("directory.unheard", error="notifications do not arrive")
                    return
                if not self._is_proven:
                    self._forget(is_proven=True)
                self._hear(connection, PROOF_EVERY_SECONDS)

    def _is_heard(self, connection: psycopg.Connection[Any], own: str) -> bool:
        """Whether the message to ourselves comes in time; a change may come before it, with it or behind it."""
        until = time.monotonic() + PROOF_WITHIN_SECONDS
        while (left := until - time.monotonic()) > 0:
            if own in self._hear(connection, left, stop_after=1):
                return True
        return False

    def _hear(
        self, connection: psycopg.Connection[Any], seconds: float, stop_after: int | None = None
    ) -> set[str]:
        """The channels of what comes meanwhile; a change is forgotten at. Messages come in packets, and psycopg loses the
        rest of one when somebody leaves in the middle: none of these loops ends early."""
        channels = set()
        for message in connection.notifies(timeout=seconds, stop_after=stop_after):
            channels.add(message.channel)
            if message.channel == CHANNEL:
                self._forget(is_proven=self._is_proven)
        return channels


MEMORY: Final = Memory()
