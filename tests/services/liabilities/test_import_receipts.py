"""Money that came outside the portal, and overpayments from before it."""

from datetime import date
from typing import Any

import pytest

from kernel.errors import Conflict, InvalidInput, NotFound, Refused
from services.accounts.models import Payer
from services.ledger.models import AccountKind, Entry, EntryCode, Posting
from services.liabilities.actions.overpayments import record_overpayment
from services.liabilities.actions.receipts import post_receipt
from services.liabilities.models import Liability, Overpayment
from services.liabilities.queries import statement
from services.users.models import User
from tenants.configuration.models import Department, LiabilityType
from tests.services.liabilities.rows import OFFICE, balance, bring, due, everything_sums_to_zero, owed

pytestmark = pytest.mark.django_db


def pay(**changes: Any) -> Entry:
    values = {
        "liability": Liability.objects.get(external_id="N-1"),
        "principal_gr": 10_000,
        "interest_gr": 0,
        "paid_on": date(2026, 9, 10),
        "external_id": "W-1",
        "actor": OFFICE,
    }
    return post_receipt(**(values | changes))


def total(account: AccountKind) -> int:
    return sum(Posting.objects.filter(account=account).values_list("amount_gr", flat=True))


def test_a_receipt_lowers_what_is_owed_from_its_day(in_borki):
    bring(due())
    entry = pay()
    assert owed() == 20_000
    assert (entry.code, entry.effective_on) == ("receipt", date(2026, 9, 10))
    assert total(AccountKind.BANK) == 10_000


def test_interest_arises_and_is_settled_in_the_same_entry(in_borki):
    bring(due())
    pay(interest_gr=700, paid_on=date(2026, 11, 10))
    row = Liability.objects.get()
    assert balance(row.public_id, AccountKind.RECEIVABLE_INTEREST) == 0
    assert total(AccountKind.INTEREST_REVENUE) == -700
    assert total(AccountKind.BANK) == 10_700
    assert everything_sums_to_zero()


def test_the_same_receipt_again_books_nothing(in_borki):
    bring(due())
    assert pay() == pay()
    assert owed() == 20_000
    # Also when the due is settled meanwhile: the first call decides.
    pay(principal_gr=20_000, external_id="W-2")
    assert pay().code == "receipt"
    assert owed() == 0


@pytest.mark.parametrize(
    "changes", [{"principal_gr": 9_999}, {"interest_gr": 1}, {"paid_on": date(2026, 9, 11)}]
)
def test_the_same_id_with_another_receipt_is_refused(changes, in_borki):
    bring(due())
    pay()
    with pytest.raises(Conflict, match=r"receipt\.differs"):
        pay(**changes)
    assert owed() == 20_000


def test_more_than_is_owed_is_refused_and_books_nothing(in_borki):
    bring(due())
    with pytest.raises(Conflict, match=r"receipt\.too_much"):
        pay(principal_gr=30_001)
    assert owed() == 30_000
    assert not Entry.objects.filter(code=EntryCode.RECEIPT).exists()


@pytest.mark.parametrize("changes", [{"principal_gr": 0}, {"principal_gr": -1}, {"interest_gr": -1}])
def test_nothing_or_less_is_no_receipt(changes, in_borki):
    bring(due())
    with pytest.raises(InvalidInput, match=r"receipt\.amount"):
        pay(**changes)
    assert owed() == 30_000


def test_a_clerk_without_a_grant_on_the_type_does_not_find_the_due(in_borki, person):
    from guardian.shortcuts import remove_perm

    bring(due())
    daria = person("daria")
    for department in Department.objects.all():
        remove_perm("configuration.handle_department", User.objects.get(pk=daria.user_id), department)
    with pytest.raises(NotFound):
        pay(actor=daria.actor)
    with pytest.raises(Refused):
        pay(actor=person("edyta").actor)
    assert owed() == 30_000


def opening(**changes: Any) -> Overpayment:
    values = {
        "external_id": "O-1",
        "payer": Payer.objects.get(external_id="K-anna"),
        "liability_type": LiabilityType.objects.get(code="property_tax"),
        "amount_gr": 4_200,
        "arose_on": date(2025, 12, 31),
        "actor": OFFICE,
    }
    return record_overpayment(**(values | changes))


@pytest.mark.covers("D53")
def test_an_overpayment_of_an_earlier_year_stands_on_the_statement(in_borki):
    row = opening()
    assert balance(row.public_id, AccountKind.OVERPAYMENT) == -4_200
    assert statement(row.payer, date(2026, 11, 20)).overpayment_gr == 4_200


def test_the_same_overpayment_again_records_nothing(in_borki):
    assert opening() == opening()
    assert total(AccountKind.OVERPAYMENT) == -4_200


@pytest.mark.parametrize("changes", [{"amount_gr": 1}, {"arose_on": date(2025, 12, 30)}])
def test_the_same_id_with_another_overpayment_is_refused(changes, in_borki):
    opening()
    with pytest.raises(Conflict, match=r"overpayment\.differs"):
        opening(**changes)
    assert total(AccountKind.OVERPAYMENT) == -4_200


def test_an_overpayment_of_nothing_is_refused(in_borki):
    with pytest.raises(InvalidInput, match=r"overpayment\.amount"):
        opening(amount_gr=0)
    assert Overpayment.objects.count() == 0
