"""`skarbnik install_signing_access <gmina> --certificate FILE --key FILE`: an office's access to the signing service."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from integrations.identity.trusted_profile.environments import ENVIRONMENTS, PRODUCTION
from kernel import tenancy
from kernel.actors import system
from kernel.errors import SkarbnikError
from services.signing.access_actions import install_access
from tenants.directory.queries import scope_named

ACTOR = system("command install_signing_access")


class Command(BaseCommand):
    """The files are read here and kept encrypted; delete the key's file afterwards."""

    help = "Install or replace the certificate with which an office hands documents in at pz.gov.pl (TpSigning5)."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which gmina, which environment, and the two files in PEM."""
        parser.add_argument("gmina", help="TERYT code, host name, or the first label of the host name")
        parser.add_argument("--environment", choices=sorted(ENVIRONMENTS), default=PRODUCTION)
        parser.add_argument("--certificate", type=Path, required=True, metavar="FILE")
        parser.add_argument("--key", type=Path, required=True, metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        """Install. Raises CommandError with the code of what is wrong."""
        try:
            with tenancy.enter(scope_named(options["gmina"])):
                access = install_access(
                    environment=options["environment"],
                    certificate=options["certificate"].read_bytes(),
                    private_key=options["key"].read_bytes(),
                    actor=ACTOR,
                )
        except (SkarbnikError, OSError) as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"installed, good until {access.valid_until:%Y-%m-%d}")
