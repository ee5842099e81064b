"""What can become of a posting of the finance system. Polish words beside each."""

from enum import StrEnum


class Outcome(StrEnum):
    """Co stało się z księgowaniem."""

    BOOKED = "booked"
    """Booked by this very row: a receipt, or a payment of the portal."""
    RECOGNISED = "recognised"
    """The portal has booked the same money already, from a bank statement or at the desk; nothing was booked."""
    TAKEN_BACK = "taken_back"
    """The row has taken back an earlier posting."""
    KNOWN = "known"
    """The same posting came before."""
    REFUSED = "refused"


KEPT = (Outcome.BOOKED, Outcome.RECOGNISED, Outcome.TAKEN_BACK)
"""What stands for its external id for good: that id is never used again."""
