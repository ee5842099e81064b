"""Dzień zapłaty: art. 60 § 1 Ordynacji podatkowej, art. 454 KC, eKasa § 10 ust. 8 and 9 (law.md section 6)."""

from datetime import UTC, date, datetime

import pytest

from kernel.errors import InvalidInput
from services.payments.domain.payment_day import Instrument, PaymentDayRule, PaymentDays, payment_day

FRIDAY, SATURDAY, MONDAY, TUESDAY = (date(2026, 10, day) for day in (2, 3, 5, 6))
DAYS = PaymentDays(ordered_on=FRIDAY, debited_on=SATURDAY, authorised_on=MONDAY, credited_on=TUESDAY)


@pytest.mark.parametrize(
    ("rule", "instrument", "paid_on", "article"),
    [
        (PaymentDayRule.DEBIT, Instrument.TRANSFER, SATURDAY, "art. 60 § 1 pkt 2 Ordynacji podatkowej"),
        (PaymentDayRule.DEBIT, Instrument.CARD, MONDAY, "art. 60 § 1 pkt 3 Ordynacji podatkowej"),
        (PaymentDayRule.DEBIT, Instrument.BLIK, MONDAY, "art. 60 § 1 pkt 3 Ordynacji podatkowej"),
        (PaymentDayRule.DEBIT, Instrument.CASH, FRIDAY, "art. 60 § 1 pkt 1 Ordynacji podatkowej"),
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
