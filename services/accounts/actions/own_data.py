"""Own data, changed by the resident at any time, and seen by the office (S44, D93)."""

from collections.abc import Collection
from dataclasses import asdict, dataclass
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.signing import BadSignature, TimestampSigner
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils import timezone

from kernel import tenancy
from kernel.actors import Actor
from kernel.audit.recording import record
from kernel.errors import Conflict, InvalidInput, NotFound
from services.accounts.access import require
from services.accounts.domain import CLOSED_STATES
from services.accounts.models import DataChange, DataField, EmailChange, Resident
from services.accounts.queries import resident_of
from services.accounts.queries_rights import refuse_restricted
from services.notices.actions import portal_address, write_message
from services.users.domain import Verb
from services.users.models import User, UserKind, email_index
from tenants.configuration.queries import office

EMAIL_LINK_HOURS = 24
REQUIRED = ("first_name", "last_name", "address")
LONGEST = {"first_name": 80, "last_name": 120, "address": 240, "phone": 40}


@dataclass(frozen=True)
class OwnData:
    """What a resident may change without the office; None leaves a value as it is. The PESEL number cannot be changed."""

    first_name: str | None = None
    last_name: str | None = None
    address: str | None = None
    phone: str | None = None


@transaction.atomic(durable=True)
def change_own_data(wanted: OwnData, *, version: int, actor: Actor) -> Resident:
    """Change own data; it holds at once, the office sees what changed, and the mailbox is told.

    Raises InvalidInput("own_data.missing") for a required value that is empty, InvalidInput("own_data.too_long"),
    Conflict("registration.stale") when the page was older than the data.
    """
    actor = require(actor, Verb.OWN_ACCOUNT)
    return _change(_own(actor), wanted, version, actor)


def correct_contact(resident: Resident, wanted: OwnData, *, version: int, actor: Actor) -> Resident:
    """The office corrects address or telephone while the person stands at the counter, inside the caller's transaction.

    It is noted and told as a change of the person's own; names stay the person's affair. Raises as `change_own_data` does,
    and NotFound("resident.unknown") for a closed account.
    """
    actor = require(actor, Verb.ASSIST_AT_COUNTER)
    rows = Resident.objects.select_for_update(of=("self",)).select_related("user")
    row = rows.exclude(state__in=CLOSED_STATES).filter(pk=resident.pk).first()
    if row is None:
        raise NotFound("resident.unknown")
    return _change(row, OwnData(address=wanted.address, phone=wanted.phone), version, actor)


def _change(resident: Resident, wanted: OwnData, version: int, actor: Actor) -> Resident:
    if resident.version != version:
        raise Conflict("registration.stale")
    changes = {
        name: value.strip()
        for name, value in asdict(wanted).items()
        if value is not None and value.strip() != getattr(resident, name)
    }
    for name, value in changes.items():
        if name in REQUIRED and not value:
            raise InvalidInput("own_data.missing", field=name)
        if len(value) > LONGEST[name]:
            raise InvalidInput("own_data.too_long", field=name, longest=LONGEST[name])
    if not changes:
        return resident
    for name, value in changes.items():
        _note(resident, name, getattr(resident, name), value)
        setattr(resident, name, value)
    resident.version += 1
    resident.save()
    resident.user.full_name = f"{resident.first_name} {resident.last_name}"
    resident.user.save()
    record("resident.data_changed", resident, actor=actor, fields=sorted(changes))
    write_message(
        kind="own_data_changed",
        recipient=resident.user.email,
        context={
            "portal": office().portal_name,
            "words": ", ".join(DataField(name).label for name in sorted(changes)),
        },
        related_ref=str(resident.public_id),
    )
    return resident


