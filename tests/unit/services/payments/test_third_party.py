"""Zapłata cudzego podatku: art. 62b § 1 pkt 3 Ordynacji podatkowej (law.md 3.8)."""

import pytest

from services.payments.domain.third_party import exceeds_limit


@pytest.mark.parametrize(
    ("taxes", "exceeds"),
    [
        ([], False),
        ([("property_tax", 100_000)], False),  # exactly the limit
        ([("property_tax", 100_001)], True),
        ([("property_tax", 60_000), ("property_tax", 40_001)], True),  # one tax in two instalments
        ([("property_tax", 60_000), ("waste_fee", 60_000)], False),  # two taxes, each within the limit
    ],
)
def test_a_stranger_pays_each_tax_up_to_the_limit(taxes: list[tuple[str, int]], exceeds: bool) -> None:
    assert exceeds_limit(taxes, 100_000) is exceeds
