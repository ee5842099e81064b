"""`skarbnik lint_migrations`: refuses migrations that would stop a gmina in use. Needs no database."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tenants.fleet.lint import lint, refused


class Command(BaseCommand):
    """Lists broken rules; fails when one has no reason."""

    help = "Check all migrations of gminas' tables against the rules of docs/fleet.md."
    requires_system_checks: tuple[str, ...] = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Whether to list those with a reason too."""
        parser.add_argument("--all", action="store_true", help="list broken rules that have a reason too")

    def handle(self, *args: Any, **options: Any) -> None:
        """Lint. Raises CommandError with the number of refused operations."""
        findings = lint()
        for finding in findings if options["all"] else refused(findings):
            self.stdout.write(str(finding))
        if refused(findings):
            raise CommandError(
                f"{len(refused(findings))} unsafe operations: docs/fleet.md says what to do instead"
            )
        self.stdout.write(f"migrations: safe ({len(findings)} with a reason)")
