"""`skarbnik access_matrix [--check]`: write docs/access-matrix.md from the code, or say whether it is current."""

import argparse
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from frontend.access_matrix import matrix_text


class Command(BaseCommand):
    """Keeps the committed access matrix equal to what decides at run time."""

    help = "Zapisuje macierz dostępu do pliku; --check tylko sprawdza, czy plik jest aktualny."
    requires_system_checks: tuple[str, ...] = ()

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Where, and whether only to compare."""
        parser.add_argument("--file", type=Path, default=Path("docs/access-matrix.md"))
        parser.add_argument("--check", action="store_true")

    def handle(self, *args: Any, file: Path, check: bool, **options: Any) -> None:
        """Write or compare; exit status 1 when the file is not current."""
        text = matrix_text()
        if not check:
            file.write_text(text, encoding="utf-8")
        elif not file.exists() or file.read_text(encoding="utf-8") != text:
            raise CommandError(f"{file} is not current: run `skarbnik access_matrix`", returncode=1)
