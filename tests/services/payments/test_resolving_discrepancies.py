"""What does not agree is settled by a person with a note: who may, what stays settled, what comes back."""

import pytest
from django.utils import timezone
from guardian.shortcuts import remove_perm

from kernel.audit.models import AuditEntry
from kernel.errors import Conflict, InvalidInput, NotFound, Refused
from services.payments.actions import (
    enter_transfer,
    reconcile_account,
    resolve_discrepancy,
)
from services.payments.actions.steps import Step, apply_together
from services.payments.domain.states import Event
from services.payments.models import (
    Discrepancy,
    Payment,
    Reconciliation,
    SettlementBatch,
)
from services.payments.queries_reconciliation import agreement, discrepancies_seen, open_discrepancies
from services.users.models import User
from tenants.configuration.models import Department
from tenants.configuration.queries import operator_accounts
from tests.fixtures.cast import Person
from tests.services.payments.reconciling import compare, only
from tests.services.payments.reconciling import emulator as emulator
from tests.services.payments.reconciling import paid as paid
from tests.services.payments.reconciling import reconciled as reconciled
from tests.services.payments.refunding import clerk

pytestmark = pytest.mark.django_db


@pytest.fixture
def daria(person) -> Person:
    return person("daria")


@pytest.fixture
def stranger(paid, reconciled) -> Discrepancy:
    """A payout that is none of ours."""
    reconciled.operator.control.advance(86_400)
    reconciled.operator.control.fault("settlement", "extra_item", times=1000)
    reconciled.run()
    return only("settled_unknown")


def test_what_a_person_resolved_with_a_note_stays_resolved(stranger, reconciled, daria):
    row = resolve_discrepancy(
        discrepancy_id=stranger.public_id, note=" Wpłata z terminala. ", actor=daria.actor
    )
    assert (row.state, row.note, row.resolved_by_id) == ("resolved", "Wpłata z terminala.", daria.user_id)
    resolve_discrepancy(discrepancy_id=stranger.public_id, note="Wpłata z terminala.", actor=daria.actor)

    reconciled.run()

    assert reconciled.open() == []
    entries = AuditEntry.objects.filter(action="discrepancy.resolved")
    assert [entry.details for entry in entries] == [{"kind": "settled_unknown"}]


def test_what_went_by_itself_and_comes_back_is_open_again(stranger, reconciled):
    reconciled.operator.control.forget_faults()
    reconciled.run()
    assert reconciled.open() == []
    reconciled.operator.control.fault("settlement", "extra_item")
    reconciled.run()
    assert reconciled.open() == ["settled_unknown"]
    assert Discrepancy.objects.count() == 1


@pytest.mark.parametrize("note", ["", "   ", "x" * 501])
def test_without_a_note_nothing_is_resolved(stranger, daria, note):
    with pytest.raises(InvalidInput, match=r"discrepancy\.note"):
        resolve_discrepancy(discrepancy_id=stranger.public_id, note=note, actor=daria.actor)
    stranger.refresh_from_db()
    assert stranger.state == "open"


def test_a_second_person_is_told_that_it_was_resolved(stranger, daria):
    resolve_discrepancy(discrepancy_id=stranger.public_id, note="Wyjaśnione.", actor=daria.actor)
    with pytest.raises(Conflict, match=r"discrepancy\.resolved"):
        resolve_discrepancy(discrepancy_id=stranger.public_id, note="Moja notatka.", actor=clerk().actor)
    assert only("settled_unknown").note == "Wyjaśnione."


@pytest.mark.parametrize("name", ["edyta", "filip", "anna"])
def test_whoever_may_not_settle_money_resolves_nothing(stranger, person, name):
    with pytest.raises((Refused, NotFound)):
        resolve_discrepancy(discrepancy_id=stranger.public_id, note="Nic.", actor=person(name).actor)
    with pytest.raises((Refused, NotFound)):
        enter_transfer(
            batch_id=stranger.batch.public_id,
            amount_gr=1,
            bank_on=timezone.localdate(),
            actor=person(name).actor,
        )
    stranger.refresh_from_db()
    assert stranger.state == "open"
    assert SettlementBatch.objects.get().bank_amount_gr is None


def test_a_clerk_of_other_dues_sees_and_resolves_only_what_names_no_payment(paid, reconciled, daria):
    other = clerk()
    user = User.objects.get(pk=other.user_id)
    for department in Department.objects.all():
        remove_perm("configuration.handle_department", user, department)
    apply_together([Step(paid, Event.CHARGEBACK_REPORTED)])
    Payment.objects.filter(pk=paid.pk).update(booked_at=timezone.now())
    compare(reconciled)
    row = only("taken_back")
    assert list(open_discrepancies(daria.actor)) == [row]
    assert not discrepancies_seen(other.actor).exists()
    with pytest.raises(NotFound):
        resolve_discrepancy(discrepancy_id=row.public_id, note="Nic.", actor=other.actor)
    row.refresh_from_db()
    assert row.state == "open"


def test_details_name_no_person(stranger, paid, payments):
    text = str([row.details for row in Discrepancy.objects.all()])
    assert paid.payer.name not in text
    assert payments.who.email not in text


def test_the_platform_is_told_counts_and_the_account_furthest_behind(stranger, reconciled):
    assert agreement().discrepancies == 1
    assert agreement().reconciled_at is None  # two accounts were never reconciled
    for account in operator_accounts():
        reconcile_account(account.public_id, reconciled.today)
    first = min(Reconciliation.objects.values_list("good_at", flat=True))
    assert agreement().reconciled_at == first
