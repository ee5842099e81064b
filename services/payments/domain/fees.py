"""Koszty obsługi płatności: what the payer is told before paying (eKasa § 10 ust. 3, payments.md 2.4).

No operator's API tells the fee beforehand, so it comes from a tariff that the gmina keeps, by version.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import combinations
from typing import Self

from kernel.errors import InvalidInput, Refused
from kernel.money import divide_half_up

BASIS_POINTS = 10_000


class FeeBearer(StrEnum):
    """Who bears the operator's fee."""

    PAYER = "payer"
    OFFICE = "office"
    NONE = "none"


OTHER = "other"
"""A line for this group also serves every group that has no line of its own."""


@dataclass(frozen=True, slots=True)
class TariffLine:
    """Fee for amounts from `from_gr` to `to_gr` inclusive (None: without end): fixed part plus percent,
    within bounds.

    A line is for one method, for a group of methods, for other groups or for all; the more exact line wins.
    `percent_bp` 119 = 1.19 %. InvalidInput("tariff.…") for a line that contradicts itself.
    """

    fixed_gr: int = 0
    percent_bp: int = 0
    min_gr: int | None = None
    max_gr: int | None = None
    from_gr: int = 0
    to_gr: int | None = None
    method_group: str = ""
    method_id: str = ""

    def __post_init__(self) -> None:
        if min(self.fixed_gr, self.percent_bp, self.from_gr, self.min_gr or 0) < 0:
            raise InvalidInput("tariff.negative")
        if self.max_gr is not None and self.max_gr < (self.min_gr or 0):
            raise InvalidInput("tariff.bounds")
        if self.to_gr is not None and self.to_gr < self.from_gr:
            raise InvalidInput("tariff.band")
        if self.method_group and self.method_id:
            raise InvalidInput("tariff.two_targets")

    @classmethod
    def of(cls, values: Mapping[str, object]) -> Self:
        """Line from stored JSON. InvalidInput("tariff.unreadable", field=…) for an unknown field or a wrong
        type.
        """
        for name, value in values.items():
            wanted = _FIELDS.get(name)
            if wanted is None or isinstance(value, bool) or not isinstance(value, wanted):
                raise InvalidInput("tariff.unreadable", field=name)
        return cls(**values)  # type: ignore[arg-type]

    @property
    def exactness(self) -> int:
        """3 for one method, 2 for a group, 1 for other groups, 0 for all."""
        if self.method_id:
            return 3
        if self.method_group:
            return 1 if self.method_group == OTHER else 2
        return 0

    def fits(self, amount_gr: int, method_id: str, method_group: str) -> bool:
        """Whether the line can serve this method and amount."""
        if self.method_id not in ("", method_id) or self.method_group not in ("", OTHER, method_group):
            return False
        return self.from_gr <= amount_gr and (self.to_gr is None or amount_gr <= self.to_gr)

    def fee_gr(self, amount_gr: int) -> int:
        """Fee for `amount_gr` in grosze, the percent part rounded half up, then held within the bounds."""
        fee_gr = self.fixed_gr + divide_half_up(amount_gr * self.percent_bp, BASIS_POINTS)
        fee_gr = max(fee_gr, self.min_gr or 0)
        return fee_gr if self.max_gr is None else min(fee_gr, self.max_gr)


_FIELDS: Mapping[str, type | tuple[type, ...]] = {
    "fixed_gr": int,
    "percent_bp": int,
    "min_gr": (int, type(None)),
    "max_gr": (int, type(None)),
    "from_gr": int,
    "to_gr": (int, type(None)),
    "method_group": str,
    "method_id": str,
}


@dataclass(frozen=True, slots=True)
class Tariff:
    """Taryfa: one version of it, in force from `effective_on`.

    InvalidInput("tariff.overlap") when two lines of one target could both claim an amount.
    """

    effective_on: date
    bearer: FeeBearer
    lines: tuple[TariffLine, ...] = ()

    def __post_init__(self) -> None:
        for one, other in combinations(self.lines, 2):
            if _overlap(one, other):
                raise InvalidInput("tariff.overlap", method_id=one.method_id, method_group=one.method_group)


@dataclass(frozen=True, slots=True)
class Fee:
    """The operator's fee for one payment by who bears it, in grosze, with the line that gave it."""

    payer_gr: int
    office_gr: int
    line: TariffLine | None


def tariff_on(tariffs: Iterable[Tariff], day: date) -> Tariff:
    """The version in force on `day`. Refused("tariff.none_in_force") before the first one."""
    begun = [tariff for tariff in tariffs if tariff.effective_on <= day]
    if not begun:
        raise Refused("tariff.none_in_force", day=day)
    return max(begun, key=lambda tariff: tariff.effective_on)


def fee(amount_gr: int, *, method_id: str, method_group: str, tariff: Tariff) -> Fee:
    """Fee for paying `amount_gr` by a method.

    InvalidInput("fee.amount") for an amount that is not positive. Refused("fee.unknown") when the payer bears
    a fee that no line gives: what cannot be told before the payment cannot be charged (eKasa § 10 ust. 3).
    """
    if amount_gr <= 0:
        raise InvalidInput("fee.amount", amount_gr=amount_gr)
    fitting = [line for line in tariff.lines if line.fits(amount_gr, method_id, method_group)]
    if tariff.bearer is FeeBearer.NONE or (not fitting and tariff.bearer is FeeBearer.OFFICE):
        return Fee(0, 0, None)
    if not fitting:
        raise Refused("fee.unknown", method_id=method_id, amount_gr=amount_gr)
    line = max(fitting, key=lambda line: line.exactness)
    fee_gr = line.fee_gr(amount_gr)
    return Fee(fee_gr, 0, line) if tariff.bearer is FeeBearer.PAYER else Fee(0, fee_gr, line)


def _overlap(one: TariffLine, other: TariffLine) -> bool:
    if (one.method_id, one.method_group) != (other.method_id, other.method_group):
        return False
    ends_before = one.to_gr is not None and one.to_gr < other.from_gr
    starts_after = other.to_gr is not None and other.to_gr < one.from_gr
    return not ends_before and not starts_after
