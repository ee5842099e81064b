"""P2: a gmina in its trial takes in as many residents as its limit says, and tells nobody more than that."""

import pytest

from kernel import tenancy
from kernel.errors import Conflict
from services.accounts.actions import register
from services.accounts.models import Resident
from services.notices.models import Message
from services.users.models import User
from tenants.directory.models import Tenant

pytestmark = pytest.mark.django_db


def limit(residents: int, state: str = "trial") -> None:
    with tenancy.public():
        Tenant.objects.filter(teryt="0615022").update(state=state, trial_residents=residents)


def test_the_last_place_of_a_trial_is_given_once(in_borki, application, visitor):
    limit(Resident.objects.count() + 1)
    register(application(), actor=visitor)
    before = (Resident.objects.count(), User.objects.count(), Message.objects.count())
    with pytest.raises(Conflict) as refused:
        register(application(email="inny@mieszkaniec.example"), actor=visitor)
    assert refused.value.code == "trial.residents"
    assert (Resident.objects.count(), User.objects.count(), Message.objects.count()) == before


def test_who_was_rejected_leaves_the_place_to_others(in_borki, application, visitor):
    limit(Resident.objects.count())
    one = Resident.objects.first()
    Resident.objects.filter(pk=one.pk).update(state="rejected")
    register(application(), actor=visitor)
    assert Resident.objects.filter(state="submitted").count() == 1


def test_a_gmina_that_went_live_has_no_limit(in_borki, application, visitor):
    limit(0, state="active")
    register(application(), actor=visitor)
    assert Resident.objects.filter(state="submitted").exists()
