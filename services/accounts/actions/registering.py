"""The way in: registration, with or without a proof of identity, and confirmation of the address."""

from dataclasses import dataclass, replace
from uuid import UUID

from django.core.signing import BadSignature, TimestampSigner
from django.db import IntegrityError, transaction
from django.utils import timezone

from kernel import tenancy
from kernel.actors import Actor, ActorKind, system
from kernel.audit.recording import record
from kernel.dates import warsaw_day
from kernel.errors import Conflict, InvalidInput, NotFound, Refused
from kernel.identifiers import is_valid_pesel
from services.accounts import proofs
from services.accounts.actions.consenting import note_consent
from services.accounts.actions.matching import match_own_file
from services.accounts.actions.moving import advance, release_address, tell_verified
from services.accounts.domain import (
    CLOSED_STATES,
    ResidentEvent,
    ResidentState,
    is_automatic,
    next_state,
)
from services.accounts.domain.clock import deadline_of
from services.accounts.domain.consents import Purpose
from services.accounts.models import RegulationAcceptance, Resident
from services.accounts.proofs import ProvenIdentity
from services.accounts.queries import person_index, resident_of
from services.accounts.queries_rights import refuse_restricted
from services.notices.actions import portal_address, write_message
from services.users.models import User, UserKind
from services.users.passwords import require_good
from tenants.configuration.domain import WayIn
from tenants.configuration.queries import current_regulation, office, ways_in
from tenants.directory.trial import check, queue_up, trial_limits
from tenants.metering import flags

CONFIRMATION_HOURS = 72


@dataclass(frozen=True)
class Application:
    """What a person fills in to register. The password may be empty where a proof of identity or a signature comes with
    it. `consent_version` is the text of the consent to the processing that was ticked, 0 for none."""

    first_name: str
    last_name: str
    pesel: str
    email: str
    address: str
    password: str
    regulation_id: UUID
    phone: str = ""
    consent_version: int = 0


@transaction.atomic(durable=True)
def register(
    application: Application, *, actor: Actor, proof: ProvenIdentity | None = None
) -> Resident | None:
    """Register a person (S48-S59, D25-D30); the new account of a proven person, None for everybody else.

    What a visitor sees is to be the same whether or not the person or the address is known already; only the holders of
    the mailboxes learn more (S8, S63). Somebody who brings a `proof` is not a stranger: names and number are those of the
    proof, an unproven registration of the same person gives way, and the clerk's step is done by the proof as soon as the
    address is confirmed, where the gmina's policy says so (S54).

    Raises InvalidInput("pesel.invalid"), InvalidInput("password.weak"), Conflict("regulation.changed") when the accepted
    version is not the one in force, Conflict("trial.residents") when a gmina in its trial has as many as it may,
    InvalidInput("consent.missing") where the office asks for
    consent to the processing and it was not given (S74), Refused("registration.switched_off") where only the office makes
    accounts, Refused("registration.needs_proof") without one where residents have no passwords (D28, D33). With a proof
    also Refused as `proofs.check` does, InvalidInput("pesel.not_proven") for another number,
    Conflict("registration.known_person") when the person has an account to which she or he can simply be let in.
    """
    resident = add_registration(application, actor=actor, proof=proof)
    return resident if proof else None


