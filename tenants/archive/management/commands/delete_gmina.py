"""`skarbnik delete_gmina <teryt> --name NAME`: the end of a gmina that has left. There is no way back."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from kernel.actors import system
from kernel.errors import SkarbnikError
from tenants.archive import files
from tenants.archive.deletion import delete_gmina
from tenants.archive.gmina import tenant_of
from tenants.archive.terminal import refusal

ACTOR = system("command delete_gmina")


class Command(BaseCommand):
    """Only after the offboarding was confirmed by two people and has waited. Run it again when it was killed."""

    help = "Delete a gmina that has left, and write the proof."
    requires_system_checks: tuple[str, ...] = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Which gmina, said twice."""
        parser.add_argument("teryt")
        parser.add_argument("--name", required=True, help="the gmina's name, to be sure")
        parser.add_argument("--proof", type=Path, metavar="PDF", help="where to write the proof")

    def handle(self, *args: Any, **options: Any) -> None:
        """Delete. Raises CommandError with the reason why the gmina may not be deleted yet."""
        try:
            if tenant_of(options["teryt"]).name != options["name"]:
                raise CommandError("the name is not that of the gmina")
            proof = delete_gmina(options["teryt"], today=timezone.localdate(), actor=ACTOR)
            if options["proof"]:
                files.write_bytes(options["proof"], bytes(proof.pdf))
        except (SkarbnikError, OSError) as error:
            raise CommandError(refusal(error)) from error
        self.stdout.write(f"{proof.name}: deleted, {sum(proof.rows.values())} rows; proof {proof.public_id}")
