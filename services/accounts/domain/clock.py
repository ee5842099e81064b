"""The seven working days in which a registration is to be decided (eKasa § 4 pkt 3)."""

from datetime import date

from kernel.dates import add_working_days
from services.accounts.domain.states import REGISTRATION_DAYS


def deadline_of(submitted_on: date) -> date:
    """The last day for the decision; the day of the registration itself does not count."""
    return add_working_days(submitted_on, REGISTRATION_DAYS)


def days_left(today: date, deadline: date) -> int:
    """Working days after today up to the deadline; 0 on the last day and when it has passed."""
    days = range(REGISTRATION_DAYS)
    return next((one for one in days if add_working_days(today, one) >= deadline), REGISTRATION_DAYS)
