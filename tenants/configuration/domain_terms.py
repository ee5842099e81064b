"""What a gmina decides about paying in its portal, as a pure value; its row is in `models.py`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Self, TypeVar

from kernel.errors import InvalidInput

LONGEST_SETTLEMENT = 10
"""Working days between the payer's order and the office's account; more is a slip."""

Word = TypeVar("Word", bound=StrEnum)


class InstrumentReading(StrEnum):
    """What a way to pay is in law (art. 60 § 1 O.p.; law.md 6, open point 12d)."""

    TRANSFER = "transfer"
    """Polecenie przelewu: paid on the day on which the payer's account is debited (pkt 2)."""
    OTHER = "other"
    """Inny instrument płatniczy: paid on the day of authorisation (pkt 3), only with a resolution (art. 61a § 1)."""


class EnforcedReading(StrEnum):
    """What the portal says of a due under enforcement (law.md 4.4, open point 12e). It takes no payment of it either way:
    the split follows another act and is never computed here (eKasa § 10 ust. 7).
    """

    BLOCK = "block"
    """The debt is only shown, with the tax office that collects it."""
    WARN = "warn"
    """The office's account for an ordinary transfer is shown too, with a warning about the execution fee."""


class CivilInterestTo(StrEnum):
    """The day to which interest of a civil due is charged that is paid when the office's account is credited (law.md 6).

    TODAY is the default: nothing is charged that is not owed yet, and what the days of settlement add stays owed.
    """

    TODAY = "today"
    CREDIT = "credit"


@dataclass(frozen=True, slots=True)
class PaymentTerms:
    """Zasady płacenia w portalu. The defaults are those of law.md: pay-by-link is a transfer order, BLIK another instrument,
    no resolution of the council is known, an enforced due is only shown, civil interest is charged to today.

    `settlement_days` are the working days after which an order is expected on the office's account.
    """

    pay_by_link: InstrumentReading = InstrumentReading.TRANSFER
    blik: InstrumentReading = InstrumentReading.OTHER
    resolution_number: str = ""
    resolution_on: date | None = None
    enforced: EnforcedReading = EnforcedReading.BLOCK
    civil_interest_to: CivilInterestTo = CivilInterestTo.TODAY
    settlement_days: int = 1

    def __post_init__(self) -> None:
        for name, words in _WORDS.items():
            if not isinstance(getattr(self, name), words):
                raise InvalidInput(f"payment_terms.{name}", field=name)
        if bool(self.resolution_number) != (self.resolution_on is not None):
            missing = "resolution_on" if self.resolution_number else "resolution_number"
            raise InvalidInput("payment_terms.resolution", field=missing)
        if not 0 <= self.settlement_days <= LONGEST_SETTLEMENT:
            raise InvalidInput("payment_terms.settlement_days", field="settlement_days")

    @property
    def has_resolution(self) -> bool:
        """Whether the council has let public dues be paid by other instruments than a transfer (art. 61a § 1 O.p.)."""
        return self.resolution_on is not None

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Self:
        """Terms from stored words. InvalidInput("payment_terms.…") names the value that is none of the allowed."""
        words = {name: _word(name, kind, values[name]) for name, kind in _WORDS.items()}
        return cls(**{**values, **words})


_WORDS: Mapping[str, type[StrEnum]] = {
    "pay_by_link": InstrumentReading,
    "blik": InstrumentReading,
    "enforced": EnforcedReading,
    "civil_interest_to": CivilInterestTo,
}


def _word(name: str, kind: type[Word], value: str) -> Word:
    try:
        return kind(value)
    except ValueError:
        raise InvalidInput(f"payment_terms.{name}", field=name, value=value) from None
