"""`skarbnik rotate_keys <teryt>…`: a new data key for gminas in use, step by step; run it again to go on."""

import time
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from kernel.actors import system
from tenants.archive.terminal import refusal
from tenants.directory.queries import working_tenants
from tenants.keys.rotation import Progress, Wait, encrypt_anew, longest_work, rotate

ACTOR = system("command rotate_keys")
SAYS = {
    Wait.NOTHING: "done: the old key is gone",
    Wait.SETTLING: "waits until {until} for work that began before; run the command again then",
    Wait.BACKUPS: (
        "everything is under the new key; the old one stays until the backups from before {encrypted} are gone"
    ),
    Wait.UNREADABLE: "stopped: {count} values open with no key, the first at {place}",
}


class Command(BaseCommand):
    """Gmina by gmina; nobody is stopped meanwhile, and what fails in one does not stop the rest."""

    help = "Give gminas a new data key: add it, use it, encrypt everything anew, remove the old one. Safe to repeat."
    requires_system_checks: tuple[str, ...] = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Which gminas, how patiently."""
        parser.add_argument("teryt", nargs="*", help="codes of gminas; none with --all")
        parser.add_argument("--all", action="store_true", help="every gmina that is in use")
        parser.add_argument("--wait", action="store_true", help="stay and go on when the waiting is over")
        parser.add_argument(
            "--settle",
            type=int,
            default=int(longest_work().total_seconds()),
            metavar="SECONDS",
            help="how long work that began before may go on; 0 only when nothing runs",
        )
        parser.add_argument(
            "--forget-backups",
            action="store_true",
            help="remove the old key although older backups need it: when it has leaked",
        )
        parser.add_argument(
            "--no-new-key", action="store_true", help="only encrypt what an earlier version left readable"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Rotate. Raises CommandError with the number of gminas that failed."""
        if bool(options["teryt"]) == options["all"]:
            raise CommandError("name gminas by their TERYT codes, or say --all")
        wanted = options["teryt"] or [scope.tenant_id for scope in working_tenants()]
        failed = sum(not self._one(teryt, options) for teryt in wanted)
        if failed:
            raise CommandError(f"{failed} of {len(wanted)} gminas did not get as far as they should")

    def _one(self, teryt: str, options: dict[str, Any]) -> bool:
        settle = timedelta(seconds=options["settle"])
        try:
            if options["no_new_key"]:
                swept = encrypt_anew(teryt, advance=self._advance)
                self.stdout.write(f"{teryt} {swept.values} values encrypted")
                return not swept.unreadable
            while True:
                progress = rotate(
                    teryt,
                    actor=ACTOR,
                    settle=settle,
                    forget_backups=options["forget_backups"],
                    advance=self._advance,
                )
                self._say(teryt, progress)
                if progress.wait != Wait.SETTLING or not options["wait"]:
                    return progress.wait != Wait.UNREADABLE
                assert progress.until is not None
                time.sleep(max(1.0, (progress.until - timezone.now()).total_seconds()))
        except Exception as error:  # whatever it is, the other gminas must not wait for it
            self.stderr.write(f"{teryt}: {refusal(error)}")
            return False

    def _advance(self, rows: int) -> None:
        self.stderr.write(f"  {rows} rows")

    def _say(self, teryt: str, progress: Progress) -> None:
        row = progress.row
        says = SAYS[progress.wait].format(
            until=f"{progress.until:%H:%M:%S} UTC" if progress.until else "",
            encrypted=f"{row.encrypted_at:%Y-%m-%d %H:%M} UTC" if row.encrypted_at else "",
            count=len(progress.places),
            place=next(iter(progress.places), ""),
        )
        self.stdout.write(
            f"{teryt} key {row.old_key_id} -> {row.new_key_id}, {row.values_done} values: {says}"
        )
