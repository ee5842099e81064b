"""`skarbnik api_document [--check]`: write docs/openapi.yaml from the views, or say whether it is current."""

import argparse
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from services.api.v1.schema import document_yaml


class Command(BaseCommand):
    """Keeps the committed OpenAPI document equal to what the views say."""

    help = "Zapisuje opis OpenAPI do pliku; --check tylko sprawdza, czy plik jest aktualny."
    requires_system_checks: tuple[str, ...] = ()

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Where, and whether only to compare."""
        parser.add_argument("--file", type=Path, default=Path("docs/openapi.yaml"))
        parser.add_argument("--check", action="store_true")

    def handle(self, *args: Any, file: Path, check: bool, **options: Any) -> None:
        """Write or compare; exit status 1 when the file is not current."""
        text = document_yaml()
        if not check:
            file.write_text(text, encoding="utf-8")
        elif not file.exists() or file.read_text(encoding="utf-8") != text:
            raise CommandError(f"{file} is not current: run `skarbnik api_document`", returncode=1)
