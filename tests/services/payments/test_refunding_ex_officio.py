"""Zwrot z urzędu: what nothing that is owed has to take goes back without a request (art. 76 § 1 O.p.; law.md 3.5)."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from kernel.errors import Conflict, InvalidInput, NotFound, Refused
from kernel.fields import new_public_id
from services.ledger.models import Entry, EntryCode
from services.notices.models import Message
from services.payments.actions import refund_ex_officio
from services.payments.models import OverpaymentRequest
from tenants.configuration.models import LiabilityType
from tests.factories.liabilities import LiabilityFactory, OverpaymentFactory
from tests.services.payments.overpaid import AROSE, ask, entries, held

pytestmark = pytest.mark.django_db


@pytest.fixture
def daria(in_borki, person):
    return person("daria").actor


@pytest.fixture
def overpayment(payer):
    return OverpaymentFactory(payer=payer, arose_on=AROSE)


def refund(overpayment, actor, *, number=None, on=None) -> OverpaymentRequest:
    return refund_ex_officio(
        decision_id=number or new_public_id(),
        overpayment_id=overpayment.public_id,
        refunded_on=on or timezone.localdate(),
        actor=actor,
    )


def nothing_moved(overpayment) -> bool:
    return held(overpayment) == 5_000 and not entries(EntryCode.OVERPAID_REFUND)


def test_it_goes_back_once_with_the_day_of_the_transfer(anna, daria, overpayment):
    number, day = new_public_id(), timezone.localdate() - timedelta(days=2)
    rows = {refund(overpayment, daria, number=number, on=day).pk for _ in range(2)}
    assert len(rows) == 1
    assert (held(overpayment), entries(EntryCode.OVERPAID_REFUND)) == (0, 1)
    entry = Entry.objects.get(code=EntryCode.OVERPAID_REFUND)
    assert (entry.reference, entry.effective_on) == (number, day)
    letter = Message.objects.get(kind="overpayment_decided")
    assert letter.recipient == anna.email


def test_a_civil_overpayment_goes_back_too(payer, daria):
    rent = LiabilityType.objects.get(code="lease")
    overpayment = OverpaymentFactory(payer=payer, liability_type=rent, arose_on=AROSE)
    LiabilityFactory(payer=payer, lease=True, due_on=date(2026, 1, 30))
    assert refund(overpayment, daria).state == "done"
    assert held(overpayment) == 0


def test_not_while_there_is_something_to_pay(payer, daria, overpayment):
    """Art. 76 § 1 O.p.: arrears, costs and current dues come before a refund."""
    LiabilityFactory(payer=payer, instalment=4, due_on=timezone.localdate() + timedelta(days=10))
    with pytest.raises(Conflict, match=r"overpayment\.credit_first"):
        refund(overpayment, daria)
    assert nothing_moved(overpayment)


def test_not_while_arrears_are_in_enforcement(payer, daria, overpayment):
    LiabilityFactory(payer=payer, enforced=True)
    with pytest.raises(Conflict, match=r"overpayment\.arrears_first"):
        refund(overpayment, daria)
    assert nothing_moved(overpayment)


def test_not_while_a_request_waits(anna, daria, overpayment):
    ask(anna, overpayment)
    with pytest.raises(Conflict, match=r"overpayment\.decide_request"):
        refund(overpayment, daria)
    assert nothing_moved(overpayment)


@pytest.mark.parametrize("days", [-1, 1])
def test_not_before_the_overpayment_or_in_the_future(days, daria, overpayment):
    day = AROSE + timedelta(days=days) if days < 0 else timezone.localdate() + timedelta(days=days)
    with pytest.raises(InvalidInput, match=r"overpayment\.refund_day"):
        refund(overpayment, daria, on=day)
    assert nothing_moved(overpayment)


@pytest.mark.parametrize("name", ["edyta", "filip", "anna"])
def test_only_by_a_clerk(name, person, overpayment):
    with pytest.raises(Refused, match=r"access\.denied"):
        refund(overpayment, person(name).actor)
    assert nothing_moved(overpayment)


def test_only_by_a_clerk_of_its_department(person, overpayment):
    from guardian.shortcuts import assign_perm

    from services.accounts.models import DepartmentGrant
    from services.users.models import User
    from tenants.configuration.models import Department

    user = User.objects.get(pk=person("daria").user_id)
    DepartmentGrant.objects.filter(user=user).delete()
    assign_perm("configuration.handle_department", user, Department.objects.get(code="GN"))
    with pytest.raises(NotFound, match=r"access\.foreign"):
        refund(overpayment, person("daria").actor)
    assert nothing_moved(overpayment)
