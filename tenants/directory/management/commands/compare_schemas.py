"""`skarbnik compare_schemas <gmina> [<gmina>]`: whether two gminas, or one and the migrations, have the same tables."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from kernel import tenancy
from kernel.errors import NotFound
from kernel.postgresql import clusters
from tenants.directory.queries import scope_named
from tenants.schemas.comparison import differences, differing_lines
from tenants.schemas.making import Connection, provisioner
from tenants.schemas.reference import migrated

SHOWN = 50


class Command(BaseCommand):
    """Reads catalogs and the rows that the migrations make; no row of a gmina is read, none is changed."""

    help = "Compare the schemas of two gminas, or of one with a schema migrated anew, by catalogs and by pg_dump."
    requires_system_checks: tuple[str, ...] = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Which gminas."""
        name = "TERYT code, host name, or the first label of the host name"
        parser.add_argument("first", help=name)
        parser.add_argument("second", nargs="?", help=f"{name}; left out: what the migrations make")

    def handle(self, *args: Any, **options: Any) -> None:
        """Compare and tell. Raises CommandError for an unknown gmina, or when the schemas differ."""
        first = _scope(options["first"])
        with provisioner(first.shard) as connection:
            if options["second"]:
                second = _scope(options["second"])
                with provisioner(second.shard) as there:
                    self._compare(connection, first, there, second)
            else:
                with migrated(connection, first.shard) as reference:
                    self._compare(connection, first, connection, reference)

    def _compare(
        self, connection: Connection, first: tenancy.Scope, there: Connection, second: tenancy.Scope
    ) -> None:
        found = [str(one) for one in differences(connection, first, second, there=there)]
        place, other = (clusters.provisioning_url(scope.shard) for scope in (first, second))
        lines = differing_lines(connection, place, first, second, there=(there, other))
        for line in [*found[:SHOWN], *lines[:SHOWN]]:
            self.stdout.write(line)
        told = f"{len(found)} differences in the catalogs, {len(lines)} differing lines of pg_dump"
        if found or lines:
            raise CommandError(f"{first.schema_name} and {second.schema_name}: {told}")
        self.stdout.write(f"{first.schema_name} and {second.schema_name} are the same: {told}")


def _scope(name: str) -> tenancy.Scope:
    try:
        return scope_named(name)
    except NotFound:
        raise CommandError(f"there is no gmina {name!r}") from None
