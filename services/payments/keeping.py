"""A message of an operator is kept, or counted where it is kept already, by one statement.

An operator waits for the answer, repeats itself at the same instant, and sends bursts; so what a message needs (which
payment it speaks of, whether it is new) is asked of PostgreSQL in the statement that keeps it.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Field
from django.utils import timezone

from services.payments.models import OperatorEvent, Payment, Verdict


@dataclass(frozen=True)
class Kept:
    """What became of a message: whether it is new, and whether it speaks of a payment of ours."""

    is_new: bool
    is_orphan: bool


def keep(event: OperatorEvent, reference: str = "") -> Kept:
    """Keep the event, which is not saved yet, with the payment that has the reference at its account.

    An accepted message whose reference names no payment becomes an orphan. Of a message that is kept already one more
    delivery is counted, and nothing else changes.
    """
    database = connections[DEFAULT_DB_ALIAS]
    values = [field.get_db_prep_save(field.pre_save(event, True), database) for field in _fields()]
    with database.cursor() as cursor:
        cursor.execute(_statement(), [*values, reference, event.operator_account_id, timezone.now()])
        is_new, verdict = cursor.fetchone()
    return Kept(is_new=is_new, is_orphan=verdict == Verdict.ORPHAN)


@cache
def _fields() -> "list[Field[Any, Any]]":
    return [field for field in OperatorEvent._meta.concrete_fields if not field.primary_key]


@cache
def _statement() -> str:
    """`xmax` of a row is 0 when this statement has inserted it."""
    event, payment = OperatorEvent._meta.db_table, Payment._meta.db_table
    kept = {str(field.column): f"given.{field.column}" for field in _fields()} | {
        "payment_id": "payment.id",
        "verdict": f"CASE WHEN given.verdict = '{Verdict.ACCEPTED.value}' AND payment.id IS NULL AND asked.reference <> ''"
        f" THEN '{Verdict.ORPHAN.value}' ELSE given.verdict END",
    }
    database = connections[DEFAULT_DB_ALIAS]
    given = ", ".join(f"%s::{field.db_type(database)} AS {field.column}" for field in _fields())
    return (
        f"INSERT INTO {event} ({', '.join(kept)}) "  # noqa: S608 - names of our own columns
        f"SELECT {', '.join(kept.values())} FROM (SELECT {given}) given "
        "CROSS JOIN (SELECT %s::text AS reference, %s::bigint AS account_id) asked "
        f"LEFT JOIN {payment} payment ON payment.reference = asked.reference "
        "AND payment.operator_account_id = asked.account_id "
        f"ON CONFLICT (operator_account_id, dedupe_key) DO UPDATE SET deliveries = {event}.deliveries + 1, "
        "last_received_at = %s RETURNING xmax = 0, verdict"
    )
