"""Life of a resident's account: registration, confirmation of the address, verification, authorisation, rejection."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.signing import BadSignature, TimestampSigner
from django.db import IntegrityError, transaction
from django.utils import timezone

from kernel import tenancy
from kernel.actors import Actor, ActorKind
from kernel.audit.recording import record
from kernel.dates import add_working_days
from kernel.errors import Conflict, InvalidInput, NotFound, Refused
from kernel.identifiers import is_valid_pesel
from services.accounts.access import require
from services.accounts.domain import REGISTRATION_DAYS, ResidentEvent, ResidentState, next_state
from services.accounts.models import Payer, RegulationAcceptance, Representation, Resident
from services.accounts.queries import person_index, same_person
from services.notices.actions import portal_address, write_message
from services.users.domain import Verb
from services.users.models import User, UserKind
from tenants.configuration.queries import current_regulation, office
from tenants.directory.trial import check, queue_up, trial_limits
from tenants.metering import flags

CONFIRMATION_HOURS = 72
GONE = (ResidentState.REJECTED, ResidentState.DUPLICATE, ResidentState.DEACTIVATED)


@dataclass(frozen=True)
class Application:
    """What a person fills in to register."""

    first_name: str
    last_name: str
    pesel: str
    email: str
    address: str
    password: str
    regulation_id: UUID
    phone: str = ""


@transaction.atomic(durable=True)
def register(application: Application, *, actor: Actor) -> None:
    """Register a person (S48-S59, D25-D30). What the visitor sees is the same whether or not the person or the
    address is known already; only the holders of the mailboxes learn more (S8, S63).

    Raises InvalidInput("pesel.invalid"), InvalidInput("password.weak"), Conflict("regulation.changed") when the accepted
    version is not the one in force, Conflict("trial.residents") when a gmina in its trial has as many as it may,
    Refused("registration.switched_off") where only the office makes accounts.
    """
    if not flags.SELF_REGISTRATION.is_on():
        raise Refused("registration.switched_off")
    _check(application)
    _keep_trial()
    regulation = current_regulation(timezone.localdate())
    if regulation.public_id != application.regulation_id:
        raise Conflict("regulation.changed")
    index = person_index(application.pesel)
    known = Resident.objects.filter(person_index=index).exclude(state__in=GONE)
    first = known.select_related("user").first()
    holder = User.objects.find(application.email, UserKind.RESIDENT)
    if holder is not None:
        # The mailbox's owner is told; the visitor sees the usual page, and the password is hashed for equal time.
        User().set_password(application.password)
        write_message(kind="address_taken", recipient=holder.email, context={})
        record("registration.address_taken", actor=actor, outcome="refused")
        return
    state = ResidentState.DUPLICATE if first else ResidentState.SUBMITTED
    try:
        with transaction.atomic():
            resident = _make(application, index, state)
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
    record("registration.submitted", resident, actor=own, regulation=regulation.number, duplicate=bool(first))


def _check(application: Application) -> None:
    if not is_valid_pesel(application.pesel):
        raise InvalidInput("pesel.invalid", field="pesel")
    try:
        validate_password(application.password)
    except ValidationError as error:
        raise InvalidInput("password.weak", field="password", reasons=list(error.messages)) from error


def _keep_trial() -> None:
    """Asked before anything is known of the person, so that the answer is the same for everybody."""
    limits = trial_limits()
    if limits:
        queue_up()
        check(Resident.objects.exclude(state__in=GONE).count(), 1, limits.residents, "trial.residents")


def _make(application: Application, index: bytes, state: ResidentState) -> Resident:
    user = User.objects.create_user(
        email=application.email,
        kind=UserKind.RESIDENT,
        full_name=f"{application.first_name} {application.last_name}",
        password=application.password,
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
        submitted_at=timezone.now(),
    )


def _signer() -> TimestampSigner:
    return TimestampSigner(salt=f"confirm-address|{tenancy.current_tenant_id()}")


def send_confirmation(resident: Resident) -> None:
    """Mail the link that proves the address (D30: the account was made)."""
    token = _signer().sign(str(resident.public_id))
    deadline = add_working_days(timezone.localdate(resident.submitted_at), REGISTRATION_DAYS)
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
def confirm_address(token: str, *, actor: Actor) -> None:
    """The holder of the mailbox has followed the link. Twice is the same as once.

    Raises NotFound("link.dead") for a forged, foreign or old link.
    """
    try:
        public_id = _signer().unsign(token, max_age=CONFIRMATION_HOURS * 3600)
    except BadSignature:
        raise NotFound("link.dead") from None
    resident = Resident.objects.select_related("user").filter(public_id=public_id).first()
    if resident is None:
        raise NotFound("link.dead")
    if resident.user.email_confirmed_at is None:
        resident.user.email_confirmed_at = timezone.now()
        resident.user.save()
        record("registration.address_confirmed", resident, actor=actor)


@transaction.atomic(durable=True)
def approve_registration(
    *, registration_id: UUID, payer_id: UUID | None, version: int, actor: Actor
) -> Resident:
    """The clerk has verified the person (S46, S55) and says which payer's file is hers or his, if there is one.

    Raises Refused without the role, Conflict("registration.stale") when somebody changed it meanwhile,
    Conflict("registration.address_unconfirmed"), Conflict("registration.duplicate"), NotFound("payer.unknown").
    """
    actor = require(actor, Verb.VERIFY_REGISTRATION)
    resident = _locked(registration_id, version)
    if resident.state == ResidentState.DUPLICATE or same_person(resident):
        raise Conflict("registration.duplicate")
    if resident.user.email_confirmed_at is None:
        raise Conflict("registration.address_unconfirmed")
    state = next_state(ResidentState(resident.state), ResidentEvent.VERIFIED, office().registration_policy)
    resident.verified_at, resident.verified_by = timezone.now(), actor.ref
    if payer_id is not None:
        payer = Payer.objects.filter(public_id=payer_id).first()
        if payer is None:
            raise NotFound("payer.unknown")
        Representation.objects.update_or_create(
            resident=resident,
            payer=payer,
            defaults={"is_self": True, "valid_from": timezone.localdate(), "valid_to": None},
        )
    _advance(resident, state, actor)
    record("registration.verified", resident, actor=actor, payer=str(payer_id or ""), state=state.value)
    return resident


@transaction.atomic(durable=True)
def authorise_registration(*, registration_id: UUID, version: int, actor: Actor) -> Resident:
    """The local administrator authorises a verified account (S53). Raises as `approve_registration` does."""
    actor = require(actor, Verb.AUTHORISE_REGISTRATION)
    resident = _locked(registration_id, version)
    state = next_state(ResidentState(resident.state), ResidentEvent.AUTHORISED, office().registration_policy)
    _advance(resident, state, actor)
    record("registration.authorised", resident, actor=actor, state=state.value)
    return resident


@transaction.atomic(durable=True)
def reject_registration(*, registration_id: UUID, reason: str, version: int, actor: Actor) -> Resident:
    """Refuse a registration with a reason that the person is told. The person may register anew.

    Raises InvalidInput("reason.missing"), Conflict and Refused as `approve_registration` does.
    """
    roles = (Verb.VERIFY_REGISTRATION, Verb.AUTHORISE_REGISTRATION)
    resident = _locked(registration_id, version)
    actor = require(actor, roles[resident.state == ResidentState.VERIFIED])
    if not reason.strip():
        raise InvalidInput("reason.missing", field="reason")
    resident.decision_reason = reason.strip()
    state = next_state(ResidentState(resident.state), ResidentEvent.REJECTED, office().registration_policy)
    Representation.objects.filter(resident=resident).delete()
    _advance(resident, state, actor)
    write_message(
        kind="registration_rejected",
        recipient=resident.user.email,
        context={"portal": office().portal_name, "reason": resident.decision_reason},
        related_ref=str(resident.public_id),
    )
    _release_address(resident)
    record("registration.rejected", resident, actor=actor)
    return resident


def _release_address(resident: Resident) -> None:
    """A rejected account cannot sign in, and its address is free for a new registration."""
    user = resident.user
    user.is_active = False
    user.email_index = b"rejected:" + user.public_id.bytes
    user.save()


def _locked(registration_id: UUID, version: int) -> Resident:
    resident = Resident.objects.select_for_update().filter(public_id=registration_id).first()
    if resident is None:
        raise NotFound("registration.unknown")
    if resident.version != version:
        raise Conflict("registration.stale")
    return resident


def _advance(resident: Resident, state: ResidentState, actor: Actor) -> None:
    resident.state = state
    resident.version += 1
    if state == ResidentState.ACTIVE:
        resident.activated_at, resident.activated_by = timezone.now(), actor.ref
        write_message(
            kind="account_active",
            recipient=resident.user.email,
            context={"portal": office().portal_name},
            related_ref=str(resident.public_id),
        )
    resident.save()
