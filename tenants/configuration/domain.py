"""What a gmina decides where the law leaves it open, as pure values; their rows are in `models.py`."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from kernel.errors import InvalidInput


class WayIn(StrEnum):
    """What a gmina lets residents come in by (D19, D28, D29, D33); one of the first two at least."""

    LOGIN_GOV = "login_gov"
    """Sign-in, and registration with it, through the national node (Węzeł Krajowy, login.gov.pl)."""
    LOCAL_ACCOUNT = "local_account"
    """Sign-in with an e-mail address and a password of the portal."""
    SIGNED_REGISTRATION = "signed_registration"
    """Registration by a form with Profil Zaufany or a qualified signature."""


class RatioBase(StrEnum):
    """Which interest a part payment is divided by (law.md 3.3, open point 12a).

    ROUNDED is the default: the only published decision with numbers fits it, and it never gives principal
    more than itself.
    """

    ROUNDED = "rounded"
    EXACT = "exact"


class ThresholdReading(StrEnum):
    """Which interest is held against the minimum of art. 54 § 1 pkt 5 O.p. (law.md 1.5, open point 12b)."""

    ROUNDED = "rounded"
    EXACT = "exact"


class ThresholdScope(StrEnum):
    """What is held against that minimum and rounded: each instalment (default: the Ministry of Finance in 2005, each
    instalment is its own arrear) or the arrears of one decision together (law.md 1.5, open point 12b).
    """

    INSTALMENT = "instalment"
    DECISION = "decision"


@dataclass(frozen=True, slots=True)
class AllocationRule:
    """Reguła zaliczania wpłat. The defaults are those of law.md: rounded, rounded, interest first, each instalment for
    itself (3.3, 1.5, 3.6, 1.5).

    `civil_interest_first` uses the creditor's right of art. 451 § 1 KC to take interest of a debt before its
    principal.
    """

    ratio_base: RatioBase = RatioBase.ROUNDED
    threshold: ThresholdReading = ThresholdReading.ROUNDED
    civil_interest_first: bool = True
    threshold_scope: ThresholdScope = ThresholdScope.INSTALMENT

    def __post_init__(self) -> None:
        if not isinstance(self.ratio_base, RatioBase):
            raise InvalidInput("allocation_rule.ratio_base")
        if not isinstance(self.threshold, ThresholdReading):
            raise InvalidInput("allocation_rule.threshold")
        if not isinstance(self.civil_interest_first, bool):
            raise InvalidInput("allocation_rule.civil_interest_first")
        if not isinstance(self.threshold_scope, ThresholdScope):
            raise InvalidInput("allocation_rule.threshold_scope")

    @classmethod
    def of(
        cls,
        *,
        ratio_base: str,
        threshold: str,
        civil_interest_first: bool,
        threshold_scope: str = ThresholdScope.INSTALMENT,
    ) -> Self:
        """Rule from stored words. InvalidInput("allocation_rule.…") names the word that is none of the
        allowed.
        """
        try:
            base = RatioBase(ratio_base)
        except ValueError:
            raise InvalidInput("allocation_rule.ratio_base", value=ratio_base) from None
        try:
            reading = ThresholdReading(threshold)
        except ValueError:
            raise InvalidInput("allocation_rule.threshold", value=threshold) from None
        try:
            scope = ThresholdScope(threshold_scope)
        except ValueError:
            raise InvalidInput("allocation_rule.threshold_scope", value=threshold_scope) from None
        return cls(base, reading, civil_interest_first, scope)
