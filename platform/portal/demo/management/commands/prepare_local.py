"""`skarbnik prepare_local`: everything that a local database needs before the first request, in one process."""

import io
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser

from portal.demo.people import GMINAS


class Command(BaseCommand):
    """The commands of production one after another, and the demo data; safe to repeat, and quick when nothing is new."""

    help = "Migrate, set up the demo's gminas with the operator's emulator, and load their demo data."
    requires_system_checks: tuple[str, ...] = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Where the emulator answers, and the secrets of the gminas' accounts there."""
        parser.add_argument("--operator-url", required=True)
        parser.add_argument("--operator-secrets", type=Path, required=True, metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do all of it, a line for each step."""
        self._tell("Bringing the tables up to date")
        call_command("migrate_all", stdout=io.StringIO())
        for name in GMINAS:
            self._tell(f"Setting up {name}")
            call_command(
                "provision",
                name,
                operator_url=options["operator_url"],
                operator_secrets=options["operator_secrets"],
                stdout=io.StringIO(),
            )
        for name in GMINAS:
            self._tell(f"Loading the demo data of {name}")
            call_command("load_demo", name, stdout=self.stdout)

    def _tell(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
