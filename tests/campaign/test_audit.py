"""The audit of a campaign sees what it is there for: each kind of difference between two books."""

from typing import Any

import pytest

from services.payments.domain.states import State
from services.payments.models import Payment
from tenants.configuration.models import OperatorAccount
from tests.campaign.audit import judged

REFERENCE = "abc"


def payment(state: State, operator: str = "payu", operator_id: str = "T1") -> Payment:
    """An order of 101,00 zł."""
    account = OperatorAccount(operator=operator)
    return Payment(
        reference=REFERENCE, state=state, operator_account=account, operator_id=operator_id,
        amount_gr=10_000, fee_gr=100,
    )  # fmt: skip


def remote(number: str = "T1", **changes: Any) -> dict[str, Any]:
    """What the operator's books say of a paid transaction."""
    return {"operator_tx_id": number, "amount_gr": 10_100, "paid_gr": 10_100, "state": "paid", **changes}


def kinds(row: Payment, *paid: dict[str, Any], listed: str = "", is_other_amount: bool = False) -> list[str]:
    known = frozenset({(REFERENCE, listed)}) if listed else frozenset()
    return [found.kind for found in judged(row, paid, known, is_other_amount)]


@pytest.mark.parametrize("state", [State.PAID, State.BOOKED])
def test_money_that_both_have_once_is_right(state):
    assert kinds(payment(state), remote()) == []


@pytest.mark.parametrize("state", [State.FAILED, State.EXPIRED, State.CANCELLED])
def test_money_that_only_the_operator_has_is_lost(state):
    assert kinds(payment(state), remote()) == ["lost"]
    assert kinds(payment(state)) == []


@pytest.mark.parametrize("state", [State.PAID, State.BOOKED, State.MISMATCH])
def test_money_that_the_operator_has_not_is_invented(state):
    assert kinds(payment(state)) == ["invented"]


@pytest.mark.parametrize("state", [State.CREATED, State.UNKNOWN, State.PENDING, State.PAID_UNVERIFIED])
def test_a_payment_without_an_end_is_stuck(state):
    assert kinds(payment(state)) == ["stuck"]
    assert kinds(payment(state), remote()) == ["stuck"]


def test_a_second_payment_by_the_same_link_is_on_the_clerks_list_or_lost():
    assert kinds(payment(State.PAID), remote(), remote("T2"), listed="T2") == []
    assert kinds(payment(State.PAID), remote(), remote("T2")) == ["lost"]


def test_money_that_is_taken_and_on_the_clerks_list_counts_twice():
    assert kinds(payment(State.PAID), remote(), listed="T1") == ["doubled"]


def test_another_amount_waits_for_a_clerk_and_is_never_paid():
    assert kinds(payment(State.MISMATCH), remote(paid_gr=9_100), is_other_amount=True) == []
    assert kinds(payment(State.PAID), remote(paid_gr=9_100), is_other_amount=True) == ["amount"]
    assert kinds(payment(State.PAID), remote(amount_gr=9_100, paid_gr=9_100)) == ["amount"]


def test_money_that_przelewy24_waits_to_have_confirmed_is_not_ours():
    """payments.md 3: not verified, it stays with the payer."""
    assert kinds(payment(State.PAID, "przelewy24"), remote()) == ["lost"]
    assert kinds(payment(State.PAID, "przelewy24"), remote(state="confirmed")) == []
