"""The fast lane of a large file: dues that the portal does not know, of payers whom it does not know or who came with the
same file. Nothing is to be compared there, so staged rows become dues by statements of SQL, and the ledger gets a COPY."""

from collections.abc import Sequence
from datetime import date
from typing import Final
from uuid import uuid5

from django.db import connection

from kernel.actors import Actor
from services.ledger.actions import Line, NewEntry, post_new
from services.ledger.models import AccountKind, EntryCode
from services.liabilities.models import ImportRun, StagedDue

FIRST_VERSION: Final = 1

_ALL_NEW: Final = """
SELECT s.id FROM liabilities_stageddue s
WHERE s.id = ANY (%(rows)s)
    AND NOT EXISTS (SELECT 1 FROM liabilities_liability l WHERE l.external_id = s.external_id)
    AND NOT EXISTS (
        SELECT 1 FROM unnest(s.payer_ids) AS named(id)
        LEFT JOIN accounts_payer p ON p.external_id = named.id
        LEFT JOIN liabilities_stagedpayer q
            ON q.run_id = %(run)s AND q.external_id = named.id AND NOT q.is_dropped
            AND (p.id IS NULL OR q.public_id = p.public_id)
        WHERE q.id IS NULL
    )
ORDER BY s.line
"""
_PAYERS: Final = """
INSERT INTO accounts_payer (public_id, external_id, kind, name, name_tokens, identifier, identifier_index, address)
SELECT DISTINCT ON (q.external_id)
    q.public_id, q.external_id, q.kind, q.name, q.name_tokens, q.identifier, q.identifier_index, q.address
FROM (SELECT DISTINCT s.run_id, named.id FROM liabilities_stageddue s CROSS JOIN LATERAL unnest(s.payer_ids) AS named(id)
      WHERE s.id = ANY (%(rows)s)) chosen
JOIN liabilities_stagedpayer q ON q.run_id = chosen.run_id AND q.external_id = chosen.id AND NOT q.is_dropped
WHERE NOT EXISTS (SELECT 1 FROM accounts_payer p WHERE p.external_id = q.external_id)
ORDER BY q.external_id, q.id
"""
_DUES: Final = """
INSERT INTO liabilities_liability (public_id, external_id, liability_type_id, title, document_number, year, instalment,
    principal_gr, due_on, account_nrb, is_reduced_rate, is_enforced, enforcement_office, writ_number, version, updated_at)
SELECT public_id, external_id, liability_type_id, title, document_number, year, instalment, principal_gr, due_on,
    account_nrb, is_reduced_rate, is_enforced, enforcement_office, writ_number, %(version)s, statement_timestamp()
FROM liabilities_stageddue WHERE id = ANY (%(rows)s) ORDER BY line
"""
_DEBTORS: Final = """
INSERT INTO liabilities_debtor (liability_id, payer_id)
SELECT l.id, p.id FROM liabilities_stageddue s
JOIN liabilities_liability l ON l.external_id = s.external_id
CROSS JOIN LATERAL unnest(s.payer_ids) WITH ORDINALITY AS named(id, place)
JOIN accounts_payer p ON p.external_id = named.id
WHERE s.id = ANY (%(rows)s) ORDER BY l.id, named.place
"""
_PAUSES: Final = """
INSERT INTO liabilities_interestpause (liability_id, from_on, to_on)
SELECT l.id, pause.first, pause.last FROM liabilities_stageddue s
JOIN liabilities_liability l ON l.external_id = s.external_id
CROSS JOIN LATERAL unnest(s.paused_from, s.paused_to) AS pause(first, last)
WHERE s.id = ANY (%(rows)s) AND s.paused_from <> '{}' ORDER BY l.id, pause.first
"""


def all_new(run: ImportRun, rows: Sequence[int]) -> list[int]:
    """Those of the staged rows (by key, in the order of the file) whose due and payers the portal does not know."""
    with connection.cursor() as cursor:
        cursor.execute(_ALL_NEW, {"rows": list(rows), "run": run.pk})
        return [row[0] for row in cursor.fetchall()]


def write_new(rows: Sequence[int], *, on: date, actor: Actor) -> None:
    """Make the dues of these staged rows with their payers, debtors, pauses and assessments, in the caller's transaction."""
    if not rows:
        return
    with connection.cursor() as cursor:
        for statement in (_PAYERS, _DUES, _DEBTORS, _PAUSES):
            cursor.execute(statement, {"rows": list(rows), "version": FIRST_VERSION})
    told = StagedDue.objects.filter(pk__in=rows, principal_gr__gt=0).order_by("line")
    post_new(
        [
            NewEntry(
                EntryCode.ASSESSMENT,
                uuid5(public_id, str(FIRST_VERSION)),
                (
                    Line(AccountKind.RECEIVABLE_PRINCIPAL, principal_gr, public_id),
                    Line(AccountKind.REVENUE, -principal_gr),
                ),
                min(on, due_on),
            )
            for public_id, principal_gr, due_on in told.values_list("public_id", "principal_gr", "due_on")
        ],
        actor=actor,
    )
