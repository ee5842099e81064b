"""The terms of paying as a value: documented defaults, nothing but the allowed readings (law.md 6, 4.4 and 12d, e)."""

from dataclasses import asdict
from datetime import date

import pytest

from kernel.errors import InvalidInput
from tenants.configuration.domain_terms import (
    CivilInterestTo,
    EnforcedReading,
    InstrumentReading,
    PaymentTerms,
)


def test_defaults_are_those_that_law_md_gives_for_the_open_points() -> None:
    terms = PaymentTerms()
    assert terms.pay_by_link is InstrumentReading.TRANSFER
    assert terms.blik is InstrumentReading.OTHER
    assert terms.has_resolution is False
    assert terms.enforced is EnforcedReading.BLOCK
    assert terms.civil_interest_to is CivilInterestTo.TODAY
    assert terms.settlement_days == 1


def test_terms_are_built_from_stored_words() -> None:
    changed = {
        "pay_by_link": "other",
        "blik": "transfer",
        "resolution_number": "XX/1/2026",
        "resolution_on": date(2026, 1, 30),
        "enforced": "warn",
        "civil_interest_to": "credit",
        "settlement_days": 2,
    }
    terms = PaymentTerms.of(changed)
    assert asdict(terms) == changed
    assert terms.has_resolution is True


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"pay_by_link": "debit"}, "payment_terms.pay_by_link"),
        ({"blik": ""}, "payment_terms.blik"),
        ({"enforced": "pay"}, "payment_terms.enforced"),
        ({"civil_interest_to": "later"}, "payment_terms.civil_interest_to"),
        ({"settlement_days": 11}, "payment_terms.settlement_days"),
        ({"settlement_days": -1}, "payment_terms.settlement_days"),
        ({"resolution_number": "XX/1/2026"}, "payment_terms.resolution"),
        ({"resolution_on": date(2026, 1, 30)}, "payment_terms.resolution"),
    ],
)
def test_any_other_value_is_refused(changed: dict[str, object], code: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        PaymentTerms.of(asdict(PaymentTerms()) | changed)
    assert raised.value.code == code


def test_words_in_place_of_values_are_refused_too() -> None:
    with pytest.raises(InvalidInput):
        PaymentTerms(blik="other")
