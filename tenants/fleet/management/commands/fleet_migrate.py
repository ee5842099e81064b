"""`skarbnik fleet_migrate`: the platform's and all gminas' tables at this code's version. Run it at each deployment."""

import sys
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from kernel.actors import system
from kernel.errors import NotFound
from tenants.directory.setup import only_one
from tenants.fleet.replay import Limits
from tenants.fleet.runner import Runner, Stopped, planned_sql

ACTOR = system("command fleet_migrate")
BAR = 30
QUIET_SECONDS = 10
"""Where nobody watches (the log of a Job), a line of progress in so many seconds is enough."""


class Command(BaseCommand):
    """Public first, a canary gmina through Django, then its recorded SQL in all others. Safe to repeat: it goes on."""

    help = "Migrate the public schema and every gmina; stop at the first failure, and go on from there the next time."
    requires_system_checks: tuple[str, ...] = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Which gminas, how fast."""
        limits = Limits()
        parser.add_argument("--dry-run", action="store_true", help="print the SQL and change nothing")
        parser.add_argument("--only", nargs="+", default=[], metavar="TERYT", help="these gminas only")
        parser.add_argument(
            "--canary", default="", metavar="TERYT", help="the gmina that Django migrates first"
        )
        parser.add_argument(
            "--no-recording",
            action="store_true",
            help="leave the recording of the schema that new gminas get to whoever opens the next one",
        )
        parser.add_argument("--connections", type=int, default=limits.connections, metavar="N")
        parser.add_argument(
            "--batch",
            type=int,
            default=limits.batch,
            metavar="N",
            help="gminas after which progress is written and a pause is obeyed",
        )
        parser.add_argument("--lock-timeout", type=int, default=limits.lock_timeout_ms, metavar="MS")
        parser.add_argument("--tries", type=int, default=limits.tries, metavar="N")
        parser.add_argument(
            "--recycle", type=int, default=limits.recycle, metavar="N", help="gminas a connection"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate. Raises CommandError when somebody else does it now, or when it stopped before all were done."""
        only = tuple(options["only"])
        try:
            if options["dry_run"]:
                for line in planned_sql(only, options["canary"]):
                    self.stdout.write(line)
                return
            with only_one("fleet_migrate") as is_alone:
                if not is_alone:
                    raise CommandError("another fleet_migrate is under way; look at its job in the console")
                self._run(only, options)
        except NotFound as error:
            raise CommandError(f"{error.code}: {error.params.get('teryt', '')}") from error

    def _run(self, only: tuple[str, ...], options: dict[str, Any]) -> None:
        limits = Limits(
            connections=options["connections"],
            batch=options["batch"],
            lock_timeout_ms=options["lock_timeout"],
            tries=options["tries"],
            recycle=options["recycle"],
        )
        bar = _Bar()
        records = not options["no_recording"]
        runner = Runner(
            ACTOR, limits, only, options["canary"], records, say=self.stdout.write, advance=bar.show
        )
        try:
            runner.run()
        except Stopped as error:
            raise CommandError(f"stopped: {error}") from error
        finally:
            bar.end()
            for line in runner.report.lines():
                self.stdout.write(line)


class _Bar:
    """One line on standard error, drawn again and again on a terminal, now and then elsewhere."""

    def __init__(self) -> None:
        self._is_terminal = sys.stderr.isatty()
        self._shown = 0.0
        self._is_open = False

    def show(self, done: int, total: int) -> None:
        """Draw `done` of `total`."""
        now = time.monotonic()
        if now - self._shown < (0.1 if self._is_terminal else QUIET_SECONDS) and done < total:
            return
        self._shown = now
        full = BAR * done // max(total, 1)
        line = f"[{'#' * full}{'.' * (BAR - full)}] {done}/{total}"
        self._is_open = self._is_terminal
        print(
            f"\r{line}" if self._is_terminal else line,
            end="" if self._is_terminal else "\n",
            file=sys.stderr,
            flush=True,
        )

    def end(self) -> None:
        """Leave the line."""
        if self._is_open:
            print(file=sys.stderr)
