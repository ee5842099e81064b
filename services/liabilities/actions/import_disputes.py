"""Payers of whom a large file says two things: rows are taken one after another, the first one counts (`import_planning`).

Only what is said of disputed payers is opened; whoever is described in one way needs no look.
"""

from collections.abc import Iterator
from typing import Any, Final

from django.db import connection

from kernel.errors import InvalidInput
from services.accounts.models import Payer
from services.liabilities.actions.import_loading import BATCH, batches
from services.liabilities.actions.import_planning import merged_statement
from services.liabilities.actions.import_staging import payer_columns
from services.liabilities.domain.dues_payers import PayerRow
from services.liabilities.models import ImportRun, StagedDue, StagedPayer

MOST_DISPUTED: Final = 50_000
"""So many payers described in two ways are no file but a mistake; and more would not fit into the memory."""

_DISPUTED: Final = """
SELECT external_id FROM liabilities_stagedpayer WHERE run_id = %(run)s
GROUP BY external_id HAVING count(DISTINCT statement) > 1 LIMIT %(most)s
"""
_UNDESCRIBED: Final = """
UPDATE liabilities_stagedpayer q SET is_dropped = true
WHERE q.run_id = %(run)s AND NOT q.is_dropped AND NOT EXISTS (
    SELECT 1 FROM (
        SELECT unnest(s.statements) AS statement FROM liabilities_stageddue s
        WHERE s.run_id = %(run)s AND s.refused_for = ''
    ) said WHERE said.statement = q.statement
)
"""

Said = dict[int, PayerRow]
"""Statements about disputed payers, opened."""


def opened(row: StagedPayer) -> PayerRow:
    """What the file says of the payer, readable."""

    def text(name: str) -> str:
        field: Any = Payer._meta.get_field(name)
        return str(field.open_of(bytes(getattr(row, name)), row.public_id))

    return PayerRow(row.external_id, row.kind, text("name"), text("identifier"), text("address"))


def refuse_contradictions(run: ImportRun) -> Said:
    """Refuse rows that contradict an earlier one about a payer; what is said of the disputed ones.

    Raises InvalidInput("dues_file.contradictions") for too many.
    """
    said = _disputed(run)
    stated: dict[str, PayerRow] = {}
    for page in _rows_about(run, said):
        wrong: dict[str, list[int]] = {}
        for pk, _, statements in page:
            payers = [said[one] for one in statements if one in said]
            merged = {one.external_id: merged_statement(stated.get(one.external_id), one) for one in payers}
            refused = next((payer_id for payer_id, payer in merged.items() if payer is None), None)
            if refused is None:
                stated.update({payer_id: payer for payer_id, payer in merged.items() if payer})
            else:
                wrong.setdefault(refused, []).append(pk)
        for payer_id, keys in wrong.items():
            rows = StagedDue.objects.filter(pk__in=keys)
            rows.update(refused_for="dues.payer_contradiction", refused_text=payer_id)
    return said


def merge_disputed(run: ImportRun, said: Said) -> None:
    """Leave one statement for each disputed payer: what the rows that are taken say together."""
    stated: dict[str, PayerRow] = {}
    first: dict[str, int] = {}
    for page in _rows_about(run, said):
        for _, _, statements in page:
            for one in statements:
                if payer := said.get(one):
                    first.setdefault(payer.external_id, one)
                    stated[payer.external_id] = (
                        merged_statement(stated.get(payer.external_id), payer) or payer
                    )
    for batch in batches({payer.external_id for payer in said.values()}):
        StagedPayer.objects.filter(run=run, external_id__in=batch).update(is_dropped=True)
        chosen = StagedPayer.objects.filter(
            run=run, statement__in=[first[external_id] for external_id in batch if external_id in first]
        )
        for row in chosen.filter(external_id__in=batch).order_by("external_id", "pk").distinct("external_id"):
            (
                row.public_id, row.kind, row.name, row.name_tokens, row.identifier, row.identifier_index, row.address,
            ) = payer_columns(stated[row.external_id])  # fmt: skip
            row.is_dropped = False
            row.save()


def drop_undescribed(run: ImportRun) -> None:
    """A payer who is described by refused rows only is not made."""
    if StagedDue.objects.filter(run=run).exclude(refused_for="").exists():
        with connection.cursor() as cursor:
            cursor.execute(_UNDESCRIBED, {"run": run.pk})


def _disputed(run: ImportRun) -> Said:
    with connection.cursor() as cursor:
        cursor.execute(_DISPUTED, {"run": run.pk, "most": MOST_DISPUTED + 1})
        names = [row[0] for row in cursor.fetchall()]
    if len(names) > MOST_DISPUTED:
        raise InvalidInput("dues_file.contradictions", field="file", most=MOST_DISPUTED)
    said: Said = {}
    for batch in batches(names):
        rows = StagedPayer.objects.filter(run=run, external_id__in=batch)
        said.update({row.statement: opened(row) for row in rows})
    return said


def _rows_about(run: ImportRun, said: Said) -> Iterator[list[tuple[int, int, list[int]]]]:
    """Rows not yet refused that say one of these things, in the order of the file."""
    last = -1 if said else None
    while last is not None:
        rows = StagedDue.objects.filter(run=run, line__gt=last, refused_for="").order_by("line")
        page = list(rows.values_list("pk", "line", "statements")[:BATCH])
        last = page[-1][1] if page else None
        yield [row for row in page if any(one in said for one in row[2])]
