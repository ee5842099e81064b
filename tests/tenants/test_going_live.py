"""P2, P4, P5: trial, go-live list, suspension, leaving: what the server keeps, by real PostgreSQL."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from kernel import tenancy
from kernel.actors import Actor, ActorKind
from kernel.audit.models import AuditEntry
from kernel.errors import Conflict, InvalidInput, Refused
from portal.life import tell_life
from services.notices.models import Message
from services.users.models import StaffRole
from tenants.configuration.models import LiabilityType, Office, OperatorAccount
from tenants.directory import actions, offboarding, readiness
from tenants.directory.domain_readiness import Found, Line, Verdict
from tenants.directory.models import Offboarding, Tenant, TenantDay, TenantPulse, TenantReadiness
from tests.factories.payments import PaymentFactory
from tests.factories.regulations import change_published

pytestmark = pytest.mark.django_db
BORKI = "0615022"
ANNA = Actor(kind=ActorKind.PLATFORM, ref="01980000-0000-7000-8000-000000000001", role="operator")
BOGDAN = Actor(kind=ActorKind.PLATFORM, ref="01980000-0000-7000-8000-000000000002", role="operator")
TODAY = date(2026, 11, 21)


def row() -> Tenant:
    with tenancy.public():
        return Tenant.objects.select_related("readiness").get(teryt=BORKI)


def put_in(state: str, **values: object) -> None:
    with tenancy.public():
        Tenant.objects.filter(teryt=BORKI).update(state=state, **values)


def trial() -> None:
    put_in("trial", activated_at=None)


def lines() -> dict[Line, Found]:
    return {one.line: one for one in readiness.lines_of(row().readiness)}


def entries(action: str) -> list[AuditEntry]:
    with tenancy.public():
        return list(AuditEntry.objects.filter(action=action))


def all_met() -> None:
    readiness.store_readiness(BORKI, [Found(line, Verdict.MET, TODAY, 1) for line in Line])


def test_p2_a_gmina_with_a_full_list_goes_live_and_the_history_says_so(in_public):
    trial()
    all_met()
    actions.go_live(BORKI, actor=ANNA)
    assert row().state == "active"
    assert row().activated_at is not None
    [entry] = [one for one in entries("tenant.went_live") if one.actor_ref == ANNA.ref]
    assert (entry.details["before"], entry.details["after"]) == ("trial", "active")
    assert "missing" not in entry.details


def test_p2_a_gap_stops_the_gmina_and_is_named(in_public):
    trial()
    found = [Found(line, Verdict.MET, TODAY, 1) for line in Line if line != Line.TEST_PAYMENT]
    readiness.store_readiness(BORKI, found)
    with pytest.raises(Conflict) as refused:
        actions.go_live(BORKI, actor=ANNA)
    assert (refused.value.code, refused.value.params) == ("tenant.not_ready", {"lines": ["test_payment"]})
    assert row().state == "trial"


def test_p2_a_reason_goes_over_a_gap_and_both_are_kept(in_public):
    trial()
    readiness.store_readiness(BORKI, [])
    actions.go_live(BORKI, override_reason="Urząd płaci próbnie w poniedziałek.", actor=ANNA)
    [entry] = [one for one in entries("tenant.went_live") if one.actor_ref == ANNA.ref]
    assert entry.details["reason"] == "Urząd płaci próbnie w poniedziałek."
    assert "operator" in entry.details["missing"]
    assert row().state == "active"


def test_p2_an_old_list_says_nothing_about_now(in_public):
    trial()
    all_met()
    old = timezone.now() - timedelta(minutes=61)
    TenantReadiness.objects.filter(tenant__teryt=BORKI).update(measured_at=old)
    with pytest.raises(Conflict) as refused:
        actions.go_live(BORKI, actor=ANNA)
    assert refused.value.code == "tenant.readiness_old"
    assert row().state == "trial"


@pytest.mark.parametrize("state", ["provisioning", "active", "suspended", "offboarding", "closed"])
def test_p2_only_a_trial_goes_live(state, in_public):
    all_met()
    put_in(state)
    with pytest.raises(Conflict) as refused:
        actions.go_live(BORKI, override_reason="Bo tak", actor=ANNA)
    assert refused.value.code == "tenant.state"
    assert row().state == state


def test_p2_the_list_is_looked_at_in_the_gmina_itself(in_borki):
    """Every line is true of what the preset has put into Borki, and each falls when its thing is taken away."""
    tell_life()
    before = lines()
    assert set(before) == set(Line)
    for line in (Line.OPERATOR, Line.REGULATION, Line.STAFF, Line.DPO, Line.SENDER, Line.ACCESSIBILITY):
        assert before[line].verdict == Verdict.MET, line
    assert before[Line.TEST_PAYMENT].verdict == Verdict.MISSING
    assert before[Line.TEST_LETTER].verdict == Verdict.MISSING
    assert before[Line.OWN_DOMAIN].verdict == Verdict.NOT_NEEDED

    PaymentFactory(state="paid", paid_at=timezone.now())
    OperatorAccount.objects.update(is_active=False)
    change_published(effective_on=TODAY + timedelta(days=400))
    StaffRole.objects.filter(role="clerk").update(valid_to=date(2026, 1, 3))
    Office.objects.update(dpo_email="")
    LiabilityType.objects.update(is_payable_online=True, account_nrb="")
    tell_life()
    after = lines()
    assert after[Line.TEST_PAYMENT].verdict == Verdict.MET
    assert after[Line.TEST_PAYMENT].on == timezone.localdate()
    for line in (Line.OPERATOR, Line.STAFF, Line.DPO, Line.SETTLEMENT_ACCOUNTS):
        assert after[line].verdict == Verdict.MISSING, line
        assert after[line].on is None


def test_p2_a_test_letter_counts_when_the_mail_server_has_taken_it(in_borki):
    with tenancy.public():
        readiness.ask_test_letter(BORKI, actor=ANNA)
        readiness.ask_test_letter(BORKI, actor=ANNA)
        assert len(entries("tenant.letter_asked")) == 1
    tell_life()
    letter = Message.objects.get(kind="test_letter")
    assert letter.recipient == Office.objects.get().email
    assert lines()[Line.TEST_LETTER].verdict == Verdict.MISSING
    Message.objects.filter(pk=letter.pk).update(state="sent", sent_at=timezone.now())
    tell_life()
    assert lines()[Line.TEST_LETTER].verdict == Verdict.MET
    assert Message.objects.filter(kind="test_letter").count() == 1


def test_the_pulse_counts_minutes_and_not_runs(in_borki):
    tell_life()
    tell_life()
    with tenancy.public():
        day = TenantDay.objects.get(tenant__teryt=BORKI, day=timezone.localdate())
        assert 1 <= day.beats <= 2
        pulse = TenantPulse.objects.get(tenant__teryt=BORKI)
        TenantPulse.objects.filter(pk=pulse.pk).update(beat_at=pulse.beat_at - timedelta(minutes=2))
    assert ":" in pulse.schema_version
    tell_life()
    with tenancy.public():
        assert TenantDay.objects.get(pk=day.pk).beats == day.beats + 1


def test_p4_a_gmina_suspended_in_its_trial_comes_back_to_it(in_public):
    trial()
    actions.suspend_tenant(BORKI, reason="Przerwa.", actor=ANNA)
    actions.resume_tenant(BORKI, reason="Po przerwie.", actor=ANNA)
    assert (row().state, row().suspended_reason) == ("trial", "")
    [entry] = entries("tenant.trial_resumed")
    assert (entry.details["before"], entry.details["after"]) == ("suspended", "trial")


def start() -> Offboarding:
    return offboarding.start_offboarding(
        BORKI, reason="Koniec umowy.", leaves_on=TODAY + timedelta(days=10), today=TODAY, actor=ANNA
    )


def test_p5_two_people_a_hand_over_and_a_wait_lie_before_the_deletion(in_public):
    start()
    assert row().state == "offboarding"
    with pytest.raises(Conflict, match=r"offboarding\.not_handed_over"):
        offboarding.confirm_offboarding(BORKI, today=TODAY, actor=BOGDAN)
    offboarding.note_handed_over(BORKI, note="Nośnik w urzędzie.", actor=ANNA)
    with pytest.raises(Refused, match=r"offboarding\.same_person"):
        offboarding.confirm_offboarding(BORKI, today=TODAY, actor=ANNA)
    with pytest.raises(Conflict, match=r"offboarding\.not_confirmed"):
        offboarding.require_deletable(BORKI, today=TODAY + timedelta(days=999))
    confirmed = offboarding.confirm_offboarding(BORKI, today=TODAY, actor=BOGDAN)
    assert confirmed.delete_after == TODAY + timedelta(days=30)
    with pytest.raises(Conflict, match=r"offboarding\.waiting"):
        offboarding.close_offboarded(BORKI, today=TODAY + timedelta(days=29), proof="x", actor=ANNA)
    assert row().state == "offboarding"
    offboarding.close_offboarded(BORKI, today=TODAY + timedelta(days=30), proof="protokół", actor=ANNA)
    assert row().state == "closed"
    assert [one.details["proof"] for one in entries("tenant.closed")] == ["protokół"]


def test_p5_the_data_stay_until_the_contract_ends(in_public):
    offboarding.start_offboarding(
        BORKI, reason="Koniec umowy.", leaves_on=TODAY + timedelta(days=90), today=TODAY, actor=ANNA
    )
    offboarding.note_handed_over(BORKI, note="Nośnik.", actor=ANNA)
    confirmed = offboarding.confirm_offboarding(BORKI, today=TODAY, actor=BOGDAN)
    assert confirmed.delete_after == TODAY + timedelta(days=90)


def test_p5_postgresql_itself_refuses_one_person_twice(in_public):
    begun = start()
    with pytest.raises(IntegrityError), transaction.atomic():
        Offboarding.objects.filter(pk=begun.pk).update(confirmed_at=timezone.now(), confirmed_by=ANNA.ref)
    with pytest.raises(IntegrityError), transaction.atomic():
        Offboarding.objects.filter(pk=begun.pk).update(closed_at=timezone.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        Offboarding.objects.create(tenant=row(), reason="Drugie", leaves_on=TODAY, started_by=str(uuid4()))


def test_p5_a_gmina_that_stays_is_suspended_until_a_person_resumes_it(in_public):
    start()
    offboarding.call_off_offboarding(BORKI, reason="Umowa przedłużona.", actor=BOGDAN)
    assert row().state == "suspended"
    assert offboarding.current_offboarding(BORKI) is None
    with pytest.raises(Conflict, match=r"offboarding\.none"):
        offboarding.confirm_offboarding(BORKI, today=TODAY, actor=BOGDAN)
    actions.resume_tenant(BORKI, reason="Wraca.", actor=ANNA)
    assert row().state == "active"


def test_p5_nobody_leaves_yesterday(in_public):
    with pytest.raises(InvalidInput, match=r"offboarding\.past"):
        offboarding.start_offboarding(
            BORKI, reason="x", leaves_on=TODAY - timedelta(days=1), today=TODAY, actor=ANNA
        )
    assert row().state == "active"
    assert not Offboarding.objects.exists()
