"""Nightly: what is past its time goes."""

from django.utils import timezone

from kernel.actors import system
from services.privacy.actions.retention import erase_expired

ACTOR = system("privacy.erase_expired")


def erase_past_time() -> None:
    """Erase in the gmina that is open what is past its time, as its periods say; a report stays."""
    erase_expired(timezone.localdate(), is_dry_run=False, actor=ACTOR)
