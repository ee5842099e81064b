"""A new regulation: asked for when it takes effect, not before; without it no dues (D3, D23, D102)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from kernel import tenancy
from kernel.audit.models import AuditEntry
from kernel.errors import Conflict, Refused
from services.accounts.access import can, require
from services.accounts.actions import accept_regulation
from services.accounts.models import RegulationAcceptance
from services.users.domain import Verb
from tenants.configuration.models import RegulationVersion

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna(in_borki, person):
    return person("anna")


def publish(days: int = 0, number: int = 2, state: str = "published") -> RegulationVersion:
    old, today = RegulationVersion.objects.get(number=1), timezone.localdate()
    return RegulationVersion.objects.create(
        number=number, state=state, title=old.title, act_kind=old.act_kind, act_number="99", act_issuer=old.act_issuer,
        act_on=today, effective_on=today + timedelta(days=days), content=old.content,
        published_at=timezone.now() if state == "published" else None,
    )  # fmt: skip


@pytest.mark.covers("D3", "D102")
def test_from_the_day_on_which_it_holds_dues_wait_for_the_acceptance(anna):
    new = publish()
    with pytest.raises(Refused, match=r"access\.regulation"):
        require(anna.actor, Verb.OWN_DUES)
    assert can(anna.actor, Verb.OWN_ACCOUNT)
    accept_regulation(regulation_id=new.public_id, actor=anna.actor)
    assert can(anna.actor, Verb.OWN_DUES)
    row = RegulationAcceptance.objects.get(regulation=new)
    assert (row.user_id, row.address) == (anna.user_id, "127.0.0.1")
    assert AuditEntry.objects.get(action="regulation.accepted").details == {"regulation": 2}


def test_until_its_day_the_old_one_holds_and_the_new_one_can_be_accepted_ahead(anna):
    new = publish(days=10)
    assert can(anna.actor, Verb.OWN_DUES)
    accept_regulation(regulation_id=new.public_id, actor=anna.actor)
    accept_regulation(regulation_id=new.public_id, actor=anna.actor)
    assert RegulationAcceptance.objects.filter(regulation=new).count() == 1
    assert AuditEntry.objects.filter(action="regulation.accepted").count() == 1


def test_a_draft_an_older_and_a_foreign_version_cannot_be_accepted(anna, dabrowa):
    with tenancy.enter(dabrowa):
        foreign = RegulationVersion.objects.get(number=1).public_id
    draft = publish(state="draft", number=3)
    old = RegulationVersion.objects.get(number=1)
    publish()
    kept = RegulationAcceptance.objects.count()
    for regulation_id in (foreign, draft.public_id, old.public_id):
        with pytest.raises(Conflict, match=r"regulation\.changed"):
            accept_regulation(regulation_id=regulation_id, actor=anna.actor)
    assert RegulationAcceptance.objects.count() == kept
    assert not can(anna.actor, Verb.OWN_DUES)


def test_nobody_accepts_for_somebody_else(anna, person, in_borki):
    new = publish()
    accept_regulation(regulation_id=new.public_id, actor=anna.actor)
    assert not can(person("celina").actor, Verb.OWN_DUES)
    with pytest.raises(Refused):
        accept_regulation(regulation_id=new.public_id, actor=person("daria").actor)
