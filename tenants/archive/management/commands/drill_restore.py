"""`skarbnik drill_restore [<teryt>…]`: can the newest backups really be restored? Nothing of the gminas is touched."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from kernel.actors import system
from kernel.errors import SkarbnikError
from tenants.archive.restores import drill_restore
from tenants.archive.terminal import refusal
from tenants.directory.queries import working_tenants

ACTOR = system("command drill_restore")


class Command(BaseCommand):
    """One dated record for each gmina, also of a drill that fails."""

    help = "Restore the newest backup of each gmina into a scratch schema, compare, and drop it."
    requires_system_checks: tuple[str, ...] = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Which gminas."""
        parser.add_argument("teryt", nargs="*")

    def handle(self, *args: Any, **options: Any) -> None:
        """Drill. Raises CommandError with the number of gminas whose backup cannot be relied on."""
        wanted = options["teryt"] or [scope.tenant_id for scope in working_tenants()]
        failed = sum(not self._one(teryt) for teryt in wanted)
        if failed:
            raise CommandError(f"{failed} of {len(wanted)} gminas have no backup that can be relied on")

    def _one(self, teryt: str) -> bool:
        try:
            drill = drill_restore(teryt, actor=ACTOR)
        except SkarbnikError as error:
            self.stderr.write(f"{teryt}: {refusal(error)}")
            return False
        outcome = "passed" if drill.passed else "FAILED"
        self.stdout.write(
            f"{teryt} {drill.backup.file}: {outcome}, {drill.rows} rows, {drill.milliseconds} ms"
        )
        for finding in drill.findings:
            self.stdout.write(f"  {finding}")
        return drill.passed
