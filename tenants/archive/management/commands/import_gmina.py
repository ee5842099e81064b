"""`skarbnik import_gmina <file> <label>`: a gmina that comes from another deployment."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from kernel.actors import system
from kernel.errors import SkarbnikError
from tenants.archive import envelope
from tenants.archive.imports import OldKeys, import_gmina
from tenants.archive.terminal import add_unlocking, refusal, secret_line, unlocking

ACTOR = system("command import_gmina")


class Command(BaseCommand):
    """The gmina is suspended afterwards; look at it, then resume it in the console."""

    help = "Import a gmina from its encrypted export, or from a backup with keys.json and the old master key."
    requires_system_checks: tuple[str, ...] = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """The file, the new address, and what opens the gmina's keys."""
        parser.add_argument("file", type=Path)
        parser.add_argument("label", help="first label of the portal's host name")
        add_unlocking(parser)
        parser.add_argument("--keys", type=Path, metavar="FILE", help="keys.json beside a backup")
        parser.add_argument(
            "--old-master-key-file", type=Path, metavar="FILE", help="MASTER_KEY of the old deployment"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Import. Raises CommandError with the reason; nothing is left of the gmina then."""
        path: Path = options["file"]
        try:
            with path.open("rb") as source:
                unlock = unlocking(options) if envelope.is_sealed(source) else None
            old_keys = None
            if options["keys"]:
                master = secret_line(options["old_master_key_file"], "MASTER_KEY of the old deployment: ")
                old_keys = OldKeys(options["keys"], master)
            outcome = import_gmina(path, options["label"], unlock=unlock, old_keys=old_keys, actor=ACTOR)
        except (SkarbnikError, OSError) as error:
            raise CommandError(refusal(error)) from error
        self.stdout.write(f"{outcome.rows} rows, all as in the archive; suspended until it is resumed")
