"""Any life of a payer in the real ledger: assessed, reminded, paid, paid at the counter, taken back, on PostgreSQL.

A second book of plain sums is kept beside it. After every step both agree, every entry balances, and nothing is below zero.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction
from django.db.models import Sum
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from kernel.actors import Actor
from kernel.errors import Conflict
from services.ledger.actions import Line, post, reverse
from services.ledger.models import AccountKind, Entry, EntryCode, Posting
from services.ledger.queries import balances
from services.ledger.verification import verify
from services.liabilities.actions.receipts import post_receipt
from services.liabilities.models import InterestPause, Liability, Overpayment
from services.liabilities.queries import statement
from services.payments.booking import claims_of, credit_lines
from services.payments.domain.allocation import Allocation, AllocationRegime, ReminderCostClaim, allocate
from tenants.configuration.models import LiabilityType
from tenants.configuration.queries import allocation_rule
from tenants.rates.queries import rate_table
from tests.factories.accounts import PayerFactory
from tests.factories.liabilities import LiabilityFactory, ReminderCostFactory
from tests.fixtures.histories import histories, tried

pytestmark = pytest.mark.django_db

KINDS = ("property_tax", "vehicle_tax", "waste_fee", "lease", "perpetual_usufruct")
DAYS = st.dates(date(2024, 1, 1), date(2027, 6, 30))
OWED = (AccountKind.RECEIVABLE_PRINCIPAL, AccountKind.RECEIVABLE_INTEREST, AccountKind.REMINDER_COSTS)
Book = dict[tuple[AccountKind, UUID | None], int]


class LedgerLife(RuleBasedStateMachine):
    """One payer of Borki, from an empty file."""

    actor: Actor

    def __init__(self) -> None:
        super().__init__()
        self.whole = transaction.atomic()
        self.whole.__enter__()
        self.payer = PayerFactory()
        self.book: Book = defaultdict(int)
        self.dues: list[Liability] = []
        self.paid: list[tuple[Entry, list[Line]]] = []
        self.taken_back: list[Entry] = []

    def teardown(self) -> None:
        try:
            assert verify().findings == ()
            tried("payers in the real ledger")
        finally:
            transaction.set_rollback(True)
            self.whole.__exit__(None, None, None)

    def enter(self, lines: Iterable[Line], sign: int = 1) -> None:
        """Write into the second book."""
        for line in lines:
            self.book[line.account, line.subject] += sign * line.amount_gr

    @rule(
        code=st.sampled_from(KINDS), principal_gr=st.integers(1, 300_000), due_on=DAYS, paused=st.booleans()
    )
    def assess(self, code: str, principal_gr: int, due_on: date, paused: bool) -> None:
        due = LiabilityFactory(
            payer=self.payer,
            liability_type=LiabilityType.objects.get(code=code),
            principal_gr=principal_gr,
            due_on=due_on,
        )
        if paused:
            InterestPause.objects.create(liability=due, from_on=due_on, to_on=due_on + timedelta(days=90))
        self.dues.append(due)
        self.enter(
            [
                Line(AccountKind.RECEIVABLE_PRINCIPAL, principal_gr, due.public_id),
                Line(AccountKind.REVENUE, -principal_gr),
            ]
        )

    @precondition(lambda self: self.dues)
    @rule(delivered_on=DAYS, data=st.data())
    def remind(self, delivered_on: date, data: st.DataObject) -> None:
        due = data.draw(st.sampled_from(self.dues))
        cost = ReminderCostFactory(payer=self.payer, liabilities=[due], delivered_on=delivered_on)
        self.enter(
            [
                Line(AccountKind.REMINDER_COSTS, cost.amount_gr, cost.public_id),
                Line(AccountKind.COST_REVENUE, -cost.amount_gr),
            ]
        )

    @precondition(lambda self: self.dues)
    @rule(
        regime=st.sampled_from(AllocationRegime),
        paid_on=DAYS,
        thousandths=st.one_of(st.just(1_000), st.integers(0, 1_200)),
        more_gr=st.integers(0, 3_000),
    )
    def pay(self, regime: AllocationRegime, paid_on: date, thousandths: int, more_gr: int) -> None:
        owed = statement(self.payer, paid_on)
        dues = [due for due in owed.dues if due.regime == regime]
        costs = owed.costs if regime is AllocationRegime.TAX else ()
        owed_gr = sum(due.principal_gr + due.interest_gr for due in dues) + sum(c.amount_gr for c in costs)
        paid = allocate(
            owed_gr * thousandths // 1_000 + more_gr,
            paid_on,
            claims_of(dues),
            regime=regime,
            rule=allocation_rule(paid_on),
            rates=rate_table(),
            reminder_costs=[
                ReminderCostClaim(str(cost.public_id), cost.amount_gr, cost.delivered_on) for cost in costs
            ],
        )
        lines = [
            Line(AccountKind.BANK, paid.amount_gr),
            *credit_lines(paid.shares),
            *self.held(paid, paid_on),
        ]
        entry = post(
            code=EntryCode.PAYMENT, reference=uuid4(), lines=lines, effective_on=paid_on, actor=self.actor
        )
        assert (entry is None) == (paid.amount_gr == 0)
        if entry is not None:
            self.paid.append((entry, lines))
            self.enter(lines)

    def held(self, paid: Allocation, paid_on: date) -> list[Line]:
        if not paid.overpaid_gr:
            return []
        row = Overpayment.objects.create(
            external_id=f"NP-{uuid4()}",
            payer=self.payer,
            liability_type=self.dues[0].liability_type,
            arose_on=paid_on,
        )
        return [Line(AccountKind.OVERPAYMENT, -paid.overpaid_gr, row.public_id)]

    @precondition(lambda self: self.dues)
    @rule(
        data=st.data(), principal_gr=st.integers(0, 50_000), interest_gr=st.integers(0, 5_000), paid_on=DAYS
    )
    def pay_at_the_counter(
        self, data: st.DataObject, principal_gr: int, interest_gr: int, paid_on: date
    ) -> None:
        due = data.draw(st.sampled_from(self.dues))
        owed_gr = self.book[AccountKind.RECEIVABLE_PRINCIPAL, due.public_id]
        if principal_gr + interest_gr == 0:
            return

        def receive(external_id: str) -> Entry:
            return post_receipt(
                liability=due,
                principal_gr=principal_gr,
                interest_gr=interest_gr,
                paid_on=paid_on,
                external_id=external_id,
                actor=self.actor,
            )

        external_id = str(uuid4())
        if principal_gr > owed_gr:
            with pytest.raises(Conflict, match=r"receipt\.too_much"):
                receive(external_id)
            return
        entry = receive(external_id)
        assert receive(external_id) == entry
        lines = [
            Line(AccountKind.BANK, principal_gr + interest_gr),
            Line(AccountKind.RECEIVABLE_PRINCIPAL, -principal_gr, due.public_id),
            Line(AccountKind.INTEREST_REVENUE, -interest_gr),
        ]
        self.paid.append((entry, lines))
        self.enter(lines)

    @precondition(lambda self: self.paid)
    @rule(data=st.data(), again_gr=st.integers(1, 10_000))
    def book_again(self, data: st.DataObject, again_gr: int) -> None:
        """The same code and reference is the same entry, whatever it would say now."""
        entry, _lines = data.draw(st.sampled_from(self.paid))
        known = post(
            code=EntryCode(entry.code),
            reference=entry.reference,
            lines=[Line(AccountKind.BANK, again_gr), Line(AccountKind.REVENUE, -again_gr)],
            effective_on=entry.effective_on,
            actor=self.actor,
        )
        assert known == entry

    @precondition(lambda self: self.paid)
    @rule(data=st.data(), day=DAYS)
    def take_back(self, data: st.DataObject, day: date) -> None:
        number = data.draw(st.integers(0, len(self.paid) - 1))
        entry, lines = self.paid.pop(number)
        reversal = reverse(entry=entry, reason="omyłka", effective_on=day, actor=self.actor)
        assert reverse(entry=entry, reason="jeszcze raz", effective_on=day, actor=self.actor) == reversal
        self.taken_back.append(entry)
        self.enter(lines, sign=-1)

    @invariant()
    def both_books_agree(self) -> None:
        subjects = {subject for _, subject in self.book if subject is not None}
        for account in (*OWED, AccountKind.OVERPAYMENT):
            kept = {subject: gr for (kind, subject), gr in self.book.items() if kind is account and gr}
            found = {subject: gr for subject, gr in balances(subjects, account).items() if gr}
            assert found == kept
            assert all(gr <= 0 if account is AccountKind.OVERPAYMENT else gr >= 0 for gr in found.values())

    @invariant()
    def the_statement_shows_what_is_owed_and_held(self) -> None:
        shown = statement(self.payer, date(2027, 12, 31))
        principal = {due.public_id: due.principal_gr for due in shown.dues}
        assert principal == {
            subject: gr
            for (account, subject), gr in self.book.items()
            if account is AccountKind.RECEIVABLE_PRINCIPAL and gr
        }
        for account, sum_gr in (
            (AccountKind.REMINDER_COSTS, sum(cost.amount_gr for cost in shown.costs)),
            (AccountKind.OVERPAYMENT, -shown.overpayment_gr),
        ):
            assert sum_gr == sum(gr for (kind, _), gr in self.book.items() if kind is account)

    @invariant()
    def the_ledger_balances(self) -> None:
        with connection.cursor() as cursor:  # the promise that PostgreSQL keeps at commit, asked for now
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        assert Posting.objects.aggregate(total=Sum("amount_gr"))["total"] in (None, 0)
        assert Entry.objects.filter(code=EntryCode.REVERSAL).count() == len(self.taken_back)


def test_any_life_of_a_payer_leaves_the_ledger_right(in_borki: object, person: Callable[[str], Any]) -> None:
    LedgerLife.actor = person("daria").actor
    run_state_machine_as_test(
        LedgerLife,
        settings=settings(
            histories(short=8, nightly=300),
            stateful_step_count=15,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        ),
    )
