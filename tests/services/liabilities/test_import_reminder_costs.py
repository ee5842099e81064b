"""Costs of reminders: one for one reminder, owed from delivery, upserted by the finance system's id."""

from datetime import date

import pytest

from services.accounts.models import Payer
from services.ledger.models import AccountKind, Entry, EntryCode
from services.liabilities.actions.puts import post_reminder_cost
from services.liabilities.models import Liability, ReminderCost
from services.liabilities.queries import statement
from tests.services.liabilities.rows import OFFICE, balance, bring, cost, counts, due, refused, second_payer

pytestmark = pytest.mark.django_db


def owed(external_id: str = "U-1") -> int:
    return balance(ReminderCost.objects.get(external_id=external_id).public_id, AccountKind.REMINDER_COSTS)


@pytest.mark.covers("D66")
def test_costs_of_a_delivered_reminder_burden_the_payer_beside_the_due(in_borki):
    assert counts(bring(due(), cost())) == (2, 0, 0, 0)
    shown = statement(Payer.objects.get(external_id="P-1"), date(2026, 11, 20))
    assert [(one.number, one.amount_gr) for one in shown.costs] == [("UP/1/2026", 1_600)]
    assert Entry.objects.get(code=EntryCode.COST).effective_on == date(2026, 10, 8)


def test_before_delivery_they_are_known_and_not_owed(in_borki):
    bring(due(), cost(delivered_on=None))
    assert owed() == 0
    assert statement(Payer.objects.get(external_id="P-1"), date(2026, 11, 20)).costs == ()
    bring(cost())
    assert owed() == 1_600


def test_the_second_identical_import_changes_nothing(in_borki):
    bring(due(), cost())
    assert counts(bring(due(), cost())) == (0, 0, 2, 0)
    assert (owed(), ReminderCost.objects.get().version) == (1_600, 1)


def test_a_changed_amount_and_a_withdrawn_delivery_post_the_difference(in_borki):
    bring(due(), cost())
    bring(cost(amount="11.60"))
    assert owed() == 1_160
    bring(cost(amount="11.60", delivered_on=None))
    assert owed() == 0
    bring(cost())
    assert owed() == 1_600


def test_one_reminder_lists_many_dues_of_the_same_import(in_borki):
    run = bring(cost(liabilities=["N-1", "N-2"]), due(), due(external_id="N-2"))
    assert counts(run) == (3, 0, 0, 0)
    listed = ReminderCost.objects.get().liabilities
    assert set(listed.values_list("external_id", flat=True)) == {"N-1", "N-2"}
    bring(cost(liabilities=["N-2"]))
    assert set(listed.values_list("external_id", flat=True)) == {"N-2"}


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"payer_external_id": "P-9"}, "dues.payer_unknown"),
        ({"liabilities": ["N-9"]}, "dues.liability_unknown"),
        ({"liabilities": ["N-2"]}, "dues.liability_of_another"),
        ({"liabilities": ["N-3"]}, "dues.costs_not_for_type"),
    ],
)
def test_costs_that_belong_nowhere_are_refused(changes, fault, in_borki):
    bring(
        due(),
        due(external_id="N-2", **second_payer()),
        due(external_id="N-3", liability_type="lease"),
    )
    run = bring(cost(**changes))
    assert fault in [code for _, _, code in refused(run)]
    assert ReminderCost.objects.count() == 0


def test_costs_of_a_due_that_the_same_import_refuses_are_refused(in_borki):
    run = bring(due(principal="x"), cost())
    assert [code for _, _, code in refused(run)] == [
        "dues.amount",
        "dues.payer_unknown",
        "dues.liability_unknown",
    ]
    assert run.rejected == 2
    assert ReminderCost.objects.count() == 0


def test_costs_can_be_posted_from_values_and_twice_is_once(in_borki):
    bring(due())
    values = {
        "external_id": "U-7",
        "payer": Payer.objects.get(external_id="P-1"),
        "liabilities": [Liability.objects.get()],
        "number": "UP/7/2026",
        "amount_gr": 1_600,
        "sent_on": date(2026, 10, 1),
        "delivered_on": date(2026, 10, 8),
        "actor": OFFICE,
    }
    assert post_reminder_cost(**values) == post_reminder_cost(**values)
    assert owed("U-7") == 1_600
