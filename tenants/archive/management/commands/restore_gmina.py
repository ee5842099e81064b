"""`skarbnik restore_gmina <teryt> …`: one gmina back to a backup or to an instant, while the others run."""

from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from kernel.actors import system
from kernel.errors import SkarbnikError
from tenants.archive.backups import backup_file, newest_backup
from tenants.archive.point_in_time import Sources, restore_to
from tenants.archive.restores import confirm_restore, restore_gmina, undo_restore
from tenants.archive.terminal import refusal

ACTOR = system("command restore_gmina")


class Command(BaseCommand):
    """What stood there before is kept until --confirm; --undo takes the restore back."""

    help = (
        "Restore one gmina from its newest backup, from --file, or to --moment out of a base backup and WAL."
    )
    requires_system_checks: tuple[str, ...] = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """From what, or what becomes of the restore before."""
        parser.add_argument("teryt")
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--file", type=Path, help="a backup; default: the newest")
        what.add_argument("--moment", type=datetime.fromisoformat, metavar="2026-11-21T12:00")
        what.add_argument("--confirm", action="store_true", help="drop what stood there before the restore")
        what.add_argument("--undo", action="store_true", help="take the restore back")
        parser.add_argument("--base", type=Path, metavar="FOLDER", help="base backup, for --moment")
        parser.add_argument("--restore-command", metavar="COMMAND", help="as PostgreSQL's: 'cp /wal/%%f %%p'")
        parser.add_argument("--system-user", default="", help="who runs the scratch server when we are root")

    def handle(self, *args: Any, **options: Any) -> None:
        """Restore, confirm or undo. Raises CommandError with the reason; the gmina is as it was then."""
        try:
            self.stdout.write(self._act(options["teryt"], options))
        except (SkarbnikError, OSError) as error:
            raise CommandError(refusal(error)) from error

    def _act(self, teryt: str, options: dict[str, Any]) -> str:
        if options["confirm"]:
            confirm_restore(teryt, actor=ACTOR)
            return f"{teryt}: what stood there before is dropped"
        if options["undo"]:
            undo_restore(teryt, actor=ACTOR)
            return f"{teryt}: as before the restore"
        if options["moment"]:
            outcome = restore_to(teryt, _aware(options["moment"]), _sources(options), actor=ACTOR)
        else:
            path = options["file"] or backup_file(newest_backup(teryt))
            outcome = restore_gmina(teryt, path, actor=ACTOR)
        return f"{teryt}: {outcome.rows} rows restored; look at it, then --confirm or --undo"


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else timezone.make_aware(moment)


def _sources(options: dict[str, Any]) -> Sources:
    if not (options["base"] and options["restore_command"]):
        raise CommandError("--moment needs --base and --restore-command")
    return Sources(options["base"], options["restore_command"], options["system_user"])
