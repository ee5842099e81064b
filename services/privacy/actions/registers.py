"""What the controller writes down: disclosures, activities of processing, breaches (art. 15, 30, 33 RODO)."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from kernel.actors import Actor
from kernel.audit.recording import record
from kernel.errors import Conflict, InvalidInput, NotFound
from services.accounts.access import require
from services.accounts.models import Resident
from services.accounts.queries import person_index
from services.privacy.domain.breach import NOTIFY_WITHIN, Risk
from services.privacy.domain.processing import ACTIVITIES
from services.privacy.models import Breach, Disclosure, ProcessingActivity
from services.users.domain import Verb


@dataclass(frozen=True)
class NewDisclosure:
    """Whose data (by PESEL; empty when it concerns no account), to whom, what, by which law, by which letter, when."""

    pesel: str
    recipient: str
    scope: str
    basis: str
    letter: str
    disclosed_on: date


@transaction.atomic(durable=True)
def record_disclosure(given: NewDisclosure, *, actor: Actor) -> Disclosure:
    """Write down that data were given to somebody; the person sees it in the copy of the data (art. 15 ust. 1 lit. c).

    Raises Refused, NotFound("resident.unknown") for a number without an account, InvalidInput("disclosure.incomplete") and
    ("disclosure.future").
    """
    actor = require(actor, Verb.PROTECT_DATA)
    texts = {name: getattr(given, name).strip() for name in ("recipient", "scope", "basis")}
    for name, text in texts.items():
        if not text:
            raise InvalidInput("disclosure.incomplete", field=name)
    if given.disclosed_on > timezone.localdate():
        raise InvalidInput("disclosure.future", field="disclosed_on")
    resident = None
    if given.pesel.strip():
        resident = Resident.objects.filter(person_index=person_index(given.pesel)).order_by("-pk").first()
        if resident is None:
            raise NotFound("resident.unknown", field="pesel")
    row = Disclosure.objects.create(
        resident=resident,
        letter=given.letter.strip(),
        disclosed_on=given.disclosed_on,
        recorded_by=actor.ref,
        **texts,
    )
    record("disclosure.recorded", row, actor=actor, disclosed_on=given.disclosed_on)
    return row


@transaction.atomic(durable=True)
def install_activities(*, actor: Actor) -> int:
    """Put the activities that the portal brings into the register; how many were missing. Own ones stay as they are."""
    actor = require(actor, Verb.PROTECT_DATA)
    known = set(ProcessingActivity.objects.values_list("code", flat=True))
    new = [ProcessingActivity(**asdict(one)) for one in ACTIVITIES if one.code not in known]
    ProcessingActivity.objects.bulk_create(new)
    for one in ACTIVITIES:
        ProcessingActivity.objects.filter(code=one.code, operations="").update(operations=one.operations)
    if new:
        record("processing.installed", actor=actor, count=len(new))
    return len(new)


@transaction.atomic(durable=True)
def record_breach(*, noticed_at: datetime, description: str, people: int | None, actor: Actor) -> Breach:
    """Begin the clock: 72 hours from noticing (art. 33 ust. 1).

    Raises Refused, InvalidInput("breach.description") and ("breach.future").
    """
    actor = require(actor, Verb.PROTECT_DATA)
    if not description.strip():
        raise InvalidInput("breach.description", field="description")
    if noticed_at > timezone.now():
        raise InvalidInput("breach.future", field="noticed_at")
    row = Breach.objects.create(
        noticed_at=noticed_at, description=description.strip(), people=people, recorded_by=actor.ref
    )
    record("breach.recorded", row, actor=actor, noticed_at=noticed_at, people=people)
    return row


@transaction.atomic(durable=True)
def change_breach(
    breach_id: UUID, *, step: str, values: Mapping[str, str], version: int, actor: Actor
) -> Breach:
    """Do one step: "assess" (`risk`), "tell_authority" (`late_why` after 72 hours), "tell_people", "close" (`measures`).

    Raises Refused, NotFound("breach.unknown"), Conflict("breach.stale") and ("breach.done"), InvalidInput("breach.step"),
    ("breach.risk"), ("breach.late_why"), ("breach.measures") and ("breach.untold") when it is closed before who must be told
    has been told.
    """
    actor = require(actor, Verb.PROTECT_DATA)
    row = Breach.objects.select_for_update().filter(public_id=breach_id).first()
    if row is None:
        raise NotFound("breach.unknown")
    if row.version != version:
        raise Conflict("breach.stale")
    if row.closed_at is not None:
        raise Conflict("breach.done")
    if step not in _STEPS:
        raise InvalidInput("breach.step", field="step")
    _STEPS[step](row, values)
    row.version += 1
    row.save()
    record("breach.step", row, actor=actor, step=step, risk=row.risk)
    return row


def _assess(row: Breach, values: Mapping[str, str]) -> None:
    risk = values.get("risk", "")
    if risk not in {one.value for one in Risk} - {Risk.UNKNOWN.value}:
        raise InvalidInput("breach.risk", field="risk")
    row.risk, row.assessed_at = risk, timezone.now()


def _tell_authority(row: Breach, values: Mapping[str, str]) -> None:
    now = timezone.now()
    why = values.get("late_why", "").strip()
    if now > row.noticed_at + NOTIFY_WITHIN and not why:
        raise InvalidInput("breach.late_why", field="late_why")
    row.authority_told_at, row.late_why = now, why or None


def _tell_people(row: Breach, values: Mapping[str, str]) -> None:
    row.people_told_at = timezone.now()


def _close(row: Breach, values: Mapping[str, str]) -> None:
    measures = values.get("measures", "").strip()
    if not measures:
        raise InvalidInput("breach.measures", field="measures")
    authority_waits = row.risk != Risk.UNLIKELY and row.authority_told_at is None
    people_wait = row.risk == Risk.HIGH and row.people_told_at is None
    if row.assessed_at is None or authority_waits or people_wait:
        raise InvalidInput("breach.untold", field="measures")
    row.measures, row.closed_at = measures, timezone.now()


_STEPS = {"assess": _assess, "tell_authority": _tell_authority, "tell_people": _tell_people, "close": _close}
