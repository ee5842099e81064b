"""A little of everything in both gminas, so that the matrix has real objects to ask for."""

import pytest
from django.utils import timezone

from kernel import tenancy
from services.accounts.models import Payer, Resident
from tests.factories.liabilities import LiabilityFactory, ReminderCostFactory


@pytest.fixture
def seeded_gminas(borki: tenancy.Scope, dabrowa: tenancy.Scope) -> dict[str, dict[str, str]]:
    """Ids of Anna's due and payment in each gmina, by the name of the route's parameter."""
    return {name: _seed(scope) for name, scope in (("borki", borki), ("dabrowa", dabrowa))}


def _seed(scope: tenancy.Scope) -> dict[str, str]:
    from uuid import uuid4

    from services.payments.models import Payment, PaymentItem
    from tenants.configuration.models import OperatorAccount

    with tenancy.enter(scope):
        payer = Payer.objects.get(external_id="K-anna")
        due = LiabilityFactory(payer=payer)
        ReminderCostFactory(payer=payer, liabilities=[due])
        payment = Payment.objects.create(
            reference=uuid4().hex[:24], state="paid", resident=Resident.objects.get(representations__payer=payer),
            payer=payer, operator_account=OperatorAccount.objects.first(), allocation_regime="tax",
            account_nrb=OperatorAccount.objects.first().account_nrb, title="Podatek", amount_gr=due.principal_gr,
            fee_gr=100, method_id="25", method_name="Bank", method_group="transfer", quoted_on=timezone.localdate(),
            start_key=uuid4(), paid_at=timezone.now(), debited_on=timezone.localdate(),
        )  # fmt: skip
        PaymentItem.objects.create(payment=payment, liability=due, principal_gr=due.principal_gr)
        return {"due_id": str(due.public_id), "payment_id": str(payment.public_id)}
