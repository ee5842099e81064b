"""Dzień zapłaty: art. 60 § 1 Ordynacji podatkowej, art. 454 KC, eKasa § 10 ust. 8 and 9 (law.md section 6)."""

from datetime import UTC, date, datetime

import pytest

from kernel.errors import InvalidInput
from services.payments.domain.payment_day import (
    Instrument,
    PaymentDayRule,
    PaymentDays,
    instrument_of,
    is_transfer_order,
    payment_day,
)
from tenants.configuration.domain_terms import InstrumentReading, PaymentTerms

FRIDAY, SATURDAY, MONDAY, TUESDAY = (date(2026, 10, day) for day in (2, 3, 5, 6))
DAYS = PaymentDays(ordered_on=FRIDAY, debited_on=SATURDAY, authorised_on=MONDAY, credited_on=TUESDAY)


@pytest.mark.parametrize(
    ("rule", "instrument", "paid_on", "article"),
    [
        (PaymentDayRule.DEBIT, Instrument.TRANSFER, SATURDAY, "art. 60 § 1 pkt 2 Ordynacji podatkowej"),
        (PaymentDayRule.DEBIT, Instrument.CARD, MONDAY, "art. 60 § 1 pkt 3 Ordynacji podatkowej"),
        (PaymentDayRule.DEBIT, Instrument.BLIK, MONDAY, "art. 60 § 1 pkt 3 Ordynacji podatkowej"),
        (PaymentDayRule.DEBIT, Instrument.CASH, FRIDAY, "art. 60 § 1 pkt 1 Ordynacji podatkowej"),
        (PaymentDayRule.DEBIT, Instrument.PAY_BY_LINK, SATURDAY, "art. 60 § 1 pkt 2 Ordynacji podatkowej"),
        *[(PaymentDayRule.CREDIT, instrument, TUESDAY, "art. 454 § 1 KC") for instrument in Instrument],
        *[(PaymentDayRule.CONTRACT, instrument, FRIDAY, "umowa") for instrument in Instrument],
    ],
)
@pytest.mark.covers("D68", "D69", "D70")
def test_each_rule_and_instrument_has_its_day(
    rule: PaymentDayRule, instrument: Instrument, paid_on: date, article: str
) -> None:
    day = payment_day(rule, instrument, DAYS)
    assert day.paid_on == paid_on
    assert getattr(DAYS, day.source) == paid_on
    assert day.reason.article == article


TRANSFER, OTHER = InstrumentReading.TRANSFER, InstrumentReading.OTHER


@pytest.mark.parametrize(
    ("instrument", "terms", "paid_on"),
    [
        (Instrument.PAY_BY_LINK, PaymentTerms(pay_by_link=OTHER), MONDAY),
        (Instrument.PAY_BY_LINK, PaymentTerms(blik=TRANSFER), SATURDAY),
        (Instrument.BLIK, PaymentTerms(blik=TRANSFER), SATURDAY),
        (Instrument.BLIK, PaymentTerms(pay_by_link=OTHER), MONDAY),
        (Instrument.TRANSFER, PaymentTerms(pay_by_link=OTHER), SATURDAY),
        (Instrument.CARD, PaymentTerms(blik=TRANSFER), MONDAY),
    ],
)
@pytest.mark.covers("D68")
def test_art_60_par_1_the_gmina_says_whether_blik_and_pay_by_link_are_transfer_orders(
    instrument: Instrument, terms: PaymentTerms, paid_on: date
) -> None:
    day = payment_day(PaymentDayRule.DEBIT, instrument, DAYS, terms)
    assert day.paid_on == paid_on
    number = "2" if paid_on == SATURDAY else "3"
    assert day.reason.article == f"art. 60 § 1 pkt {number} Ordynacji podatkowej"
    assert is_transfer_order(instrument, terms) is (paid_on == SATURDAY)
    assert payment_day(PaymentDayRule.CREDIT, instrument, DAYS, terms).paid_on == TUESDAY


@pytest.mark.parametrize(
    ("group", "instrument"),
    [
        ("transfer", Instrument.PAY_BY_LINK),
        ("traditional", Instrument.TRANSFER),
        ("blik", Instrument.BLIK),
        ("card", Instrument.CARD),
        ("wallet", Instrument.CARD),
        ("instalments", Instrument.CARD),
        ("other", Instrument.CARD),
    ],
)
def test_every_method_of_the_operator_is_some_instrument(group: str, instrument: Instrument) -> None:
    assert instrument_of(group) is instrument


@pytest.mark.covers("D68", "D70")
def test_one_basket_of_friday_evening_has_two_legal_days() -> None:
    days = PaymentDays.of_instants(
        ordered_at=datetime(2026, 10, 2, 18, 30, tzinfo=UTC),
        debited_at=datetime(2026, 10, 2, 18, 31, tzinfo=UTC),
        credited_at=datetime(2026, 10, 5, 6, 0, tzinfo=UTC),
    )
    assert payment_day(PaymentDayRule.DEBIT, Instrument.TRANSFER, days).paid_on == FRIDAY
    assert payment_day(PaymentDayRule.CREDIT, Instrument.TRANSFER, days).paid_on == MONDAY


def test_the_day_is_that_of_warsaw_and_not_of_utc() -> None:
    days = PaymentDays.of_instants(debited_at=datetime(2026, 10, 2, 22, 5, tzinfo=UTC))
    assert days == PaymentDays(debited_on=SATURDAY)


@pytest.mark.parametrize(
    ("rule", "instrument", "missing"),
    [
        (PaymentDayRule.DEBIT, Instrument.TRANSFER, "debited_on"),
        (PaymentDayRule.DEBIT, Instrument.PAY_BY_LINK, "debited_on"),
        (PaymentDayRule.DEBIT, Instrument.CARD, "authorised_on"),
        (PaymentDayRule.DEBIT, Instrument.BLIK, "authorised_on"),
        (PaymentDayRule.DEBIT, Instrument.CASH, "ordered_on"),
        (PaymentDayRule.CREDIT, Instrument.CARD, "credited_on"),
        (PaymentDayRule.CONTRACT, Instrument.CARD, "ordered_on"),
    ],
)
def test_an_unknown_day_is_never_replaced_by_another(
    rule: PaymentDayRule, instrument: Instrument, missing: str
) -> None:
    known = dict.fromkeys(("ordered_on", "debited_on", "authorised_on", "credited_on"), FRIDAY) | {
        missing: None
    }
    with pytest.raises(InvalidInput) as raised:
        payment_day(rule, instrument, PaymentDays(**known))
    assert raised.value.code == "payment_day.unknown"
    assert raised.value.params == {"source": missing}
