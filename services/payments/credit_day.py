"""Civil dues are paid when the office's account is credited (art. 454 § 1 KC, eKasa § 10 ust. 9): what the days until then
add to the interest, and which of it the gmina charges (law.md 6)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from kernel.dates import add_working_days
from services.liabilities.models import Liability
from services.liabilities.queries import dues_of
from services.liabilities.statements import Due
from services.payments.domain.allocation import AllocationRegime
from services.payments.domain.payment_day import PaymentDayRule
from tenants.configuration.domain_terms import CivilInterestTo
from tenants.configuration.queries import payment_terms


@dataclass(frozen=True)
class CreditDay:
    """When the money of an order is expected on the office's account, and the interest in grosze of the days until then.

    `is_charged`: the interest is in the amount to pay; else it stays owed after booking.
    """

    expected_on: date
    later_gr: int
    is_charged: bool


def charged_to_its_day(dues: Sequence[Due], on: date) -> list[Due]:
    """The dues ordered on `on` with interest to the day to which the gmina charges it: today, or for civil dues paid
    by the credit the day on which it is expected."""
    terms = payment_terms(on)
    if terms.civil_interest_to is CivilInterestTo.TODAY:
        return list(dues)
    later = {due.id: due.interest for due in _later(dues, add_working_days(on, terms.settlement_days))}
    return [replace(due, interest=later.get(due.id, due.interest)) for due in dues]


def credit_day(dues: Sequence[Due], on: date) -> CreditDay | None:
    """What the payer of these dues has to know about the day of the credit, or None when it changes nothing."""
    terms = payment_terms(on)
    expected_on = add_working_days(on, terms.settlement_days)
    later_gr = sum(due.interest_gr for due in _later(dues, expected_on)) - sum(
        due.interest_gr for due in _later(dues, on)
    )
    if not later_gr:
        return None
    return CreditDay(expected_on, later_gr, terms.civil_interest_to is CivilInterestTo.CREDIT)


def _later(dues: Iterable[Due], day: date) -> list[Due]:
    """Those of the dues that are paid by the credit, as they stand on the day."""
    ids = [
        due.id
        for due in dues
        if due.regime == AllocationRegime.CIVIL and due.payment_day_rule == PaymentDayRule.CREDIT
    ]
    return dues_of(Liability.objects.filter(pk__in=ids), day) if ids else []
