"""A person whose data must rest begins no payment; one that is under way goes on (art. 18 ust. 2 RODO, D94)."""

import pytest

from kernel.actors import system
from kernel.errors import Refused
from services.accounts.actions.restricting import restrict
from services.accounts.domain.restriction import Ground
from services.accounts.models import Resident
from services.payments.actions import start_payment
from services.payments.models import Payment, PaymentItem

pytestmark = pytest.mark.django_db


def rest(payments) -> None:
    resident = Resident.objects.get(user__public_id=payments.who.actor.ref)
    restrict(resident, Ground.ACCURACY, request_ref=None, actor=system("tests"))


@pytest.mark.covers("D94")
def test_no_new_payment_begins_and_no_due_is_locked(payments, due):
    order = payments.order(due)
    rest(payments)
    with pytest.raises(Refused, match=r"data\.restricted"):
        start_payment(order, actor=payments.who.actor)
    assert not Payment.objects.exists()
    assert not PaymentItem.objects.exists()


def test_the_same_button_of_a_payment_under_way_leads_to_it(payments, due):
    order = payments.order(due)
    started = start_payment(order, actor=payments.who.actor)
    rest(payments)
    assert start_payment(order, actor=payments.who.actor) == started
    assert Payment.objects.count() == 1
