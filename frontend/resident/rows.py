"""A payer's statement shaped for the page of dues: one choice of rows for each type, and what is under way."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from frontend.components.formats import counted, day_text, instant_text, money_text
from frontend.resident.wording import NOT_PAYABLE, days_text
from services.liabilities.queries import Due, Group, Statement
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
    """A due whose payment is under way: the balance now, what was ordered, what is left after booking (R12)."""

    due: Due
    after_gr: int


def group_rows(statement: Statement) -> list[GroupRows]:
    """Rows of every type. What is overdue comes chosen; with nothing overdue, the due with the nearest date."""
    chosen = _chosen_at_first(statement.dues)
    return [
        GroupRows(
            GroupForm(group), [_option(due, due.public_id in chosen) for due in group.dues], group.total_gr
        )
        for group in statement.groups
    ]


def underway(statement: Statement) -> list[Underway]:
    """Locked dues. A payment covers the whole due of its day, so what is left is only what was added since."""
    return [
        Underway(due, max(0, due.principal_gr - due.lock.amount_gr))
        for due in statement.dues
        if due.lock is not None
    ]


def _chosen_at_first(dues: Iterable[Due]) -> set[object]:
    payable = sorted((due for due in dues if due.is_payable), key=lambda due: due.effective_due_on)
    return {due.public_id for due in payable if due.is_overdue} or {due.public_id for due in payable[:1]}


def _option(due: Due, checked: bool) -> dict[str, Any]:
    note, kind = _note(due)
    return {
        "value": str(due.public_id),
        "label": due.title,
        "hint": format_html_join(" ", "<span>{}</span><br>", ((line,) for line in _lines(due))),
        "amount_gr": due.total_gr,
        "checked": checked,
        "disabled": not due.is_payable,
        "note": note,
        "kind": kind,
        "href": reverse("due", args=[due.public_id]),
    }


def _lines(due: Due) -> Iterable[str]:
    date_text = _("Termin: %(day)s") % {"day": day_text(due.effective_due_on)}
    if due.is_overdue:
        late = days_text((due.as_of - due.effective_due_on).days)
        date_text += _(", minął %(days)s temu") % {"days": late}
    yield date_text + "."
    amounts = [_("Należność główna %(amount)s") % {"amount": money_text(due.principal_gr)}]
    if not due.is_enforced:
        amounts.append(_("odsetki na dziś %(amount)s") % {"amount": money_text(due.interest_gr)})
    if due.cost_gr:
        amounts.append(_("koszty upomnienia %(amount)s") % {"amount": money_text(due.cost_gr)})
    yield ", ".join(amounts) + "."
    if due.co_owners > 1:
        people = counted(due.co_owners, _("osoba"), _("osoby"), _("osób"))
        yield _("Należność wspólna, odpowiadają za nią: %(people)s.") % {"people": people}


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
