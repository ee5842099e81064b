"""A payer's statement shaped for the page of dues: one choice of rows for each type, and what is under way."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from frontend.components.formats import counted, day_text, instant_text, money_text
from frontend.resident.wording import NOT_PAYABLE, days_text
from services.liabilities.queries import Cost, Due, Group, Lock, Statement
from services.payments.queries import BasketGroup


class GroupForm(forms.Form):
    """Dues of one type to choose from; all groups of a page send the same name."""

    naleznosc = forms.MultipleChoiceField()

    def __init__(self, group: Group) -> None:
        super().__init__(auto_id=f"{group.code}_%s")
        self.fields["naleznosc"].label = group.name


@dataclass(frozen=True)
class GroupRows:
    """One type: its field, its rows and its sum in grosze."""

    form: GroupForm
    options: list[dict[str, Any]]
    total_gr: int

    @property
    def has_choice(self) -> bool:
        """Whether anything in it can be paid here."""
        return any(not option["disabled"] for option in self.options)


@dataclass(frozen=True)
class Underway:
    """What a payment under way pays: the balance now, what was ordered, what is left after booking (R12)."""

    title: str
    lock: Lock
    now_gr: int
    after_gr: int


def group_rows(statement: Statement) -> list[GroupRows]:
    """Rows of every type. What is overdue comes chosen; with nothing overdue, the due with the nearest date."""
    chosen = _chosen_at_first(statement.dues)
    free_costs = _free_costs(statement)
    return [
        GroupRows(
            GroupForm(group),
            [_option(due, free_costs[due.public_id], due.public_id in chosen) for due in group.dues],
            group.total_gr,
        )
        for group in statement.groups
    ]


def chosen_gr(groups: Iterable[GroupRows]) -> int:
    """Sum of the rows that come chosen, in grosze."""
    return sum(row["amount_gr"] for group in groups for row in group.options if row["checked"])


def _free_costs(statement: Statement) -> dict[UUID, int]:
    """Reminder costs to be paid with each due; those whose payment is under way are shown there."""
    free: dict[UUID, int] = defaultdict(int)
    for cost in statement.costs:
        if cost.shown_with and cost.lock is None:
            free[cost.shown_with] += cost.amount_gr
    return free


def underway(statement: Statement) -> list[Underway]:
    """Dues and costs whose payment is under way. A payment covers the whole amount of its day, so that only what was
    added since is left after booking.
    """
    dues = [
        Underway(
            due.title,
            due.lock,
            due.principal_gr + due.interest_gr,
            max(0, due.principal_gr - due.lock.amount_gr),
        )
        for due in statement.dues
        if due.lock is not None
    ]
    costs = [
        Underway(_cost_title(cost), cost.lock, cost.amount_gr, max(0, cost.amount_gr - cost.lock.amount_gr))
        for cost in statement.costs
        if cost.lock is not None
    ]
    return dues + costs


def _cost_title(cost: Cost) -> str:
    return f"{_('Koszty upomnienia')} {cost.number}".strip()


def _chosen_at_first(dues: Iterable[Due]) -> set[object]:
    payable = sorted((due for due in dues if due.is_payable), key=lambda due: due.effective_due_on)
    return {due.public_id for due in payable if due.is_overdue} or {due.public_id for due in payable[:1]}


def _option(due: Due, cost_gr: int, checked: bool) -> dict[str, Any]:
    note, kind = _note(due)
    return {
        "value": str(due.public_id),
        "label": due.title,
        "hint": format_html_join(" ", "<span>{}</span><br>", ((line,) for line in _lines(due, cost_gr))),
        "amount_gr": due.principal_gr + due.interest_gr + cost_gr,
        "checked": checked,
        "disabled": not due.is_payable,
        "note": note,
        "kind": kind,
        "href": reverse("due", args=[due.public_id]),
    }


def _lines(due: Due, cost_gr: int) -> Iterable[str]:
    date_text = _("Termin: %(day)s") % {"day": day_text(due.effective_due_on)}
    if due.is_overdue:
        late = days_text((due.as_of - due.effective_due_on).days)
        date_text += _(", minął %(days)s temu") % {"days": late}
    yield date_text + "."
    amounts = [_("Należność główna %(amount)s") % {"amount": money_text(due.principal_gr)}]
    if not due.is_enforced:
        amounts.append(_("odsetki na dziś %(amount)s") % {"amount": money_text(due.interest_gr)})
    if cost_gr:
        amounts.append(_("koszty upomnienia %(amount)s") % {"amount": money_text(cost_gr)})
    yield ", ".join(amounts) + "."
    if due.is_enforced:
        yield _enforcement_text(due)
    if due.co_owners > 1:
        people = counted(due.co_owners, _("osoba"), _("osoby"), _("osób"))
        yield _("Należność wspólna, odpowiadają za nią: %(people)s.") % {"people": people}


def _enforcement_text(due: Due) -> str:
    """Who collects it now; without the office's name, a sentence that still says where to ask."""
    office = due.enforcement_office or _("urząd skarbowy")
    writ = _(", tytuł wykonawczy %(number)s") % {"number": due.writ_number} if due.writ_number else ""
    return _("Prowadzi ją %(office)s%(writ)s. Tam zapytaj o kwotę i tam zapłać.") % {
        "office": office,
        "writ": writ,
    }


def _note(due: Due) -> tuple[str, str]:
    if due.lock is not None:
        return locked_text(due), "info"
    if due.not_payable_reason:
        return str(NOT_PAYABLE[due.not_payable_reason]), "danger" if due.is_enforced else "neutral"
    return (_("Po terminie"), "warning") if due.is_overdue else ("", "neutral")


def locked_text(due: Due) -> str:
    """“Płatność w toku od …, kwota …” (D63)."""
    assert due.lock is not None
    values = {"since": instant_text(localtime(due.lock.since)), "amount": money_text(due.lock.amount_gr)}
    return _("Płatność w toku od %(since)s, kwota %(amount)s") % values


@dataclass(frozen=True)
class Line:
    """One position of a payment before it is ordered; amounts in grosze."""

    title: str
    principal_gr: int
    interest_gr: int

    @property
    def total_gr(self) -> int:
        """What the office gets for it."""
        return self.principal_gr + self.interest_gr


def basket_lines(group: BasketGroup) -> list[Line]:
    """Reminder costs first, as they are paid first (eKasa § 10 ust. 6), then the dues."""
    costs = [
        Line(f"{_('Koszty upomnienia')} {cost.number}".strip(), cost.amount_gr, 0) for cost in group.costs
    ]
    return costs + [Line(due.title, due.principal_gr, due.interest_gr) for due in group.dues]
