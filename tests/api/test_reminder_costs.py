"""Costs of reminders by the finance system's own id."""

import pytest

from services.accounts.models import Payer
from services.api.v1 import examples
from services.liabilities.models import ReminderCost
from tests.api.conftest import error_of, fingerprint

pytestmark = pytest.mark.django_db

PLACE = "reminder-costs/U-2026-17"


@pytest.fixture(autouse=True)
def due(finance):
    assert finance.put("liabilities/N-2026-1001-3", examples.DUE_ROW).status_code == 201


@pytest.mark.covers("D66")
def test_costs_are_made_read_and_repeated_without_effect(finance, in_borki):
    made = finance.put(PLACE, examples.COST_ROW)
    assert (made.status_code, made.json()["result"]) == (201, "created")
    assert finance.get(PLACE).json() == made.json()["reminder_cost"]
    assert made.json()["reminder_cost"]["outstanding"] == {"amount": "16.00", "currency": "PLN"}
    before = fingerprint(in_borki)
    again = finance.put(PLACE, examples.COST_ROW)
    assert (again.status_code, again.json()["result"]) == (200, "unchanged")
    assert fingerprint(in_borki) == before


def test_before_delivery_nothing_is_outstanding(finance):
    made = finance.put(PLACE, {**examples.COST_ROW, "delivered_on": None}).json()["reminder_cost"]
    assert made["outstanding"]["amount"] == "0.00"
    delivered = finance.put(PLACE, examples.COST_ROW).json()
    assert (delivered["result"], delivered["reminder_cost"]["outstanding"]["amount"]) == ("changed", "16.00")


def test_costs_of_an_unknown_due_are_refused_and_not_made(finance):
    error = error_of(finance.put(PLACE, {**examples.COST_ROW, "liabilities": ["N-9"]}), 400)
    assert (error["field"], error["details"][0]["code"]) == ("liabilities", "dues.liability_unknown")
    assert ReminderCost.objects.count() == 0
    assert error_of(finance.get(PLACE), 404)["code"] == "reminder_cost.unknown"


def test_a_reminder_makes_no_payer(finance):
    finance.put(PLACE, {**examples.COST_ROW, "payer_external_id": "K-nowy"})
    assert not Payer.objects.filter(external_id="K-nowy").exists()
