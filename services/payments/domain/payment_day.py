"""Dzień zapłaty: which of the days of a payment counts in law (law.md section 6, eKasa § 10 ust. 8 and 9).

One basket paid on Friday evening has two of them: tax is paid on Friday, rent on Monday.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Self

from kernel.dates import warsaw_day
from kernel.errors import InvalidInput
from services.liabilities.domain.reasons import Reason
from tenants.configuration.domain_terms import InstrumentReading, PaymentTerms


class PaymentDayRule(StrEnum):
    """Which day counts; set for each liability type."""

    DEBIT = "debit"
    """Taxes: the payer's account is debited, or another instrument is authorised (art. 60 § 1 O.p.)."""
    CREDIT = "credit"
    """Civil dues without a rule of their own: the city's account is credited (art. 454 § 1 KC)."""
    CONTRACT = "contract"
    """Civil dues whose contract counts the day of the order."""


class Instrument(StrEnum):
    """How the payer pays. Whether BLIK and pay-by-link are transfers is open (law.md 12d): the gmina's terms say it."""

    TRANSFER = "transfer"
    PAY_BY_LINK = "pay_by_link"
    """A bank chosen from the operator's list, with the transfer filled in."""
    CARD = "card"
    BLIK = "blik"
    CASH = "cash"


@dataclass(frozen=True, slots=True)
class PaymentDays:
    """Days of one payment in Warsaw; None while not known. The office's day of booking counts for no due
    date.
    """

    ordered_on: date | None = None
    debited_on: date | None = None
    authorised_on: date | None = None
    credited_on: date | None = None

    @classmethod
    def of_instants(
        cls,
        *,
        ordered_at: datetime | None = None,
        debited_at: datetime | None = None,
        authorised_at: datetime | None = None,
        credited_at: datetime | None = None,
    ) -> Self:
        """Days of the timestamps; the hour does not count. InvalidInput("instant.naive") without a zone."""
        instants = (ordered_at, debited_at, authorised_at, credited_at)
        return cls(*(None if instant is None else warsaw_day(instant) for instant in instants))


@dataclass(frozen=True, slots=True)
class PaymentDay:
    """The legal day of payment, which of the four days it is, and why."""

    paid_on: date
    source: str
    reason: Reason


_INSTRUMENTS = {
    "transfer": Instrument.PAY_BY_LINK,
    "traditional": Instrument.TRANSFER,
    "blik": Instrument.BLIK,
}
_DEFAULT_TERMS = PaymentTerms()


def instrument_of(method_group: str) -> Instrument:
    """What the payer's method is, by its group at the operator; a wallet and a loan are used like a card."""
    return _INSTRUMENTS.get(method_group, Instrument.CARD)


def is_transfer_order(instrument: Instrument, terms: PaymentTerms = _DEFAULT_TERMS) -> bool:
    """Whether the instrument is a transfer order (art. 60 § 1 pkt 2 O.p.) and so needs no resolution of the council."""
    match instrument:
        case Instrument.PAY_BY_LINK:
            return terms.pay_by_link is InstrumentReading.TRANSFER
        case Instrument.BLIK:
            return terms.blik is InstrumentReading.TRANSFER
    return instrument is Instrument.TRANSFER


def payment_day(
    rule: PaymentDayRule, instrument: Instrument, days: PaymentDays, terms: PaymentTerms = _DEFAULT_TERMS
) -> PaymentDay:
    """The day on which a due is paid. A day that is not known yet is never replaced by another one.

    `terms` say how the gmina reads BLIK and pay-by-link. InvalidInput("payment_day.unknown", source=…) names
    the missing day.
    """
    source, reason = _source(rule, instrument, terms)
    day: date | None = getattr(days, source)
    if day is None:
        raise InvalidInput("payment_day.unknown", source=source)
    return PaymentDay(day, source, reason)


def _source(rule: PaymentDayRule, instrument: Instrument, terms: PaymentTerms) -> tuple[str, Reason]:
    if rule is PaymentDayRule.CREDIT:
        return "credited_on", Reason("payment_day.credit", "art. 454 § 1 KC")
    if rule is PaymentDayRule.CONTRACT:
        return "ordered_on", Reason("payment_day.contract", "umowa")
    if instrument is Instrument.CASH:
        return "ordered_on", Reason("payment_day.paid_in", "art. 60 § 1 pkt 1 Ordynacji podatkowej")
    if is_transfer_order(instrument, terms):
        return "debited_on", Reason("payment_day.debit", "art. 60 § 1 pkt 2 Ordynacji podatkowej")
    return "authorised_on", Reason("payment_day.authorisation", "art. 60 § 1 pkt 3 Ordynacji podatkowej")
