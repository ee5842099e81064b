"""A gmina that is registered and built, and otherwise empty, in a database of its own."""

import pytest

from kernel import tenancy
from tenants.directory import actions
from tests.fixtures.database import ACTOR
from tests.kernel.conftest import own_borki, own_dabrowa, own_database

__all__ = ["own_borki", "own_dabrowa", "own_database"]


@pytest.fixture
def empty_gmina(own_database: str) -> tenancy.Scope:
    """Tables without a single setting."""
    with tenancy.public():
        actions.register_tenant(
            teryt="0201032", name="Gmina Próbna", kind="rural", label="probna", setup={}, actor=ACTOR
        )
    return actions.build_tenant("0201032")
