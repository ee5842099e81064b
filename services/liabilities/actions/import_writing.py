"""Carrying out the plan of an import: bulk statements in the caller's transaction, none of them per row."""

from collections.abc import Collection, Sequence
from typing import TypeVar
from uuid import UUID

from django.db import connection, models

from kernel.actors import Actor
from services.accounts.models import Payer
from services.ledger.actions import post_many
from services.liabilities.actions.cost_planning import CostPlan
from services.liabilities.actions.import_loading import BATCH, batches
from services.liabilities.actions.import_planning import DuePlan, DuesPlan, PayerPlans
from services.liabilities.actions.import_posting import Difference, entries_of
from services.liabilities.locks import queue_key
from services.liabilities.models import Debtor, InterestPause, Liability, Overpayment, ReminderCost

Row = TypeVar("Row", bound=models.Model)

PAYER_FIELDS = ("kind", "name", "name_tokens", "identifier", "identifier_index", "address")
LIABILITY_FIELDS = (
    "title", "document_number", "year", "instalment", "principal_gr", "due_on", "account_nrb", "is_reduced_rate",
    "is_enforced", "enforcement_office", "writ_number", "version", "updated_at",
)  # fmt: skip
COST_FIELDS = ("payer", "number", "amount_gr", "sent_on", "delivered_on", "version")


def queue_up() -> None:
    """Let imports of one gmina pass one after another; the lock goes with the transaction.

    So two of them never make the same due, and `updated_at` rises in the order in which changes become visible: a
    reader who follows it misses nothing.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [queue_key()])


def lock_claims(dues: DuesPlan, costs: Collection[CostPlan]) -> None:
    """Keep bookings and starting payments away from the claims that will change, and from their payers.

    Payers first, then dues, then costs, each in the order of keys. The weaker lock lets foreign keys to these rows be
    checked meanwhile, so that nobody who holds a due and now names its payer stands in our way, nor we in his.
    """
    due_keys = [plan.liability.pk for plan in dues.dues if plan.is_changed and not plan.is_new]
    cost_keys = [plan.cost.pk for plan in costs if plan.is_changed and not plan.is_new]
    payers = {plan.cost.payer_id for plan in costs if plan.is_changed and plan.cost.payer_id}
    payers |= {payer.pk for payer in dues.payers.changed}
    for batch in batches(due_keys):
        payers.update(Debtor.objects.filter(liability__in=batch).values_list("payer_id", flat=True))
    _lock(Payer.objects.all(), sorted(payers))
    _lock(Liability.objects.all(), sorted(due_keys))
    _lock(ReminderCost.objects.all(), sorted(cost_keys))


def _lock(rows: "models.QuerySet[Row]", keys: Sequence[int]) -> None:
    for batch in batches(keys):
        list(rows.select_for_update(no_key=True).filter(pk__in=batch).order_by("pk").values_list("pk"))


def write_payers(payers: PayerPlans) -> None:
    """Make and change payers."""
    Payer.objects.bulk_create(payers.new, batch_size=BATCH)
    _update(Payer.objects.all(), payers.changed, PAYER_FIELDS)


def write_dues(plans: Sequence[DuePlan], payers: PayerPlans) -> None:
    """Make and change dues with their debtors and pauses."""
    Liability.objects.bulk_create([plan.liability for plan in plans if plan.is_new], batch_size=BATCH)
    changed = [plan.liability for plan in plans if plan.is_changed and not plan.is_new]
    _update(Liability.objects.all(), changed, LIABILITY_FIELDS)
    debtors = [plan for plan in plans if plan.debtors_changed]
    for batch in batches([plan.liability.pk for plan in debtors if not plan.is_new]):
        Debtor.objects.filter(liability__in=batch).delete()
    Debtor.objects.bulk_create(
        [
            Debtor(liability=plan.liability, payer=payers.by_id[payer_id])
            for plan in debtors
            for payer_id in plan.row.debtor_ids
        ],
        batch_size=BATCH,
    )
    pauses = [plan for plan in plans if plan.pauses_changed]
    for batch in batches([plan.liability.pk for plan in pauses if not plan.is_new]):
        InterestPause.objects.filter(liability__in=batch).delete()
    InterestPause.objects.bulk_create(
        [
            InterestPause(liability=plan.liability, from_on=from_on, to_on=to_on)
            for plan in pauses
            for from_on, to_on in plan.row.pauses
        ],
        batch_size=BATCH,
    )


def write_costs(plans: Sequence[CostPlan]) -> None:
    """Make and change reminder costs with the dues they list."""
    ReminderCost.objects.bulk_create([plan.cost for plan in plans if plan.is_new], batch_size=BATCH)
    changed = [plan.cost for plan in plans if plan.is_changed and not plan.is_new]
    _update(ReminderCost.objects.all(), changed, COST_FIELDS)
    listing = ReminderCost.liabilities.through
    linked = [plan for plan in plans if plan.links_changed]
    for batch in batches([plan.cost.pk for plan in linked if not plan.is_new]):
        listing.objects.filter(remindercost__in=batch).delete()
    listing.objects.bulk_create(
        [
            listing(remindercost_id=plan.cost.pk, liability_id=liability.pk)
            for plan in linked
            for liability in plan.liabilities
        ],
        batch_size=BATCH,
    )


def write_postings(differences: Sequence[Difference], surplus: dict[UUID, int], actor: Actor) -> None:
    """Post the differences, and keep what was paid too much as overpayments."""
    entries, overpayments = entries_of(differences, surplus)
    Overpayment.objects.bulk_create(overpayments, batch_size=BATCH)
    post_many(entries, actor=actor)


def _update(rows: "models.QuerySet[Row]", changed: Sequence[Row], fields: Sequence[str]) -> None:
    """Write many changed rows at once. `bulk_update` would bypass the encryption of columns and builds a huge CASE; an
    insert that turns into an update on its own key takes every column as `save` would."""
    rows.bulk_create(
        changed, batch_size=BATCH, update_conflicts=True, unique_fields=["id"], update_fields=list(fields)
    )
