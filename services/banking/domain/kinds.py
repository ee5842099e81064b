"""What a line of a statement can be, what it can be matched with, and on what ground. Polish words beside each."""

from enum import StrEnum


class LineState(StrEnum):
    """Stan wiersza wyciągu."""

    WAITING = "waiting"
    """Stored, and nobody has tried it yet."""
    MATCHED = "matched"
    TO_CLARIFY = "to_clarify"
    LEFT = "left"
    """A clerk has said that it is none of the portal's: a subsidy, a transfer between accounts."""
    OUTGOING = "outgoing"
    """Money that left the account. It is kept for the balance and is matched with nothing."""


class Target(StrEnum):
    """Z czym jest dopasowany wiersz."""

    DUES = "dues"
    """Dues of one payer: the money is booked as a receipt."""
    PAYMENT = "payment"
    """One payment ordered in the portal: it is booked."""
    PAYOUT = "payout"
    """A bulk transfer of a payment operator: it is confirmed."""
    SERVICE = "service"
    """A bulk transfer of mObywatel ePłatności, whose payments its own file has booked."""


class Ground(StrEnum):
    """Po czym rozpoznano wpłatę, w kolejności, w jakiej się szuka."""

    REFERENCE = "reference"
    VIRTUAL_ACCOUNT = "virtual_account"
    AMOUNT_AND_PAYER = "amount_and_payer"
    CLERK = "clerk"


class Why(StrEnum):
    """Dlaczego wiersz trzeba wyjaśnić."""

    NOTHING = "nothing"
    SEVERAL = "several"
    AMOUNT = "amount"
    TOO_MUCH = "too_much"
    TWICE = "twice"
    NOT_PAID = "not_paid"
    BEING_PAID = "being_paid"
    ENFORCED = "enforced"
    LOOKS_LIKE = "looks_like"
    POSTED = "posted"
    """The finance system has told of the same money by a posting, and the portal has booked that."""
    TAKEN_BACK = "taken_back"
    REFUSED = "refused"


CONTRADICTS = "eplatnosci.amount"
"""Code of a line of ePłatności whose payment another file has told with another amount; its reason is AMOUNT."""

WHY_OF_ERROR = {
    "bank_transfer.too_much": Why.TOO_MUCH,
    "bank_transfer.being_paid": Why.BEING_PAID,
    "bank_transfer.enforced": Why.ENFORCED,
}
"""Refusals of a booking that say by themselves what is to be clarified; any other is REFUSED."""
