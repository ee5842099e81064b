"""`skarbnik import_dues <gmina> <file> [--dry-run]`: a file of dues into one gmina, with a report."""

import argparse
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from kernel import tenancy
from kernel.actors import system
from kernel.errors import InvalidInput, NotFound
from kernel.money import format_gr
from services.liabilities.actions.import_files import import_file
from services.liabilities.findings import Finding
from services.liabilities.models import ImportRun, ImportState
from services.liabilities.queries_imports import MOST_TOLD, ImportReport, report_of
from services.liabilities.sentences import file_sentence
from tenants.directory.queries import scope_named

REJECTED, UNREADABLE = 1, 2
"""Exit statuses: some lines were rejected (the others went in); nothing could be read and nothing was done."""

ACTOR = system("import_dues")


class Command(BaseCommand):
    """Imports dues from a file of the finance system."""

    help = "Importuje należności z pliku CSV, XLSX albo JSON (docs/exchange.md) do jednej gminy."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Gmina, file, and whether to write."""
        parser.add_argument("gmina", help="kod TERYT, adres portalu albo jego pierwszy człon, np. borki")
        parser.add_argument("file", type=Path, help="plik CSV (UTF-8), XLSX albo JSON")
        parser.add_argument("--dry-run", action="store_true", help="tylko sprawdź, niczego nie zapisuj")

    def handle(self, *args: Any, gmina: str, file: Path, dry_run: bool, **options: Any) -> None:
        """Import and print the report. Exit status 1 when lines were rejected, 2 when nothing could be read."""
        try:
            scope = scope_named(gmina)
            with file.open("rb") as content, tenancy.enter(scope):
                run = import_file(content, file.name, is_dry_run=dry_run, tell=self._tell, actor=ACTOR)
                report = report_of(run, ACTOR)
                self._print(scope.name, report)
        except OSError as error:
            reason = _("Nie można odczytać pliku %(file)s: %(reason)s.")
            raise CommandError(
                reason % {"file": file, "reason": error.strerror}, returncode=UNREADABLE
            ) from error
        except NotFound as error:
            raise CommandError(
                _("Nie ma takiej gminy: %(gmina)s.") % {"gmina": gmina}, returncode=UNREADABLE
            ) from error
        except InvalidInput as error:
            raise CommandError(
                file_sentence(error.code, error.params) or error.code, returncode=UNREADABLE
            ) from error
        if report.refusal or report.state == ImportState.STOPPED:
            raise CommandError(report.refusal or report.state_name, returncode=UNREADABLE)
        if report.rejected:
            raise SystemExit(REJECTED)

    def _tell(self, run: ImportRun) -> None:
        self.stderr.write(f"{run.get_phase_display()}: {run.work_done} / {run.work_all}")

    def _print(self, gmina: str, report: ImportReport) -> None:
        self.stdout.write(f"{gmina}: {report.file_name}: {report.state_name}")
        counts = _(
            "Wiersze: %(lines)s. Nowe: %(created)s. Zmienione: %(changed)s. Bez zmian: %(unchanged)s. "
            "Odrzucone: %(rejected)s."
        )
        self.stdout.write(
            counts
            % {
                "lines": report.lines,
                "created": report.created,
                "changed": report.changed,
                "unchanged": report.unchanged,
                "rejected": report.rejected,
            }
        )
        self.stdout.write(
            _("Suma kontrolna należności głównych: %(sum)s.") % {"sum": format_gr(report.principal_sum_gr)}
        )
        for title, findings in (
            (_("Odrzucone wiersze"), report.rejections),
            (_("Ostrzeżenia"), report.warnings),
        ):
            if findings:
                self.stdout.write(f"{title}:")
                for finding in findings[:MOST_TOLD]:
                    self.stdout.write(f"  {self._line(finding)}")

    def _line(self, finding: Finding) -> str:
        place = _("wiersz %(line)s") % {"line": finding.line}
        parts = [place, finding.external_id, finding.field]
        return ", ".join(part for part in parts if part) + f": {finding.sentence}"
