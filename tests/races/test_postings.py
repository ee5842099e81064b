"""Postings to one payer wait for each other, postings to different payers do not (however the ledger is proved)."""

from datetime import date
from threading import Event, Thread

import pytest
from django.db import connections, transaction

from kernel import tenancy
from kernel.errors import Conflict
from services.accounts.models import Payer
from services.ledger.models import AccountKind, Entry, EntryCode
from services.ledger.queries import balances
from services.ledger.sealing import seal
from services.ledger.verification import verify
from services.liabilities.actions.receipts import post_receipt
from services.liabilities.models import Liability
from tests.factories.liabilities import LiabilityFactory

DAY = date(2026, 10, 1)
PATIENCE = 30.0
A_MOMENT = 1.0


@pytest.fixture
def daria(own):
    return own.person("daria").actor


def due_of(own, name: str) -> Liability:
    return LiabilityFactory(payer=Payer.objects.get(public_id=own.person(name).payer_id))


def receipt(due: Liability, actor, number: str, amount_gr: int = 10_000) -> Entry:
    return post_receipt(
        liability=due,
        principal_gr=amount_gr,
        interest_gr=0,
        paid_on=DAY,
        external_id=number,
        actor=actor,
    )


class Elsewhere:
    """An act in a thread of its own; `is_over` waits a moment for it."""

    def __init__(self, own, act) -> None:
        self.outcome = None
        self._over = Event()

        def run() -> None:
            try:
                with tenancy.enter(own.scope):
                    self.outcome = act()
            except Exception as error:
                self.outcome = error
            finally:
                connections.close_all()
                self._over.set()

        Thread(target=run, daemon=True).start()

    def is_over(self, seconds: float) -> bool:
        return self._over.wait(seconds)


def test_a_posting_to_the_same_payer_waits_and_one_to_another_payer_does_not(own, daria):
    first, second = due_of(own, "anna"), due_of(own, "anna")
    other = due_of(own, "celina")
    with transaction.atomic():
        receipt(first, daria, "R-1")
        same = Elsewhere(own, lambda: receipt(second, daria, "R-2"))
        another = Elsewhere(own, lambda: receipt(other, daria, "R-3"))
        assert another.is_over(PATIENCE), "a posting to another payer waits"
        assert isinstance(another.outcome, Entry)
        assert not same.is_over(A_MOMENT), "a posting to the same payer did not wait"
    assert same.is_over(PATIENCE)
    assert isinstance(same.outcome, Entry)
    assert Entry.objects.filter(code=EntryCode.RECEIPT).count() == 3
    seal()
    assert verify().findings == ()


def test_ten_receipts_of_one_due_at_one_moment_never_take_more_than_is_owed(own, daria):
    due = due_of(own, "anna")
    results = own.together(
        *(lambda number=number: receipt(due, daria, f"R-{number}") for number in range(10))
    )
    assert sum(isinstance(result, Entry) for result in results) == 3
    assert sum(isinstance(result, Conflict) for result in results) == 7
    assert balances([due.public_id], AccountKind.RECEIVABLE_PRINCIPAL) == {due.public_id: 0}
    seal()
    assert verify().findings == ()
