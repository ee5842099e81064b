"""Residents, payers, and in whose name somebody may act."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Exists, Min, OuterRef, Q, QuerySet
from django.utils import timezone

from kernel import crypto
from kernel.actors import Actor
from kernel.dates import warsaw_day
from kernel.errors import NotFound
from kernel.identifiers import masked_pesel
from kernel.names import wanted_tokens
from services.accounts.domain import CLOSED_STATES, ResidentState
from services.accounts.domain.clock import days_left, deadline_of
from services.accounts.domain.matching import Candidate, Fit, fit_of
from services.accounts.models import (
    DataChange,
    EmailChange,
    NotThisPayer,
    Payer,
    RegulationAcceptance,
    Representation,
    Resident,
)
from services.users.models import User
from services.users.queries import account_of
from tenants.configuration.models import RegulationVersion
from tenants.configuration.queries import coming_regulation, current_regulation

WAITING_STATES = (ResidentState.SUBMITTED, ResidentState.VERIFIED, ResidentState.DUPLICATE)


def person_index(identifier: str) -> bytes:
    """Blind index by which a person or company is found: digits of a PESEL or NIP number."""
    return crypto.blind_index("".join(ch for ch in identifier if ch.isalnum()).upper(), "person")


def resident_of(actor: Actor) -> Resident:
    """The resident who is signed in, whatever the state of the account. Raises NotFound("resident.unknown")."""
    resident = Resident.objects.select_related("user").filter(user__in=account_of(actor)).first()
    if resident is None:
        raise NotFound("resident.unknown")
    return resident


def acts_for(resident: Resident, on: date) -> list[Payer]:
    """Payers in whose name the resident may act on the day, the resident's own file first."""
    rows = (
        Representation.objects.filter(
            Q(valid_to__isnull=True) | Q(valid_to__gte=on),
            resident=resident,
            valid_from__lte=on,
            revoked_at__isnull=True,
        )
        .select_related("payer")
        .order_by("-is_self", "id")
    )
    return [row.payer for row in rows]


def is_own_file(resident: Resident, payer: Payer) -> bool:
    """Whether the payer is the resident in person and not somebody whom the resident represents."""
    return Representation.objects.filter(
        resident=resident, payer=payer, is_self=True, revoked_at__isnull=True
    ).exists()


def payer_for(actor: Actor, payer_id: UUID | None) -> Payer | None:
    """The payer in whose name the resident acts now: the chosen one, else the own file, else None.

    Raises NotFound("payer.foreign") for a payer that is not the resident's to act for.
    """
    payers = acts_for(resident_of(actor), timezone.localdate())
    if payer_id is None:
        return payers[0] if payers else None
    for payer in payers:
        if payer.public_id == payer_id:
            return payer
    raise NotFound("payer.foreign")


@dataclass(frozen=True)
class Registration:
    """One row of the clerk's queue: who waits, since when, until when (eKasa § 4 pkt 3: 7 working days).

    `days_left` are the working days after today up to the deadline; 0 on the last day and when it has passed.
    """

    public_id: UUID
    full_name: str
    masked_pesel: str
    state: ResidentState
    submitted_at: datetime
    deadline_on: date
    days_left: int
    is_overdue: bool
    is_email_confirmed: bool
    version: int


def registrations(states: tuple[ResidentState, ...] = WAITING_STATES) -> list[Registration]:
    """Registrations in the given states, oldest first."""
    today = timezone.localdate()
    rows = (
        Resident.objects.select_related("user")
        .filter(state__in=[s.value for s in states])
        .order_by("submitted_at")
    )
    return [_row(resident, today) for resident in rows]


def waiting_registrations() -> QuerySet[Resident]:
    """Registrations that somebody in the office has to decide, as rows to count."""
    return Resident.objects.filter(state__in=WAITING_STATES)


