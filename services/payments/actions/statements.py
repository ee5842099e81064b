"""Giving out the statement of a booked payment at the desk."""

from uuid import UUID

from django.db import transaction

from kernel.actors import Actor
from kernel.audit.recording import record
from services.accounts.access import require
from services.payments import allocation_statement
from services.payments.queries_records import desk_record_for
from services.users.domain import Verb


@transaction.atomic
def take_statement(*, payment_id: UUID, actor: Actor) -> tuple[str, bytes]:
    """(payment's reference, PDF) for a clerk who handles all that is in it; who took it is kept in the log, since it leaves
    the portal with the payer's name, address and debts. Raises NotFound as `desk_record_for`."""
    actor = require(actor, Verb.VIEW_PAYMENTS)
    found = desk_record_for(actor, payment_id)
    content = allocation_statement.pdf(found)
    record("payment.statement_taken", found.payment, actor=actor)
    return found.payment.reference, content
