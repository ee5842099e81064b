"""The warning before paying: where the law puts the money, in words and rows for the page (art. 62 § 1 O.p.)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from frontend.resident.acting import Acting
from frontend.resident.selection import Selection
from services.liabilities.statements import Due
from services.payments.domain.allocation import Share, ShareKind
from services.payments.forecast import Forecast, forecast
from services.payments.queries import BasketGroup

WHY: Mapping[str, str | Promise] = {
    "allocation.earliest_arrear": _("najwcześniejsza zaległość, choć z innego tytułu"),
    "allocation.earliest_due": _("najbliższy termin"),
    "allocation.indicated": _("zaznaczona"),
    "allocation.indicated_arrear": _("najwcześniejsza zaległość z tego tytułu"),
    "allocation.reminder_costs_first": _("koszty upomnienia idą przed wszystkim innym"),
}


@dataclass(frozen=True)
class Row:
    """One due or reminder that gets money: how much of it (grosze), why and by which provision."""

    title: str
    principal_gr: int
    interest_gr: int
    is_ticked: bool
    why: str
    article: str

    @property
    def total_gr(self) -> int:
        """All that it gets."""
        return self.principal_gr + self.interest_gr


@dataclass(frozen=True)
class Short:
    """A ticked due that gets less than was meant for it, with what will still be owed of it (grosze)."""

    title: str
    left_gr: int


@dataclass(frozen=True)
class SplitWarning:
    """All that the box before paying says; `add_url` is empty when nothing can be added."""

    rows: tuple[Row, ...]
    short: tuple[Short, ...]
    overpaid_gr: int
    add: tuple[Due, ...]
    add_url: str

    @property
    def add_gr(self) -> int:
        """What the added arrears cost more, in grosze."""
        return sum(due.principal_gr + due.interest_gr for due in self.add)


def warning_of(acting: Acting, group: BasketGroup, selection: Selection, on: Any) -> SplitWarning | None:
    """What to say before paying `group`, or None when the money goes to what is ticked."""
    found = forecast(acting.payer, group, on, acting.resident)
    if found is None:
        return None
    more = tuple(dict.fromkeys((*selection.due_ids, *(due.public_id for due in found.add))))
    return SplitWarning(
        rows=tuple(_rows(found)),
        short=tuple(Short(due.title, left_gr) for due, left_gr in found.short),
        overpaid_gr=found.split.overpaid_gr,
        add=found.add,
        add_url=replace(selection, due_ids=more, group="", method="").address("basket") if found.add else "",
    )


def _rows(found: Forecast) -> list[Row]:
    by_id: dict[str, list[Share]] = {}
    for share in found.split.shares:
        by_id.setdefault(share.id, []).append(share)
    return [_row(found, id_, shares) for id_, shares in by_id.items()]


def _row(found: Forecast, id_: str, shares: list[Share]) -> Row:
    reason = shares[0].reason
    title = found.split.titles[id_]
    if shares[0].kind is ShareKind.REMINDER_COSTS:
        title = f"{_now('Koszty upomnienia')} {title}".strip()
    interest_gr = sum(share.amount_gr for share in shares if share.kind is ShareKind.INTEREST)
    return Row(
        title=title,
        principal_gr=sum(share.amount_gr for share in shares) - interest_gr,
        interest_gr=interest_gr,
        is_ticked=id_ in found.chosen,
        why=str(WHY[reason.code]),
        article=reason.article,
    )
