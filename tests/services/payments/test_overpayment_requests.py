"""Overpayments: asked about by the payer, credited, refunded or refused by the office (art. 72-78 O.p., law.md 3.5)."""

from datetime import date, timedelta
from fractions import Fraction
from uuid import uuid4

import pytest
from django.utils import timezone

from kernel import tenancy
from kernel.audit.models import AuditEntry
from kernel.errors import Conflict, InvalidInput, NotFound, Refused
from services.ledger.models import AccountKind, Entry, EntryCode, Posting
from services.ledger.queries import balances
from services.liabilities.queries import statement
from services.notices.models import Message
from services.payments.actions import (
    credit_overpayment,
    refund_overpayment,
    reject_overpayment_request,
    request_overpayment,
)
from services.payments.models import OverpaymentRequest
from tenants.configuration.models import LiabilityType
from tests.factories.liabilities import LiabilityFactory, OverpaymentFactory, ReminderCostFactory
from tests.factories.payments import PaymentFactory

pytestmark = pytest.mark.django_db
AROSE = date(2026, 6, 1)


@pytest.fixture
def daria(in_borki, person):
    return person("daria").actor


@pytest.fixture
def overpayment(payer):
    """50,00 zł of property tax, held since 1 June 2026."""
    return OverpaymentFactory(payer=payer, arose_on=AROSE)


def ask(anna, overpayment, target=None, **values) -> OverpaymentRequest:
    return request_overpayment(
        payer_id=anna.payer_id,
        overpayment_id=overpayment.public_id,
        kind="credit" if target else "refund",
        liability_id=target.public_id if target else None,
        actor=anna.actor,
        **values,
    )


def held(overpayment) -> int:
    return -balances([overpayment.public_id], AccountKind.OVERPAYMENT)[overpayment.public_id]


def owed(due) -> int:
    return balances([due.public_id], AccountKind.RECEIVABLE_PRINCIPAL)[due.public_id]


def moved() -> int:
    return Entry.objects.filter(code__in=[EntryCode.OVERPAID_CREDIT, EntryCode.OVERPAID_REFUND]).count()


@pytest.mark.covers("D53")
def test_a_credit_counts_from_the_day_the_overpayment_arose_so_that_interest_stops_there(
    anna, payer, daria, overpayment
):
    """Art. 76a O.p.: due on 15 September, credited in November as of June: nothing was ever late on the credited part."""
    due = LiabilityFactory(payer=payer, principal_gr=1_000_000)
    before = statement(payer, timezone.localdate())
    row = credit_overpayment(request_id=ask(anna, overpayment, due).public_id, actor=daria)
    assert (row.state, row.amount_gr, row.effective_on) == ("done", 5_000, AROSE)
    assert Entry.objects.get(code=EntryCode.OVERPAID_CREDIT).effective_on == AROSE
    assert (owed(due), held(overpayment)) == (995_000, 0)
    after = statement(payer, timezone.localdate())
    assert after.overpayments == ()
    assert after.dues[0].interest.exact == before.dues[0].interest.exact * Fraction(995, 1000)


def test_an_arrear_older_than_the_overpayment_is_split_as_of_that_day(anna, payer, daria, overpayment):
    """Art. 55 § 2 O.p. with the interest of 1 June: 78 days from 16 March at 10.5 % of 1000 zł are 22 zł;
    50 x 1000 / 1022 = 48.92 zł go to the principal."""
    due = LiabilityFactory(payer=payer, principal_gr=100_000, due_on=date(2026, 3, 15))
    credit_overpayment(request_id=ask(anna, overpayment, due).public_id, actor=daria)
    assert 100_000 - owed(due) == 4_892
    interest = Posting.objects.filter(account=AccountKind.INTEREST_REVENUE).get()
    assert interest.amount_gr == -108


def test_every_grosz_of_the_overpayment_is_in_the_entry_and_bank_is_not(anna, payer, daria, overpayment):
    due = LiabilityFactory(payer=payer, due_on=date(2026, 3, 15))
    credit_overpayment(request_id=ask(anna, overpayment, due).public_id, actor=daria)
    lines = Posting.objects.filter(entry__code=EntryCode.OVERPAID_CREDIT)
    assert sum(line.amount_gr for line in lines) == 0
    assert {line.amount_gr for line in lines if line.account == AccountKind.OVERPAYMENT} == {5_000}
    assert not [line for line in lines if line.account == AccountKind.BANK]


def test_an_earlier_arrear_of_the_same_tax_is_credited_before_the_chosen_due(anna, payer, daria, overpayment):
    earlier = LiabilityFactory(payer=payer, instalment=2, principal_gr=3_000, due_on=date(2026, 5, 15))
    due = LiabilityFactory(payer=payer)
    credit_overpayment(request_id=ask(anna, overpayment, due).public_id, actor=daria)
    assert (owed(earlier), owed(due)) == (0, 28_000)


