"""Wycofanie wniosku: who asked may change her mind while the office has not decided."""

from uuid import uuid4

import pytest
from django.utils import timezone

from kernel import tenancy
from kernel.audit.models import AuditEntry
from kernel.errors import Conflict, NotFound, Refused
from services.accounts.models import Representation, Resident
from services.ledger.models import EntryCode
from services.notices.models import Message
from services.payments.actions import (
    credit_overpayment,
    refund_overpayment,
    reject_overpayment_request,
    withdraw_overpayment_request,
)
from services.payments.models import OverpaymentRequest
from services.payments.queries_overpayments import requests_seen, requests_waiting
from tests.factories.liabilities import LiabilityFactory, OverpaymentFactory
from tests.services.payments.overpaid import AROSE, ask, entries, held

pytestmark = pytest.mark.django_db


@pytest.fixture
def daria(in_borki, person):
    return person("daria").actor


@pytest.fixture
def overpayment(payer):
    return OverpaymentFactory(payer=payer, arose_on=AROSE)


def withdraw(resident, request, payer_id=None) -> OverpaymentRequest:
    return withdraw_overpayment_request(
        payer_id=payer_id or resident.payer_id, request_id=request.public_id, actor=resident.actor
    )


def test_a_waiting_request_is_withdrawn_once_and_nothing_moves(anna, overpayment):
    request = ask(anna, overpayment)
    for _ in range(2):
        row = withdraw(anna, request)
    assert (row.state, held(overpayment)) == ("withdrawn", 5_000)
    assert row.taken_back_at is not None
    assert AuditEntry.objects.filter(action="overpayment.withdrawn").count() == 1
    assert Message.objects.filter(kind="overpayment_withdrawn").count() == 1


def test_a_new_request_may_follow(payer, anna, overpayment):
    first = ask(anna, overpayment)
    withdraw(anna, first)
    second = ask(anna, overpayment, LiabilityFactory(payer=payer))
    assert (second.kind, second.state) == ("credit", "waiting")


def test_the_office_sees_it_as_withdrawn_and_has_nothing_to_decide(anna, daria, overpayment):
    request = ask(anna, overpayment)
    withdraw(anna, request)
    assert not requests_waiting(daria).exists()
    assert [row.state for row in requests_seen(daria)] == ["withdrawn"]
    with pytest.raises(Conflict, match=r"overpayment_request\.decided"):
        refund_overpayment(request_id=request.public_id, refunded_on=timezone.localdate(), actor=daria)
    with pytest.raises(Conflict, match=r"overpayment_request\.decided"):
        reject_overpayment_request(request_id=request.public_id, reason="Nie.", actor=daria)
    request.refresh_from_db()
    assert (request.state, held(overpayment), entries(EntryCode.OVERPAID_REFUND)) == ("withdrawn", 5_000, 0)


def test_what_the_office_has_decided_is_not_withdrawn(payer, anna, daria, overpayment):
    request = ask(anna, overpayment, LiabilityFactory(payer=payer))
    credit_overpayment(request_id=request.public_id, actor=daria)
    with pytest.raises(Conflict, match=r"overpayment_request\.decided"):
        withdraw(anna, request)
    request.refresh_from_db()
    assert (request.state, request.taken_back_at) == ("done", None)
    assert not Message.objects.filter(kind="overpayment_withdrawn").exists()


def test_another_who_acts_for_the_payer_may_withdraw_and_who_asked_is_told(payer, anna, person, overpayment):
    celina = person("celina")
    resident = Resident.objects.get(user_id=celina.user_id)
    Representation.objects.create(resident=resident, payer=payer, valid_from=AROSE)
    request = ask(anna, overpayment)
    assert withdraw(celina, request, payer.public_id).state == "withdrawn"
    assert Message.objects.get(kind="overpayment_withdrawn").recipient == anna.email


def test_a_stranger_withdraws_nothing(payer, anna, person, overpayment):
    request = ask(anna, overpayment)
    celina = person("celina")
    with pytest.raises(NotFound, match=r"overpayment_request\.unknown"):
        withdraw(celina, request)
    with pytest.raises(NotFound, match=r"payer\.foreign"):
        withdraw(celina, request, payer.public_id)
    request.refresh_from_db()
    assert request.state == "waiting"


def test_the_office_withdraws_nothing(payer, anna, person, overpayment):
    request = ask(anna, overpayment)
    with pytest.raises(Refused, match=r"access\.denied"):
        withdraw(person("daria"), request, payer.public_id)
    request.refresh_from_db()
    assert request.state == "waiting"


def test_a_request_of_one_gmina_does_not_exist_in_the_other(anna, overpayment, dabrowa, person):
    request = ask(anna, overpayment)
    with tenancy.enter(dabrowa):
        namesake = person("anna")
        for request_id in (request.public_id, uuid4()):
            with pytest.raises(NotFound, match=r"overpayment_request\.unknown"):
                withdraw_overpayment_request(
                    payer_id=namesake.payer_id, request_id=request_id, actor=namesake.actor
                )
    request.refresh_from_db()
    assert request.state == "waiting"
