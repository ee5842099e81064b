"""Whose password opens something: a gmina whose residents come in by login.gov.pl only takes none of theirs (D33)."""

import pytest
from django.contrib.auth import authenticate

from kernel import tenancy
from tests.fixtures.cast import PASSWORD
from tests.fixtures.ways import with_passwords


def opened(email: str, kind: str) -> bool:
    return authenticate(None, email=email, password=PASSWORD, kind=kind) is not None


@pytest.mark.covers("D33")
def test_the_right_password_of_a_resident_opens_nothing_where_the_gmina_takes_no_passwords(dabrowa):
    with tenancy.enter(dabrowa):
        assert not opened("anna@mieszkaniec.example", "resident")
    with_passwords(dabrowa)
    with tenancy.enter(dabrowa):
        assert opened("anna@mieszkaniec.example", "resident")


def test_the_office_of_such_a_gmina_signs_in_with_passwords_all_the_same(dabrowa):
    with tenancy.enter(dabrowa):
        assert opened("daria@urzad.example", "staff")


def test_where_the_gmina_takes_passwords_they_open(borki):
    with tenancy.enter(borki):
        assert opened("anna@mieszkaniec.example", "resident")
        assert not opened("anna@mieszkaniec.example", "staff")
