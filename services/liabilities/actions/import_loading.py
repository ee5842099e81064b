"""What the database knows already of the rows of an import: loaded in a handful of queries, whatever their number."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from kernel.actors import Actor, ActorKind
from services.accounts.access import types_handled
from services.accounts.models import Payer, Representation
from services.liabilities.domain.dues_rows import TypeRule
from services.liabilities.models import Debtor, InterestPause, Liability, ReminderCost
from tenants.configuration.models import LiabilityType, PrincipalRounding
from tenants.configuration.queries import liability_types

BATCH = 2000
"""Rows or ids in one statement."""

Item = TypeVar("Item")


def batches(items: Collection[Item]) -> Iterator[list[Item]]:
    """The items in lists of at most BATCH."""
    listed = list(items)
    return (listed[start : start + BATCH] for start in range(0, len(listed), BATCH))


@dataclass(frozen=True)
class Types:
    """Liability types as rows, by code and by key, and the rules that a row of each must keep."""

    by_code: Mapping[str, LiabilityType]
    by_key: Mapping[int, TypeRule]

    @property
    def rules(self) -> Mapping[str, TypeRule]:
        """Rules by the type's code."""
        return {rule.code: rule for rule in self.by_key.values()}


def types_for(actor: Actor) -> Types:
    """All liability types; a clerk handles only those of the own grants, a finance system and a command all of them."""
    rows = list(liability_types())
    handled = {row.pk for row in (types_handled(actor) if actor.kind == ActorKind.STAFF else rows)}
    rules = {
        row.pk: TypeRule(
            code=row.code,
            is_active=row.is_active,
            in_full_zloty=row.principal_rounding == PrincipalRounding.ZLOTY,
            has_reminder_costs=row.reminder_costs_apply,
            is_handled=row.pk in handled,
        )
        for row in rows
    }
    return Types({row.code: row for row in rows}, rules)


def payers_by_id(external_ids: Collection[str]) -> dict[str, Payer]:
    """Known payers by the finance system's number."""
    found: dict[str, Payer] = {}
    for batch in batches(external_ids):
        found.update({row.external_id: row for row in Payer.objects.filter(external_id__in=batch)})
    return found


def represented(payer_ids: Collection[int]) -> set[int]:
    """Payers whose dues somebody with an account sees."""
    return {
        payer_id
        for batch in batches(payer_ids)
        for payer_id in Representation.objects.filter(payer__in=batch).values_list("payer_id", flat=True)
    }


@dataclass(frozen=True)
class KnownDue:
    """A due that is in the database: its row, its debtors by the finance system's number, its pauses in order."""

    liability: Liability
    debtor_ids: frozenset[str]
    pauses: tuple[tuple[date, date], ...]


def dues_by_id(external_ids: Collection[str]) -> dict[str, KnownDue]:
    """Known dues by the finance system's id."""
    found: dict[str, KnownDue] = {}
    for batch in batches(external_ids):
        rows = list(Liability.objects.filter(external_id__in=batch))
        keys = [row.pk for row in rows]
        debtors = _grouped(
            Debtor.objects.filter(liability__in=keys).values_list("liability_id", "payer__external_id")
        )
        pauses = _grouped(
            (pk, (from_on, to_on))
            for pk, from_on, to_on in InterestPause.objects.filter(liability__in=keys).values_list(
                "liability_id", "from_on", "to_on"
            )
        )
        for row in rows:
            found[row.external_id] = KnownDue(row, frozenset(debtors[row.pk]), tuple(sorted(pauses[row.pk])))
    return found


@dataclass(frozen=True)
class KnownCost:
    """A reminder's costs that are in the database, with the dues it lists."""

    cost: ReminderCost
    liability_ids: frozenset[str]


def costs_by_id(external_ids: Collection[str]) -> dict[str, KnownCost]:
    """Known reminder costs by the finance system's id."""
    found: dict[str, KnownCost] = {}
    listed = ReminderCost.liabilities.through.objects
    for batch in batches(external_ids):
        rows = list(ReminderCost.objects.filter(external_id__in=batch).select_related("payer"))
        pairs = listed.filter(remindercost__in=[row.pk for row in rows])
        dues = _grouped(pairs.values_list("remindercost_id", "liability__external_id"))
        for row in rows:
            found[row.external_id] = KnownCost(row, frozenset(dues[row.pk]))
    return found


def _grouped(pairs: Iterable[tuple[int, Item]]) -> dict[int, list[Item]]:
    grouped: dict[int, list[Item]] = defaultdict(list)
    for key, value in pairs:
        grouped[key].append(value)
    return grouped
