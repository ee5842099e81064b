"""Anna with a life in the portal: a due, a payment, letters, and what the office did about her."""

from collections.abc import Callable

import pytest

from kernel import tenancy
from kernel.actors import Actor
from services.accounts.models import Payer, Resident
from services.payments.models import Payment
from tests.factories.liabilities import LiabilityFactory
from tests.factories.payments import PaymentFactory
from tests.fixtures.cast import Person


@pytest.fixture
def anna(in_borki: tenancy.Scope, person: Callable[[str], Person]) -> Actor:
    return person("anna").actor


@pytest.fixture
def filip(in_borki: tenancy.Scope, person: Callable[[str], Person]) -> Actor:
    return person("filip").actor


@pytest.fixture
def resident(anna: Actor) -> Resident:
    return Resident.objects.select_related("user").get(user__public_id=anna.ref)


@pytest.fixture
def paid(resident: Resident) -> Payment:
    payer = Payer.objects.get(external_id="K-anna")
    due = LiabilityFactory(payer=payer, title="Podatek od nieruchomości, ul. Leśna 7")
    return PaymentFactory(paid=True, payer=payer, resident=resident, dues=[due])
