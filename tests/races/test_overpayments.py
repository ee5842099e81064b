"""Two people decide about one overpayment at one moment: its money moves once, and the other one is told."""

from datetime import date

import pytest
from django.utils import timezone

from kernel.errors import Conflict
from kernel.fields import new_public_id
from services.accounts.models import Payer
from services.ledger.models import AccountKind, Entry, EntryCode
from services.ledger.queries import balances
from services.ledger.sealing import seal
from services.ledger.verification import verify
from services.notices.models import Message
from services.payments.actions import (
    credit_overpayment,
    refund_overpayment,
    reject_overpayment_request,
    reverse_entry,
    withdraw_overpayment_request,
)
from services.payments.models import OverpaymentRequest
from tests.factories.liabilities import LiabilityFactory, OverpaymentFactory
from tests.races.test_offices_acts import colleague
from tests.services.payments.overpaid import AROSE, ask, credit, held, owed, shown


@pytest.fixture
def payer(own) -> Payer:
    return Payer.objects.get(public_id=own.person("anna").payer_id)


@pytest.fixture
def overpayment(payer):
    return OverpaymentFactory(payer=payer, arose_on=AROSE)


@pytest.fixture
def due(payer):
    return LiabilityFactory(payer=payer)


def codes(results) -> list[str]:
    """Codes of the refusals; "" for what went through."""
    return sorted(result.code if isinstance(result, Conflict) else "" for result in results)


def entries(*kinds: EntryCode) -> int:
    return Entry.objects.filter(code__in=kinds).count()


def test_two_clerks_who_credit_ex_officio_at_one_moment_credit_once(own, overpayment, due):
    clerks, seen = [own.person("daria"), colleague("clerk")], shown(overpayment)
    results = own.together(*(lambda who=who: credit(overpayment, who.actor, seen=seen) for who in clerks * 3))
    assert codes(results) == ["", *["overpayment.empty"] * 5]
    assert (owed(due), held(overpayment), entries(EntryCode.OVERPAID_CREDIT)) == (25_000, 0, 1)
    assert Message.objects.filter(kind="overpayment_credited").count() == 1
    seal()
    assert verify().findings == ()


def test_one_press_that_arrives_many_times_is_one_decision(own, overpayment, due):
    daria, number, seen = own.person("daria").actor, new_public_id(), shown(overpayment)
    results = own.together(*(lambda: credit(overpayment, daria, number=number, seen=seen) for _ in range(6)))
    assert {result.pk for result in results} == set(OverpaymentRequest.objects.values_list("pk", flat=True))
    assert (held(overpayment), entries(EntryCode.OVERPAID_CREDIT)) == (0, 1)


def test_one_refunds_while_another_refuses(own, overpayment):
    request = ask(own.person("anna"), overpayment)
    clerks = [own.person("daria").actor, colleague("clerk").actor]
    results = own.together(
        lambda: refund_overpayment(
            request_id=request.public_id, refunded_on=timezone.localdate(), actor=clerks[0]
        ),
        lambda: reject_overpayment_request(request_id=request.public_id, reason="Nie.", actor=clerks[1]),
    )
    assert codes(results) == ["", "overpayment_request.decided"]
    request.refresh_from_db()
    spent = 5_000 if request.state == "done" else 0
    assert (held(overpayment), entries(EntryCode.OVERPAID_REFUND)) == (5_000 - spent, spent // 5_000)
    assert Message.objects.filter(kind="overpayment_decided").count() == 1


def test_one_refunds_what_another_credits_ex_officio(own, payer, overpayment):
    """A current due: it stands in the way of no refund, so both are lawful and one of them comes first."""
    today = timezone.localdate()
    current = LiabilityFactory(payer=payer, instalment=4, due_on=date(today.year, 12, 31))
    request = ask(own.person("anna"), overpayment)
    clerks, seen = [own.person("daria").actor, colleague("clerk").actor], shown(overpayment)
    results = own.together(
        lambda: refund_overpayment(request_id=request.public_id, refunded_on=today, actor=clerks[0]),
        lambda: credit(overpayment, clerks[1], seen=seen),
    )
    assert codes(results) == ["", "overpayment.empty"]
    assert held(overpayment) == 0
    assert owed(current) in (25_000, 30_000)
    assert entries(EntryCode.OVERPAID_CREDIT, EntryCode.OVERPAID_REFUND) == 1


def test_she_withdraws_while_the_clerk_credits(own, overpayment, due):
    anna = own.person("anna")
    request = ask(anna, overpayment, due)
    results = own.together(
        lambda: withdraw_overpayment_request(
            payer_id=anna.payer_id, request_id=request.public_id, actor=anna.actor
        ),
        lambda: credit_overpayment(request_id=request.public_id, actor=own.person("daria").actor),
    )
    assert codes(results) == ["", "overpayment_request.decided"]
    request.refresh_from_db()
    assert (request.state, owed(due), held(overpayment)) in {
        ("withdrawn", 30_000, 5_000),
        ("done", 25_000, 0),
    }


def test_two_clerks_take_back_one_decision_once(own, overpayment, due):
    row = credit(overpayment, own.person("daria").actor)
    entry = Entry.objects.get(code=EntryCode.OVERPAID_CREDIT, reference=row.public_id)
    clerks = [own.person("daria").actor, colleague("clerk").actor]
    results = own.together(
        *(
            lambda who=who: reverse_entry(
                entry_id=entry.public_id, reason="pomyłka", corrected_on=timezone.localdate(), actor=who
            )
            for who in clerks
        )
    )
    assert codes(results) == ["", "correction.done"]
    assert (owed(due), held(overpayment), entries(EntryCode.REVERSAL)) == (30_000, 5_000, 1)
    assert balances([overpayment.public_id], AccountKind.OVERPAYMENT) == {overpayment.public_id: -5_000}
