"""`skarbnik prepare_local`: everything that a local database needs before the first request, in one process."""

import io
import time
from pathlib import Path
from typing import Any

import httpx
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.demo import signing
from portal.demo.people import GMINAS


class Command(BaseCommand):
    """The commands of production one after another, and the demo data; safe to repeat, and quick when nothing is new."""

    help = "Migrate, set up the demo's gminas with the operator's emulator, and load their demo data."
    requires_system_checks: tuple[str, ...] = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Where the emulators answer, the secrets of the gminas' accounts, and their access to the signing service."""
        parser.add_argument("--operator-url", action="append", required=True, metavar="OPERATOR=URL")
        parser.add_argument("--operator-secrets", type=Path, required=True, metavar="FILE")
        parser.add_argument("--profile-url", default="", metavar="URL")
        parser.add_argument("--profile-folder", type=Path, metavar="FOLDER")
        parser.add_argument("--node-url", required=True, help="the stand-in of the national node")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do all of it, a line for each step."""
        self._tell("Bringing the tables up to date")
        call_command("fleet_migrate", stdout=io.StringIO())
        for name in GMINAS:
            self._tell(f"Setting up {name}")
            call_command(
                "provision",
                name,
                operator_url=options["operator_url"],
                operator_secrets=options["operator_secrets"],
                stdout=io.StringIO(),
            )
        for given in options["operator_url"]:
            wait_for(given.partition("=")[2])
        if options["profile_url"]:
            self._tell("Giving the offices access to the signing service")
            wait_for(options["profile_url"])
            for name in GMINAS:
                signing.give_access(name, url=options["profile_url"], folder=options["profile_folder"])
            signing.fetch_list()
        for name in GMINAS:
            self._tell(f"Loading the demo data of {name}")
            call_command("load_demo", name, stdout=self.stdout)
        self._tell("Registering the gminas at the stand-in of login.gov.pl")
        for name in GMINAS:
            call_command("join_node", name, url=options["node_url"], stdout=io.StringIO())

    def _tell(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()


def wait_for(url: str) -> None:
    """An emulator starts beside us and is needed now. Raises CommandError when it does not answer for a minute."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            httpx.get(url, timeout=2, trust_env=False)
        except httpx.HTTPError:
            time.sleep(0.1)
        else:
            return
    raise CommandError(f"the emulator does not answer at {url}")
