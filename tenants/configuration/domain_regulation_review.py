"""Przegląd regulaminu: what a complete regulation of a portal has to say and this one does not, and what it says against
the law or against itself. Pure: it reads the words, a lawyer decides.

`findings` never forbids anything. What weighs more than advice must be confirmed by the person who publishes
(`must_be_confirmed`), so that nobody publishes it unseen.
"""

from collections.abc import Mapping
from typing import Final

from tenants.configuration.domain_regulation import Regulation
from tenants.configuration.domain_regulation_conflicts import UNWANTED
from tenants.configuration.domain_regulation_rules import Finding, Text, Wanted, Weight, matches
from tenants.configuration.domain_regulation_wanted import WANTED

UNKNOWN: Final = "[uzupełnij]"
"""What stands in a suggested sentence for a name that the gmina has not entered."""


def findings(regulation: Regulation, names: Mapping[str, str] | None = None) -> tuple[Finding, ...]:
    """What the text lacks, then what stands in it against the law or itself, then advice.

    `names` of the office fill the suggested sentences: portal_name, office_name, office_address, contact_email,
    portal_url, controller_name, controller_address, dpo_email.
    """
    text = Text(regulation)
    filled = _Names(names or {})
    found = [_missing(rule, filled) for rule in WANTED if _is_missing(rule, text)]
    found += [
        Finding(
            rule.code, rule.weight, rule.article, rule.title, rule.why, _fill(rule.suggestion, filled), where
        )
        for rule in UNWANTED
        if (where := rule.find(text)) is not None
    ]
    order = list(Weight)
    return tuple(sorted(found, key=lambda finding: order.index(finding.weight)))


def must_be_confirmed(found: tuple[Finding, ...]) -> frozenset[str]:
    """Codes of the findings that nobody may publish without having seen them."""
    return frozenset(finding.code for finding in found if finding.weight != Weight.ADVICE)


class _Names(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return UNKNOWN


def _fill(suggestion: str, names: _Names) -> str:
    return suggestion.format_map(names)


def _is_missing(rule: Wanted, text: Text) -> bool:
    if rule.within and not matches(rule.within, text.whole):
        return False
    return not matches(rule.pattern, text.whole)


def _missing(rule: Wanted, names: _Names) -> Finding:
    return Finding(rule.code, rule.weight, rule.article, rule.title, rule.why, _fill(rule.suggestion, names))
