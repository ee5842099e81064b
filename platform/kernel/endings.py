"""When the end of a certificate is worth a letter. Pure."""

from typing import Final

WARNED_AT_DAYS: Final = (60, 30, 14, 7, 3, 1, 0)
"""Days before the end on which the office gets a letter: a new certificate takes an application to somebody else."""


def warning_due(days_left: int, warned_at: int | None) -> int | None:
    """The mark of WARNED_AT_DAYS at which a letter is to be written now, None when there is none.

    `days_left` are whole days to the end (negative after it), `warned_at` the mark of the last letter. After a pause of some
    days one letter is written, not one for every mark that went by.
    """
    reached = [mark for mark in WARNED_AT_DAYS if days_left <= mark]
    if not reached or (warned_at is not None and reached[-1] >= warned_at):
        return None
    return reached[-1]
