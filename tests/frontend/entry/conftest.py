"""Browsers in Borki and on the console, and accounts that have not set up anything yet."""

from collections.abc import Callable

import pytest
from django.core.cache import cache
from django.test import Client

from kernel import tenancy
from services.users.models import AuthenticatorApp, User


@pytest.fixture(autouse=True)
def nobody_has_tried_to_sign_in():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def scope(borki: tenancy.Scope):
    with tenancy.enter(borki):
        yield borki


@pytest.fixture
def visitor_of(scope: tenancy.Scope, client_for: Callable[..., Client]) -> Callable[[], Client]:
    """A browser in Borki in which nobody is signed in."""
    return lambda: client_for(None, scope)


@pytest.fixture
def daria(scope: tenancy.Scope) -> User:
    return User.objects.find("daria@urzad.example", "staff")


@pytest.fixture
def filip(scope: tenancy.Scope) -> User:
    return User.objects.find("filip@urzad.example", "staff")


@pytest.fixture
def anna(scope: tenancy.Scope) -> User:
    return User.objects.find("anna@mieszkaniec.example", "resident")


@pytest.fixture
def bare_daria(daria: User) -> User:
    """Daria before she has set up a second factor."""
    AuthenticatorApp.objects.filter(user=daria).delete()
    return daria
