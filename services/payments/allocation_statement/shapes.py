"""What a statement is made of: rows and sentences, with amounts in grosze."""

from dataclasses import dataclass
from datetime import date
from typing import Self

from services.liabilities.domain.reasons import Reason


@dataclass(frozen=True)
class Remark:
    """One sentence and the provision behind it (may be empty)."""

    text: str
    article: str = ""

    @classmethod
    def of(cls, text: str, reason: Reason) -> Self:
        """The sentence with the provision of its reason, written out."""
        return cls(text, reason.article.replace("KC", "Kodeksu cywilnego"))


@dataclass(frozen=True)
class Day:
    """One of the four days; `is_legal` marks the one that counts."""

    label: str
    on: date | None
    is_legal: bool


@dataclass(frozen=True)
class ShareRow:
    """One line of the division, numbered as the money was given out.

    `span` is how many lines from here on tell of the same due with the same reason, 0 when an earlier line counts this one;
    `closes` marks the last of them.
    """

    number: int
    title: str
    details: str
    kind: str
    amount_gr: int
    why: Remark
    is_arrear: bool
    span: int = 1
    closes: bool = True


@dataclass(frozen=True)
class PeriodRow:
    """Days with one rate; `amount` is exact to four places of a złoty."""

    from_on: date
    to_on: date
    days: int
    rate: str
    acts: str
    amount: str


@dataclass(frozen=True)
class InterestRows:
    """Interest of one due: from what, for which days, how much exactly and how much of it was owed."""

    title: str
    principal_gr: int
    days: int
    periods: tuple[PeriodRow, ...]
    exact: str
    total_gr: int
    remarks: tuple[Remark, ...]
    formula: Remark | None


@dataclass(frozen=True)
class LeftRow:
    """What was owed of a due before and after; `interest_gr` is None where it says nothing."""

    title: str
    before_gr: int
    paid_gr: int
    left_gr: int
    interest_gr: int | None


@dataclass(frozen=True)
class Statement:
    """Everything that the statement says. `rows` and `overpaid_gr` sum to `amount_gr`."""

    is_public: bool
    amount_gr: int
    paid_on: date
    booked_on: date
    reversed_on: date | None
    days: tuple[Day, ...]
    day_reasons: tuple[Remark, ...]
    chosen: tuple[tuple[str, int], ...]
    rules: tuple[Remark, ...]
    rows: tuple[ShareRow, ...]
    overpaid_gr: int
    remarks: tuple[Remark, ...]
    interests: tuple[InterestRows, ...]
    left: tuple[LeftRow, ...]

    @property
    def overpaid_article(self) -> str:
        """Why the rest is an overpayment."""
        return (
            "art. 72 § 1 pkt 1 i art. 73 § 1 pkt 1 Ordynacji podatkowej"
            if self.is_public
            else "art. 410 Kodeksu cywilnego"
        )
