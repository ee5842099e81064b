"""Which dues are instalments of one decision: the same kind, document number and year, owed by the same people.

A due without a document number stands alone: the portal cannot know what belongs to it. The same people, because some
finance systems give one number to many payers.
"""

from collections import defaultdict
from collections.abc import Mapping

from django.db.models import Exists, OuterRef, Q, QuerySet

from services.liabilities.models import Debtor, Liability


def with_siblings(liabilities: QuerySet[Liability]) -> QuerySet[Liability]:
    """The given dues and all others of their payers that may belong to the same decisions."""
    ids = liabilities.order_by().values("pk")
    payers = Debtor.objects.filter(liability__in=ids).values("payer")
    same_decision = Liability.objects.filter(
        pk__in=ids,
        liability_type=OuterRef("liability_type"),
        document_number=OuterRef("document_number"),
        year=OuterRef("year"),
    ).exclude(document_number="")
    of_their_payers = Debtor.objects.filter(liability=OuterRef("pk"), payer__in=payers)
    return Liability.objects.filter(Q(pk__in=ids) | (Q(Exists(same_decision)) & Q(Exists(of_their_payers))))


def decision_names(liabilities: QuerySet[Liability]) -> Mapping[int, str]:
    """By primary key, a name that instalments of one decision share and no other due has; none without a document."""
    rows = liabilities.exclude(document_number="").order_by()
    debtors: dict[int, list[int]] = defaultdict(list)
    links = Debtor.objects.filter(liability__in=rows.values("pk")).order_by("payer_id")
    for liability_id, payer_id in links.values_list("liability_id", "payer_id"):
        debtors[liability_id].append(payer_id)
    return {
        pk: f"{type_id}/{year}/{debtors[pk]}/{number}"
        for pk, type_id, year, number in rows.values_list(
            "pk", "liability_type_id", "year", "document_number"
        )
    }
