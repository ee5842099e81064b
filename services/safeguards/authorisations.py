"""Authorisations that end soon: the local administrators are told 30 and 7 days before (S33, L-33)."""

from datetime import date
from typing import Final

from django.db import transaction

from kernel.actors import system
from kernel.audit.recording import history, record
from services.safeguards.letters import administrators, write_to
from services.users.domain import Role
from services.users.models import StaffRole

ANNOUNCED_DAYS: Final = (30, 7)
"""So many days before an authorisation ends the administrators get a letter."""
ANNOUNCING = system("authorisations")


def ending_roles(today: date) -> list[StaffRole]:
    """Grants of open accounts that end within the longest of these times, the soonest first."""
    rows = StaffRole.objects.select_related("user").filter(
        revoked_at__isnull=True, user__is_active=True, valid_to__gte=today
    )
    within = max(ANNOUNCED_DAYS)
    return [
        row
        for row in rows.order_by("valid_to", "id")
        if row.valid_to and (row.valid_to - today).days <= within
    ]


def announce_ending(today: date) -> int:
    """Write the letters that are due on `today`, each once; how many grants they were about.

    A grant that was made late is announced once, with the days that are left.
    """
    announced = 0
    for row in ending_roles(today):
        announced += _announce(row.pk, today)
    return announced


@transaction.atomic(durable=True)
def _announce(grant_id: int, today: date) -> bool:
    row = StaffRole.objects.select_for_update(of=("self",)).select_related("user").get(pk=grant_id)
    if row.valid_to is None or row.revoked_at is not None:
        return False
    left = (row.valid_to - today).days
    due = min(days for days in ANNOUNCED_DAYS if left <= days)
    told = history(row).filter(action="role.ending_announced")
    if told.filter(details__days__lte=due).exists():
        return False
    record("role.ending_announced", row, actor=ANNOUNCING, role=row.role, days=due, ends_on=row.valid_to)
    people = administrators(today)
    context: dict[str, object] = {
        "name": row.user.full_name,
        "role": Role(row.role).polish,
        "number": row.authorisation_number,
        "ends_on": row.valid_to,
        "path": f"/urzad/pracownicy/{row.user.public_id}/",
    }
    write_to(people, "role_ending", context, related_ref=str(row.public_id), to_office=len(people) < 2)
    return True
