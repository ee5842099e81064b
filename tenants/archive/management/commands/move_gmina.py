"""`skarbnik move_gmina <teryt> <cluster>`: one gmina to another database cluster, while the others run."""

from typing import Any

import psycopg
from django.core.management.base import BaseCommand, CommandError, CommandParser

from kernel.actors import system
from kernel.errors import Conflict, SkarbnikError
from tenants.archive.move_checks import plan_move
from tenants.archive.moves import PATIENCE_S, confirm_move, move_gmina, undo_move
from tenants.archive.terminal import refusal

ACTOR = system("command move_gmina")


class Command(BaseCommand):
    """The old copy is kept, closed, until --confirm; --undo goes back to it while nothing was written since."""

    help = (
        "Move one gmina to another database cluster; nobody can write to it for a moment, nothing else stops."
    )
    requires_system_checks: tuple[str, ...] = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Which gmina, where to, or what becomes of the move before."""
        parser.add_argument("teryt")
        parser.add_argument("cluster", nargs="?", help="one of DATABASE_CLUSTERS, or main")
        what = parser.add_mutually_exclusive_group()
        what.add_argument(
            "--dry-run", action="store_true", help="check, tell what would be done, change nothing"
        )
        what.add_argument("--confirm", action="store_true", help="drop the old copy")
        what.add_argument(
            "--undo", action="store_true", help="go back to the old copy, or give up an unfinished move"
        )
        parser.add_argument(
            "--patience", type=float, default=PATIENCE_S, metavar="SECONDS",
            help="how long transactions under way are waited for during the write stop",
        )  # fmt: skip

    def handle(self, *args: Any, **options: Any) -> None:
        """Move, confirm or undo. Raises CommandError with the reason; the gmina serves where it served then."""
        if bool(options["cluster"]) == bool(options["confirm"] or options["undo"]):
            raise CommandError("name the cluster, or --confirm or --undo without one")
        try:
            self._act(options["teryt"], options)
        except (SkarbnikError, OSError, psycopg.Error) as error:
            if isinstance(error, Conflict):
                for line in error.params.pop("findings", [])[:50]:
                    self.stdout.write(f"{options['teryt']}: {line}")
            raise CommandError(refusal(error)) from error

    def _act(self, teryt: str, options: dict[str, Any]) -> None:
        if options["confirm"]:
            confirm_move(teryt, actor=ACTOR)
            self.stdout.write(f"{teryt}: the old copy is dropped")
        elif options["undo"]:
            undo_move(teryt, patience_s=options["patience"], actor=ACTOR)
            self.stdout.write(f"{teryt}: as before the move")
        elif options["dry_run"]:
            for line in plan_move(teryt, options["cluster"]):
                self.stdout.write(line)
        else:
            self._move(teryt, options)

    def _move(self, teryt: str, options: dict[str, Any]) -> None:
        moved = move_gmina(
            teryt, options["cluster"], patience_s=options["patience"], say=self.stdout.write, actor=ACTOR
        )
        self.stdout.write(
            f"{teryt}: {moved.rows} rows in {options['cluster']}, equal by number and digest; "
            f"copied in {moved.copy_s:.1f} s; nobody could write for {moved.stop_ms} ms, "
            f"{moved.waited_ms} ms of them for transactions under way"
        )
        for line in moved.findings:
            self.stdout.write(f"{teryt}: {line}")
        if moved.findings:
            raise CommandError("the switched gmina does not verify: look, and --undo")
        self.stdout.write(f"{teryt}: look at it, then --confirm or --undo")
