"""How the tests about refunds propose and approve them, and what the operator's own books say."""

from datetime import timedelta

from django.utils import timezone
from guardian.shortcuts import assign_perm

from kernel.actors import ActorKind
from kernel.fields import new_public_id
from services.payments.actions import approve_refund, propose_refund
from services.payments.models import Payment, Refund
from services.users.models import User
from tenants.configuration.models import Department
from tests.factories.accounts import StaffRoleFactory
from tests.fixtures.cast import Person

LATER = 120
"""Seconds after which the operator has ended every refund."""


def clerk() -> Person:
    """Another clerk of the office, who handles all departments."""
    user = StaffRoleFactory(role="clerk").user
    grant_everything(user)
    return Person("", "", user.pk, str(user.public_id), ActorKind.STAFF)


def grant_everything(user: User) -> None:
    for department in Department.objects.all():
        assign_perm("configuration.handle_department", user, department)


def left_gr(payment: Payment) -> int:
    payment = Payment.objects.get(pk=payment.pk)
    return payment.paid_gr - payment.refunded_gr


def propose(payment: Payment, who: Person, amount_gr: int | None = None, **changes: object) -> Refund:
    """A proposal of all that is left, or of `amount_gr`."""
    values = {
        "refund_id": new_public_id(),
        "payment_id": payment.public_id,
        "amount_gr": left_gr(payment) if amount_gr is None else amount_gr,
        "available_gr": left_gr(payment),
        "reason": "Zapłacono dwa razy.",
    }
    return propose_refund(**(values | changes), actor=who.actor)


def approve(refund: Refund, who: Person, **changes: object) -> Refund:
    values = {
        "refund_id": refund.public_id,
        "amount_gr": refund.amount_gr,
        "available_gr": left_gr(refund.payment),
    }
    return approve_refund(**(values | changes), actor=who.actor)


def at_operator(control, payment: Payment) -> list[tuple[int, str]]:
    """Amount and state of every refund of the payment in the operator's books."""
    state = control.state()
    ids = {row["id"] for row in state["transactions"] if row["ref"] == payment.reference}
    return [(row["amount_gr"], row["state"]) for row in state["refunds"] if row["transaction_id"] in ids]


def make_due(refund: Refund) -> None:
    """Let the time of the next question come."""
    Refund.objects.filter(pk=refund.pk).update(next_check_at=timezone.now() - timedelta(seconds=1))
