"""Przetworzenie ponowne: a kept message of an operator is carried out once more, with the same outcome however often."""

from uuid import UUID

from django.db import transaction

from kernel.actors import Actor
from kernel.audit.recording import record
from kernel.errors import Conflict, NotFound
from services.accounts.access import require
from services.payments.actions.notifications import process_event
from services.payments.models import OperatorEvent, Payment, Verdict
from services.users.domain import Verb


def replay_event(*, event_id: UUID, actor: Actor) -> OperatorEvent:
    """Carry out a genuine message that waits, failed, or came without a payment, if there is one for it now.

    A message that was carried out stays as it is. Raises NotFound("event.unknown"), Conflict("event.refused") for a message
    that was not believed, ("event.no_payment") when the portal still has no payment of its number, and ("event.paid_twice")
    for the message of a second transaction, whose money has to go back.
    """
    event = _revive(event_id, require(actor, Verb.OPERATE_PLATFORM))
    process_event(event.public_id)
    event.refresh_from_db()
    return event


@transaction.atomic(durable=True)
def _revive(event_id: UUID, actor: Actor) -> OperatorEvent:
    event = OperatorEvent.objects.select_for_update(of=("self",)).filter(public_id=event_id).first()
    if event is None:
        raise NotFound("event.unknown")
    if event.processed_at is not None:
        return event
    if event.verdict not in (Verdict.ACCEPTED, Verdict.ORPHAN):
        raise Conflict("event.refused")
    if event.verdict == Verdict.ORPHAN:
        if event.payment_id is not None:
            raise Conflict("event.paid_twice")
        ours = Payment.objects.filter(operator_account=event.operator_account)
        event.payment = ours.filter(reference=event.parsed.get("ref", "")).first()
        if event.payment is None:
            raise Conflict("event.no_payment")
        event.verdict = Verdict.ACCEPTED
        event.save(update_fields=["payment", "verdict"])
    record("notification.replayed", event, actor=actor)
    return event