def add_registration(
    application: Application, *, actor: Actor, proof: ProvenIdentity | None = None, is_signed: bool = False
) -> Resident | None:
    """What `register` does, inside the caller's transaction; the new account, or None where the address has one already.

    A form that the person has signed (`is_signed`) needs no password either, also where the signature leaves it to a clerk
    to say who the person is.
    """
    if not flags.SELF_REGISTRATION.is_on():
        raise Refused("registration.switched_off")
    if proof is None and WayIn.LOCAL_ACCOUNT not in ways_in():
        raise Refused("registration.needs_proof")
    if proof is not None:
        application = _as_proven(application, proof)
    _check(application, needs_password=proof is None and not is_signed)
    asks_consent = office().asks_consent
    if asks_consent and not application.consent_version:
        raise InvalidInput("consent.missing", field="consents")
    _keep_trial()
    regulation = current_regulation(timezone.localdate())
    if regulation.public_id != application.regulation_id:
        raise Conflict("regulation.changed")
    index = person_index(application.pesel)
    if proof is not None:
        _put_unproven_away(index, actor)
    known = Resident.objects.filter(person_index=index).exclude(state__in=CLOSED_STATES)
    first = known.select_related("user").first()
    holder = User.objects.find(application.email, UserKind.RESIDENT)
    if holder is not None:
        # The mailbox's owner is told; the visitor sees the usual page, and the password is hashed for equal time.
        User().set_password(application.password)
        write_message(kind="address_taken", recipient=holder.email, context={})
        record("registration.address_taken", actor=actor, outcome="refused")
        return None
    state = ResidentState.DUPLICATE if first else ResidentState.SUBMITTED
    try:
        with transaction.atomic():
            resident = _make(application, index, state, proof)
    except IntegrityError:
        # The same person or address was registered in this very moment.
        raise Conflict("registration.at_the_same_time") from None
    RegulationAcceptance.objects.create(
        user=resident.user, regulation=regulation, accepted_at=timezone.now(), address=actor.address or None
    )
    if first:
        write_message(kind="second_registration", recipient=first.user.email, context={})
    send_confirmation(resident)
    own = Actor(kind=ActorKind.RESIDENT, ref=str(resident.user.public_id), address=actor.address)
    if asks_consent:
        note_consent(resident.user, Purpose.PROCESSING, application.consent_version, actor=own)
    details = {"proof": proof.method} if proof else {}
    record(
        "registration.submitted",
        resident,
        actor=own,
        regulation=regulation.number,
        duplicate=bool(first),
        **details,
    )
    return resident


def _as_proven(application: Application, proof: ProvenIdentity) -> Application:
    proofs.check(proof)
    if person_index(application.pesel) != person_index(proof.pesel):
        raise InvalidInput("pesel.not_proven", field="pesel")
    if proofs.resident_with(proof.pesel) is not None:
        raise Conflict("registration.known_person")
    return replace(application, pesel=proof.pesel, first_name=proof.first_name, last_name=proof.last_name)


def _put_unproven_away(index: bytes, actor: Actor) -> None:
    """Close a registration that somebody made with this person's number and without a proof; its mailbox is told."""
    waiting = Resident.objects.select_for_update(of=("self",)).select_related("user")
    for row in waiting.filter(person_index=index, state=ResidentState.SUBMITTED, proof_method=""):
        row.state, row.closed_at = ResidentState.REJECTED, timezone.now()
        row.version += 1
        row.save()
        write_message(kind="registration_superseded", recipient=row.user.email, context={})
        release_address(row.user)
        record("registration.superseded", row, actor=actor)


def _check(application: Application, *, needs_password: bool) -> None:
    if not is_valid_pesel(application.pesel):
        raise InvalidInput("pesel.invalid", field="pesel")
    if not needs_password and not application.password:
        return
    full_name = f"{application.first_name} {application.last_name}"
    require_good(application.password, email=application.email, full_name=full_name)


def _keep_trial() -> None:
    """Asked before anything is known of the person, so that the answer is the same for everybody."""
    limits = trial_limits()
    if limits:
        queue_up()
        check(
            Resident.objects.exclude(state__in=CLOSED_STATES).count(), 1, limits.residents, "trial.residents"
        )


def _make(
    application: Application, index: bytes, state: ResidentState, proof: ProvenIdentity | None
) -> Resident:
    now = timezone.now()
    user = User.objects.create_user(
        email=application.email,
        kind=UserKind.RESIDENT,
        full_name=f"{application.first_name} {application.last_name}",
        password=application.password or None,
    )
    return Resident.objects.create(
        user=user,
        state=state,
        first_name=application.first_name.strip(),
        last_name=application.last_name.strip(),
        pesel=application.pesel.strip(),
        person_index=index,
        address=application.address.strip(),
        phone=application.phone.strip(),
        submitted_at=now,
        proof_method=proof.method if proof else "",
        proof_ref=proof.evidence_ref if proof else "",
        proven_at=now if proof else None,
    )


