"""The clock of registrations: who is told before the seven working days run out (eKasa § 4 pkt 3; D32)."""

from datetime import date
from typing import Final

from django.db import transaction
from django.db.models import F, Q

from kernel.actors import system
from kernel.audit.recording import record
from kernel.dates import warsaw_day
from services.accounts.domain import ResidentState
from services.accounts.domain.clock import days_left, deadline_of
from services.accounts.models import Resident
from services.notices.actions import write_message
from services.users.domain import Role
from services.users.queries import staff_in_role
from tenants.configuration.queries import office

WARN_BEFORE: Final = 2
"""Working days before the deadline on which the local administrator is written to."""
WAITING: Final = (ResidentState.SUBMITTED, ResidentState.VERIFIED)


@transaction.atomic
def warn_of_deadlines(today: date) -> int:
    """Write one letter to each local administrator about registrations whose time runs out within WARN_BEFORE working days
    or has run out; each registration is in at most two letters, one before its deadline and one after it.

    The letter holds numbers and days only. Any number of runs on a day send one letter. Returns how many registrations.
    """
    near = [row for row in _not_told(today) if _is_due(row, today)]
    if not near:
        return 0
    for row in near:
        row.warned_on = today
    Resident.objects.bulk_update(near, ["warned_on"])
    deadlines = sorted(_deadline(row) for row in near)
    overdue = sum(one < today for one in deadlines)
    for administrator in staff_in_role(Role.ADMIN, today):
        write_message(
            kind="registrations_due",
            recipient=administrator.email,
            context={
                "portal": office().portal_name,
                "total": len(near),
                "overdue": overdue,
                "first_on": deadlines[0],
            },
        )
    record("registration.deadline_told", actor=system("accounts.deadlines"), count=len(near), overdue=overdue)
    return len(near)


def _not_told(today: date) -> list[Resident]:
    rows = Resident.objects.select_for_update(skip_locked=True).filter(state__in=WAITING)
    told_today = Q(warned_on=today)
    return list(rows.exclude(told_today).order_by(F("submitted_at").asc())[:1000])


def _is_due(row: Resident, today: date) -> bool:
    deadline = _deadline(row)
    if row.warned_on is None:
        return days_left(today, deadline) <= WARN_BEFORE
    return row.warned_on <= deadline < today


def _deadline(row: Resident) -> date:
    return deadline_of(warsaw_day(row.submitted_at))
