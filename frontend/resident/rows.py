"""A payer's statement shaped for the pages: rows to choose from by type and decision, positions of a payment."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.translation import gettext as _

from frontend.components.formats import counted, day_text, money_text
from frontend.resident.selection import Selection
from frontend.resident.underway import cost_title, free_text, locked_text
from frontend.resident.wording import NOT_PAYABLE, days_text
from services.liabilities.instalments import Decision
from services.liabilities.statements import Due, Statement
from services.payments.parts import ChosenDue, owed_gr
from services.payments.queries import BasketGroup


class GroupForm(forms.Form):
    """Dues to choose from; all groups of a page send the same name."""

    naleznosc = forms.MultipleChoiceField()

    def __init__(self, key: str, label: str, hint: str = "") -> None:
        super().__init__(auto_id=f"{key}_%s")
        self.fields["naleznosc"].label = label
        self.fields["naleznosc"].help_text = hint


@dataclass(frozen=True)
class GroupRows:
    """Dues of one type, or the instalments of one decision: the field and its rows. `whole` pays all instalments at once."""

    form: GroupForm
    options: list[dict[str, Any]]
    whole: "Whole | None" = None

    @property
    def has_choice(self) -> bool:
        """Whether anything in it can be paid here."""
        return any(not option["disabled"] for option in self.options)


@dataclass(frozen=True)
class Whole:
    """The way to pay every instalment that can be paid now, in grosze, and what is left out with the reason."""

    address: str
    amount_gr: int
    is_all: bool
    left_out: tuple[str, ...]


def group_rows(statement: Statement, decisions: Sequence[Decision]) -> list[GroupRows]:
    """Rows of every type, instalments of one decision under a heading of their own. What is overdue comes chosen; with
    nothing overdue, the due with the nearest date."""
    options = _Options(statement, decisions)
    in_decisions = {due.id for decision in decisions for due in decision.dues}
    rows = []
    for group in statement.groups:
        alone = [due for due in group.dues if due.id not in in_decisions]
        if alone:
            rows.append(GroupRows(GroupForm(group.code, group.name), options.of(alone)))
        own = [decision for decision in decisions if decision.type_code == group.code]
        for number, decision in enumerate(sorted(own, key=lambda one: one.dues[0].due_on)):
            rows.append(_decision_rows(decision, f"{group.code}_{number}", options))
    return rows


def _decision_rows(decision: Decision, key: str, options: "_Options") -> GroupRows:
    label = _("%(type)s %(year)s, dokument %(number)s") % {
        "type": decision.type_name,
        "year": decision.year,
        "number": decision.document_number,
    }
    hint = _("Do zapłaty zostało: %(open)s z %(count)s rat, razem %(amount)s.") % {
        "open": len(decision.dues),
        "count": decision.count,
        "amount": money_text(options.amount_gr(decision.dues)),
    }
    return GroupRows(GroupForm(key, label, hint), options.of(decision.dues), _whole(decision, options))


def _whole(decision: Decision, options: "_Options") -> Whole | None:
    if len(decision.payable) < 2:
        return None
    return Whole(
        address=Selection(tuple(due.public_id for due in decision.payable)).address("basket"),
        amount_gr=options.amount_gr(decision.payable),
        is_all=not decision.left_out,
        left_out=tuple(
            f"{due.title} ({str(NOT_PAYABLE[due.not_payable_reason or 'locked']).lower()})"
            for due in decision.left_out
        ),
    )


class _Options:
    """Rows to choose from, made with what must be known of the whole statement."""

    def __init__(self, statement: Statement, decisions: Iterable[Decision]) -> None:
        self._chosen = _chosen_at_first(statement.dues)
        self._costs = _free_costs(statement)
        self._counts = {
            due.id: decision.count for decision in decisions if decision.is_numbered for due in decision.dues
        }

    def of(self, dues: Iterable[Due]) -> list[dict[str, Any]]:
        """Rows of these dues."""
        return [
            _option(due, self._costs[due.public_id], self._counts.get(due.id), due.public_id in self._chosen)
            for due in dues
        ]

    def amount_gr(self, dues: Iterable[Due]) -> int:
        """Sum of the rows of these dues, in grosze."""
        return sum(owed_gr(due) + self._costs[due.public_id] for due in dues)


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


def _chosen_at_first(dues: Iterable[Due]) -> set[object]:
    payable = sorted((due for due in dues if due.is_payable), key=lambda due: due.effective_due_on)
    return {due.public_id for due in payable if due.is_overdue} or {due.public_id for due in payable[:1]}


def _option(due: Due, cost_gr: int, instalments: int | None, checked: bool) -> dict[str, Any]:
    note, kind = _note(due)
    return {
        "value": str(due.public_id),
        "label": due.title,
        "hint": format_html_join(
            " ", "<span>{}</span><br>", ((line,) for line in _lines(due, cost_gr, instalments))
        ),
        "amount_gr": owed_gr(due) + cost_gr,
        "checked": checked,
        "disabled": not due.is_payable,
        "note": note,
        "kind": kind,
        "href": reverse("due", args=[due.public_id]),
    }


def _lines(due: Due, cost_gr: int, instalments: int | None) -> Iterable[str]:
    if instalments:
        yield _("Rata %(number)s z %(count)s.") % {"number": due.instalment, "count": instalments}
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
        yield shared_text(due)
    if due.lock is not None and (free := free_text(due.lock)):
        yield f"{_('Płaci ją teraz inna osoba.')} {free}"


def shared_text(due: Due) -> str:
    """A due of co-owners: how many others there are, never who they are."""
    people = counted(due.co_owners - 1, _("inną osobą"), _("innymi osobami"), _("innymi osobami"))
    return _("Należność wspólna z %(people)s. Każda z osób odpowiada za całą kwotę.") % {"people": people}


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


@dataclass(frozen=True)
class Line:
    """One position of a payment before it is ordered; amounts in grosze. `left_gr` is what a part leaves owed."""

    title: str
    principal_gr: int
    interest_gr: int
    notes: tuple[str, ...] = ()
    left_gr: int = 0

    @property
    def total_gr(self) -> int:
        """What the office gets for it."""
        return self.principal_gr + self.interest_gr


def basket_lines(group: BasketGroup) -> list[Line]:
    """Reminder costs first, as they are paid first (eKasa § 10 ust. 6), then the dues."""
    return [Line(cost_title(cost), cost.amount_gr, 0) for cost in group.costs] + [
        Line(one.due.title, one.principal_gr, one.interest_gr, tuple(_line_notes(one)), one.left_gr)
        for one in group.chosen
    ]


def _line_notes(one: ChosenDue) -> Iterable[str]:
    if one.is_part:
        yield _("część, całość to %(amount)s") % {"amount": money_text(owed_gr(one.due))}
    if one.due.co_owners > 1:
        yield shared_text(one.due)
