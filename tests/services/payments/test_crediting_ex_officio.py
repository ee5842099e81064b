"""Zaliczenie z urzędu: without a request, to arrears, reminder costs, current dues (art. 76 § 1, 76a O.p.; law.md 3.5)."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from kernel import tenancy
from kernel.audit.models import AuditEntry
from kernel.errors import Conflict, NotFound, Refused
from kernel.fields import new_public_id
from services.ledger.models import AccountKind, Entry, EntryCode, Posting
from services.liabilities.queries import statement
from services.notices.models import Message
from services.payments.actions import refund_overpayment, withdraw_overpayment_request
from services.payments.crediting import goes_to_future, interest_saved_gr, split_ex_officio
from services.payments.models import OverpaymentRequest
from tenants.configuration.models import LiabilityType
from tests.factories.liabilities import LiabilityFactory, OverpaymentFactory, ReminderCostFactory
from tests.factories.payments import PaymentFactory
from tests.services.payments.overpaid import AROSE, ask, cost_owed, credit, entries, held, owed, shown

pytestmark = pytest.mark.django_db


@pytest.fixture
def daria(in_borki, person):
    return person("daria").actor


@pytest.fixture
def overpayment(payer):
    """50,00 zł of property tax, held since 1 June 2026."""
    return OverpaymentFactory(payer=payer, arose_on=AROSE)


def later_this_year():
    return min(timezone.localdate() + timedelta(days=20), date(timezone.localdate().year, 12, 31))


def nothing_moved(overpayment, amount_gr=5_000) -> bool:
    return held(overpayment) == amount_gr and not entries(EntryCode.OVERPAID_CREDIT)


@pytest.mark.covers("D53")
def test_the_earliest_arrear_of_any_tax_comes_first_then_costs_then_current_dues(payer, daria):
    """Art. 76 § 1 with art. 62 § 1 O.p.: nobody indicates a tax, so the earliest due date decides."""
    overpayment = OverpaymentFactory(payer=payer, arose_on=AROSE, amount_gr=10_000)
    waste = LiabilityType.objects.get(code="waste_fee")
    second = LiabilityFactory(payer=payer, principal_gr=3_000, due_on=date(2026, 9, 15))
    first = LiabilityFactory(payer=payer, liability_type=waste, principal_gr=2_000, due_on=date(2026, 7, 31))
    cost = ReminderCostFactory(payer=payer, liabilities=[first])
    current = LiabilityFactory(payer=payer, instalment=4, principal_gr=20_000, due_on=later_this_year())
    row = credit(overpayment, daria)
    assert [owed(due) for due in (first, second)] == [0, 0]
    assert (cost_owed(cost), owed(current), held(overpayment)) == (0, 20_000 - 3_400, 0)
    assert (row.state, row.amount_gr, row.effective_on, row.resident) == ("done", 10_000, AROSE, None)


def test_money_that_ends_in_the_middle_pays_the_earlier_due_and_leaves_the_later(payer, daria, overpayment):
    late = LiabilityFactory(payer=payer, principal_gr=4_000, due_on=date(2026, 7, 15))
    later = LiabilityFactory(payer=payer, principal_gr=4_000, due_on=date(2026, 8, 15))
    credit(overpayment, daria)
    assert (owed(late), owed(later), held(overpayment)) == (0, 3_000, 0)


def test_it_counts_from_the_day_the_overpayment_arose(payer, daria, overpayment):
    """Art. 76a § 2 O.p.; a due older than the overpayment is divided as of that day (art. 55 § 2): 78 days at 10.5 % of
    1000 zł are 22 zł, so 50 x 1000 / 1022 = 48.92 zł go to the principal."""
    due = LiabilityFactory(payer=payer, principal_gr=100_000, due_on=date(2026, 3, 15))
    credit(overpayment, daria)
    assert 100_000 - owed(due) == 4_892
    assert Posting.objects.get(account=AccountKind.INTEREST_REVENUE).amount_gr == -108
    assert Entry.objects.get(code=EntryCode.OVERPAID_CREDIT).effective_on == AROSE


def test_the_preview_tells_the_interest_that_is_saved(payer, daria):
    """1000 zł due on 15 September and credited as of June: no interest at all is owed on them on any later day."""
    overpayment = OverpaymentFactory(payer=payer, arose_on=AROSE, amount_gr=100_000)
    LiabilityFactory(payer=payer, principal_gr=100_000)
    today = timezone.localdate()
    before = statement(payer, today).dues[0].interest_gr
    assert before > 0
    assert interest_saved_gr(overpayment, split_ex_officio(overpayment, today), today) == before
    credit(overpayment, daria)
    assert statement(payer, today).dues == ()


def test_interest_that_the_credit_itself_pays_is_not_saved(payer):
    overpayment = OverpaymentFactory(payer=payer, arose_on=AROSE, amount_gr=200_000)
    LiabilityFactory(payer=payer, principal_gr=100_000, due_on=date(2026, 3, 15))
    today = timezone.localdate()
    split = split_ex_officio(overpayment, today)
    paid = sum(share.amount_gr for share in split.shares if share.kind == "interest")
    assert paid == 2_200
    whole = statement(payer, today).dues[0].interest_gr
    assert interest_saved_gr(overpayment, split, today) == whole - paid


def test_dues_in_enforcement_and_dues_being_paid_are_left_alone(payer, daria, overpayment):
    enforced = LiabilityFactory(payer=payer, enforced=True, instalment=1, due_on=date(2026, 3, 15))
    paying = LiabilityFactory(payer=payer, instalment=2, due_on=date(2026, 5, 15))
    PaymentFactory(payer=payer, paid=True, dues=[paying])
    due = LiabilityFactory(payer=payer)
    credit(overpayment, daria)
    assert (owed(enforced), owed(paying), owed(due)) == (30_000, 30_000, 25_000)


def test_rent_is_never_paid_with_an_overpaid_tax(payer, daria, overpayment):
    lease = LiabilityFactory(payer=payer, lease=True)
    with pytest.raises(Conflict, match=r"overpayment\.nothing_owed"):
        credit(overpayment, daria)
    assert owed(lease) == 30_000
    assert nothing_moved(overpayment)


def test_a_civil_overpayment_is_set_off_by_nobody_but_the_payer(payer, daria):
    """Law.md 3.6, last sentence."""
    rent = LiabilityType.objects.get(code="lease")
    overpayment = OverpaymentFactory(payer=payer, liability_type=rent, arose_on=AROSE)
    due = LiabilityFactory(payer=payer, lease=True, due_on=date(2026, 1, 30))
    with pytest.raises(Conflict, match=r"overpayment\.civil_ex_officio"):
        credit(overpayment, daria, seen="")
    assert owed(due) == 30_000
    assert nothing_moved(overpayment)


def next_year(payer):
    year = timezone.localdate().year + 1
    return LiabilityFactory(payer=payer, year=year, instalment=1, due_on=date(year, 3, 15))


def test_a_small_overpayment_goes_on_to_dues_of_later_years(payer, daria):
    """At most the costs of a reminder, 16,00 zł now (art. 76 § 2 O.p. [?])."""
    overpayment = OverpaymentFactory(payer=payer, arose_on=AROSE, amount_gr=1_600)
    future = next_year(payer)
    credit(overpayment, daria)
    assert (owed(future), held(overpayment)) == (28_400, 0)


def test_a_larger_one_does_not(payer, daria):
    overpayment = OverpaymentFactory(payer=payer, arose_on=AROSE, amount_gr=1_601)
    future = next_year(payer)
    with pytest.raises(Conflict, match=r"overpayment\.nothing_owed"):
        credit(overpayment, daria)
    assert owed(future) == 30_000
    assert nothing_moved(overpayment, 1_601)


def test_a_small_one_of_which_a_refund_is_asked_waits_for_that(payer, anna, daria):
    overpayment = OverpaymentFactory(payer=payer, arose_on=AROSE, amount_gr=1_000)
    future = next_year(payer)
    request = ask(anna, overpayment)
    assert not goes_to_future(overpayment, timezone.localdate())
    with pytest.raises(Conflict, match=r"overpayment\.nothing_owed"):
        credit(overpayment, daria)
    assert owed(future) == 30_000
    withdraw_overpayment_request(payer_id=anna.payer_id, request_id=request.public_id, actor=anna.actor)
    credit(overpayment, daria)
    assert owed(future) == 29_000


def test_arrears_come_before_a_refund_that_was_asked_for_and_the_rest_is_refunded(
    payer, anna, daria, overpayment
):
    """Art. 76 § 1 O.p.: first the credit of what is owed, then the refund of what is left."""
    due = LiabilityFactory(payer=payer, principal_gr=2_000)
    request = ask(anna, overpayment)
    credit(overpayment, daria)
    assert (owed(due), held(overpayment)) == (0, 3_000)
    row = refund_overpayment(request_id=request.public_id, refunded_on=timezone.localdate(), actor=daria)
    assert (row.state, row.amount_gr, held(overpayment)) == ("done", 3_000, 0)


def test_a_waiting_request_for_a_credit_is_decided_instead(payer, anna, daria, overpayment):
    due = LiabilityFactory(payer=payer)
    request = ask(anna, overpayment, due)
    with pytest.raises(Conflict, match=r"overpayment\.decide_request"):
        credit(overpayment, daria)
    request.refresh_from_db()
    assert request.state == "waiting"
    assert nothing_moved(overpayment)


def test_a_second_press_is_the_first_one(payer, daria, overpayment):
    due = LiabilityFactory(payer=payer, principal_gr=2_000)
    number, seen = new_public_id(), shown(overpayment)
    rows = {credit(overpayment, daria, number=number, seen=seen).pk for _ in range(2)}
    assert len(rows) == 1
    assert (owed(due), held(overpayment), entries(EntryCode.OVERPAID_CREDIT)) == (0, 3_000, 1)
    assert AuditEntry.objects.filter(action="overpayment.credited_ex_officio").count() == 1
    assert Message.objects.filter(kind="overpayment_credited").count() == 1


def test_what_is_not_what_was_shown_is_not_carried_out(payer, daria, overpayment):
    due = LiabilityFactory(payer=payer)
    seen = shown(overpayment)
    earlier = LiabilityFactory(payer=payer, instalment=2, due_on=date(2026, 5, 15))
    with pytest.raises(Conflict, match=r"overpayment\.changed"):
        credit(overpayment, daria, seen=seen)
    assert owed(due) == owed(earlier) == 30_000
    assert nothing_moved(overpayment)


def test_the_number_of_another_decision_carries_out_nothing(payer, anna, daria, overpayment):
    LiabilityFactory(payer=payer)
    other = OverpaymentFactory(payer=payer, arose_on=AROSE)
    request = ask(anna, other)
    with pytest.raises(Conflict, match=r"overpayment\.changed"):
        credit(overpayment, daria, number=request.public_id)
    assert nothing_moved(overpayment)


def test_what_is_used_up_cannot_be_credited(payer, daria):
    overpayment = OverpaymentFactory(payer=payer, arose_on=AROSE, amount_gr=1_000)
    LiabilityFactory(payer=payer)
    credit(overpayment, daria)
    with pytest.raises(Conflict, match=r"overpayment\.empty"):
        credit(overpayment, daria)
    assert entries(EntryCode.OVERPAID_CREDIT) == 1


def test_everybody_who_acts_for_the_payer_is_told(payer, anna, daria, overpayment):
    LiabilityFactory(payer=payer)
    row = credit(overpayment, daria)
    letter = Message.objects.get(kind="overpayment_credited")
    assert letter.recipient == anna.email
    assert "50,00" in letter.subject
    assert f"/nadplaty/{overpayment.public_id}/" in letter.body
    log = AuditEntry.objects.get(action="overpayment.credited_ex_officio")
    assert (log.subject_ref, log.actor_ref, log.role) == (str(row.public_id), daria.ref, "clerk")


@pytest.mark.parametrize("name", ["edyta", "filip", "anna"])
def test_only_a_clerk_credits(name, payer, person, overpayment):
    LiabilityFactory(payer=payer)
    with pytest.raises(Refused, match=r"access\.denied"):
        credit(overpayment, person(name).actor)
    assert nothing_moved(overpayment)
    assert not OverpaymentRequest.objects.exists()


def test_a_clerk_of_another_department_knows_of_no_such_overpayment(payer, person, overpayment):
    from guardian.shortcuts import assign_perm

    from services.accounts.models import DepartmentGrant
    from services.users.models import User
    from tenants.configuration.models import Department

    LiabilityFactory(payer=payer)
    user = User.objects.get(pk=person("daria").user_id)
    DepartmentGrant.objects.filter(user=user).delete()
    assign_perm("configuration.handle_department", user, Department.objects.get(code="GN"))
    with pytest.raises(NotFound, match=r"access\.foreign"):
        credit(overpayment, person("daria").actor)
    assert nothing_moved(overpayment)


def test_an_overpayment_of_one_gmina_does_not_exist_in_the_other(payer, daria, overpayment, dabrowa, person):
    due, seen = LiabilityFactory(payer=payer), shown(overpayment)
    with tenancy.enter(dabrowa):
        stranger = person("daria").actor
        for overpayment_id in (overpayment.public_id, uuid4()):
            overpayment.public_id, own = overpayment_id, overpayment.public_id
            with pytest.raises(NotFound, match=r"overpayment\.unknown"):
                credit(overpayment, stranger, seen=seen)
            overpayment.public_id = own
        assert not entries(EntryCode.OVERPAID_CREDIT)
    assert owed(due) == 30_000
    assert nothing_moved(overpayment)
