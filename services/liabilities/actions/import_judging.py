"""Judging staged rows by one another and by what the portal knows: statements of SQL over all rows at once.

The order is that of `import_planning.plan_dues`: a row twice, another type, another person behind a resident's payer,
contradictions about a payer, co-owners whom nobody describes. Nothing is written but to staged rows and findings.
"""

from collections.abc import Iterator
from typing import Any, Final

from django.db import connection, transaction

from services.liabilities.actions.import_disputes import (
    drop_undescribed,
    merge_disputed,
    refuse_contradictions,
)
from services.liabilities.actions.import_loading import BATCH
from services.liabilities.actions.import_staging import write_findings
from services.liabilities.domain.dues_fields import Fault, excerpt_of
from services.liabilities.models import (
    ImportFinding,
    ImportPhase,
    ImportRun,
    StagedCost,
    StagedDue,
    StagedPayer,
)

FIELDS: Final = {
    "dues.twice": "external_id",
    "dues.type_changed": "liability_type",
    "dues.payer_identifier_changed": "payer_identifier",
    "dues.payer_contradiction": "payer_external_id",
    "dues.co_owner_unknown": "co_owners",
}

_TWICE: Final = """
UPDATE {table} s SET refused_for = 'dues.twice', refused_text = d.first::text
FROM (SELECT external_id, min(line) AS first FROM {table} WHERE run_id = %(run)s GROUP BY 1 HAVING count(*) > 1) d
WHERE s.run_id = %(run)s AND s.external_id = d.external_id AND s.line <> d.first
"""
_OTHER_TYPE: Final = """
UPDATE liabilities_stageddue s SET refused_for = 'dues.type_changed', refused_text = t.code
FROM liabilities_liability l, configuration_liabilitytype t
WHERE s.run_id = %(run)s AND s.refused_for = '' AND l.external_id = s.external_id
    AND l.liability_type_id <> s.liability_type_id AND t.id = s.liability_type_id
"""
# A payer's number that a resident is matched to must not be given to somebody else: she or he would see the dues.
_OTHER_PERSON: Final = """
WITH strange AS (
    SELECT q.statement FROM liabilities_stagedpayer q JOIN accounts_payer p ON p.external_id = q.external_id
    WHERE q.run_id = %(run)s AND (p.kind <> q.kind OR p.identifier_index <> q.identifier_index)
        AND EXISTS (SELECT 1 FROM accounts_representation r WHERE r.payer_id = p.id)
)
UPDATE liabilities_stageddue s SET refused_for = 'dues.payer_identifier_changed'
FROM (
    SELECT DISTINCT x.id FROM liabilities_stageddue x CROSS JOIN LATERAL unnest(x.statements) AS said(statement)
    JOIN strange ON strange.statement = said.statement WHERE x.run_id = %(run)s
) found
WHERE s.id = found.id AND s.refused_for = ''
"""
_CO_OWNERS: Final = """
WITH named AS (
    SELECT DISTINCT co.id FROM liabilities_stageddue s CROSS JOIN LATERAL unnest(s.payer_ids[2:]) AS co(id)
    WHERE s.run_id = %(run)s AND s.refused_for = '' AND cardinality(s.payer_ids) > 1
), described AS (
    SELECT DISTINCT q.external_id AS id FROM liabilities_stageddue s
    CROSS JOIN LATERAL unnest(s.statements) AS said(statement)
    JOIN liabilities_stagedpayer q ON q.run_id = s.run_id AND q.statement = said.statement
    JOIN named ON named.id = q.external_id
    WHERE s.run_id = %(run)s AND s.refused_for = ''
), missing AS (
    SELECT named.id FROM named
    WHERE NOT EXISTS (SELECT 1 FROM described WHERE described.id = named.id)
        AND NOT EXISTS (SELECT 1 FROM accounts_payer p WHERE p.external_id = named.id)
)
UPDATE liabilities_stageddue s SET refused_for = 'dues.co_owner_unknown', refused_text = left(found.ids, 80)
FROM (
    SELECT x.id, string_agg(co.id, ', ') AS ids FROM liabilities_stageddue x
    CROSS JOIN LATERAL unnest(x.payer_ids[2:]) AS co(id) JOIN missing ON missing.id = co.id
    WHERE x.run_id = %(run)s AND x.refused_for = '' GROUP BY x.id
) found
WHERE s.id = found.id
"""
# A decision sent both whole and in instalments would be owed twice; see import_doubles.
_DOUBLES: Final = """
SELECT s.line, s.external_id, s.document_number FROM liabilities_stageddue s
WHERE s.run_id = %(run)s AND s.line > %(line)s AND s.refused_for = '' AND s.document_number <> '' AND s.principal_gr > 0
    AND (
        (s.instalment IS NULL AND EXISTS (
            SELECT 1 FROM liabilities_stageddue o
            WHERE o.run_id = %(run)s AND o.refused_for = '' AND o.instalment IS NOT NULL AND o.principal_gr > 0
                AND o.document_number = s.document_number AND o.year = s.year
                AND o.liability_type_id = s.liability_type_id AND o.payer_ids && s.payer_ids
        ))
        OR EXISTS (
            SELECT 1 FROM liabilities_liability l
            JOIN liabilities_debtor d ON d.liability_id = l.id JOIN accounts_payer p ON p.id = d.payer_id
            WHERE l.document_number = s.document_number AND l.year = s.year AND l.principal_gr > 0
                AND l.liability_type_id = s.liability_type_id AND (l.instalment IS NULL) <> (s.instalment IS NULL)
                AND p.external_id = ANY (s.payer_ids)
                AND NOT EXISTS (
                    SELECT 1 FROM liabilities_stageddue z WHERE z.run_id = %(run)s AND z.external_id = l.external_id
                )
        )
    )
ORDER BY s.line LIMIT %(most)s
"""