def registrations_among(public_ids: Collection[UUID]) -> list[Registration]:
    """The registrations of these public ids, in whatever state they are now, oldest first."""
    today = timezone.localdate()
    rows = Resident.objects.select_related("user").filter(public_id__in=public_ids).order_by("submitted_at")
    return [_row(resident, today) for resident in rows]


def _row(resident: Resident, today: date) -> Registration:
    deadline = deadline_of(warsaw_day(resident.submitted_at))
    return Registration(
        public_id=resident.public_id,
        full_name=f"{resident.last_name} {resident.first_name}",
        masked_pesel=masked_pesel(resident.pesel),
        state=ResidentState(resident.state),
        submitted_at=resident.submitted_at,
        deadline_on=deadline,
        days_left=days_left(today, deadline),
        is_overdue=deadline < today,
        is_email_confirmed=resident.user.email_confirmed_at is not None,
        version=resident.version,
    )


def registration(public_id: UUID) -> Resident:
    """One registration with its account. Raises NotFound("registration.unknown")."""
    resident = Resident.objects.select_related("user").filter(public_id=public_id).first()
    if resident is None:
        raise NotFound("registration.unknown")
    return resident


def same_person(resident: Resident) -> Resident | None:
    """The open account of the same person, when this registration is a second one."""
    return (
        Resident.objects.filter(person_index=resident.person_index)
        .exclude(state__in=CLOSED_STATES)
        .exclude(pk=resident.pk)
        .first()
    )


def matching_payers(resident: Resident) -> list[Payer]:
    """Payers of the finance system with the same PESEL number; the clerk chooses among them."""
    return list(Payer.objects.filter(identifier_index=resident.person_index).order_by("external_id"))


@dataclass(frozen=True)
class Match:
    """How the finance system's payers with the resident's number fit, and which they are."""

    fit: Fit
    payers: tuple[Payer, ...]


def match_of(resident: Resident) -> Match:
    """Whether one payer is the resident beyond doubt, or what a clerk has to decide. A payer of whom a clerk has said that
    it is not this resident counts no more."""
    refused = NotThisPayer.objects.filter(resident=resident).values("payer")
    payers = list(
        Payer.objects.filter(identifier_index=resident.person_index)
        .exclude(pk__in=refused)
        .order_by("external_id")
    )
    taken = {payer.pk for payer in payers if is_taken(payer, resident)}
    candidates = [Candidate(payer.name, payer.pk in taken) for payer in payers]
    return Match(fit_of(resident.first_name, resident.last_name, candidates), tuple(payers))


def own_files_of(resident: Resident) -> list[Payer]:
    """The payers that are the resident in person; the finance system may keep several files of one person."""
    rows = Representation.objects.filter(resident=resident, is_self=True, revoked_at__isnull=True)
    return [row.payer for row in rows.select_related("payer").order_by("id")]


def is_taken(payer: Payer, resident: Resident) -> bool:
    """Whether the file is linked to another person's open account as that person's own."""
    rows = Representation.objects.filter(payer=payer, is_self=True, revoked_at__isnull=True)
    return rows.exclude(resident=resident).exclude(resident__state__in=CLOSED_STATES).exists()


def own_file_of(resident: Resident) -> Payer | None:
    """The payer that is the resident in person, or None."""
    rows = Representation.objects.filter(resident=resident, is_self=True, revoked_at__isnull=True)
    row = rows.select_related("payer").first()
    return row.payer if row else None


def payer_by_external_id(external_id: str) -> Payer | None:
    """The payer with the finance system's own number, for a clerk who matches by hand."""
    return Payer.objects.filter(external_id=external_id.strip()).first()


def acceptances(resident: Resident) -> QuerySet[RegulationAcceptance]:
    """Which versions of the regulation the resident has accepted, newest first."""
    return (
        RegulationAcceptance.objects.filter(user=resident.user)
        .select_related("regulation")
        .order_by("-accepted_at")
    )


def counts() -> dict[str, int]:
    """Number of residents in each waiting state, for the desk's side navigation."""
    return {
        state.value: Resident.objects.filter(state=state).count()
        for state in (ResidentState.SUBMITTED, ResidentState.VERIFIED, ResidentState.DUPLICATE)
    }


