"""Counters of rate limits and daily quotas that all processes share.

They live in `metering_counter`, an unlogged table of the public schema: one statement counts, decides and answers, so two
processes never admit one too many. After a crash of the server the table is empty and the windows begin anew. The gminas'
roles cannot touch it; every function opens the public schema itself. A subject is kept as a keyed digest, so that no
person's address leaves the gmina.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils.crypto import salted_hmac

from kernel import tenancy

NOW = "statement_timestamp()"
"""The database's clock: processes on different machines agree on it. Tests put a constant here."""

_COUNT = """
INSERT INTO metering_counter AS c (gmina, name, subject, ends_at, used, most)
SELECT gmina, name, subject, coalesce(until, {now} + seconds * interval '1 second'), amount, most
FROM (VALUES {rows}) AS asked (gmina, name, subject, until, seconds, amount, most)
WHERE most IS NULL OR amount <= most
ON CONFLICT (gmina, name, subject) DO UPDATE SET
    used = CASE WHEN c.ends_at <= {now} THEN 0 ELSE c.used END + excluded.used,
    ends_at = CASE WHEN c.ends_at <= {now} THEN excluded.ends_at ELSE c.ends_at END,
    most = excluded.most
WHERE excluded.most IS NULL OR CASE WHEN c.ends_at <= {now} THEN 0 ELSE c.used END + excluded.used <= excluded.most
RETURNING name, subject, used, extract(epoch FROM ends_at - {now})
"""
_ROW = "(%s, %s, %s, %s::timestamptz, %s::float8, %s::bigint, %s::bigint)"


# ruff: noqa: S608 - put together from constants of this module only
_KEY = "gmina = %s AND name = %s AND subject = %s"
_GIVE_BACK = f"UPDATE metering_counter SET used = greatest(0, used - %s) WHERE {_KEY}"
_FORGET = f"DELETE FROM metering_counter WHERE {_KEY}"
_STANDING = f"SELECT used, extract(epoch FROM ends_at - {{now}}) FROM metering_counter WHERE {_KEY} AND ends_at > {{now}}"
_USED = (
    "SELECT name, used FROM metering_counter"
    " WHERE gmina = %s AND name = ANY(%s) AND subject = '' AND ends_at > {now}"
)
_DROP = "DELETE FROM metering_counter WHERE ends_at < {now} - interval '1 day'"


@dataclass(frozen=True)
class Wanted:
    """`amount` of something, at most `most` in a window (None: only counted).

    The window lasts `seconds` from its first use or ends at `until`. A `subject` is an account, an address, a day.
    """

    name: str
    most: int | None
    seconds: float = 0.0
    until: datetime | None = None
    subject: str = ""
    amount: int = 1


@dataclass(frozen=True)
class Counted:
    """How a window stands: what of `most` is used, in how many seconds it ends, and whether this call was admitted."""

    name: str
    is_admitted: bool
    used: int
    most: int | None
    seconds_left: float


def take(*wanted: Wanted) -> list[Counted]:
    """Count all of it, or nothing where one of the limits does not allow it; the answers stand in the given order.

    One round trip; a refusal takes two more. The counting is committed at once: call it outside the transaction of the work
    that it guards, so that the row's lock is not held and a try that failed has still been counted.
    """
    gmina = tenancy.current().tenant_id
    keys = [(one.name, digest(one.subject)) for one in wanted]
    # One order of locks for everybody: no deadlock.
    ordered = sorted(zip(keys, wanted, strict=True), key=lambda pair: pair[0])
    parameters = [
        value for key, one in ordered for value in (gmina, *key, one.until, one.seconds, one.amount, one.most)
    ]
    with tenancy.public(), connection.cursor() as cursor:
        cursor.execute(_COUNT.format(now=NOW, rows=", ".join([_ROW] * len(ordered))), parameters)
        found = {(name, subject): (used, float(left)) for name, subject, used, left in cursor.fetchall()}
        if len(found) == len(keys):
            return [
                Counted(one.name, True, used, one.most, left)
                for one, (used, left) in zip(wanted, map(found.__getitem__, keys), strict=True)
            ]
        for key, one in ordered:
            if key in found:
                cursor.execute(_GIVE_BACK, [one.amount, gmina, *key])
        return [
            Counted(one.name, key in found, *_standing(cursor, gmina, key, one))
            for one, key in zip(wanted, keys, strict=True)
        ]


def _standing(cursor: Any, gmina: str, key: tuple[str, str], one: Wanted) -> tuple[int, int | None, float]:
    """How a window stands after a refusal; one that was never open has only its length to tell."""
    cursor.execute(_STANDING.format(now=NOW), [gmina, *key])
    used, left = cursor.fetchone() or (0, one.seconds)
    return used, one.most, float(left)


def used_by(gmina: str, names: Sequence[str]) -> dict[str, int]:
    """What of its open windows the gmina with this TERYT code has used, by name; 0 where none is open."""
    with tenancy.public(), connection.cursor() as cursor:
        cursor.execute(_USED.format(now=NOW), [gmina, list(names)])
        return dict.fromkeys(names, 0) | dict(cursor.fetchall())


def give_back(name: str, subject: str = "", amount: int = 1) -> None:
    """Take a count back: what it was counted for did not happen."""
    _change(_GIVE_BACK, [amount], name, subject)


def forget(name: str, subject: str = "") -> None:
    """End the window: the next use begins a new one."""
    _change(_FORGET, [], name, subject)


def _change(statement: str, parameters: list[Any], name: str, subject: str) -> None:
    gmina = tenancy.current().tenant_id
    with tenancy.public(), connection.cursor() as cursor:
        cursor.execute(statement, [*parameters, gmina, name, digest(subject)])


def drop_ended() -> int:
    """Delete windows that ended more than a day ago; returns how many."""
    with tenancy.public(), connection.cursor() as cursor:
        cursor.execute(_DROP.format(now=NOW))
        return int(cursor.rowcount)


def digest(subject: str) -> str:
    """A keyed digest of who or what is counted, "" for the gmina as a whole; the same in capital and small letters."""
    plain = subject.strip().casefold()
    return salted_hmac("metering.counter", plain, algorithm="sha256").hexdigest()[:32] if plain else ""
