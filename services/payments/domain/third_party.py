"""Zapłata cudzego podatku: art. 62b § 1 Ordynacji podatkowej (law.md 3.8, open point 12i).

Close family and the owner of a thing under mortgage or pledge pay without limit (pkt 1 and 2), anybody else only a tax that
does not exceed the limit (pkt 3). A payer's proxy pays the payer's money and is no third party.
"""

from collections import defaultdict
from collections.abc import Iterable


def exceeds_limit(taxes: Iterable[tuple[str, int]], limit_gr: int) -> bool:
    """Whether a stranger could not pay all of this: (tax, principal in grosze) pairs, added up by tax.

    Exactly the limit may still be paid.
    """
    sums: dict[str, int] = defaultdict(int)
    for tax, principal_gr in taxes:
        sums[tax] += principal_gr
    return any(sum_gr > limit_gr for sum_gr in sums.values())
