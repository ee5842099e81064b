"""Setting up a gmina's role, schema and tables: `build` for a new one, `migrate` for a new version.

Every step may be repeated, so a killed run is simply run again.
"""

from kernel import tenancy
from tenants.schemas import making
from tenants.schemas.building import build
from tenants.schemas.making import migrate

__all__ = ["build", "make_schema", "migrate"]


def make_schema(scope: tenancy.Scope) -> None:
    """Only the role and the empty schema, for tables that come from elsewhere; may be repeated."""
    with making.provisioner(scope.shard) as connection:
        making.make_schema(connection, scope)
