"""A visitor who registers, and the office's people who decide about it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from kernel.actors import Actor, ActorKind
from services.accounts.actions import Application
from services.accounts.models import Resident
from tenants.configuration.models import Office
from tenants.configuration.queries import current_regulation
from tests.fixtures.cast import Person

VISITOR = Actor(kind=ActorKind.ANONYMOUS, address="203.0.113.7")


@pytest.fixture
def visitor() -> Actor:
    return VISITOR


@pytest.fixture
def application(in_borki) -> Callable[..., Application]:
    """`application(pesel=…)`: a filled-in form that the office of Borki would accept."""

    def fill_in(**changes: Any) -> Application:
        values = {
            "first_name": "Zdzisława",
            "last_name": "Źrebięcka-Łoś",
            "pesel": "75870300048",
            "email": "zdzislawa@poczta.example",
            "address": "ul. Brzęczyszczykiewicza 12, 21-345 Borki",
            "password": "cztery zwykle slowa razem",
            "regulation_id": current_regulation(timezone.localdate()).public_id,
            "phone": "+48 600 000 001",
        }
        return Application(**(values | changes))

    return fill_in


@pytest.fixture
def daria(in_borki, person: Callable[[str], Person]) -> Person:
    return person("daria")


@pytest.fixture
def filip(in_borki, person: Callable[[str], Person]) -> Person:
    return person("filip")


@pytest.fixture
def set_policy(in_borki) -> Callable[[str], None]:
    """`set_policy("clerk")`: who lets residents in."""
    return lambda policy: Office.objects.update(registration_policy=policy)


def reread(resident: Resident) -> Resident:
    """The row as it stands in the database, with its account."""
    return Resident.objects.select_related("user").get(pk=resident.pk)
