"""What lies beside a file of postings: a text for people, and the rows to look at for a spreadsheet."""

from collections.abc import Mapping

from django.db.models import QuerySet
from django.utils import timezone

from kernel.money import format_gr
from services.banking.domain.postings import Outcome
from services.banking.models import PostingRow, PostingRun
from services.banking.queries_postings import counts_of, result_of, to_tell
from services.banking.sentences import posting_sentence
from services.liabilities.domain.dues_file import write_csv

_WORDS: Mapping[str, str] = {
    Outcome.BOOKED: "zaksięgowany",
    Outcome.RECOGNISED: "rozpoznany",
    Outcome.TAKEN_BACK: "cofnięty",
    Outcome.KNOWN: "bez zmian",
    Outcome.REFUSED: "odrzucony",
}


def posting_lines_csv(rows: QuerySet[PostingRow]) -> bytes:
    """Those of the rows that were refused or recognised, with the reason; no cell is a formula."""
    cells = [
        (
            _WORDS.get(result_of(row), ""),
            row.line,
            row.external_id,
            row.due_number,
            format_gr(row.amount_gr),
            row.field,
            posting_sentence(row),
        )
        for row in to_tell(rows).iterator()
    ]
    return write_csv(("wynik", "wiersz", "external_id", "due_external_id", "kwota", "pole", "opis"), cells)


def posting_report_files(run: PostingRun) -> Mapping[str, bytes]:
    """Endings of file names with what these files say, for a file of the exchange folder that is over."""
    counts = counts_of(run)
    at = run.finished_at or run.read_at
    lines = [
        run.file_name,
        f"{timezone.localtime(at):%Y-%m-%d %H:%M:%S}",
        "Księgowania są wczytane.",
        f"Wiersze: {run.lines}",
        f"Suma kontrolna: {format_gr(run.sum_gr)}",
        f"Zaksięgowane: {counts.booked}",
        f"Już zaksięgowane w portalu: {counts.recognised}",
        f"Cofnięte: {counts.taken_back}",
        f"Bez zmian: {counts.known}",
        f"Odrzucone: {counts.refused}",
        "",
    ]
    files = {"raport.txt": "\n".join(lines).encode()}
    if to_tell(run.rows.all()).exists():
        files["wiersze.csv"] = posting_lines_csv(run.rows.order_by("line"))
    return files
