"""People of the office at their desk in Borki, and what waits for them."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from kernel import tenancy
from services.accounts.models import Payer
from services.liabilities.models import Liability
from services.payments.models import Payment
from tests.factories.liabilities import LiabilityFactory
from tests.factories.payments import PaymentFactory
from tests.fixtures.cast import Person


@pytest.fixture
def desk(in_borki: tenancy.Scope, client_for: Callable[..., Client]) -> Callable[[str | None], Client]:
    """`desk("daria")`: that person's browser on Borki's host; Borki's data are open to the test."""
    return lambda name: client_for(name, in_borki)


@pytest.fixture
def being_set_up(in_borki: tenancy.Scope) -> None:
    """Borki's portal is not open to everybody yet, so one person sets it up (accounts and keys too)."""
    from tenants.directory.models import Tenant

    with tenancy.public():
        Tenant.objects.filter(teryt=in_borki.tenant_id).update(activated_at=None)


@pytest.fixture
def anna(in_borki: tenancy.Scope, person: Callable[[str], Person]) -> Payer:
    """Anna as the finance system knows her."""
    return Payer.objects.get(external_id="K-anna")


@pytest.fixture
def due(anna: Payer) -> Liability:
    """300,00 zł of property tax, not yet due, so that there is no interest."""
    return LiabilityFactory(payer=anna, due_on=timezone.localdate() + timedelta(days=30))


@pytest.fixture
def lease(anna: Payer) -> Liability:
    """300,00 zł of rent: another department, another account."""
    return LiabilityFactory(payer=anna, lease=True, due_on=timezone.localdate() + timedelta(days=30))


@pytest.fixture
def paid(anna: Payer, due: Liability) -> Payment:
    """A payment of Anna's due that the operator has confirmed."""
    return PaymentFactory(paid=True, payer=anna, dues=[due])


@pytest.fixture
def only_real_estate(in_borki: tenancy.Scope, person: Callable[[str], Person]) -> None:
    """Daria handles the department of real estate and no taxes."""
    from guardian.shortcuts import assign_perm

    from services.accounts.models import DepartmentGrant
    from services.users.models import User
    from tenants.configuration.models import Department

    daria = User.objects.get(pk=person("daria").user_id)
    DepartmentGrant.objects.filter(user=daria).delete()
    assign_perm("configuration.handle_department", daria, Department.objects.get(code="GN"))
