"""Feature flags: declared here and nowhere else, switched for one gmina in the console.

Code asks a flag by its name in this module (`flags.PART_PAYMENTS.is_on()`), so a flag that is not declared is an error when
the module is imported, not a silent "off" at night. Every flag has an owner and a day by which it must be gone: a
switch that stays for ever is configuration and belongs to the gmina's settings.
"""

from dataclasses import dataclass
from datetime import date

from kernel import tenancy
from tenants.metering import switchboard

FLAGS: dict[str, "Flag"] = {}
"""All flags by name, in the order of the console's page."""


@dataclass(frozen=True)
class Flag:
    """Przełącznik funkcji. `label` and `description` are Polish, for the operator; `owner` decides about its removal."""

    name: str
    label: str
    description: str
    default: bool
    owner: str
    remove_after: date

    def __post_init__(self) -> None:
        """Take a place in the list. Raises ValueError for a name that is taken."""
        if self.name in FLAGS:
            raise ValueError(f"two flags are called {self.name!r}")
        FLAGS[self.name] = self

    def is_on(self) -> bool:
        """Whether it is on in the gmina that is open. Raises NoTenant outside a gmina."""
        return self.is_on_in(tenancy.current_tenant_id())

    def is_on_in(self, teryt: str) -> bool:
        """Whether it is on in the gmina with this TERYT code."""
        return switchboard.settings().flags.get((teryt, self.name), self.default)


PART_PAYMENTS = Flag(
    name="part_payments",
    label="Wpłata części należności",
    description="Mieszkaniec może zapłacić część należności. Po wyłączeniu płaci się tylko całe należności.",
    default=True,
    owner="zespół płatności",
    remove_after=date(2027, 12, 31),
)
SELF_REGISTRATION = Flag(
    name="self_registration",
    label="Rejestracja w portalu",
    description="Mieszkaniec może sam założyć konto. Po wyłączeniu formularz mówi, żeby zgłosić się do urzędu.",
    default=True,
    owner="zespół kont",
    remove_after=date(2027, 12, 31),
)
API_IMPORTS = Flag(
    name="api_imports",
    label="Import wielu należności przez API",
    description=(
        "System finansowy może wysyłać należności paczkami. Po wyłączeniu może zapisywać pojedyncze, a urząd wgrywać plik."
    ),
    default=True,
    owner="zespół wymiany danych",
    remove_after=date(2027, 12, 31),
)