@transaction.atomic(durable=True)
def judge(run: ImportRun) -> None:
    """Refuse what the rows of a file do not allow one another, and note doubles. What was judged before is judged anew.

    Raises InvalidInput("dues_file.contradictions") when too many payers are described in two ways.
    """
    _forget(run)
    with connection.cursor() as cursor:
        for model in (StagedDue, StagedPayer, StagedCost):
            cursor.execute(f"ANALYZE {model._meta.db_table}")
        told = {"run": run.pk}
        for model in (StagedDue, StagedCost):
            cursor.execute(_TWICE.format(table=model._meta.db_table), told)
        cursor.execute(_OTHER_TYPE, told)
        cursor.execute(_OTHER_PERSON, told)
        disputed = refuse_contradictions(run)
        cursor.execute(_CO_OWNERS, told)
        while cursor.rowcount:
            cursor.execute(_CO_OWNERS, told)
    drop_undescribed(run)
    merge_disputed(run, disputed)
    for model in (StagedDue, StagedCost):
        _tell_refusals(run, model)
    _tell_doubles(run)
    run.phase, run.position, run.work_done = ImportPhase.DUES, 0, 0
    run.work_all = sum(model._base_manager.filter(run=run).count() for model in (StagedDue, StagedCost))
    run.created = run.changed = run.unchanged = 0
    run.save(update_fields=["phase", "position", "work_done", "work_all", "created", "changed", "unchanged"])


def _forget(run: ImportRun) -> None:
    for model in (StagedDue, StagedCost):
        judged = model._base_manager.filter(run=run).exclude(refused_for="")
        judged.update(refused_for="", refused_text="")
    StagedPayer.objects.filter(run=run, is_dropped=True).update(is_dropped=False)
    ImportFinding.objects.filter(run=run, is_judged=True).delete()


def _tell_refusals(run: ImportRun, model: Any) -> None:
    rows = model.objects.filter(run=run).exclude(refused_for="")
    for page in _pages(rows.values_list("line", "external_id", "refused_for", "refused_text")):
        faults = [Fault(line, eid, FIELDS[code], code, excerpt_of(text)) for line, eid, code, text in page]
        write_findings(run, faults, is_warning=False, is_judged=True)


def _pages(rows: Any) -> Iterator[list[Any]]:
    last = -1
    while page := list(rows.filter(line__gt=last).order_by("line")[:BATCH]):
        yield page
        last = page[-1][0]


def _tell_doubles(run: ImportRun) -> None:
    last = -1
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_DOUBLES, {"run": run.pk, "line": last, "most": BATCH})
            page = cursor.fetchall()
        if not page:
            return
        last = page[-1][0]
        found = [
            Fault(line, external_id, "instalment", "dues.whole_and_instalments", excerpt_of(number))
            for line, external_id, number in page
        ]
        write_findings(run, found, is_warning=True, is_judged=True)
