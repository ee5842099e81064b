"""Before paying: where the law will put the money of a basket, and what to pay along so that it goes where one wants."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from services.accounts.models import Payer, Resident
from services.liabilities.domain.interest import Settled
from services.liabilities.statements import Due, Statement
from services.payments.booking import Split, Ticked, parts, split_public
from services.payments.domain.allocation import AllocationRegime, ShareKind
from services.payments.parts import left_after
from services.payments.queries import BasketGroup, statement


@dataclass(frozen=True)
class Forecast:
    """The split of a basket that is paid today, when it is not what the payer ticked.

    `chosen` are the ids of what was ticked, `short` the ticked dues that get less than was meant for them, with what is left
    of them afterwards (grosze), `add` the arrears that law pays first: with them in the basket the money goes to what is
    ticked. Never shown as final: what is booked in the meantime changes it (law.md 3.3).
    """

    split: Split
    chosen: frozenset[str]
    short: tuple[tuple[Due, int], ...]
    add: tuple[Due, ...]


def forecast(payer: Payer, group: BasketGroup, on: date, resident: Resident | None) -> Forecast | None:
    """Where the money of the group goes if it is paid on `on` (art. 62 § 1 and 1a O.p.), or None when it goes to the ticked
    dues, as it always does for civil ones (art. 451 § 1 KC).

    Computed as booking does it. Dues whose payment is under way are left out: that money is on its way to them.
    """
    if group.regime != AllocationRegime.TAX:
        return None
    whole = _not_under_payment(statement(payer, on, resident))
    chosen = sorted(group.chosen, key=lambda one: (one.due.due_on, one.due.external_id))
    ticked = [Ticked(one.due.type_code, str(one.due.public_id), one.total_gr) for one in chosen]
    split = split_public(parts(ticked, group.costs_gr), whole.dues, whole.costs, on)
    if _went(split) == _ticked(group):
        return None
    ids = frozenset(id_ for id_, _ in _ticked(group))
    return Forecast(
        split, ids, _short(group, whole.dues, split), tuple(_arrears_before(group.dues, whole.dues, split))
    )


def _not_under_payment(whole: Statement) -> Statement:
    groups = (
        replace(group, dues=tuple(due for due in group.dues if due.lock is None)) for group in whole.groups
    )
    return replace(
        whole, groups=tuple(groups), costs=tuple(cost for cost in whole.costs if cost.lock is None)
    )


def _ticked(group: BasketGroup) -> dict[tuple[str, ShareKind], int]:
    amounts = {(str(one.due.public_id), ShareKind.PRINCIPAL): one.principal_gr for one in group.chosen}
    amounts |= {(str(one.due.public_id), ShareKind.INTEREST): one.interest_gr for one in group.chosen}
    amounts |= {(str(cost.public_id), ShareKind.REMINDER_COSTS): cost.amount_gr for cost in group.costs}
    return {key: amount_gr for key, amount_gr in amounts.items() if amount_gr}


def _went(split: Split) -> dict[tuple[str, ShareKind], int]:
    amounts: dict[tuple[str, ShareKind], int] = {}
    for share in split.shares:
        amounts[share.id, share.kind] = amounts.get((share.id, share.kind), 0) + share.amount_gr
    return amounts


def _short(group: BasketGroup, whole: Sequence[Due], split: Split) -> tuple[tuple[Due, int], ...]:
    went = _went(split)
    paid = {
        one.due.public_id: went.get((str(one.due.public_id), ShareKind.PRINCIPAL), 0) for one in group.chosen
    }
    short = [one.due for one in group.chosen if paid[one.due.public_id] < one.principal_gr]
    went_gr = {due.public_id: Settled(split.paid_on, paid[due.public_id], 0) for due in short}
    left = left_after(whole, went_gr, split.paid_on)
    return tuple((due, left[due.public_id]) for due in short)


def _arrears_before(ticked: Iterable[Due], dues: Iterable[Due], split: Split) -> Iterable[Due]:
    """Arrears that law pays before the ticked dues: earlier ones of the same tax; where money goes to another tax, all
    arrears of all taxes. Only those that can be paid here."""
    latest: dict[str, date] = {}
    for due in ticked:
        latest[due.type_code] = max(latest.get(due.type_code, date.min), due.due_on)
    ids = {due.public_id for due in ticked}
    taken = {share.id for share in split.shares}
    others = any(str(due.public_id) in taken and due.type_code not in latest for due in dues)
    for due in dues:
        if due.public_id in ids or not due.is_overdue or not due.is_payable:
            continue
        if due.regime != AllocationRegime.TAX:
            continue
        if others or (due.type_code in latest and due.due_on < latest[due.type_code]):
            yield due
