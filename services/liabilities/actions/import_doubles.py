"""A decision sent both whole and in instalments would be owed twice. The rows are right in themselves, so it is a warning.

The portal never makes one of them from the other: the whole of a decision is the sum of its instalments (docs/exchange.md).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable

from services.liabilities.actions.import_loading import Types, batches
from services.liabilities.actions.import_planning import DuePlan, PayerPlans
from services.liabilities.domain.dues_fields import Fault, excerpt_of
from services.liabilities.models import Debtor

Document = tuple[str, str, int, str]
"""Kind, document number, year and one debtor's external id."""


def whole_and_instalments(plans: Collection[DuePlan], payers: PayerPlans, types: Types) -> list[Fault]:
    """Warnings for rows whose decision is known in the other shape too, from this import or from before.

    Rows of an import are compared with one another; those that are new or changed also with what is stored. The row of the
    whole is named, or the instalments when the whole came earlier.
    """
    here: dict[Document, set[bool]] = defaultdict(set)
    for plan in plans:
        for document in _documents(plan):
            here[document].add(plan.row.instalment is None)
    stored = set(_stored(plans, payers, types))
    doubled = []
    for plan in plans:
        is_whole = plan.row.instalment is None
        for document in _documents(plan):
            other = not is_whole
            if (document, other) in stored or (is_whole and other in here[document]):
                doubled.append(plan.row)
                break
    return [
        Fault(
            row.line,
            row.external_id,
            "instalment",
            "dues.whole_and_instalments",
            excerpt_of(row.document_number),
        )
        for row in doubled
    ]


def _documents(plan: DuePlan) -> Iterable[Document]:
    row = plan.row
    if not row.document_number or not row.principal_gr:
        return ()
    return [(row.type_code, row.document_number, row.year, payer_id) for payer_id in row.debtor_ids]


def _stored(plans: Collection[DuePlan], payers: PayerPlans, types: Types) -> Iterable[tuple[Document, bool]]:
    """Dues of the payers of new and changed rows as they are stored, without those that this import states anew."""
    stated = {plan.row.external_id for plan in plans}
    wanted = {document for plan in plans if plan.is_changed for document in _documents(plan)}
    keys = {payers.by_id[payer_id].pk for _, _, _, payer_id in wanted}
    for batch in batches({key for key in keys if key is not None}):
        rows = Debtor.objects.filter(payer__in=batch, liability__principal_gr__gt=0).values_list(
            "liability__external_id",
            "liability__liability_type_id",
            "liability__document_number",
            "liability__year",
            "liability__instalment",
            "payer__external_id",
        )
        for external_id, type_id, number, year, instalment, payer_id in rows:
            document = (types.by_key[type_id].code, number, year, payer_id)
            if document in wanted and external_id not in stated:
                yield document, instalment is None
