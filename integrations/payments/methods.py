"""The ways to pay that an operator offers, with their availability and limits."""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

_RANGE = re.compile(r"(\d{1,2})(?::(\d{2}))?\s*-\s*(\d{1,2})(?::(\d{2}))?")
_MINUTES_A_DAY = 24 * 60


class MethodState(StrEnum):
    """Whether a method works now: TEMP_OFF is shown as "chwilowo niedostępny", OFF is not shown."""

    OK = "ok"
    TEMP_OFF = "temp_off"
    OFF = "off"


class MethodGroup(StrEnum):
    """Kinds of methods, the same for every operator."""

    TRANSFER = "transfer"
    BLIK = "blik"
    CARD = "card"
    WALLET = "wallet"
    INSTALMENTS = "instalments"
    TRADITIONAL = "traditional"
    OTHER = "other"


@dataclass(frozen=True)
class Hours:
    """When a method works, as the operator writes it: "00-24", "06:30-22:00"."""

    weekdays: str
    saturday: str
    sunday: str

    def open_at(self, moment: datetime) -> bool:
        """Whether the method works at this moment (local time of Poland). A text we cannot read closes
        nothing.
        """
        text = (self.weekdays, self.saturday, self.sunday)[max(0, moment.weekday() - 4)]
        found = _RANGE.fullmatch(text.strip())
        if not found:
            return True
        opens = int(found[1]) * 60 + int(found[2] or 0)
        closes = int(found[3]) * 60 + int(found[4] or 0)
        minute = moment.hour * 60 + moment.minute
        if opens <= closes:
            return opens <= minute < closes
        return minute >= opens or minute < closes % _MINUTES_A_DAY


@dataclass(frozen=True)
class Method:
    """One way to pay. Limits are grosze, None where the operator names none; `icon_url` is None or safe to
    load.
    """

    id: str
    name: str
    group: MethodGroup
    state: MethodState
    icon_url: str | None = None
    min_gr: int | None = None
    max_gr: int | None = None
    hours: Hours | None = None

    def takes(self, amount_gr: int) -> bool:
        """Whether the amount lies within the method's limits."""
        return (self.min_gr or 1) <= amount_gr and (self.max_gr is None or amount_gr <= self.max_gr)
