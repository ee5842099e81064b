"""`skarbnik back_up_gmina [<teryt>…]`: a backup of each named gmina, or of all."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from kernel.actors import system
from tenants.archive.backups import back_up_gmina
from tenants.archive.terminal import refusal
from tenants.directory.queries import working_tenants

ACTOR = system("command back_up_gmina")


class Command(BaseCommand):
    """Gmina by gmina; what fails in one does not stop the rest."""

    help = "Back up gminas into BACKUP_DIR. The oldest beyond BACKUP_KEEP are removed."
    requires_system_checks: tuple[str, ...] = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Which gminas."""
        parser.add_argument("teryt", nargs="*")

    def handle(self, *args: Any, **options: Any) -> None:
        """Back up. Raises CommandError with the number of gminas that failed."""
        wanted = options["teryt"] or [scope.tenant_id for scope in working_tenants()]
        failed = sum(not self._one(teryt) for teryt in wanted)
        if failed:
            raise CommandError(f"{failed} of {len(wanted)} gminas have no new backup")

    def _one(self, teryt: str) -> bool:
        try:
            row = back_up_gmina(teryt, actor=ACTOR)
        except Exception as error:  # whatever it is, the other gminas must not wait for it
            self.stderr.write(f"{teryt}: {refusal(error)}")
            return False
        self.stdout.write(f"{teryt} {row.file} {sum(row.rows.values())} rows, {row.size} bytes {row.sha256}")
        return True
