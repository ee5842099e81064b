"""What the safeguards do by themselves as time goes by; each part may run at any time, any number of times."""

from django.utils import timezone

from kernel.dates import warsaw_day
from services.safeguards.authorisations import announce_ending
from services.safeguards.changes import lapse_changes
from services.safeguards.support import end_timed_out


def keep_watch() -> None:
    """Close changes that nobody agreed to, end support accesses whose time is over, announce authorisations that end."""
    now = timezone.now()
    lapse_changes(now)
    end_timed_out(now)
    announce_ending(warsaw_day(now))
