"""What the pages about personal data show."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import F, QuerySet, Sum
from django.utils import timezone

from kernel.actors import Actor
from kernel.audit.purging import months as audit_months
from kernel.errors import NotFound
from services.accounts.access import require
from services.accounts.models import Payer, Resident
from services.accounts.queries import resident_of
from services.complaints.queries_own import complaint_refs
from services.identity.queries import proof_of
from services.liabilities.models import Liability
from services.payments.models import Payment
from services.privacy.domain import breach, notice
from services.privacy.domain.processing import ACTIVITIES
from services.privacy.domain.requests import Kept, State, kept_after_erasure, kept_of_complaints
from services.privacy.domain.retention import RULES, DataClass, Rule, kept_until
from services.privacy.domain.visits import Share, VisitReport, shares
from services.privacy.models import (
    Breach,
    DataRequest,
    Disclosure,
    ErasingRun,
    InformationNotice,
    ProcessingActivity,
    Processor,
    RetentionPeriod,
    VisitCount,
)
from services.signing.queries import is_signed
from services.users.domain import Verb
from tenants.configuration.queries import office


def notice_row() -> InformationNotice:
    """The office's information of art. 13; unsaved, version 0, with the delivered texts until there is one."""
    row = InformationNotice.objects.first()
    return row or InformationNotice(version=0, **notice.DEFAULTS)


def notice_findings() -> tuple[notice.Finding, ...]:
    """What the information lacks, from the notice and the office's settings together (art. 13 RODO, L-16, L-17)."""
    try:
        settings: Any = office()
    except NotFound:
        settings = None
    row = notice_row()
    values = {
        part.name: str(getattr(settings if part.place == notice.OFFICE else row, part.name, "") or "")
        for part in notice.PARTS
    }
    return notice.findings(values, asks_consent=bool(getattr(settings, "asks_consent", False)))


def own_requests(actor: Actor) -> QuerySet[DataRequest]:
    """What the resident has asked for, newest first."""
    return DataRequest.objects.filter(resident=resident_of(actor)).order_by("-received_on", "-id")


def own_request(actor: Actor, request_id: UUID | str) -> DataRequest:
    """One of the resident's own requests. Raises NotFound("data_request.unknown") for a foreign one."""
    row = own_requests(actor).filter(public_id=request_id).first()
    if row is None:
        raise NotFound("data_request.unknown")
    return row


def requests_seen(actor: Actor, *, waiting: bool) -> QuerySet[DataRequest]:
    """Requests for the office: those that wait, nearest deadline first, or those with an answer, newest first."""
    require(actor, Verb.PROTECT_DATA)
    rows = DataRequest.objects.select_related("resident__user")
    if waiting:
        return rows.filter(state=State.WAITING)
    return rows.exclude(state=State.WAITING).order_by("-decided_at")


def requests_waiting() -> int:
    """How many wait, for the menu."""
    return DataRequest.objects.filter(state=State.WAITING).count()


def request_for(actor: Actor, request_id: UUID) -> DataRequest:
    """One request for the office. Raises NotFound("data_request.unknown") and Refused."""
    require(actor, Verb.PROTECT_DATA)
    row = DataRequest.objects.select_related("resident__user").filter(public_id=request_id).first()
    if row is None:
        raise NotFound("data_request.unknown")
    return row


def kept_of(resident: Resident, today: date) -> tuple[Kept, ...]:
    """What would stay if the person's data were erased today, and why (art. 17 ust. 3)."""
    own = Payer.objects.filter(representations__resident=resident, representations__is_self=True)
    last = Payment.objects.filter(resident=resident).order_by("-created_at").first()
    has_evidence = is_signed(resident.public_id) or proof_of(resident.proof_ref) is not None
    kept = kept_after_erasure(
        last_payment_on=timezone.localdate(last.created_at) if last else None,
        owes=Liability.objects.filter(debtors__in=own).exists(),
        requests_until_on=kept_until(today, months_of(DataClass.REQUESTS)),
        evidence_until_on=kept_until(today, months_of(DataClass.SIGNATURES)) if has_evidence else None,
        audit_until_on=today + timedelta(days=round(audit_months() * 365.25 / 12)),
    )
    if complaint_refs(resident):
        kept = (*kept, kept_of_complaints(kept_until(today, months_of(DataClass.COMPLAINTS))))
    return kept


def resident_by_pesel(actor: Actor, index: bytes) -> Resident | None:
    """The newest account of the person, for a clerk who writes a request down at the counter."""
    require(actor, Verb.PROTECT_DATA)
    return Resident.objects.select_related("user").filter(person_index=index).order_by("-pk").first()


