"""People of Borki, and a due that two weeks' mornings may remind of."""

from collections.abc import Callable
from datetime import date

import pytest

from kernel.actors import Actor
from services.accounts.domain.consents import Purpose, newest
from services.accounts.models import Payer, Resident
from services.letters.actions import wish_reminders
from services.liabilities.models import Liability
from tests.factories.liabilities import LiabilityFactory
from tests.fixtures.cast import Person

DUE_ON = date(2026, 9, 15)
WEEK_BEFORE = date(2026, 9, 8)


@pytest.fixture
def actor_of(in_borki, person: Callable[[str], Person]) -> Callable[[str], Actor]:
    return lambda name: person(name).actor


@pytest.fixture
def anna(actor_of) -> Actor:
    return actor_of("anna")


@pytest.fixture
def daria(actor_of) -> Actor:
    return actor_of("daria")


@pytest.fixture
def filip(actor_of) -> Actor:
    return actor_of("filip")


@pytest.fixture
def resident(anna) -> Resident:
    return Resident.objects.get(user=anna.user_id)


@pytest.fixture
def due(in_borki) -> Liability:
    """Anna's 300,00 zł, due on 15 September 2026."""
    return LiabilityFactory(payer=Payer.objects.get(external_id="K-anna"))


@pytest.fixture
def wished(anna) -> Actor:
    """Anna wants both reminders."""
    wish_reminders(a_week_before=True, on_the_day=True, text_version=newest(Purpose.REMINDERS), actor=anna)
    return anna
