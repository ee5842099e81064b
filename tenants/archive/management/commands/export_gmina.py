"""`skarbnik export_gmina <teryt>`: the gmina's data in open formats, as one encrypted file for the gmina."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from kernel.actors import system
from kernel.errors import SkarbnikError
from tenants.archive.envelope import Lock
from tenants.archive.exports import confirm_export, export_gmina, export_path
from tenants.archive.terminal import refusal, secret_line

ACTOR = system("command export_gmina")


class Command(BaseCommand):
    """Prints the file, its SHA-256 and the sums; the gmina reads the SHA-256 back when it has opened the file."""

    help = "Export one gmina, or keep that it has confirmed an export."
    requires_system_checks: tuple[str, ...] = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """For whom the file is encrypted, and whether pg_dump is part of it."""
        parser.add_argument("teryt")
        parser.add_argument("--to", type=Path, metavar="FILE", help="default: a new file under BACKUP_DIR")
        parser.add_argument(
            "--recipient",
            type=Path,
            metavar="PEM",
            help="RSA public key; otherwise a passphrase is asked for",
        )
        parser.add_argument(
            "--passphrase-file", type=Path, metavar="FILE", help="its first line, instead of asking"
        )
        parser.add_argument("--without-dump", action="store_true", help="leave the dump by pg_dump out")
        parser.add_argument("--confirm", metavar="SHA256", help="the gmina has the file with this SHA-256")

    def handle(self, *args: Any, **options: Any) -> None:
        """Export. Raises CommandError with the reason."""
        teryt = options["teryt"]
        try:
            if options["confirm"]:
                row = confirm_export(teryt, options["confirm"], actor=ACTOR)
                self.stdout.write(f"{row.name}: export of {row.made_at:%Y-%m-%d %H:%M} confirmed")
                return
            recipient = options["recipient"].read_bytes() if options["recipient"] else b""
            passphrase = "" if recipient else secret_line(options["passphrase_file"], "Passphrase: ")
            path = options["to"] or export_path(teryt)
            lock = Lock(passphrase=passphrase, recipient=recipient)
            row = export_gmina(teryt, path, lock, with_dump=not options["without_dump"], actor=ACTOR)
        except (SkarbnikError, OSError) as error:
            raise CommandError(refusal(error)) from error
        self.stdout.write(f"{row.name}: {sum(row.rows.values())} rows of {len(row.rows)} tables")
        for account, amount in row.sums.items():
            self.stdout.write(f"  {account} {amount} gr")
        self.stdout.write(f"{row.sha256}  {path}")
