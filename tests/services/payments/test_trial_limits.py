"""P2: a gmina in its trial takes as many payments, and as much money, as its limits say; the server counts, not the page."""

import pytest

from kernel import tenancy
from kernel.errors import Conflict
from services.accounts.models import Payer
from services.payments.actions import start_payment
from services.payments.models import Payment, PaymentItem
from tenants.directory.models import Tenant
from tests.factories.liabilities import LiabilityFactory

pytestmark = pytest.mark.django_db


def limit(state: str = "trial", payments: int = 100, sum_gr: int = 1_000_000_00) -> None:
    teryt = tenancy.current_tenant_id()
    with tenancy.public():
        Tenant.objects.filter(teryt=teryt).update(state=state, trial_payments=payments, trial_sum_gr=sum_gr)


@pytest.fixture
def second(due, payments):
    return LiabilityFactory(payer=Payer.objects.get(public_id=payments.who.payer_id), principal_gr=5_000)


def test_one_payment_more_than_the_trial_allows_makes_nothing(payments, due, second):
    limit(payments=1)
    payments.start(due)
    with pytest.raises(Conflict, match=r"trial\.payments"):
        start_payment(payments.order(second), actor=payments.who.actor)
    assert Payment.objects.count() == 1
    assert not PaymentItem.objects.filter(liability=second).exists()


def test_a_payment_that_was_given_up_leaves_its_place(payments, due, second):
    limit(payments=1)
    Payment.objects.filter(pk=payments.start(due).pk).update(state="expired")
    assert payments.start(second).state == "started"


def test_the_sum_of_a_trial_is_kept_to_the_grosz(payments, due, second):
    first = payments.start(due)
    limit(sum_gr=first.amount_gr + 4_999)
    with pytest.raises(Conflict, match=r"trial\.sum"):
        start_payment(payments.order(second), actor=payments.who.actor)
    assert Payment.objects.count() == 1
    limit(sum_gr=first.amount_gr + 5_000)
    assert payments.start(second).amount_gr == 5_000


def test_a_gmina_that_went_live_has_no_limit(payments, due):
    limit(state="active", payments=0, sum_gr=0)
    assert payments.start(due).state == "started"