def disclosures(actor: Actor) -> QuerySet[Disclosure]:
    """The register of disclosures, newest first."""
    require(actor, Verb.PROTECT_DATA)
    return Disclosure.objects.select_related("resident")


def activities(actor: Actor) -> QuerySet[ProcessingActivity]:
    """The register of processing activities (art. 30)."""
    require(actor, Verb.PROTECT_DATA)
    return ProcessingActivity.objects.all()


def processors() -> QuerySet[Processor]:
    """Who works with the data for the office now, by name; everybody may know (art. 13 ust. 1 lit. e, D90)."""
    return Processor.objects.filter(ended_on__isnull=True)


def database_keepers() -> QuerySet[Processor]:
    """Whose databases hold the gmina's data; none: the office's own (S105)."""
    return processors().filter(keeps_database=True)


def all_processors(actor: Actor) -> QuerySet[Processor]:
    """The list with those whose agreement has ended."""
    require(actor, Verb.PROTECT_DATA)
    return Processor.objects.order_by(F("ended_on").asc(nulls_first=True), "name")


def processor_for(actor: Actor, processor_id: UUID) -> Processor:
    """One of the list. Raises NotFound("processor.unknown") and Refused."""
    require(actor, Verb.PROTECT_DATA)
    row = Processor.objects.filter(public_id=processor_id).first()
    if row is None:
        raise NotFound("processor.unknown")
    return row


def visit_report(actor: Actor, since: date) -> VisitReport:
    """Visits from the day on, as numbers only (S88)."""
    require(actor, Verb.PROTECT_DATA)
    rows = VisitCount.objects.filter(day__gte=since)
    days = rows.values_list("day").annotate(total=Sum("visits")).order_by("day")
    return VisitReport(
        days=tuple((day, total) for day, total in days),
        systems=_shares(rows, "system"),
        browsers=_shares(rows, "browser", "version"),
    )


def _shares(rows: QuerySet[VisitCount], *names: str) -> tuple[Share, ...]:
    counted = rows.values_list(*names).annotate(total=Sum("visits")).order_by("-total", *names)
    return shares([(" ".join(part for part in found[:-1] if part), found[-1]) for found in counted])


def has_all_activities(actor: Actor) -> bool:
    """Whether the register holds everything that the portal does today."""
    known = set(activities(actor).exclude(operations="").values_list("code", flat=True))
    return known >= {one.code for one in ACTIVITIES}


@dataclass(frozen=True)
class ShownBreach:
    """A breach with its steps and the time left to tell the authority."""

    row: Breach
    steps: Sequence[breach.Step]
    left: timedelta

    @property
    def due_at(self) -> datetime:
        """When the 72 hours end."""
        return self.row.noticed_at + breach.NOTIFY_WITHIN

    @property
    def is_late(self) -> bool:
        """Whether the authority should have been told and was not."""
        return self.left < timedelta(0) and self.row.authority_told_at is None and self.steps[1].is_needed


def breaches(actor: Actor) -> list[ShownBreach]:
    """The register of breaches, newest first."""
    require(actor, Verb.PROTECT_DATA)
    return [_shown(row) for row in Breach.objects.all()]


def breach_for(actor: Actor, breach_id: UUID) -> ShownBreach:
    """One breach. Raises NotFound("breach.unknown") and Refused."""
    require(actor, Verb.PROTECT_DATA)
    row = Breach.objects.filter(public_id=breach_id).first()
    if row is None:
        raise NotFound("breach.unknown")
    return _shown(row)


def _shown(row: Breach) -> ShownBreach:
    steps = breach.steps(
        noticed_at=row.noticed_at,
        risk=breach.Risk(row.risk),
        assessed_at=row.assessed_at,
        authority_told_at=row.authority_told_at,
        people_told_at=row.people_told_at,
        closed_at=row.closed_at,
    )
    return ShownBreach(row, steps, breach.left(row.noticed_at, timezone.now()))


def open_breaches() -> int:
    """Breaches that are not closed, for the menu."""
    return Breach.objects.filter(closed_at__isnull=True).count()


@dataclass(frozen=True)
class Period:
    """A class of data and for how many months the gmina keeps it."""

    data_class: DataClass
    rule: Rule
    months: int


def months_of(data_class: DataClass) -> int:
    """How long the gmina keeps the class."""
    row = RetentionPeriod.objects.filter(data_class=data_class).first()
    return row.months if row else RULES[data_class].usual


def periods() -> list[Period]:
    """All classes with their periods."""
    return [Period(one, RULES[one], months_of(one)) for one in DataClass]


def erasing_runs(actor: Actor) -> QuerySet[ErasingRun]:
    """Reports of erasings, newest first."""
    require(actor, Verb.PROTECT_DATA)
    return ErasingRun.objects.all()
