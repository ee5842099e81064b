"""Consents in force, and whose data must rest."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from kernel.actors import Actor
from kernel.errors import Refused
from services.accounts.domain.consents import Purpose, newest, text_of
from services.accounts.models import Consent, Resident, Restriction
from services.users.models import User
from services.users.queries import account_of
from tenants.configuration.queries import office


@dataclass(frozen=True)
class ShownConsent:
    """A purpose as its page shows it: the words, and since when they are agreed to (None: not)."""

    purpose: Purpose
    text: str
    text_version: int
    given_at: datetime | None


def has_consent(user: User, purpose: Purpose) -> bool:
    """Whether the account's holder has consented and has not taken it back."""
    return Consent.objects.filter(user=user, purpose=purpose, withdrawn_at__isnull=True).exists()


def consent_of(user: User, purpose: Purpose) -> ShownConsent:
    """The consent in force with its own words, or the words that would be asked today."""
    row = Consent.objects.filter(user=user, purpose=purpose, withdrawn_at__isnull=True).first()
    version = row.text_version if row else newest(purpose)
    return ShownConsent(purpose, text_of(purpose, version), version, row.given_at if row else None)


def asked_at_registration() -> ShownConsent | None:
    """The consent without which nobody registers here; None where the office does not ask for it (S74)."""
    if not office().asks_consent:
        return None
    version = newest(Purpose.PROCESSING)
    return ShownConsent(Purpose.PROCESSING, text_of(Purpose.PROCESSING, version), version, None)


def consents_of(user: User) -> QuerySet[Consent]:
    """Every consent that the account's holder ever gave, oldest first."""
    return Consent.objects.filter(user=user)


def consenting(purpose: Purpose) -> QuerySet[Resident]:
    """Residents who want it and whose data need not rest: to whom letters for this purpose may be written now."""
    given = Consent.objects.filter(user=OuterRef("user"), purpose=purpose, withdrawn_at__isnull=True)
    return Resident.objects.filter(Exists(given)).exclude(pk__in=restricted_ids(timezone.now()))


def restricted_ids(now: datetime) -> QuerySet[Restriction, int]:
    """Ids of the residents whose data must rest at this moment."""
    return _running(now).values_list("resident_id", flat=True)


def restriction_of(resident: Resident) -> Restriction | None:
    """The restriction under which the person's data are now, or None."""
    return _running(timezone.now()).filter(resident=resident).order_by("-began_at").first()


def restrictions_of(resident: Resident) -> QuerySet[Restriction]:
    """All restrictions that there were, oldest first."""
    return Restriction.objects.filter(resident=resident)


def refuse_restricted(resident: Resident) -> None:
    """Raise Refused("data.restricted") while the person's data may only be stored and used for claims (art. 18 ust. 2)."""
    if restriction_of(resident) is not None:
        raise Refused("data.restricted")


def refuse_restricted_actor(actor: Actor) -> None:
    """The same for the resident who acts."""
    if _running(timezone.now()).filter(resident__user__in=account_of(actor)).exists():
        raise Refused("data.restricted")


def _running(now: datetime) -> QuerySet[Restriction]:
    return Restriction.objects.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=now), began_at__lte=now)