def unmatched() -> QuerySet[Resident]:
    """Residents with an account whose number a payer has, but whose own file nobody has linked or ruled out."""
    own = Representation.objects.filter(resident=OuterRef("pk"), is_self=True, revoked_at__isnull=True)
    ruled_out = NotThisPayer.objects.filter(resident=OuterRef(OuterRef("pk")), payer=OuterRef("pk"))
    fitting = Payer.objects.filter(identifier_index=OuterRef("person_index")).exclude(Exists(ruled_out))
    return (
        Resident.objects.filter(
            Exists(fitting), ~Exists(own), state__in=(ResidentState.ACTIVE, ResidentState.VERIFIED)
        )
        .select_related("user")
        .order_by("activated_at", "id")
    )


def resident_by_id(public_id: UUID) -> Resident:
    """One account in any state. Raises NotFound("resident.unknown")."""
    row = Resident.objects.select_related("user").filter(public_id=public_id).first()
    if row is None:
        raise NotFound("resident.unknown")
    return row


def resident_with_pesel(pesel: str) -> Resident | None:
    """The newest account of the person with this number, an open one before a closed one; None for nobody."""
    rows = Resident.objects.filter(person_index=person_index(pesel)).order_by("-submitted_at", "-id")
    found = list(rows)
    return next((row for row in found if row.state not in CLOSED_STATES), found[0] if found else None)


MOST_FOUND = 50
"""People that a search by name shows at once; who has more must type more."""


def residents_named(text: str) -> QuerySet[Resident]:
    """Residents whose names begin with all the typed words (three letters at least), newest first; nobody for less.

    The numbers are a strong hint and no proof (`kernel.names`), so the page shows the names.
    """
    wanted = wanted_tokens(text)
    if not wanted:
        return Resident.objects.none()
    rows = Resident.objects.filter(name_tokens__contains=wanted).select_related("user")
    return rows.order_by("-submitted_at", "-id")[:MOST_FOUND]


def changes_of(resident: Resident) -> QuerySet[DataChange]:
    """What the resident has changed of the own data, newest first."""
    return DataChange.objects.filter(resident=resident).order_by("-changed_at", "-id")


def residents_with_unseen_changes() -> QuerySet[Resident]:
    """Residents who changed own data that nobody of the office has looked at, the oldest change first."""
    rows = Resident.objects.filter(data_changes__seen_at__isnull=True, data_changes__isnull=False)
    return rows.select_related("user").annotate(first=Min("data_changes__changed_at")).order_by("first", "id")


def open_email_change(resident: Resident) -> EmailChange | None:
    """A new address that waits for its proof, or None."""
    return EmailChange.objects.filter(resident=resident, confirmed_at__isnull=True).first()


def waiting_regulation(resident: Resident, on: date) -> RegulationVersion | None:
    """The version in force, or the next one that is published, if the resident has not accepted it yet."""
    accepted = set(
        RegulationAcceptance.objects.filter(user=resident.user_id).values_list("regulation", flat=True)
    )
    try:
        current: RegulationVersion | None = current_regulation(on)
    except NotFound:
        current = None
    found = (row for row in (current, coming_regulation(on)) if row is not None and row.pk not in accepted)
    return next(found, None)


def owes_acceptance(resident: Resident, on: date) -> bool:
    """Whether a regulation is in force that the resident has not accepted (D3, D102)."""
    try:
        regulation = current_regulation(on)
    except NotFound:
        return False
    return not RegulationAcceptance.objects.filter(user=resident.user_id, regulation=regulation).exists()


def registration_account(registration_id: UUID) -> User:
    """The account that a registration has made. Raises NotFound("resident.unknown")."""
    resident = Resident.objects.select_related("user").filter(public_id=registration_id).first()
    if resident is None:
        raise NotFound("resident.unknown")
    return resident.user
