"""Giving and withdrawing consents (art. 7 RODO): as easy to withdraw as to give, and always with the words that were
seen."""

from uuid import UUID

from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.utils import timezone

from kernel import tenancy
from kernel.actors import Actor
from kernel.audit.recording import record
from kernel.errors import Conflict, InvalidInput, NotFound
from services.accounts.access import require
from services.accounts.actions.closing import close_account
from services.accounts.actions.moving import locked
from services.accounts.domain.consents import CHOSEN_FREELY, Purpose, newest
from services.accounts.models import Consent, Resident
from services.accounts.queries import resident_of
from services.accounts.queries_rights import has_consent, refuse_restricted
from services.notices.actions import portal_address
from services.users.domain import Verb
from services.users.models import User


def note_consent(user: User, purpose: Purpose, text_version: int, *, actor: Actor) -> Consent:
    """Keep that the person has agreed to these words now, inside the caller's transaction. Twice is the same as once.

    Raises InvalidInput("consent.text") for a text that is no longer, or not yet, asked about.
    """
    if text_version != newest(purpose):
        raise InvalidInput("consent.text", field="consents")
    row, is_new = Consent.objects.get_or_create(
        user=user,
        purpose=purpose,
        withdrawn_at=None,
        defaults={
            "text_version": text_version,
            "given_at": timezone.now(),
            "address": actor.address or None,
        },
    )
    if is_new:
        record("consent.given", row, actor=actor, purpose=purpose.value, text=text_version)
    return row


@transaction.atomic(durable=True)
def give_consent(purpose: Purpose, *, text_version: int, actor: Actor) -> Consent:
    """Agree to something beside the service. Raises Refused("data.restricted"), InvalidInput("consent.text")."""
    actor = require(actor, Verb.OWN_ACCOUNT)
    resident = resident_of(actor)
    refuse_restricted(resident)
    return note_consent(resident.user, purpose, text_version, actor=actor)


@transaction.atomic(durable=True)
def withdraw_consent(purpose: Purpose, *, actor: Actor) -> None:
    """Take a consent back that the account does not need. Twice is the same as once.

    Raises Conflict("consent.closes_account") for the consent to the processing itself (`withdraw_processing`).
    """
    actor = require(actor, Verb.OWN_ACCOUNT)
    if purpose not in CHOSEN_FREELY:
        raise Conflict("consent.closes_account")
    _withdraw(resident_of(actor).user, purpose, actor)


@transaction.atomic(durable=True)
def withdraw_processing(*, version: int, actor: Actor) -> Resident:
    """Take back the consent to the processing itself: the account is closed at once (Borki, "Zgoda"; S74).

    Raises NotFound("consent.unknown") where there is none, and as `close_own_account` does.
    """
    actor = require(actor, Verb.OWN_ACCOUNT)
    resident = locked(resident_of(actor).public_id, version)
    if not has_consent(resident.user, Purpose.PROCESSING):
        raise NotFound("consent.unknown")
    for purpose in Purpose:
        _withdraw(resident.user, purpose, actor)
    close_account(resident, actor)
    return resident


@transaction.atomic(durable=True)
def withdraw_by_link(token: str, *, actor: Actor) -> Purpose:
    """Whoever holds the mailbox leaves by the link at the end of a letter, without signing in (S77).

    Raises NotFound("link.dead") for a forged or foreign link.
    """
    user, purpose = _linked(token)
    _withdraw(user, purpose, actor)
    return purpose


def linked_purpose(token: str) -> Purpose:
    """What a link would end, for the page that asks. Raises NotFound("link.dead")."""
    return _linked(token)[1]


def leaving_address(user: User, purpose: Purpose) -> str:
    """Address of the page by which the purpose is left; it opens nothing else and does not grow old."""
    return f"{portal_address()}/zgody/rezygnacja/{_signer().sign(f'{user.public_id}.{purpose.value}')}/"


def _withdraw(user: User, purpose: Purpose, actor: Actor) -> None:
    row = (
        Consent.objects.select_for_update()
        .filter(user=user, purpose=purpose, withdrawn_at__isnull=True)
        .first()
    )
    if row is None:
        return
    row.withdrawn_at = timezone.now()
    row.save(update_fields=["withdrawn_at"])
    record("consent.withdrawn", row, actor=actor, purpose=purpose.value, text=row.text_version)


def _linked(token: str) -> tuple[User, Purpose]:
    try:
        ref, _, name = _signer().unsign(token).rpartition(".")
        user = User.objects.filter(public_id=UUID(ref)).first()
        purpose = Purpose(name)
    except (BadSignature, ValueError):
        raise NotFound("link.dead") from None
    if user is None or purpose not in CHOSEN_FREELY:
        raise NotFound("link.dead")
    return user, purpose


def _signer() -> Signer:
    return Signer(salt=f"leave-letters|{tenancy.current_tenant_id()}")