def test_reminder_costs_come_after_arrears_and_before_what_is_not_due_yet(anna, payer, daria, overpayment):
    """Art. 76 § 1 O.p.: arrears with interest, costs of the reminder, then current dues."""
    arrear = LiabilityFactory(payer=payer, principal_gr=3_000)
    cost = ReminderCostFactory(payer=payer, liabilities=[arrear])
    current = LiabilityFactory(payer=payer, instalment=4, due_on=timezone.localdate() + timedelta(days=30))
    credit_overpayment(request_id=ask(anna, overpayment, current).public_id, actor=daria)
    assert (owed(arrear), owed(current)) == (0, 30_000 - 400)
    assert balances([cost.public_id], AccountKind.REMINDER_COSTS) == {cost.public_id: 0}


def test_what_is_more_than_the_dues_stays_an_overpayment(anna, payer, daria, overpayment):
    due = LiabilityFactory(payer=payer, principal_gr=2_000)
    row = credit_overpayment(request_id=ask(anna, overpayment, due).public_id, actor=daria)
    assert (row.amount_gr, owed(due), held(overpayment)) == (2_000, 0, 3_000)


def test_a_current_due_that_was_not_chosen_gets_nothing(anna, payer, daria, overpayment):
    due = LiabilityFactory(payer=payer, principal_gr=2_000)
    other = LiabilityFactory(payer=payer, instalment=4, due_on=timezone.localdate() + timedelta(days=30))
    credit_overpayment(request_id=ask(anna, overpayment, due).public_id, actor=daria)
    assert owed(other) == other.principal_gr


def test_a_due_under_enforcement_and_one_being_paid_are_left_alone(anna, payer, daria, overpayment):
    enforced = LiabilityFactory(payer=payer, enforced=True, instalment=1, due_on=date(2026, 3, 15))
    paying = LiabilityFactory(payer=payer, instalment=2, due_on=date(2026, 5, 15))
    PaymentFactory(payer=payer, paid=True, dues=[paying])
    due = LiabilityFactory(payer=payer)
    credit_overpayment(request_id=ask(anna, overpayment, due).public_id, actor=daria)
    assert owed(enforced) == owed(paying) == 30_000
    assert owed(due) == 25_000


def test_crediting_twice_is_crediting_once(anna, payer, daria, overpayment):
    due = LiabilityFactory(payer=payer)
    request = ask(anna, overpayment, due)
    for _ in range(2):
        credit_overpayment(request_id=request.public_id, actor=daria)
    assert (moved(), owed(due)) == (1, 25_000)
    assert AuditEntry.objects.filter(action="overpayment.credited").count() == 1


def test_a_refund_is_written_with_the_clerks_day(anna, daria, overpayment):
    request = ask(anna, overpayment, account_nrb="61 1090 1014 0000 0712 1981 2874")
    assert request.account_nrb == "61109010140000071219812874"
    day = timezone.localdate() - timedelta(days=1)
    for _ in range(2):
        row = refund_overpayment(request_id=request.public_id, refunded_on=day, actor=daria)
    assert (row.state, row.amount_gr, held(overpayment), moved()) == ("done", 5_000, 0, 1)
    entry = Entry.objects.get(code=EntryCode.OVERPAID_REFUND)
    assert entry.effective_on == day
    assert {(p.account, p.amount_gr) for p in entry.postings.all()} == {
        ("overpayment", 5_000),
        ("bank", -5_000),
    }


@pytest.mark.parametrize("days", [-1, None])
def test_a_refund_before_the_overpayment_or_in_the_future_is_refused(anna, daria, overpayment, days):
    day = AROSE - timedelta(days=1) if days else timezone.localdate() + timedelta(days=1)
    request = ask(anna, overpayment)
    with pytest.raises(InvalidInput, match=r"overpayment\.refund_day"):
        refund_overpayment(request_id=request.public_id, refunded_on=day, actor=daria)
    assert (held(overpayment), moved()) == (5_000, 0)


def test_nothing_is_refunded_while_taxes_are_in_arrears(anna, payer, daria, overpayment):
    """Art. 76 § 1 O.p."""
    LiabilityFactory(payer=payer)
    request = ask(anna, overpayment)
    with pytest.raises(Conflict, match=r"overpayment\.arrears_first"):
        refund_overpayment(request_id=request.public_id, refunded_on=timezone.localdate(), actor=daria)
    assert (held(overpayment), moved()) == (5_000, 0)


def test_a_refusal_tells_the_reason_and_moves_nothing(anna, daria, overpayment):
    request = ask(anna, overpayment)
    for _ in range(2):
        reject_overpayment_request(request_id=request.public_id, reason="Są zaległości.", actor=daria)
    request.refresh_from_db()
    assert (request.state, request.reason, held(overpayment), moved()) == (
        "rejected",
        "Są zaległości.",
        5_000,
        0,
    )
    letter = Message.objects.get(kind="overpayment_decided")
    assert letter.recipient == anna.email
    assert "Są zaległości." in letter.body
    assert ask(anna, overpayment).pk != request.pk


def test_a_refusal_needs_a_reason(anna, daria, overpayment):
    request = ask(anna, overpayment)
    with pytest.raises(InvalidInput, match=r"reason\.missing"):
        reject_overpayment_request(request_id=request.public_id, reason="  ", actor=daria)
    request.refresh_from_db()
    assert request.state == "waiting"
    assert not Message.objects.filter(kind="overpayment_decided").exists()