@transaction.atomic(durable=True)
def ask_email_change(email: str, *, actor: Actor) -> None:
    """Mail a link to the new address, and a warning to the old one, which holds until the link was followed.

    Whether the new address has an account already shows in nothing: its holder is told, the asker is not (S8). A second
    request takes the place of the first. Raises InvalidInput("email.invalid"), InvalidInput("email.same").
    """
    actor = require(actor, Verb.OWN_ACCOUNT)
    resident, email = _own(actor), email.strip()
    _check_email(email)
    if email_index(email) == bytes(resident.user.email_index):
        raise InvalidInput("email.same", field="email")
    EmailChange.objects.filter(resident=resident, confirmed_at__isnull=True).delete()
    change = EmailChange.objects.create(resident=resident, email=email, asked_at=timezone.now())
    portal = office().portal_name
    holder = User.objects.find(email, UserKind.RESIDENT)
    if holder is not None:
        write_message(kind="address_taken", recipient=holder.email, context={})
    else:
        token = _signer().sign(str(change.public_id))
        write_message(
            kind="email_change_link",
            recipient=email,
            context={
                "portal": portal,
                "confirm_url": f"{portal_address()}/konto/e-mail/potwierdz/{token}/",
            },
        )
    write_message(kind="email_change_asked", recipient=resident.user.email, context={"portal": portal})
    record("resident.email_change_asked", resident, actor=actor)


@transaction.atomic(durable=True)
def confirm_email_change(token: str, *, actor: Actor) -> None:
    """The holder of the new mailbox has followed the link: from now on it is the account's address. Twice is the same as
    once. The old address is told.

    Raises NotFound("link.dead") for a forged, foreign, old or replaced link, and when the address was taken meanwhile.
    """
    try:
        change_id = _signer().unsign(token, max_age=EMAIL_LINK_HOURS * 3600)
    except BadSignature:
        raise NotFound("link.dead") from None
    rows = EmailChange.objects.select_for_update(of=("self",)).select_related("resident__user")
    change = rows.filter(public_id=change_id).first()
    if change is None or change.resident.state in CLOSED_STATES:
        raise NotFound("link.dead")
    if change.confirmed_at is not None:
        return
    resident = (
        Resident.objects.select_for_update(of=("self",)).select_related("user").get(pk=change.resident_id)
    )
    refuse_restricted(resident)
    user, before = resident.user, resident.user.email
    user.email, user.email_index = change.email, email_index(change.email)
    user.email_confirmed_at = timezone.now()
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError:
        raise NotFound("link.dead") from None
    change.confirmed_at = timezone.now()
    change.save()
    _note(resident, "email", before, change.email)
    resident.version += 1
    resident.save()
    write_message(kind="email_changed", recipient=before, context={"portal": office().portal_name})
    record("resident.email_changed", resident, actor=actor)


@transaction.atomic(durable=True)
def drop_email_change(*, actor: Actor) -> None:
    """Take back a change of the address that waits for its proof; the link in the letter is dead then."""
    actor = require(actor, Verb.OWN_ACCOUNT)
    resident = _own(actor)
    gone, _ = EmailChange.objects.filter(resident=resident, confirmed_at__isnull=True).delete()
    if gone:
        record("resident.email_change_dropped", resident, actor=actor)


@transaction.atomic(durable=True)
def note_changes_seen(*, resident_id: UUID, change_ids: Collection[UUID], actor: Actor) -> None:
    """A clerk has looked at these changes (the ones on the page, not later ones). Raises Refused."""
    actor = require(actor, Verb.VERIFY_REGISTRATION)
    rows = DataChange.objects.filter(
        resident__public_id=resident_id, public_id__in=change_ids, seen_at__isnull=True
    )
    resident = Resident.objects.filter(public_id=resident_id).first()
    if resident is None:
        raise NotFound("resident.unknown")
    if rows.update(seen_at=timezone.now(), seen_by=actor.ref):
        record("resident.changes_seen", resident, actor=actor)


def _own(actor: Actor) -> Resident:
    """The signed-in resident, locked. Raises NotFound("resident.unknown") also for an account that is closed, and
    Refused("data.restricted")."""
    found = resident_of(actor)
    rows = Resident.objects.select_for_update(of=("self",)).select_related("user")
    row = rows.exclude(state__in=CLOSED_STATES).filter(pk=found.pk).first()
    if row is None:
        raise NotFound("resident.unknown")
    refuse_restricted(row)
    return row


def _note(resident: Resident, field: str, before: str, after: str) -> None:
    DataChange.objects.create(
        resident=resident, field=field, before=before, after=after, changed_at=timezone.now()
    )


def _check_email(email: str) -> None:
    try:
        validate_email(email)
    except ValidationError:
        raise InvalidInput("email.invalid", field="email") from None


def _signer() -> TimestampSigner:
    return TimestampSigner(salt=f"change-email|{tenancy.current_tenant_id()}")
