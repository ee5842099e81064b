"""The end of a term in which a resident acts for somebody else: a letter a week before it, and one when it is over (D13)."""

from datetime import date, timedelta
from typing import Final

from django.db import transaction

from kernel.actors import system
from kernel.audit.recording import history, record
from services.accounts.domain import ResidentState
from services.accounts.models import Representation
from services.notices.actions import write_message
from tenants.configuration.queries import office

TOLD_BEFORE: Final = timedelta(days=7)
"""So long before the last day the first letter goes."""
TOLD_AFTER: Final = timedelta(days=7)
"""So long after the last day the second letter is still written, when the job could not run before."""
ACTOR: Final = system("accounts.representations")


def tell_of_ends(today: date) -> int:
    """Write the letters that are due on `today` to the representatives, each once; how many.

    A right that was granted anew with another last day is told of again. Any number of runs on a day write the same letters.
    """
    rows = Representation.objects.filter(
        is_self=False,
        revoked_at__isnull=True,
        resident__state=ResidentState.ACTIVE,
        valid_to__gte=today - TOLD_AFTER,
        valid_to__lte=today + TOLD_BEFORE,
        valid_from__lte=today,
    )
    return sum(_tell(pk, today) for pk in rows.order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def _tell(pk: int, today: date) -> bool:
    rows = Representation.objects.select_for_update(of=("self",)).select_related("resident__user", "payer")
    row = rows.get(pk=pk)
    if row.valid_to is None or row.revoked_at is not None:
        return False
    action = "representation.over" if row.valid_to < today else "representation.ending_told"
    if history(row).filter(action=action, details__ends_on=str(row.valid_to)).exists():
        return False
    record(action, row, actor=ACTOR, ends_on=row.valid_to)
    write_message(
        kind="representation_over" if row.valid_to < today else "representation_ending",
        recipient=row.resident.user.email,
        context={"portal": office().portal_name, "name": row.payer.name, "ends_on": row.valid_to},
        related_ref=str(row.public_id),
    )
    return True