def _signer() -> TimestampSigner:
    return TimestampSigner(salt=f"confirm-address|{tenancy.current_tenant_id()}")


def send_confirmation(resident: Resident) -> None:
    """Mail the link that proves the address (D30: the account was made)."""
    token = _signer().sign(str(resident.public_id))
    deadline = deadline_of(warsaw_day(resident.submitted_at))
    write_message(
        kind="registered",
        recipient=resident.user.email,
        context={
            "portal": office().portal_name,
            "confirm_url": f"{portal_address()}/rejestracja/potwierdz/{token}/",
            "deadline_on": deadline,
        },
        related_ref=str(resident.public_id),
    )


@transaction.atomic(durable=True)
def confirm_address(token: str, *, actor: Actor) -> Resident:
    """The holder of the mailbox has followed the link. Twice is the same as once. With a proof of identity this is the
    last thing that was missing, and the account goes on by itself where the policy lets it (S54).

    Raises NotFound("link.dead") for a forged, foreign or old link.
    """
    try:
        public_id = _signer().unsign(token, max_age=CONFIRMATION_HOURS * 3600)
    except BadSignature:
        raise NotFound("link.dead") from None
    rows = Resident.objects.select_for_update(of=("self",)).select_related("user")
    resident = rows.filter(public_id=public_id).first()
    if resident is None or resident.state in CLOSED_STATES - {ResidentState.DUPLICATE}:
        raise NotFound("link.dead")
    if resident.user.email_confirmed_at is None:
        resident.user.email_confirmed_at = timezone.now()
        resident.user.save()
        record("registration.address_confirmed", resident, actor=actor)
        _go_on(resident)
    return resident


@transaction.atomic(durable=True)
def prove_identity(proof: ProvenIdentity, *, actor: Actor) -> Resident:
    """A resident who has registered with a password, and is signed in, proves who she or he is by a trusted means (S54).

    Raises Refused as `proofs.check` does, Refused("data.restricted"), Refused("proof.other_person") when the proof is of
    somebody else, Conflict("registration.duplicate") for a second registration, NotFound("resident.unknown").
    """
    proofs.check(proof)
    rows = Resident.objects.select_for_update(of=("self",)).select_related("user")
    resident = rows.get(pk=resident_of(actor).pk)
    refuse_restricted(resident)
    if not proofs.is_person(resident, proof.pesel):
        raise Refused("proof.other_person")
    if resident.state == ResidentState.DUPLICATE:
        raise Conflict("registration.duplicate")
    if resident.state in CLOSED_STATES:
        raise NotFound("resident.unknown")
    resident.proof_method, resident.proof_ref = proof.method, proof.evidence_ref
    resident.proven_at = timezone.now()
    resident.save()
    record("registration.proven", resident, actor=actor, proof=proof.method)
    _go_on(resident)
    return resident


def _go_on(resident: Resident) -> None:
    """Do the clerk's step where a proof and a confirmed address are both there and the policy lets a proof do it."""
    policy = office().registration_policy
    is_ready = bool(resident.proof_method) and resident.user.email_confirmed_at is not None
    if not is_ready or resident.state != ResidentState.SUBMITTED or not is_automatic(policy):
        return
    actor = system("accounts.trusted_identity")
    state = next_state(ResidentState.SUBMITTED, ResidentEvent.PROVEN, policy)
    resident.verified_at, resident.verified_by = timezone.now(), actor.ref
    advance(resident, state, actor)
    if state == ResidentState.VERIFIED:
        tell_verified(resident)
    record("registration.verified", resident, actor=actor, state=state.value, proof=resident.proof_method)
    match_own_file(resident, actor=actor)
