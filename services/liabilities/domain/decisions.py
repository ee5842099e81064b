"""Threshold and rounding for the instalments of one decision together (law.md 1.5, open point 12b).

Only for a gmina that reads art. 54 § 1 pkt 5 and art. 63 § 1 O.p. in this way; by default each instalment is an arrear
of its own and stands alone.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from services.liabilities.domain.interest import CHARGE_CODES, Interest, charged_tax_gr
from services.liabilities.domain.reasons import Reason
from tenants.configuration.domain import ThresholdReading
from tenants.rates.domain import Rates


class Instalment(NamedTuple):
    """One arrear with its own tax interest. Those with the same `decision` are charged together; "" stands alone."""

    id: str
    decision: str
    due_on: date
    interest: Interest


def charge_jointly(
    instalments: Iterable[Instalment], as_of: date, *, rates: Rates, threshold: ThresholdReading
) -> dict[str, Interest]:
    """Interest of each instalment by its id, where the arrears of one decision are charged together.

    The exact interest of all arrears of a decision is added up, held once against the minimum of art. 54 § 1 pkt 5 and
    rounded once to the full złoty (art. 63 § 1). The rounded sum is divided back in grosze in the ratio of the exact
    interest: each instalment first gets its whole grosze, and what is left goes, one grosz each, to the largest
    remainders; equal ones go by due date, then by id. So the parts are never negative, add up to the rounded sum, differ
    from the exact ratio by less than a grosz, and do not depend on the order in which they are given.
    """
    charged: dict[str, Interest] = {}
    together: dict[str, list[Instalment]] = defaultdict(list)
    for one in instalments:
        charged[one.id] = one.interest
        if one.decision and one.interest.numerator:
            together[one.decision].append(one)
    for decision in together.values():
        if len(decision) > 1:
            charged.update(_charge(decision, as_of, rates, threshold))
    return charged


def _charge(
    decision: list[Instalment], as_of: date, rates: Rates, threshold: ThresholdReading
) -> Mapping[str, Interest]:
    minimum_gr = rates.minimum_interest.row_on(as_of).amount_gr
    joint_gr = charged_tax_gr(sum(one.interest.numerator for one in decision), minimum_gr, threshold)
    reason = Reason("interest.rounded_jointly", "art. 63 § 1 Ordynacji podatkowej", {"joint_gr": joint_gr})
    if not joint_gr:
        article = "art. 54 § 1 pkt 5 Ordynacji podatkowej"
        reason = Reason("interest.below_threshold_jointly", article, {"minimum_gr": minimum_gr})
    parts = _divide(joint_gr, decision)
    return {one.id: _charged(one.interest, parts[one.id], reason) for one in decision}


def _divide(joint_gr: int, decision: list[Instalment]) -> Mapping[str, int]:
    """Largest remainder: whole grosze by the ratio of exact interest, the rest one by one."""
    whole = sum(one.interest.numerator for one in decision)
    parts = {one.id: joint_gr * one.interest.numerator // whole for one in decision}
    left = joint_gr - sum(parts.values())
    by_remainder = sorted(
        decision, key=lambda one: (-(joint_gr * one.interest.numerator % whole), one.due_on, one.id)
    )
    for one in by_remainder[:left]:
        parts[one.id] += 1
    return parts


def _charged(interest: Interest, total_gr: int, reason: Reason) -> Interest:
    """The same interest with its part of the joint sum; the joint reason stands where its own rounding stood."""
    reasons = tuple(reason if own.code in CHARGE_CODES else own for own in interest.reasons)
    return replace(interest, total_gr=total_gr, reasons=reasons)
