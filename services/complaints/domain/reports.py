"""Reports that a due is shown wrongly (eKasa § 9): what may be wrong, and where a report stands."""

from enum import StrEnum


class Matter(StrEnum):
    """What is not right (§ 9 ust. 1: in particular the amount and the day)."""

    AMOUNT = "amount"
    DUE_ON = "due_on"
    OTHER = "other"

    @property
    def polish(self) -> str:
        """How the form names it."""
        return {"amount": "kwota", "due_on": "termin płatności", "other": "coś innego"}[self.value]


class ReportState(StrEnum):
    """Where a report stands."""

    WAITING = "waiting"
    ANSWERED = "answered"

    @property
    def polish(self) -> str:
        """How resident and office read it."""
        return {"waiting": "czeka na urząd", "answered": "wyjaśnione"}[self.value]
