"""What lies beside a file in the exchange folder after its import: a text for people, and the lines for a spreadsheet."""

from collections.abc import Mapping

from django.utils import timezone

from kernel.actors import system
from kernel.errors import SkarbnikError
from kernel.money import format_gr
from services.liabilities.domain.dues_file import write_csv
from services.liabilities.models import ImportRun
from services.liabilities.queries_imports import (
    MOST_TOLD,
    ImportReport,
    findings_csv,
    missing_dues,
    report_of,
)
from services.liabilities.sentences import file_sentence

TEXT, LINES, MISSING = "raport.txt", "wiersze.csv", "brakujace.csv"


def report_files(run: ImportRun) -> Mapping[str, bytes]:
    """Endings of file names with what these files say."""
    report = report_of(run, system(run.actor_ref))
    files = {TEXT: _text(report).encode()}
    if report.rejections or report.warnings:
        files[LINES] = findings_csv(report)
    if run.missing and not run.is_decided:
        files[MISSING] = missing_csv(run)
    return files


def missing_csv(run: ImportRun) -> bytes:
    """Dues that a full file does not name, as a file for the office's spreadsheet."""
    rows = missing_dues(run).order_by("external_id").values_list("external_id", "due_on", "principal_gr")
    return write_csv(
        ("external_id", "termin", "kwota"),
        [(external_id, due_on, format_gr(gr)) for external_id, due_on, gr in rows[:MOST_TOLD]],
    )


def refusal_text(name: str, error: SkarbnikError) -> bytes:
    """Why a file was not even begun."""
    said = file_sentence(error.code, error.params) or f"Kod: {error.code}"
    return f"{name}\nPlik odrzucony, niczego nie zmienił.\n{said}\n".encode()


def _text(report: ImportReport) -> str:
    at = report.finished_at or report.started_at
    lines = [report.file_name, f"{timezone.localtime(at):%Y-%m-%d %H:%M:%S}"]
    if not report.is_applied:
        return "\n".join(
            [*lines, "Plik odrzucony, niczego nie zmienił.", report.refusal or report.failure_code, ""]
        )
    lines += [
        "Import jest zapisany.",
        f"Wiersze: {report.lines}",
        f"Nowe: {report.created}",
        f"Zmienione: {report.changed}",
        f"Bez zmian: {report.unchanged}",
        f"Odrzucone: {report.rejected}",
        f"Suma kontrolna należności: {format_gr(report.principal_sum_gr)}",
    ]
    if report.missing:
        lines.append(
            f"Brakuje w pliku: {report.missing}. O ich odpisaniu decyduje pracownik urzędu w portalu."
        )
    return "\n".join([*lines, ""])
