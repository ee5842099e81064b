"""`skarbnik migrate_all`: tables of the platform and of every gmina at the newest version. Run it at each deployment."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from kernel import tenancy
from kernel.actors import system
from tenants.directory.provisioning import migrate
from tenants.directory.queries import working_tenants
from tenants.directory.setup import only_one
from tenants.rates.actions import install_seed

RECYCLE_AFTER = 50
"""Gminas after which the connection is made anew: PostgreSQL never forgets the relations that a session has seen."""


class Command(BaseCommand):
    """Public first, then gmina by gmina; what fails in one does not stop the rest. Safe to repeat.

    A gmina that is still being set up is left to its own job, which migrates it too.
    """

    help = "Migrate the public schema, install the legal rates, then migrate every gmina."
    requires_system_checks: tuple[str, ...] = ()

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate everything. Raises CommandError naming the gminas that failed."""
        with only_one("migrate_all", wait=True):
            migrate(tenancy.PUBLIC)
            self.stdout.write("public schema: ready")
            if install_seed(actor=system("command migrate_all")):
                self.stdout.write("legal rates: installed")
            scopes = working_tenants()
            failed = [
                scope.name
                for place, scope in enumerate(scopes, 1)
                if not self._one(scope, place, len(scopes))
            ]
        if failed:
            raise CommandError(f"{len(failed)} of {len(scopes)} failed: {', '.join(failed)}")
        self.stdout.write(f"gminas: {len(scopes)} ready")

    def _one(self, scope: tenancy.Scope, place: int, total: int) -> bool:
        """Whether one gmina was migrated."""
        if place % RECYCLE_AFTER == 0:
            connection.close()
        try:
            migrate(scope)
        except Exception as error:  # whatever it is, the other gminas must not wait for it
            self.stderr.write(
                f"[{place}/{total}] {scope.tenant_id} {scope.name}: {type(error).__name__}: {error}"
            )
            return False
        self.stdout.write(f"[{place}/{total}] {scope.tenant_id} {scope.name}")
        return True
