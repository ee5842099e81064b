"""The allocation rule as a value: documented defaults, nothing but the allowed readings."""

import pytest

from kernel.errors import InvalidInput
from tenants.configuration.domain import AllocationRule, RatioBase, ThresholdReading, ThresholdScope


def test_defaults_are_those_that_law_md_gives_for_the_open_points() -> None:
    rule = AllocationRule()
    assert rule.ratio_base is RatioBase.ROUNDED
    assert rule.threshold is ThresholdReading.ROUNDED
    assert rule.civil_interest_first is True
    assert rule.threshold_scope is ThresholdScope.INSTALMENT


def test_a_rule_is_built_from_stored_words() -> None:
    rule = AllocationRule.of(ratio_base="exact", threshold="exact", civil_interest_first=False)
    assert rule == AllocationRule(RatioBase.EXACT, ThresholdReading.EXACT, False)
    joint = AllocationRule.of(
        ratio_base="rounded", threshold="rounded", civil_interest_first=True, threshold_scope="decision"
    )
    assert joint == AllocationRule(threshold_scope=ThresholdScope.DECISION)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"ratio_base": "principal"}, "allocation_rule.ratio_base"),
        ({"ratio_base": ""}, "allocation_rule.ratio_base"),
        ({"threshold": "jointly"}, "allocation_rule.threshold"),
        ({"threshold_scope": "jointly"}, "allocation_rule.threshold_scope"),
        ({"civil_interest_first": "yes"}, "allocation_rule.civil_interest_first"),
        ({"civil_interest_first": 1}, "allocation_rule.civil_interest_first"),
    ],
)
def test_any_other_word_is_refused(changed: dict[str, object], code: str) -> None:
    words = {"ratio_base": "rounded", "threshold": "rounded", "civil_interest_first": True} | changed
    with pytest.raises(InvalidInput) as raised:
        AllocationRule.of(**words)
    assert raised.value.code == code


def test_words_in_place_of_values_are_refused_too() -> None:
    for wrong in ({"ratio_base": "rounded"}, {"threshold": "rounded"}, {"threshold_scope": "decision"}):
        with pytest.raises(InvalidInput):
            AllocationRule(**wrong)
