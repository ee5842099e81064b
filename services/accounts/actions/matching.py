"""Whose file of the finance system a resident is: linked by itself where it is clean, by a clerk otherwise."""

from django.utils import timezone

from kernel.actors import Actor
from kernel.audit.recording import record
from services.accounts.domain.matching import Fit
from services.accounts.models import Payer, Representation, Resident
from services.accounts.queries import match_of, own_file_of


def link_own_file(resident: Resident, payer: Payer) -> None:
    """Make the payer the resident's own file, from today and without an end."""
    Representation.objects.update_or_create(
        resident=resident,
        payer=payer,
        defaults={"is_self": True, "valid_from": timezone.localdate(), "valid_to": None},
    )


def match_own_file(resident: Resident, *, actor: Actor) -> Payer | None:
    """Link the one payer that fits beyond doubt; anything else is left to a clerk (`queries.match_of`)."""
    if own_file_of(resident) is not None:
        return None
    match = match_of(resident)
    if match.fit != Fit.CLEAN:
        return None
    link_own_file(resident, match.payers[0])
    record("resident.matched", resident, actor=actor, payer=str(match.payers[0].public_id))
    return match.payers[0]
