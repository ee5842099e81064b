"""Bank accounts and operator keys are changed by two persons (ADR 0018): every way around it is refused."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from kernel import tenancy
from kernel.audit.models import AuditEntry
from kernel.audit.recording import history
from kernel.errors import Conflict, InvalidInput, NotFound, Refused
from services.notices.models import Message
from services.safeguards.changes import (
    approve_change,
    lapse_changes,
    refuse_change,
    submit_liability_type,
    submit_operator_account,
    withdraw_change,
)
from services.safeguards.models import ProposedChange
from services.users.domain import Role
from services.users.models import StaffRole, User
from tenants.configuration import actions as configuration
from tenants.configuration.models import LiabilityType, OperatorAccount, Revision
from tenants.configuration.queries import office
from tenants.directory.models import Tenant
from tests.factories.safeguards import (
    OTHER_NRB,
    account_values,
    actor_of,
    make_administrator,
    propose_account,
)
from tests.fixtures.database import SECRETS

pytestmark = pytest.mark.django_db
NEW_KEY = "nowy-klucz-api-0123456789"
WHY = "Nie znamy tego rachunku."


@pytest.fixture
def filip(in_borki, person):
    return person("filip").actor


@pytest.fixture
def grazyna(in_borki) -> User:
    return make_administrator()


@pytest.fixture
def account(in_borki) -> OperatorAccount:
    return OperatorAccount.objects.get(label="Przelewy24 – podatki")


def now_of(row: OperatorAccount) -> OperatorAccount:
    return OperatorAccount.objects.get(pk=row.pk)


def standing(row: OperatorAccount) -> tuple[object, ...]:
    fresh = now_of(row)
    return fresh.account_nrb, fresh.version, fresh.secrets, fresh.is_active


def type_values(row: LiabilityType, **changes):
    names = (
        "code", "name", "interest_regime", "contract_rate_bp", "allocation_regime", "payment_day_rule",
        "principal_rounding", "account_nrb", "is_payable_online", "reminder_costs_apply", "position",
    )  # fmt: skip
    return {name: getattr(row, name) for name in names} | {"department": row.department} | changes


@pytest.mark.covers("S35")
def test_a_new_bank_account_waits_for_another_administrator_and_then_counts(filip, grazyna, account):
    before = standing(account)
    change = propose_account(filip, account)
    assert standing(account) == before
    approve_change(change_id=change.public_id, now=timezone.now(), actor=actor_of(grazyna))
    assert now_of(account).account_nrb == OTHER_NRB
    change.refresh_from_db()
    assert (change.state, change.decided_by_id) == ("approved", grazyna.pk)
    acts = {(entry.action, entry.actor_ref, entry.role) for entry in history(change)}
    assert acts == {
        ("change.proposed", filip.ref, "admin"),
        ("change.approved", str(grazyna.public_id), "admin"),
    }
    assert Revision.objects.filter(subject_ref=str(account.public_id), values__account_nrb=OTHER_NRB).exists()


def test_letters_go_to_both_and_to_the_office(filip, grazyna, account):
    change = propose_account(filip, account)
    approve_change(change_id=change.public_id, now=timezone.now(), actor=actor_of(grazyna))
    for kind in ("change_proposed", "change_decided"):
        letters = Message.objects.filter(kind=kind)
        assert {one.recipient for one in letters} == {
            User.objects.get(pk=filip.user_id).email, grazyna.email, office().email,
        }  # fmt: skip
        assert not [one for one in letters if OTHER_NRB in one.body]
    assert all("Grażyna Druga" in one.body for one in Message.objects.filter(kind="change_decided"))


def test_nobody_agrees_to_an_own_change(filip, grazyna, account):
    change, before = propose_account(filip, account), standing(account)
    with pytest.raises(Refused, match=r"change\.same_person"):
        approve_change(change_id=change.public_id, now=timezone.now(), actor=filip)
    with pytest.raises(Refused, match=r"change\.same_person"):
        refuse_change(change_id=change.public_id, reason=WHY, now=timezone.now(), actor=filip)
    assert standing(account) == before
    change.refresh_from_db()
    assert change.state == "open"


def test_not_even_a_program_can_store_an_agreement_of_one_person(filip, account):
    change = propose_account(filip, account)
    with pytest.raises(IntegrityError, match="change_by_two_persons"), transaction.atomic():
        ProposedChange.objects.filter(pk=change.pk).update(
            state="approved", decided_by=change.proposed_by, decided_at=timezone.now()
        )
    change.refresh_from_db()
    assert change.state == "open"


@pytest.mark.parametrize(
    "secrets_and_changes",
    [
        ({"api_key": NEW_KEY}, {}),
        ({}, {"merchant_ids": {"merchant_id": "9911", "pos_id": "9911"}}),
        ({}, {"account_nrb": OTHER_NRB}),
    ],
)
def test_the_action_itself_refuses_one_person(filip, account, secrets_and_changes):
    """Whoever finds another way to the configuration comes to the same door."""
    secrets, changes = secrets_and_changes
    before, revisions = standing(account), Revision.objects.count()
    for alone in ("", filip.ref):
        with pytest.raises(Refused, match=r"change\.needs_second_person"):
            configuration.save_operator_account(
                account_values(account, **changes), secrets=secrets, public_id=account.public_id,
                version=account.version, actor=filip, agreed_with=alone,
            )  # fmt: skip
    assert (standing(account), Revision.objects.count()) == (before, revisions)


def test_keys_are_in_no_log_and_go_from_the_proposal_when_it_is_decided(filip, grazyna, account):
    change = submit_operator_account(
        account_values(account), secrets={"api_key": NEW_KEY, "crc": ""}, public_id=account.public_id,
        version=account.version, actor=filip,
    )  # fmt: skip
    assert isinstance(change, ProposedChange)
    assert change.content["secrets"] == {"api_key": NEW_KEY}
    approve_change(change_id=change.public_id, now=timezone.now(), actor=actor_of(grazyna))
    assert now_of(account).secrets["api_key"] == [NEW_KEY, SECRETS["api_key"]]
    change.refresh_from_db()
    assert change.content["secrets"] == {"api_key": ""}
    texts = [str(list(AuditEntry.objects.values())), *(one.body for one in Message.objects.all())]
    assert not [text for text in texts if NEW_KEY in text]


def test_a_name_is_changed_and_an_account_is_switched_off_by_one_person(filip, account):
    for changes in ({"label": "Podatki"}, {"label": "Podatki", "is_active": False}):
        saved = submit_operator_account(
            account_values(account, **changes), secrets={}, public_id=account.public_id,
            version=now_of(account).version, actor=filip,
        )  # fmt: skip
        assert isinstance(saved, OperatorAccount)
    assert (now_of(account).label, now_of(account).is_active) == ("Podatki", False)
    back = submit_operator_account(
        account_values(account), secrets={}, public_id=account.public_id,
        version=now_of(account).version, actor=filip,
    )  # fmt: skip
    assert isinstance(back, ProposedChange), "switching on again needs two"
    assert not now_of(account).is_active


def test_a_liability_type_gets_a_bank_account_new_to_the_office_by_two_and_a_known_one_by_one(filip, grazyna):
    row = LiabilityType.objects.get(code="lease")
    known = LiabilityType.objects.exclude(account_nrb=row.account_nrb).exclude(account_nrb="").first()
    saved = submit_liability_type(
        type_values(row, account_nrb=known.account_nrb),
        public_id=row.public_id,
        version=row.version,
        actor=filip,
    )
    assert isinstance(saved, LiabilityType)
    change = submit_liability_type(
        type_values(saved, account_nrb=OTHER_NRB), public_id=row.public_id, version=saved.version, actor=filip
    )
    assert isinstance(change, ProposedChange)
    assert LiabilityType.objects.get(pk=row.pk).account_nrb == known.account_nrb
    approve_change(change_id=change.public_id, now=timezone.now(), actor=actor_of(grazyna))
    assert LiabilityType.objects.get(pk=row.pk).account_nrb == OTHER_NRB


def test_before_the_portal_is_open_to_everybody_one_person_sets_it_up(filip, account, in_borki):
    with tenancy.public():
        Tenant.objects.filter(teryt=in_borki.tenant_id).update(activated_at=None)
    saved = submit_operator_account(
        account_values(account, account_nrb=OTHER_NRB), secrets={}, public_id=account.public_id,
        version=account.version, actor=filip,
    )  # fmt: skip
    assert isinstance(saved, OperatorAccount)
    assert now_of(account).account_nrb == OTHER_NRB


def test_what_cannot_be_saved_is_not_proposed_either(filip, account):
    with pytest.raises(InvalidInput, match=r"nrb\.invalid"):
        propose_account(filip, account, account_nrb="1" * 26)
    with pytest.raises(Conflict, match=r"setting\.stale"):
        submit_operator_account(
            account_values(account, account_nrb=OTHER_NRB), secrets={}, public_id=account.public_id,
            version=account.version + 1, actor=filip,
        )  # fmt: skip
    assert not ProposedChange.objects.exists()
    assert not Message.objects.filter(kind="change_proposed").exists()


# --- what happens meanwhile -------------------------------------------------------------------------------------------
def test_the_proposers_rights_are_gone_meanwhile(filip, grazyna, account):
    change, before = propose_account(filip, account), standing(account)
    StaffRole.objects.filter(user_id=filip.user_id).update(valid_to=timezone.localdate() - timedelta(days=1))
    with pytest.raises(Refused, match=r"change\.proposer_without_rights"):
        approve_change(change_id=change.public_id, now=timezone.now(), actor=actor_of(grazyna))
    assert standing(account) == before
    refuse_change(change_id=change.public_id, reason=WHY, now=timezone.now(), actor=actor_of(grazyna))
    change.refresh_from_db()
    assert (change.state, change.decision_reason) == ("refused", WHY)


def test_the_setting_was_changed_meanwhile(filip, grazyna, account):
    change = propose_account(filip, account)
    submit_operator_account(
        account_values(account, label="Inna"), secrets={}, public_id=account.public_id,
        version=account.version, actor=actor_of(grazyna),
    )  # fmt: skip
    before = standing(account)
    with pytest.raises(Conflict, match=r"change\.stale"):
        approve_change(change_id=change.public_id, now=timezone.now(), actor=actor_of(grazyna))
    assert standing(account) == before
    change.refresh_from_db()
    assert change.state == "open"


def test_somebody_made_administrator_yesterday_is_no_second_person(filip, account):
    """Else one administrator could invite a made-up colleague and agree in that name."""
    new = make_administrator(days=6)
    change, before = propose_account(filip, account), standing(account)
    with pytest.raises(Refused, match=r"change\.administrator_too_new"):
        approve_change(change_id=change.public_id, now=timezone.now(), actor=actor_of(new))
    assert standing(account) == before


def test_after_fourteen_days_a_proposal_is_nothing(filip, grazyna, account):
    change, before = propose_account(filip, account), standing(account)
    later = change.proposed_at + timedelta(days=14)
    assert lapse_changes(later - timedelta(seconds=1)) == 0
    with pytest.raises(Conflict, match=r"change\.lapsed"):
        approve_change(change_id=change.public_id, now=later, actor=actor_of(grazyna))
    assert lapse_changes(later) == 1
    assert lapse_changes(later) == 0
    change.refresh_from_db()
    assert (change.state, change.decided_by_id) == ("lapsed", None)
    assert standing(account) == before
    assert Message.objects.filter(kind="change_decided").count() == 2
    assert isinstance(propose_account(filip, account), ProposedChange), "it may be proposed anew"


def test_one_change_of_a_setting_waits_at_a_time(filip, grazyna, account):
    change = propose_account(filip, account)
    with pytest.raises(Conflict, match=r"change\.open"):
        propose_account(actor_of(grazyna), account)
    with pytest.raises(Refused, match=r"change\.other_person"):
        withdraw_change(change_id=change.public_id, reason=WHY, now=timezone.now(), actor=actor_of(grazyna))
    withdraw_change(change_id=change.public_id, reason="Pomyliłem rachunek.", now=timezone.now(), actor=filip)
    assert ProposedChange.objects.filter(state="open").count() == 0
    with pytest.raises(Conflict, match=r"change\.decided"):
        approve_change(change_id=change.public_id, now=timezone.now(), actor=actor_of(grazyna))


def test_the_same_agreement_again_is_the_same_agreement(filip, grazyna, account):
    change = propose_account(filip, account)
    for _ in range(2):
        approve_change(change_id=change.public_id, now=timezone.now(), actor=actor_of(grazyna))
    assert now_of(account).version == account.version + 1
    third = make_administrator()
    with pytest.raises(Conflict, match=r"change\.decided"):
        approve_change(change_id=change.public_id, now=timezone.now(), actor=actor_of(third))


@pytest.mark.parametrize("reason", ["", "krótko", "x" * 501])
def test_a_refusal_needs_a_reason(filip, grazyna, account, reason):
    change = propose_account(filip, account)
    with pytest.raises(InvalidInput, match=r"change\.reason"):
        refuse_change(change_id=change.public_id, reason=reason, now=timezone.now(), actor=actor_of(grazyna))
    change.refresh_from_db()
    assert change.state == "open"


@pytest.mark.parametrize("name", ["daria", "edyta", "anna"])
def test_nobody_but_an_administrator_decides(name, filip, grazyna, account, person):
    change, before = propose_account(filip, account), standing(account)
    for act in (approve_change, lambda **given: refuse_change(reason=WHY, **given)):
        with pytest.raises(Refused, match=r"access\.denied"):
            act(change_id=change.public_id, now=timezone.now(), actor=person(name).actor)
    with pytest.raises(Refused, match=r"access\.denied"):
        propose_account(person(name).actor, account)
    change.refresh_from_db()
    assert (change.state, standing(account)) == ("open", before)


def test_a_change_of_the_other_gmina_is_unknown(filip, account, dabrowa, grazyna):
    change = propose_account(filip, account)
    with tenancy.enter(dabrowa):
        other = make_administrator()
        for change_id in (change.public_id, uuid4()):
            with pytest.raises(NotFound, match=r"change\.unknown"):
                approve_change(change_id=change_id, now=timezone.now(), actor=actor_of(other))
        assert not OperatorAccount.objects.filter(account_nrb=OTHER_NRB).exists()
    change.refresh_from_db()
    assert change.state == "open"


def test_all_three_roles_in_one_person_are_still_one_person(filip, account):
    for role in (Role.CLERK, Role.MODERATOR):
        StaffRole.objects.create(
            user_id=filip.user_id, role=role, authorisation_number="1", authorised_on=timezone.localdate(),
            issuer="Wójt", valid_from=timezone.localdate(),
        )  # fmt: skip
    change = propose_account(filip, account)
    with pytest.raises(Refused, match=r"change\.same_person"):
        approve_change(change_id=change.public_id, now=timezone.now(), actor=filip)
    assert now_of(account).account_nrb != OTHER_NRB
