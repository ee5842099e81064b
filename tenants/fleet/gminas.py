"""The gminas that the runner works on."""

from dataclasses import dataclass

from kernel import tenancy
from tenants.directory.models import Tenant, TenantState


@dataclass(frozen=True)
class Gmina:
    """As little of a gmina as the runner needs: thousands of them are held at once."""

    teryt: str
    name: str
    state: str
    schema: str

    @property
    def role(self) -> str:
        """The PostgreSQL role that owns the schema; both have one name."""
        return self.schema

    @property
    def is_active(self) -> bool:
        """Whether its portal is open."""
        return self.state == TenantState.ACTIVE


def registered_gminas() -> list[Gmina]:
    """All gminas by TERYT, also those that are suspended or still being set up."""
    with tenancy.public():
        rows = Tenant.objects.order_by("teryt").values_list("teryt", "name", "state", "schema_name")
        return [Gmina(*row) for row in rows]
