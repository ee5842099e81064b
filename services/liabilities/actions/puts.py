"""One due, or one reminder's costs, put in by the finance system's own id: the API's way of importing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from kernel.actors import Actor
from kernel.audit.recording import record
from kernel.errors import InvalidInput
from kernel.money import to_decimal_text
from services.accounts.access import require
from services.accounts.models import Payer
from services.liabilities.actions.import_planning import CREATED, UNCHANGED
from services.liabilities.actions.import_plans import carry_out, make_plan
from services.liabilities.actions.import_quotas import import_verb
from services.liabilities.actions.import_writing import queue_up
from services.liabilities.domain.dues_fields import Fault, RawRow
from services.liabilities.domain.dues_rows import DUE, REMINDER_COST
from services.liabilities.models import Liability, ReminderCost
from services.users.domain import Verb


@dataclass(frozen=True)
class Put:
    """What became of the call: created, changed or unchanged; and what is worth knowing about it."""

    result: str
    subject: Liability | ReminderCost
    warnings: tuple[Fault, ...]

    @property
    def is_created(self) -> bool:
        """Whether there was nothing under this id before."""
        return self.result == CREATED


def put_due(external_id: str, values: Mapping[str, Any], *, actor: Actor) -> Put:
    """Make or change one due. The second identical call changes nothing and leaves no trace.

    Raises InvalidInput("dues.invalid", faults=…) with everything that is wrong with the row, and Refused.
    """
    return _put(DUE, external_id, values, require(actor, import_verb(actor)))


def put_reminder_cost(external_id: str, values: Mapping[str, Any], *, actor: Actor) -> Put:
    """Make or change the costs of one reminder; raises as `put_due` does."""
    return _put(REMINDER_COST, external_id, values, require(actor, import_verb(actor)))


def post_reminder_cost(
    *,
    external_id: str,
    payer: Payer,
    liabilities: Sequence[Liability],
    number: str,
    amount_gr: int,
    sent_on: date,
    delivered_on: date | None,
    actor: Actor,
) -> ReminderCost:
    """The same from values instead of a neutral row, by the office itself. Idempotent by `external_id`."""
    values = {
        "payer_external_id": payer.external_id,
        "liabilities": [liability.external_id for liability in liabilities],
        "number": number,
        "amount": to_decimal_text(amount_gr),
        "sent_on": sent_on.isoformat(),
        "delivered_on": delivered_on.isoformat() if delivered_on else None,
    }
    subject = _put(REMINDER_COST, external_id, values, require(actor, Verb.IMPORT_LIABILITIES)).subject
    assert isinstance(subject, ReminderCost)
    return subject


@transaction.atomic
def _put(kind: str, external_id: str, values: Mapping[str, Any], actor: Actor) -> Put:
    given = values.get("external_id", external_id)
    if given != external_id:
        fault = Fault(1, external_id, "external_id", "dues.other_id", str(given)[:40])
        raise InvalidInput("dues.invalid", faults=[fault])
    queue_up()
    row = RawRow(1, {**values, "external_id": external_id, "record": kind})
    plan = make_plan([row], actor, on=timezone.localdate(), is_locking=True)
    if plan.faults:
        raise InvalidInput("dues.invalid", faults=plan.faults)
    result = plan.outcomes[0].result
    subject = plan.dues.dues[0].liability if plan.dues.dues else plan.costs[0].cost
    if result != UNCHANGED:
        carry_out(plan, actor=actor)
        action = "liability.put" if kind == DUE else "reminder_cost.put"
        record(action, subject, actor=actor, result=result, version=subject.version)
    return Put(result, subject, tuple(plan.warnings))
