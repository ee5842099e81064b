"""What the commands share: secrets that must not stand on a command line, and refusals in one line."""

import getpass
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from kernel.errors import SkarbnikError
from tenants.archive.envelope import Unlock


def secret_line(path: Path | None, question: str) -> str:
    """The first line of a file, or what is typed without being shown."""
    return path.read_text(encoding="utf-8").partition("\n")[0] if path else getpass.getpass(question)


def add_unlocking(parser: CommandParser) -> None:
    """Options that open an encrypted archive."""
    parser.add_argument("--private-key", type=Path, metavar="PEM", help="of the recipient")
    parser.add_argument(
        "--passphrase-file", type=Path, metavar="FILE", help="its first line, instead of asking"
    )


def unlocking(options: dict[str, Any]) -> Unlock:
    """What `add_unlocking` was given; a passphrase is asked for without any."""
    if options["private_key"]:
        return Unlock(private_key=options["private_key"].read_bytes())
    return Unlock(passphrase=secret_line(options["passphrase_file"], "Passphrase: "))


def refusal(error: Exception) -> str:
    """Code and parameters of an error in one line."""
    if isinstance(error, SkarbnikError):
        told = ", ".join(f"{name}: {value}" for name, value in error.params.items())
        return f"{error.code} ({told})" if told else error.code
    return f"{type(error).__name__}: {error}"
