"""Masked personal data, shown one field at a time for a reason that stays (T-21, X6; docs/staff.md).

The surface says which object it is and that the person may see it; here stands who may, what is kept and when the
administrators are told.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from django.db import models, transaction

from kernel.actors import Actor
from kernel.audit.recording import record
from kernel.dates import warsaw_day
from kernel.errors import InvalidInput
from services.accounts.access import require
from services.accounts.models import Resident
from services.accounts.queries_rights import refuse_restricted
from services.safeguards.domain import MANY_IN_AN_HOUR, MAX_REASON, MIN_REASON, RevealReason
from services.safeguards.letters import administrators, write_to
from services.safeguards.models import Reveal
from services.users.domain import Verb
from services.users.models import User
from services.users.queries import account_of

REVEALABLE: Final[Mapping[str, tuple[str, ...]]] = {
    "accounts.resident": ("pesel", "address", "email", "phone"),
    "accounts.payer": ("identifier", "address"),
    "payments.overpaymentrequest": ("account_nrb",),
}
"""Model -> fields that the desk masks and shows for a reason."""


@transaction.atomic(durable=True)
def reveal(
    subject: models.Model, field: str, *, reason: RevealReason, note: str, now: datetime, actor: Actor
) -> Reveal:
    """Odsłoń pole: keep who saw it, in which role, when and why; the surface shows it from then on for some minutes.

    `note` says more in the person's own words and is required for "other". Raises Refused("access.denied"),
    InvalidInput("reveal.field") or ("reveal.note"), Refused("data.restricted") for a resident whose data must rest, unless
    the reason is a claim or the person's own request (art. 18 ust. 2 RODO).
    """
    actor = require(actor, Verb.REVEAL_DATA)
    kind = subject._meta.label_lower
    if field not in REVEALABLE.get(kind, ()):
        raise InvalidInput("reveal.field")
    if isinstance(subject, Resident) and reason not in (RevealReason.CLAIMS, RevealReason.REQUEST):
        refuse_restricted(subject)
    note = note.strip()
    if len(note) > MAX_REASON or (reason == RevealReason.OTHER and len(note) < MIN_REASON):
        raise InvalidInput("reveal.note", field="note", least=MIN_REASON, most=MAX_REASON)
    who = account_of(actor).get()
    row = Reveal.objects.create(
        subject_type=kind,
        subject_ref=subject.public_id,  # type: ignore[attr-defined]
        field=field,
        reason=reason,
        note=note,
        revealed_by=who,
        role=actor.role,
        revealed_at=now,
    )
    record("personal_data.revealed", subject, actor=actor, field=field, reason=reason.value)
    _alarm(who, actor, now)
    return row


def _alarm(who: User, actor: Actor, now: datetime) -> None:
    """Tell the administrators once when somebody reveals very much within an hour, and again at each further multiple."""
    since = now - timedelta(hours=1)
    count = Reveal.objects.filter(revealed_by=who, revealed_at__gt=since).count()
    if count % MANY_IN_AN_HOUR:
        return
    record("personal_data.many_revealed", who, actor=actor, count=count)
    context: dict[str, object] = {"name": who.full_name, "count": count, "ref": str(who.public_id)}
    people = [one for one in administrators(warsaw_day(now)) if one.pk != who.pk]
    write_to(people, "many_revealed", context, related_ref=str(who.public_id), to_office=not people)
