"""Anna with her file in Borki, her browser, and dues to look at and pay."""

from collections.abc import Callable, Iterator

import pytest
from django.test import Client

from kernel import tenancy
from services.accounts.models import Payer, Resident
from tests.factories.liabilities import LiabilityFactory
from tests.fixtures.cast import Person


@pytest.fixture
def scope(borki: tenancy.Scope) -> Iterator[tenancy.Scope]:
    with tenancy.enter(borki):
        yield borki


@pytest.fixture
def anna(scope: tenancy.Scope, person: Callable[[str], Person]) -> Person:
    return person("anna")


@pytest.fixture
def payer(anna: Person) -> Payer:
    return Payer.objects.get(public_id=anna.payer_id)


@pytest.fixture
def resident(anna: Person) -> Resident:
    return Resident.objects.get(user_id=anna.user_id)


@pytest.fixture
def browser(client_for: Callable[..., Client], scope: tenancy.Scope, anna: Person) -> Client:
    return client_for("anna", scope)


@pytest.fixture
def due(payer: Payer):
    return LiabilityFactory(payer=payer)
