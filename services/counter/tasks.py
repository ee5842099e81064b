"""Jobs of the counter."""

from django.utils import timezone

from services.counter.actions import end_idle_visits


def end_visits() -> None:
    """End the visits that nobody has ended. May be called at any time in an open gmina, any number of times."""
    end_idle_visits(timezone.now())
