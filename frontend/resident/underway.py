"""Payments under way as the page of dues tells them: since when, how much, what is left, when the due is free again."""

from dataclasses import dataclass

from django.utils import timezone
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from frontend.components.formats import instant_text, money_text
from services.liabilities.domain.interest import Settled
from services.liabilities.statements import Cost, Due, Lock, Statement
from services.payments.domain.states import State
from services.payments.parts import left_after, owed_gr


@dataclass(frozen=True)
class Underway:
    """What a payment under way pays: the balance now, what was ordered, what is left after booking (R12).

    `free_text` tells anybody but the one who ordered it when the due can be paid again.
    """

    title: str
    lock: Lock
    now_gr: int
    after_gr: int
    free_text: str


def underway(statement: Statement) -> list[Underway]:
    """Dues and costs whose payment is under way. The rest of a due that is paid in part bears interest to today."""
    locked = [(due, due.lock) for due in statement.dues if due.lock is not None]
    paid = {
        due.public_id: Settled(statement.as_of, lock.principal_gr, lock.amount_gr - lock.principal_gr)
        for due, lock in locked
    }
    left = left_after(statement.dues, paid, statement.as_of)
    dues = [
        Underway(due.title, lock, owed_gr(due), left.get(due.public_id, 0), free_text(lock))
        for due, lock in locked
    ]
    costs = [
        Underway(
            cost_title(cost),
            cost.lock,
            cost.amount_gr,
            max(0, cost.amount_gr - cost.lock.amount_gr),
            free_text(cost.lock),
        )
        for cost in statement.costs
        if cost.lock is not None
    ]
    return dues + costs


def cost_title(cost: Cost) -> str:
    """“Koszty upomnienia UP/17/2026”."""
    return f"{_('Koszty upomnienia')} {cost.number}".strip()


def locked_text(due: Due) -> str:
    """“Płatność w toku od …, kwota …” (D63), or that the money of it is on its way back."""
    assert due.lock is not None
    values = {"since": instant_text(localtime(due.lock.since)), "amount": money_text(due.lock.amount_gr)}
    if due.lock.state == State.REFUND_PENDING:
        return _("Zwrot wpłaty w toku. Zapłacono %(amount)s, zlecono %(since)s.") % values
    return _("Płatność w toku od %(since)s, kwota %(amount)s") % values


def free_text(lock: Lock) -> str:
    """When a due that somebody else is paying can be paid again, and nothing of who pays; "" for the one who ordered it."""
    if lock.payment_id is not None:
        return ""
    if lock.until is not None and lock.until > timezone.now():
        until = instant_text(localtime(lock.until))
        return _("Jeśli pieniądze nie wpłyną, będzie znowu wolna po %(until)s.") % {"until": until}
    if lock.state == State.REFUND_PENDING:
        return _("Będzie znowu wolna, gdy operator zwróci pieniądze.")
    if lock.state == State.PAID:
        return _("Będzie znowu wolna, gdy urząd zaksięguje wpłatę.")
    return _("Będzie znowu wolna, gdy wyjaśni się, co z tą wpłatą.")
