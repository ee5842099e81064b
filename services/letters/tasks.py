"""What the clock asks about letters."""

from django.utils import timezone

from kernel.dates import warsaw_day
from services.letters.actions import remind


def remind_of_due_dates() -> None:
    """Remind of the due dates of today and of next week, by the calendar of Warsaw, in the gmina that is open."""
    remind(warsaw_day(timezone.now()))
