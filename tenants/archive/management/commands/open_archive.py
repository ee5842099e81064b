"""`skarbnik open_archive <file> --to ZIP`: check an archive and decrypt it into a plain ZIP. Needs no database."""

import shutil
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from kernel.errors import SkarbnikError
from tenants.archive import envelope, files
from tenants.archive.packing import opened
from tenants.archive.terminal import add_unlocking, refusal, unlocking


class Command(BaseCommand):
    """What a gmina does with its file where it has this program. The ZIP holds personal data and keys in the clear."""

    help = "Check an archive; with --to, write it as a plain ZIP."
    requires_system_checks: tuple[str, ...] = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """The file and what opens it."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--to", type=Path, metavar="ZIP")
        add_unlocking(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Check and decrypt. Raises CommandError with the place where the file is damaged."""
        path: Path = options["file"]
        try:
            with path.open("rb") as source:
                unlock = unlocking(options) if envelope.is_sealed(source) else None
            with opened(path, unlock) as archive:
                last = archive.manifest
            if options["to"]:
                with path.open("rb") as source, files.written(options["to"]) as out:
                    if unlock:
                        envelope.unseal(source, out, unlock)
                    else:
                        shutil.copyfileobj(source, out)
        except (SkarbnikError, OSError) as error:
            raise CommandError(refusal(error)) from error
        self.stdout.write(f"{last.teryt} {last.name}, {last.made_at}: whole, {sum(last.rows.values())} rows")
