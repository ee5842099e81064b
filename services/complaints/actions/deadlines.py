"""What the clock brings without anybody's act: complaints left unexamined, and letters about deadlines (eKasa § 11)."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from django.db import transaction
from django.db.models import F, Q

from kernel.actors import Actor, ActorKind, system
from kernel.audit.recording import record
from kernel.dates import add_working_days
from services.accounts.access import types_handled
from services.complaints.actions.steps import advance, tell
from services.complaints.domain.states import Event, State
from services.complaints.models import Complaint
from services.complaints.queries import completion_deadline
from services.notices.actions import write_message
from services.users.domain import Role
from services.users.models import User
from services.users.queries import staff_in_role
from tenants.configuration.queries import office

ACTOR: Final = system("complaints.clock")
WARN_BEFORE: Final = 2
"""Working days before the deadline on which the department is written to."""
AT_ONCE: Final = 500


def leave_unexamined(today: date) -> int:
    """Leave every complaint without consideration whose five working days are over (§ 11 ust. 7), and tell the resident.

    Each is a transaction of its own. Where the letter with the request has not left, no time has run. Returns how many.
    """
    late = Complaint.objects.filter(state=State.INCOMPLETE, completion_due_on__lt=today).order_by("id")
    left = 0
    for pk in list(late.values_list("pk", flat=True)):
        left += _leave(pk, today)
        if left == AT_ONCE:
            break
    return left


@transaction.atomic
def _leave(pk: int, today: date) -> bool:
    rows = Complaint.objects.select_for_update(of=("self",), skip_locked=True)
    row = rows.select_related("resident__user").filter(pk=pk, state=State.INCOMPLETE).first()
    deadline = completion_deadline(row) if row is not None else None
    if row is None or deadline is None or today <= deadline:
        return False
    advance(row, Event.TIME_RAN_OUT, actor=ACTOR)
    record("complaint.left_unexamined", row, actor=ACTOR)
    tell(row, "complaint_unexamined", until=deadline)
    return True


@transaction.atomic
def warn_of_deadlines(today: date) -> int:
    """Write to the clerks of each department about complaints whose time runs out within WARN_BEFORE working days or has run
    out; each complaint is in at most two letters of one clock, before its deadline and after it.

    What no clerk handles is told to the local administrators. The letter holds numbers and days only. Returns how many.
    """
    near = _near(today)
    if not near:
        return 0
    for row in near:
        row.warned_on = today
    Complaint.objects.bulk_update(near, ["warned_on"])
    handled: set[int] = set()
    for clerk in staff_in_role(Role.CLERK, today):
        mine = _mine(clerk, near)
        handled |= {row.pk for row in mine}
        _warn(clerk, mine, today)
    left = [row for row in near if row.pk not in handled]
    for administrator in staff_in_role(Role.ADMIN, today):
        _warn(administrator, left, today)
    record("complaint.deadline_told", actor=ACTOR, count=len(near))
    return len(near)


def _near(today: date) -> list[Complaint]:
    """Those of which nobody has been told yet, or only before their deadline, which has passed now. What was told of
    already does not count, however much of it there is."""
    last = add_working_days(today, WARN_BEFORE)
    rows = Complaint.objects.select_for_update(skip_locked=True).filter(state=State.OPEN, due_on__lte=last)
    has_just_passed = Q(warned_on__lte=F("due_on"), due_on__lt=today)
    return list(rows.filter(Q(warned_on__isnull=True) | has_just_passed).order_by("due_on", "id")[:AT_ONCE])


def _mine(clerk: User, rows: Sequence[Complaint]) -> list[Complaint]:
    actor = Actor(kind=ActorKind.STAFF, ref=str(clerk.public_id), user_id=clerk.pk)
    types = set(types_handled(actor).values_list("pk", flat=True))
    return [row for row in rows if row.liability_type_id is None or row.liability_type_id in types]


def _warn(person: User, rows: Sequence[Complaint], today: date) -> None:
    days = sorted(row.due_on for row in rows if row.due_on is not None)
    if not days:
        return
    write_message(
        kind="complaints_due",
        recipient=person.email,
        context={
            "portal": office().portal_name,
            "total": len(days),
            "overdue": sum(day < today for day in days),
            "first_on": days[0],
        },
    )
