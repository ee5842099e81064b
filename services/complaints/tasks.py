"""Jobs about complaints."""

from django.utils import timezone

from services.complaints.actions import leave_unexamined, warn_of_deadlines


def keep_clocks() -> None:
    """What a day brings to complaints without anybody's act. May be called at any time in an open gmina, any number of
    times: what is done is found done."""
    today = timezone.localdate()
    leave_unexamined(today)
    warn_of_deadlines(today)
