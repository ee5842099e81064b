"""Quotas of a gmina: declared here with defaults for everybody, changed for one gmina in the console.

Each is enforced at the one place where the thing happens. No quota stops money that is on its way: webhooks, questions to
operators and booking never ask here. How far a trial goes is kept with the gmina (`tenants.directory.trial`).
"""

from dataclasses import dataclass
from enum import StrEnum
from math import ceil

from django.utils import timezone

from kernel import tenancy
from kernel.errors import Refused
from tenants.metering import counters, switchboard
from tenants.metering.counters import Counted, Wanted
from tenants.metering.domain import end_of_day

MINUTE_SECONDS = 60
QUOTAS: dict[str, "Quota"] = {}
"""All quotas by name, in the order of the console's page."""


class Period(StrEnum):
    """In what time a quota may be used up; a standing one is a size, not a pace."""

    MINUTE = "minute"
    DAY = "day"
    STANDING = "standing"


class Unit(StrEnum):
    """How a number of it is written."""

    COUNT = "count"
    BYTES = "bytes"


@dataclass(frozen=True)
class Quota:
    """Limit gminy. `label` and `description` are Polish, for the operator and the office; days end at midnight in Warsaw."""

    name: str
    label: str
    description: str
    default: int
    period: Period
    unit: Unit = Unit.COUNT

    def __post_init__(self) -> None:
        """Take a place in the list. Raises ValueError for a name that is taken."""
        if self.name in QUOTAS:
            raise ValueError(f"two quotas are called {self.name!r}")
        QUOTAS[self.name] = self

    def most(self) -> int:
        """How much the gmina that is open may use. Raises NoTenant outside a gmina."""
        return self.most_in(tenancy.current_tenant_id())

    def most_in(self, teryt: str) -> int:
        """How much the gmina with this TERYT code may use."""
        return switchboard.settings().quotas.get((teryt, self.name), self.default)

    def wanted(self, amount: int = 1, *, is_limited: bool = True) -> Wanted:
        """What to count against the quota of the gmina that is open; unlimited for what must not be stopped."""
        return Wanted(
            self.name,
            self.most() if is_limited else None,
            seconds=MINUTE_SECONDS,
            until=end_of_day(timezone.now()) if self.period is Period.DAY else None,
            amount=amount,
        )

    def refusal(self, counted: Counted) -> Refused:
        """The error `quota.<name>` with the limit, what is used, and in how many seconds the window ends."""
        return Refused(
            f"quota.{self.name}",
            permanent=False,
            most=self.most(),
            used=counted.used,
            retry_after=max(1, ceil(counted.seconds_left)),
        )


def take(*amounts: tuple[Quota, int]) -> None:
    """Use up quotas of the gmina that is open: all of them, or none. Call it outside a transaction.

    Raises Refused("quota.<name>") for the first that does not allow it.
    """
    counted = counters.take(*(quota.wanted(amount) for quota, amount in amounts))
    for (quota, _), one in zip(amounts, counted, strict=True):
        if not one.is_admitted:
            raise quota.refusal(one)


API_REQUESTS = Quota(
    name="api_requests",
    label="Wywołania API w ciągu minuty",
    description="Wszystkie systemy gminy razem. Księgowanie wpłat nie jest wstrzymywane.",
    default=600,
    period=Period.MINUTE,
)
IMPORTS = Quota(
    name="imports",
    label="Importy w ciągu dnia",
    description="Zapisane importy należności z pliku, z API i z polecenia. Sprawdzenie pliku nie jest liczone.",
    default=200,
    period=Period.DAY,
)
IMPORT_ROWS = Quota(
    name="import_rows",
    label="Wiersze importów w ciągu dnia",
    description="Wiersze wszystkich zapisanych importów dnia razem.",
    default=3_000_000,  # the whole list of a large city, and twice again when something in it was wrong
    period=Period.DAY,
)
LETTERS = Quota(
    name="letters",
    label="Wiadomości w ciągu dnia",
    description=(
        "Wiadomości e-mail do mieszkańców i urzędu. Pozostałe czekają na następny dzień; linki do haseł i potwierdzenia "
        "adresów wychodzą zawsze."
    ),
    default=100_000,  # a morning of reminders in a large city, and the letters of the day
    period=Period.DAY,
)
BULK_LETTERS = Quota(
    name="bulk_letters",
    label="Przypomnienia w ciągu minuty",
    description="Tempo, w jakim wychodzą przypomnienia o terminach. Inne wiadomości ich nie czekają.",
    default=3_000,
    period=Period.MINUTE,
)
STORAGE = Quota(
    name="storage",
    label="Miejsce na dane",
    description="Wielkość bazy danych gminy. Po przekroczeniu nie można importować; wszystko inne działa.",
    default=20 * 1024**3,
    period=Period.STANDING,
    unit=Unit.BYTES,
)
