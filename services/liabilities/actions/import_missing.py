"""What a full file does not name: told after the import, and written down to zero only when somebody has confirmed it.

A full file speaks of the kinds of dues that stand in it. While one of its lines is refused nobody knows which due that line
was about, so nothing is closed then.
"""

from collections.abc import Mapping
from datetime import date
from typing import Final
from uuid import UUID

from django.db import transaction

from kernel.actors import Actor
from services.accounts.models import Payer
from services.liabilities.actions.import_chunks import held
from services.liabilities.actions.import_planning import DuePlan, DuesPlan, PayerPlans
from services.liabilities.actions.import_plans import Plan, carry_out
from services.liabilities.actions.import_posting import due_differences, surpluses
from services.liabilities.actions.import_staging import write_findings
from services.liabilities.actions.import_writing import lock_claims
from services.liabilities.domain.dues_fields import Fault
from services.liabilities.domain.dues_payers import PayerRow
from services.liabilities.domain.dues_rows import DueRow
from services.liabilities.locks import under_payment
from services.liabilities.models import (
    Debtor,
    ImportPhase,
    ImportRun,
    Liability,
)
from services.liabilities.queries_imports import missing_dues

CHUNK: Final = 500


@transaction.atomic(durable=True)
def next_missing(run_id: UUID, *, on: date, actor: Actor) -> None:
    """Write the next chunk of missing dues down to zero; behind the last one only the end is left."""
    run = held(run_id)
    if run.phase != ImportPhase.CLOSING:
        return
    rows = list(missing_dues(run).filter(pk__gt=run.position).order_by("pk")[:CHUNK])
    if not rows:
        run.phase, run.position = ImportPhase.ENDING, 0
        run.save(update_fields=["phase", "position"])
        return
    run.position = rows[-1].pk
    debtors: dict[int, list[Payer]] = {row.pk: [] for row in rows}
    links = Debtor.objects.filter(liability__in=rows).order_by("id").select_related("payer")
    for link in links:
        debtors[link.liability_id].append(link.payer)
    payers = {one.external_id: one for many in debtors.values() for one in many}
    plans = [_closing(row, debtors[row.pk]) for row in rows if debtors[row.pk]]
    dues = DuesPlan(plans, PayerPlans(by_id=dict(payers)), [])
    lock_claims(dues, [])
    differences = due_differences(plans, dues.payers.by_id, on)
    carry_out(Plan(dues, [], differences, surpluses(differences), []), actor=actor)
    _warn(run, {plan.liability.pk: plan.liability for plan in plans})
    run.closed += len(plans)
    run.work_done += len(plans)
    run.attempts = 0
    run.save(update_fields=["position", "closed", "work_done", "attempts"])


def _warn(run: ImportRun, rows: Mapping[int, Liability]) -> None:
    told = [Fault(0, rows[pk].external_id, "", "dues.under_payment") for pk in under_payment(list(rows))]
    write_findings(run, told, is_warning=True, is_judged=True)


def _closing(liability: Liability, debtors: list[Payer]) -> DuePlan:
    """The due as it stands, with nothing owed."""
    before_gr = liability.principal_gr
    liability.principal_gr = 0
    liability.version += 1
    first = debtors[0]
    row = DueRow(
        line=0,
        external_id=liability.external_id,
        payers=(PayerRow(first.external_id, first.kind, ""),),
        co_owner_ids=tuple(one.external_id for one in debtors[1:]),
        type_code="",
        title="",
        document_number=liability.document_number,
        year=liability.year,
        instalment=liability.instalment,
        due_on=liability.due_on,
        principal_gr=0,
        account_nrb=liability.account_nrb,
        pauses=(),
        is_reduced_rate=liability.is_reduced_rate,
        is_enforced=liability.is_enforced,
        enforcement_office=liability.enforcement_office,
        writ_number=liability.writ_number,
    )
    return DuePlan(
        row,
        liability,
        before_gr,
        is_new=False,
        fields_changed=True,
        debtors_changed=False,
        pauses_changed=False,
    )