def test_what_was_decided_is_not_decided_otherwise(anna, payer, daria, overpayment):
    request = ask(anna, overpayment)
    refund_overpayment(request_id=request.public_id, refunded_on=timezone.localdate(), actor=daria)
    with pytest.raises(Conflict, match=r"overpayment_request\.decided"):
        reject_overpayment_request(request_id=request.public_id, reason="Nie.", actor=daria)
    with pytest.raises(Conflict, match=r"overpayment_request\.decided"):
        credit_overpayment(request_id=request.public_id, actor=daria)
    request.refresh_from_db()
    assert (request.state, moved()) == ("done", 1)


def test_a_second_request_waits_for_the_first(anna, payer, overpayment):
    first = ask(anna, overpayment)
    assert ask(anna, overpayment).pk == first.pk
    with pytest.raises(Conflict, match=r"overpayment\.requested"):
        ask(anna, overpayment, LiabilityFactory(payer=payer))
    assert OverpaymentRequest.objects.count() == 1
    assert Message.objects.filter(kind="overpayment_requested").count() == 1


def test_an_overpaid_tax_does_not_pay_rent(anna, payer, overpayment):
    lease = LiabilityFactory(payer=payer, lease=True)
    with pytest.raises(Conflict, match=r"overpayment\.mixed_laws"):
        ask(anna, overpayment, lease)
    assert not OverpaymentRequest.objects.exists()


def test_overpaid_rent_pays_the_chosen_rent_and_nothing_else(anna, payer, daria):
    rent = LiabilityType.objects.get(code="lease")
    overpayment = OverpaymentFactory(payer=payer, liability_type=rent, arose_on=AROSE)
    older = LiabilityFactory(payer=payer, lease=True, due_on=date(2026, 1, 30))
    chosen = LiabilityFactory(payer=payer, lease=True)
    credit_overpayment(request_id=ask(anna, overpayment, chosen).public_id, actor=daria)
    assert (owed(older), owed(chosen)) == (30_000, 25_000)


@pytest.mark.parametrize("text", ["123", "61109010140000071219812875"])
def test_a_wrong_account_for_the_refund_is_refused(anna, overpayment, text):
    with pytest.raises(InvalidInput, match=r"nrb\.invalid"):
        ask(anna, overpayment, account_nrb=text)
    assert not OverpaymentRequest.objects.exists()


def test_nobody_asks_about_the_overpayment_or_for_the_due_of_another(anna, payer, person, overpayment):
    celina = person("celina")
    with pytest.raises(NotFound, match=r"overpayment\.unknown"):
        ask(celina, overpayment)
    with pytest.raises(NotFound, match=r"liability\.unknown"):
        ask(anna, overpayment, LiabilityFactory())
    assert not OverpaymentRequest.objects.exists()


def test_an_overpayment_that_is_used_up_cannot_be_asked_about(anna, daria, overpayment):
    request = ask(anna, overpayment)
    refund_overpayment(request_id=request.public_id, refunded_on=timezone.localdate(), actor=daria)
    with pytest.raises(Conflict, match=r"overpayment\.empty"):
        ask(anna, overpayment)
    assert OverpaymentRequest.objects.count() == 1


@pytest.mark.parametrize("name", ["edyta", "filip", "anna"])
def test_only_a_clerk_decides(name, anna, person, overpayment):
    request = ask(anna, overpayment)
    with pytest.raises(Refused, match=r"access\.denied"):
        refund_overpayment(
            request_id=request.public_id, refunded_on=timezone.localdate(), actor=person(name).actor
        )
    assert (held(overpayment), moved()) == (5_000, 0)


def test_a_clerk_of_another_department_knows_of_no_such_request(anna, person, overpayment):
    from guardian.shortcuts import assign_perm

    from services.accounts.models import DepartmentGrant
    from services.users.models import User
    from tenants.configuration.models import Department

    request = ask(anna, overpayment)
    user = User.objects.get(pk=person("daria").user_id)
    DepartmentGrant.objects.filter(user=user).delete()
    assign_perm("configuration.handle_department", user, Department.objects.get(code="GN"))
    with pytest.raises(NotFound, match=r"access\.foreign"):
        refund_overpayment(
            request_id=request.public_id, refunded_on=timezone.localdate(), actor=person("daria").actor
        )
    assert (held(overpayment), moved()) == (5_000, 0)


def test_a_request_of_one_gmina_does_not_exist_in_the_other(anna, daria, overpayment, dabrowa, person):
    request = ask(anna, overpayment)
    with tenancy.enter(dabrowa):
        stranger = person("daria").actor
        for request_id in (request.public_id, uuid4()):
            with pytest.raises(NotFound, match=r"overpayment_request\.unknown"):
                refund_overpayment(request_id=request_id, refunded_on=timezone.localdate(), actor=stranger)
        assert moved() == 0
    request.refresh_from_db()
    assert (request.state, held(overpayment)) == ("waiting", 5_000)
