"""Overpayments that the office holds from before the portal."""

from datetime import date

from django.db import transaction

from kernel.actors import Actor
from kernel.audit.recording import record
from kernel.errors import Conflict, InvalidInput
from services.accounts.access import require
from services.accounts.models import Payer
from services.ledger.actions import Line, post
from services.ledger.models import AccountKind, EntryCode, Posting
from services.liabilities.models import Overpayment
from services.users.domain import Verb
from tenants.configuration.models import LiabilityType


@transaction.atomic
def record_overpayment(
    *,
    external_id: str,
    payer: Payer,
    liability_type: LiabilityType,
    amount_gr: int,
    arose_on: date,
    actor: Actor,
) -> Overpayment:
    """Nadpłata z bilansu otwarcia: the office owes the payer `amount_gr` grosze since `arose_on`.

    The same `external_id` again records nothing. Raises InvalidInput("overpayment.amount") for nothing or less, and
    Conflict("overpayment.differs") when the id stands for another overpayment.
    """
    actor = require(actor, Verb.IMPORT_LIABILITIES)
    if amount_gr <= 0:
        raise InvalidInput("overpayment.amount", field="amount")
    row, is_new = _get_or_make(external_id, payer, liability_type, arose_on)
    if not is_new:
        opening = Posting.objects.filter(entry__code=EntryCode.OVERPAYMENT, entry__reference=row.public_id)
        posted = opening.get(subject=row.public_id).amount_gr
        same = (row.payer_id, row.liability_type_id, row.arose_on) == (payer.pk, liability_type.pk, arose_on)
        if not same or -posted != amount_gr:
            raise Conflict("overpayment.differs")
        return row
    lines = [Line(AccountKind.BANK, amount_gr), Line(AccountKind.OVERPAYMENT, -amount_gr, row.public_id)]
    post(code=EntryCode.OVERPAYMENT, reference=row.public_id, lines=lines, effective_on=arose_on, actor=actor)
    record("overpayment.recorded", row, actor=actor, amount_gr=amount_gr)
    return row


def _get_or_make(
    external_id: str, payer: Payer, liability_type: LiabilityType, arose_on: date
) -> tuple[Overpayment, bool]:
    values = {"payer": payer, "liability_type": liability_type, "arose_on": arose_on}
    return Overpayment.objects.get_or_create(external_id=external_id, defaults=values)
