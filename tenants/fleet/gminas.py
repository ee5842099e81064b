"""The gminas that the runner works on."""

from dataclasses import dataclass

from kernel import tenancy
from tenants.directory.domain_states import OPEN, READ_ONLY, State
from tenants.directory.models import Tenant


@dataclass(frozen=True)
class Gmina:
    """As little of a gmina as the runner needs: thousands of them are held at once."""

    teryt: str
    name: str
    state: str
    schema: str
    shard: str

    @property
    def role(self) -> str:
        """The PostgreSQL role that owns the schema; both have one name."""
        return self.schema

    @property
    def is_open(self) -> bool:
        """Whether its portal serves residents."""
        return self.state in OPEN

    @property
    def is_read_only(self) -> bool:
        """Whether it is suspended or leaving; its jobs run all the same, so it is migrated."""
        return self.state in READ_ONLY

    @property
    def is_being_set_up(self) -> bool:
        """Whether a job of its own is making its tables now."""
        return self.state == State.PROVISIONING


def registered_gminas() -> list[Gmina]:
    """All gminas by TERYT that have tables or will have them: everybody but those that have left."""
    with tenancy.public():
        rows = (
            Tenant.objects.exclude(state=State.CLOSED)
            .order_by("teryt")
            .values_list("teryt", "name", "state", "schema_name", "shard")
        )
        return [Gmina(*row) for row in rows]
